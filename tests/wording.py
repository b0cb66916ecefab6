"""The shipped wording, with lines as they are typed on each platform."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.cli.platforms import KEYBOARDS
from bot.translations import load_words

WORDS = replace(load_words(Path(__file__).parents[1] / "config" / "words"), keyboards=KEYBOARDS)
