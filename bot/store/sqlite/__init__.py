"""The store in one SQLite file: one writer thread, some reading connections (`adapter`)."""
