"""Stories told again by a language model: the alert is sent first, with the reports' sentences, and edited after."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from bot.core.errors import StoreError
from bot.core.model import Entry
from bot.core.sentences import clean, is_cjk_text
from bot.core.telling import TOLD
from bot.ports import Store

log = logging.getLogger(__name__)
_WAITING, _FROM_EACH, _READ = 200, 3, 6_000


class Model(Protocol):
    """Who summarises (`bot.llm`)."""

    @property
    def model(self) -> str: ...

    async def summary(self, sentences: Sequence[str]) -> str: ...

    async def close(self) -> None: ...


class Retelling:
    """Takes stories that were just alerted; asks for each, one task at a time per place of the model."""

    def __init__(self, store: Store, model: Model, clock: Callable[[], int], wake: Callable[[], None]) -> None:
        self._store = store
        self._model = model
        self._clock = clock
        self._wake = wake
        self._queue: asyncio.Queue[int] = asyncio.Queue(_WAITING)

    def note(self, story_id: int) -> None:
        """A story was alerted or has grown. What is too much to ask for is left as it is."""
        if not self._queue.full():
            self._queue.put_nowait(story_id)

    async def run(self, stop: asyncio.Event) -> None:
        """Ask until `stop` is set."""
        ending = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                waiting = asyncio.create_task(self._queue.get())
                await asyncio.wait({waiting, ending}, return_when=asyncio.FIRST_COMPLETED)
                if waiting.done():
                    await self._retell(waiting.result())
                else:
                    waiting.cancel()
        finally:
            ending.cancel()
            await self._model.close()

    async def _retell(self, story_id: int) -> None:
        story = await self._store.story(story_id)
        if story is None:
            return
        sentences = lead_sentences([entry for entry, _ in await self._store.timeline(story.id)], story.lang)
        said = await self._model.summary(sentences) if len(sentences) > 1 else ""
        if not said or said == story.summary:
            return
        try:
            await self._store.keep(f"{TOLD}{story.id}", json.dumps([said, self._model.model], ensure_ascii=False))
            now = self._clock()
            if await self._store.transact(lambda tx: tx.fan_out(story.id, "update", (), now, 0)):
                self._wake()
        except StoreError as error:
            log.warning("story %d is not told again: %s", story.id, error)


def lead_sentences(entries: Sequence[Entry], lang: str) -> list[str]:
    """The first sentences of each report in a story's language, each once."""
    cjk = lang in ("zh", "ja")
    kept: dict[str, None] = {}
    for entry in entries:
        text = entry.summary or entry.content
        if text and is_cjk_text(text) == cjk:
            kept |= dict.fromkeys(clean(text[:_READ], entry.title, _FROM_EACH))
    return list(kept)
