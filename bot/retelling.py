"""Rewrites summaries with a language model. An alert is first sent with extracted sentences, and edited later."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence

from bot.core.alerts.telling import TOLD
from bot.core.errors import StoreError
from bot.core.language.sentences import clean, is_cjk_text
from bot.core.model import Entry
from bot.core.units import Clock
from bot.llm import Summariser
from bot.pipeline import PipelineOptions
from bot.ports import FanOut, Store

log = logging.getLogger(__name__)
_WAITING, _FROM_EACH, _READ = 200, 3, 6_000


class Retelling:
    """Queues stories that were just alerted, and asks the model for each, as many at a time as it takes."""

    def __init__(
        self,
        store: Store,
        model: Summariser,
        clock: Clock,
        wake: Callable[[], None],
        options: PipelineOptions | None = None,
    ) -> None:
        self._store = store
        self._model = model
        self._clock = clock
        self._wake = wake
        self._options = options or PipelineOptions()
        self._queue: asyncio.Queue[int] = asyncio.Queue(_WAITING)

    def note(self, story_id: int) -> None:
        """A story was alerted or has grown. When the queue is full, it keeps its extracted summary."""
        if not self._queue.full():
            self._queue.put_nowait(story_id)

    async def run(self, stop: asyncio.Event) -> None:
        """Ask until `stop` is set. An unexpected exception ends it."""
        tasks = [
            asyncio.create_task(stop.wait()),
            *(asyncio.create_task(self._work()) for _ in range(self._model.at_once)),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._model.close()

    async def _work(self) -> None:
        while True:
            story = await self._queue.get()
            try:
                await self._retell(story)
            except StoreError as error:
                log.warning("story %d is not told again: %s", story, error, extra={"story": story})

    async def _retell(self, story_id: int) -> None:
        story = await self._store.story(story_id)
        if story is None:
            return
        sentences = lead_sentences([entry for entry, _ in await self._store.timeline(story.id)], story.lang)
        said = await self._model.summary(sentences) if len(sentences) > 1 else ""
        key, told = f"{TOLD}{story.id}", json.dumps([said, self._model.model], ensure_ascii=False)
        if not said or said == story.summary or told == await self._store.recall(key):
            return
        await self._store.keep(key, told)
        options = self._options
        ask = FanOut(story.id, "update", (), self._clock(), options.burst, every_ms=options.update_every_ms)
        if any(await self._store.transact(lambda tx: tx.fan_out([ask]))):
            self._wake()


def lead_sentences(entries: Sequence[Entry], lang: str) -> list[str]:
    """The first sentences of each report in a story's language, each once."""
    cjk = lang in ("zh", "ja")
    kept: dict[str, None] = {}
    for entry in entries:
        text = entry.summary or entry.content
        if text and is_cjk_text(text) == cjk:
            kept |= dict.fromkeys(clean(text[:_READ], entry.title, _FROM_EACH))
    return list(kept)
