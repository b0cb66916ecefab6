"""Topic files are read again when one changes: no restart, and a topic that is wrong now keeps its old rules."""

from __future__ import annotations

import logging
from pathlib import Path

from bot.core.errors import ConfigError
from bot.core.topics import Loaded, Topic
from bot.rulebook import Rulebook
from bot.topicfiles import read_topic_files, stamp

log = logging.getLogger(__name__)


class TopicFiles:
    """The topic files behind a rulebook. `look` is cheap when nothing changed: names, times and sizes only."""

    def __init__(self, rules: Rulebook, topics: Path, entities: Path) -> None:
        self._rules = rules
        self._topics = topics
        self._entities = entities
        self._stamp = stamp(topics, entities)

    def look(self) -> list[str]:
        """Take in what changed; returns the ids of topics that are new or match otherwise now. Logs what is wrong."""
        now = stamp(self._topics, self._entities)
        if now == self._stamp:
            return []
        self._stamp = now
        try:
            loaded = read_topic_files(self._topics, self._entities)
        except ConfigError as error:
            log.error("topics stay as they were: %s", error)
            return []
        for wrong in loaded.errors:
            log.error("a topic stays as it was: %s", wrong)
        changed = self._rules.put_topics(self._kept(loaded))
        log.info(
            "topics read again: %s", ", ".join(changed) or "none changed", extra={"topics": len(self._rules.topics)}
        )
        return changed

    def _kept(self, loaded: Loaded) -> list[Topic]:
        """What is right, and the old form of what is not: a file that can't be read takes no topic away."""
        right = {topic.id for topic in loaded.topics}
        old = [topic for topic in self._rules.topics.values() if loaded.errors and topic.id not in right]
        return [*loaded.topics, *old]
