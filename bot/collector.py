"""Garbage collector settings for every process of the program and its benchmarks."""

from __future__ import annotations

COLLECTED = 10_000
"""New objects between looks for cycles: by default 700, for which folding paid a twelfth of its time."""
