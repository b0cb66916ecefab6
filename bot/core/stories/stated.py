"""Figures as a title states them, with unit and currency, so that news quotes them unchanged."""

from __future__ import annotations

from bot.core.language.quantities import Quantity, places
from bot.core.language.text import tokens


def stated(title: str) -> list[tuple[str, str]]:
    """Each figure of a title, as its term (`Quantity.term`) and as written: ("#2.8e+09", "€2.8 billion")."""
    read = tokens(title)
    spans = [(f"#{term}", read.original(*span)) for term, span in places(read.folded)]
    return [(term, title[start:end].strip()) for term, (start, end) in spans]


def as_stated(title: str, quantity: Quantity) -> str:
    """A figure as a title writes it; if the number occurs twice, the one with its unit."""
    return max([text for term, text in stated(title) if term == quantity.term], key=len)
