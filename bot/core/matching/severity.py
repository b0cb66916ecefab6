"""The severity of a story, by the rules of its topics, and which rule set it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from bot.core.errors import ConfigError
from bot.core.matching.match import TOPIC, Engine
from bot.core.matching.topicterms import Vocabulary, closest
from bot.core.matching.tree import Alone, Node, any_of
from bot.core.message import SEVERITIES as LEVELS
from bot.core.message import Severity
from bot.core.model import Entry, Hit
from bot.core.units import HOUR_MS

_KEYS = ("base", "official", "forms", "outlets", *LEVELS)


@dataclass(frozen=True, slots=True)
class SeverityRules:
    """The rules of a topic. `base` and `official` (a floor for official sources; None for none) are levels.

    `terms` are looked for in entries; `forms` maps a filing's form to its level, `outlets` says how many outlets within
    an hour make a level.
    """

    base: Severity = "normal"
    official: Severity | None = None
    terms: tuple[tuple[Severity, Node], ...] = ()
    forms: Mapping[str, Severity] = field(default_factory=dict)
    outlets: Mapping[Severity, int] = field(default_factory=dict)


class Verdict(NamedTuple):
    """A level and what set it: `by` a term, a form, an official source, a number of outlets, or the topic's base.

    `detail` are the words as published, the form, the outlet, or the number.
    """

    level: Severity
    by: Literal["term", "form", "official", "outlets", "base"]
    topic: str
    detail: str = ""


def severity_rules(table: Mapping[str, Any], vocabulary: Vocabulary) -> SeverityRules:
    """The rules of a `[topic.severity]` table. Raises `ConfigError`."""
    for key in table:
        if key not in _KEYS:
            raise ConfigError(f"{key} is not a key here{closest(key, _KEYS)}")
    base, official = table.get("base", "normal"), table.get("official")
    if base not in LEVELS or official not in (None, *LEVELS):
        raise ConfigError(f"severity.base and severity.official are one of {', '.join(LEVELS)}")
    terms = (
        (level, any_of(phrases))
        for level in LEVELS
        if (phrases := vocabulary.phrases(table.get(level, []), f"severity.{level}"))
    )
    return SeverityRules(base, official, tuple(terms), _forms(table), _outlets(table))


def _forms(table: Mapping[str, Any]) -> dict[str, Severity]:
    given = _by_level(table, "forms", '{ notable = ["S-1"], breaking = ["8-K"] }')
    if not all(isinstance(forms, list) for forms in given.values()):
        raise ConfigError("severity.forms has a list of forms for each level")
    return {" ".join(str(form).upper().split()): level for level in LEVELS for form in given.get(level, ())}


def _outlets(table: Mapping[str, Any]) -> dict[Severity, int]:
    given = _by_level(table, "outlets", "{ notable = 3, breaking = 6 }")
    if not all(isinstance(n, int) and 2 <= n <= 100 for n in given.values()):
        raise ConfigError("severity.outlets has a number of outlets, 2 to 100, for each level")
    return {level: given[level] for level in LEVELS if level in given}


def _by_level(table: Mapping[str, Any], key: str, such_as: str) -> Mapping[Severity, Any]:
    given = table.get(key, {})
    if not isinstance(given, Mapping) or not set(given) <= {*LEVELS}:
        raise ConfigError(f"severity.{key} is such as {such_as}")
    return given


class Severities:
    """Judges how grave an entry is by the rules of its topics, given by topic id."""

    def __init__(self, rules: Mapping[str, SeverityRules]) -> None:
        self._rules = rules
        self._engine = Engine()
        for topic, its in rules.items():
            for level, terms in its.terms:
                self._engine.add(f"{topic}/{level}", Alone(terms))

    def counts_outlets(self, topics: Sequence[str]) -> bool:
        """Whether some of these topics ask how many outlets report a story."""
        return any(self._rules[topic].outlets for topic in topics if topic in self._rules)

    def of(self, topics: Sequence[str], entry: Entry, outlets: int = 1) -> Severity:
        """The gravest level that one of these topics gives the entry; "normal" without topics.

        `outlets`: how many reported the story within the hour before the entry, including its own.
        """
        said = dict.fromkeys(self._engine.matching(entry), ())
        return self._gravest(topics, entry, outlets, said).level

    def why(self, topics: Sequence[str], entry: Entry, outlets: int = 1) -> Verdict:
        """As `of`, with the rule that says so."""
        said = {hit.rule: hit.why for hit in self._engine.match(entry)}
        return self._gravest(topics, entry, outlets, said)

    def _gravest(
        self, topics: Sequence[str], entry: Entry, outlets: int, said: Mapping[str, tuple[str, ...]]
    ) -> Verdict:
        verdicts = [
            verdict
            for topic in topics
            if topic in self._rules
            for verdict in _verdicts(topic, self._rules[topic], entry, outlets, said)
        ]
        return max(verdicts, key=lambda verdict: LEVELS.index(verdict.level), default=Verdict("normal", "base", ""))


def _verdicts(
    topic: str, rules: SeverityRules, entry: Entry, outlets: int, said: Mapping[str, tuple[str, ...]]
) -> list[Verdict]:
    """The verdict of each of a topic's rules; of matching words the strongest counts, which may also lower the base."""
    word = next((level for level in reversed(LEVELS) if f"{topic}/{level}" in said), None)
    made = [Verdict(word, "term", topic, ", ".join(said[f"{topic}/{word}"]))] if word else [
        Verdict(rules.base, "base", topic)
    ]  # fmt: skip
    if level := rules.forms.get(" ".join(entry.form.upper().split())):
        made.append(Verdict(level, "form", topic, entry.form))
    if rules.official and entry.tier == "official":
        made.append(Verdict(rules.official, "official", topic, entry.source))
    made += [Verdict(level, "outlets", topic, str(outlets)) for level, n in rules.outlets.items() if outlets >= n]
    return made


def topics_of(hits: Iterable[Hit]) -> list[str]:
    """The ids of the topics among some hits."""
    return [hit.rule.removeprefix(TOPIC) for hit in hits if hit.rule.startswith(TOPIC)]


def reason(
    severities: Severities, reports: Sequence[tuple[Entry, Sequence[Hit]]], level: Severity
) -> tuple[Entry, Verdict] | None:
    """The first report that made a story as grave as it is, with the rule; None if no rule says so any more."""
    for entry, hits in reports:
        hour = {other.source for other, _ in reports if entry.at - HOUR_MS < other.at <= entry.at}
        verdict = severities.why(topics_of(hits), entry, len(hour | {entry.source}))
        if verdict.level == level:
            return entry, verdict
    return None
