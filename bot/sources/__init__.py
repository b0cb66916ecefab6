"""Kinds of source, and what reads them. It imports none by itself: the parsing process needs no kind (`kinds`)."""
