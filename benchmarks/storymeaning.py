"""What vectors cost: the model's own time and memory, and made-up vectors for the generated corpus.

The model's time goes by a title's length, and words of the generated corpus are none that it knows: so it reads the
titles of the labelled stream, and the corpus has vectors that are as near to each other as those of strangers.
"""

from __future__ import annotations

import math
import random
import time
from array import array
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from zlib import crc32

from bot.core.language.meaning import SCALE, Embedder, Vector
from tests.stories.stream import stream

_TOGETHER = 20  # titles that a poll brings at once
_COMMON = random.Random(0).choices((-1.0, 1.0), k=512)
_SHARE = 0.25  # cosine of two strangers


def made_up(texts: Sequence[str]) -> list[Vector]:
    """See `Embedder`: a vector by chance for each text, all with a part in common."""
    return [_vector(text) for text in texts]


@lru_cache(maxsize=20_000)
def _vector(text: str) -> Vector:
    chance = random.Random(crc32(text.encode()))
    own, common = math.sqrt(1.0 - _SHARE), math.sqrt(_SHARE)
    drawn = [own * chance.gauss(0.0, 1.0) + common * part for part in _COMMON]
    length = math.sqrt(sum(value * value for value in drawn))
    return array("b", (max(-128, min(127, round(SCALE * value / length))) for value in drawn))


def reading(embed: Embedder) -> None:
    """Print what a title costs the model, alone and among a poll's, and the memory that it takes."""
    titles = list(dict.fromkeys(one.entry.title for one in stream()))
    before = _resident()
    embed(titles[:1])
    grown = _resident() - before
    half = len(titles) // 2
    alone = sorted(_took(embed, [title], 1) for title in titles[1:half])
    polls = [titles[at : at + _TOGETHER] for at in range(half, len(titles) - _TOGETHER, _TOGETHER)]
    together = sorted(_took(embed, poll, len(poll)) for poll in polls)
    print(f"vectors: the model takes {grown:.0f} MB (target ≤ 200); a title of {_TOGETHER} at once", end=" ")
    print(f"median {together[len(together) // 2]:.2f} ms of CPU, most {together[-1]:.2f}; one alone", end=" ")
    print(f"median {alone[len(alone) // 2]:.2f}, p99 {alone[int(len(alone) * 0.99)]:.2f}")


def _took(embed: Embedder, titles: Sequence[str], share: int) -> float:
    start = time.process_time()
    embed(titles)
    return (time.process_time() - start) * 1e3 / share


def _resident() -> float:
    """MB of this process in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1e6
