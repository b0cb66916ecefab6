"""Reloads topic files and the entity table when they change; a faulty file leaves the loaded version in place."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from bot.core.errors import ConfigError
from bot.core.language.entities import Lexicon
from bot.core.matching.topics import Loaded, Topic
from bot.rules.lexicons import read_entities, read_lexicon
from bot.rules.rulebook import Rulebook
from bot.rules.topicfiles import read_topic_files, stamp

log = logging.getLogger(__name__)


class TopicFiles:
    """The topic files behind a rulebook. `look` is cheap if nothing changed: it compares names, times and sizes.

    When the entity table or the glossary changed, `on_names` gets the new look-up that folding uses; it is called in
    the thread of `look`.
    """

    def __init__(self, rules: Rulebook, topics: Path, entities: Path, glossary: Path) -> None:
        self._rules = rules
        self._topics = topics
        self._entities = entities
        self._glossary = glossary
        self._stamp = stamp(topics, entities, glossary)
        self.on_names: Callable[[Lexicon], None] = lambda names: None

    def look(self) -> list[str]:
        """Load what changed; returns the ids of topics that are new or now match differently. Logs what is wrong."""
        now = stamp(self._topics, self._entities, self._glossary)
        if now == self._stamp:
            return []
        self._stamp = now
        self._take_names()
        try:
            loaded = read_topic_files(self._topics, self._entities)
        except ConfigError as error:
            log.error("topics stay as they were: %s", error, extra={"path": str(self._topics)})
            return []
        for wrong in loaded.errors:
            log.error("a topic stays as it was: %s", wrong, extra={"path": str(self._topics)})
        before = self._rules.topics.keys()
        changed = self._rules.put_topics(self._kept(loaded))
        if gone := sorted(before - self._rules.topics.keys()):
            log.warning("topics are gone: %s; who subscribes to them hears nothing", ", ".join(gone))
        log.info(
            "topics read again: %s", ", ".join(changed) or "none changed", extra={"topics": len(self._rules.topics)}
        )
        return changed

    def _take_names(self) -> None:
        try:
            rows, names = read_entities(self._entities), read_lexicon(self._entities, self._glossary)
        except ConfigError as error:
            log.error("the entity table stays as it was: %s", error, extra={"path": str(self._entities)})
            return
        self._rules.put_entities(rows)
        self.on_names(names)

    def _kept(self, loaded: Loaded) -> list[Topic]:
        """The loaded topics, and the old version of those with errors: a file that can't be read removes no topic."""
        right = {topic.id for topic in loaded.topics}
        old = [topic for topic in self._rules.topics.values() if loaded.errors and topic.id not in right]
        return [*loaded.topics, *old]
