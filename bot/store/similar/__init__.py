"""The folding index: what a report may be a copy of or belong to, found at a cost that does not grow (`index`)."""
