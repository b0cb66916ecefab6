"""Garbage collector settings for every process of the program and its benchmarks."""

from __future__ import annotations

COLLECTED = 10_000
"""New objects between two searches for cycles. Python's default of 700 cost folding a twelfth of its time."""
