"""The program's memory with every bound scaled down, so that what is kept for speed is full within the first days.

Nothing is emptied and nothing is left out: what has no bound grows here as it would in years.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import _lru_cache_wrapper, lru_cache, partial
from unittest import mock

from bot.store.vocabulary import Vocabulary

_CACHE = 48
_BOUNDS = {
    "bot.store.similar.stories._KEPT": 1_000,
    "bot.store.similar.index._KEPT": 20,
    "bot.store.similar.common.SNAPSHOT_EVERY": 64,
    "bot.core.stories.commonness.HALF_LIFE_DAYS": 1.0,
    "bot.rules.lately._RECENT": 20,
}
_WORDS = 100


@contextmanager
def scaled() -> Iterator[None]:
    """Until the end of the block: small caches, few reports in memory, words that are soon forgotten."""
    with ExitStack() as stack:
        for name, bound in _BOUNDS.items():
            stack.enter_context(mock.patch(name, bound))
        stack.enter_context(mock.patch("bot.store.part.Vocabulary", partial(Vocabulary, _WORDS)))
        small: dict[int, object] = {}
        for module, name, cache in _caches():
            bounded = small.setdefault(id(cache), lru_cache(_CACHE)(cache.__wrapped__))
            stack.enter_context(mock.patch.object(module, name, bounded))
        yield


def _caches() -> list[tuple[object, str, _lru_cache_wrapper[object]]]:
    """Every cache of more than a few in the program's modules, under each name that it has."""
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0] == "bot"]
    return [
        (module, name, value)
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, _lru_cache_wrapper) and (value.cache_parameters()["maxsize"] or _CACHE + 1) > _CACHE
    ]
