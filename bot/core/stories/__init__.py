"""Folding: which reports are of one event, what is a follow-up, when stories merge and part."""
