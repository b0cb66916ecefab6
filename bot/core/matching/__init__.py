"""Topics and queries: their language, how an entry is matched and ranked, and why."""
