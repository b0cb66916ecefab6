"""The folding index: finds what a report may be a copy of or belong to, at a cost that does not grow (`index`)."""
