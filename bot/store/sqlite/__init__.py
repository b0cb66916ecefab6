"""The store in one SQLite file: one writer thread and a few reading connections (`adapter`)."""
