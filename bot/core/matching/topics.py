"""Topics: rules in TOML, compiled to query trees.

A file of `config/topics` holds one or more `[[topic]]` tables, and may hold `[lists]` that all files share:

    [lists]
    chips = ["chip", "gpu", "芯片"]          # "@chips" in a list of terms or in a query stands for all of these

    [[topic]]
    id = "export-controls"                   # letters, digits and hyphens; what people subscribe to
    title = { en = "…", zh-CN = "…", zh-TW = "…" }     # en is required
    description = { en = "…", zh-CN = "…" }   # or one text for all: "…"
    any = ["entity list", "实体清单"]         # strong terms: one is enough
    queries = ["h20 NEAR/5 (ban OR @chips)"] # strong expressions of the query language (its limits are wider here)
    not = ["potato chip"]                    # blanked before anything is looked for: sets nothing off, vetoes nothing
    exclude = ["fantasy football"]           # vetoes: an item that holds one is not of the topic
    without = ["stocks"]                     # vetoes: nor is an item whose title has one of these
    scope = "title"                          # for `any`, and for the rules below that name none of their own

    [[topic.rule]]                           # as many as needed; all that a rule names must hold
    with = ["ban", "禁令"]                    # weak terms: count where a context term stands in the same clause of
    context = ["=H20", "@chips"]             # the title or the text's opening, another word than the weak one
    without = ["recipe"]                     # the rule does not hold where the title has one of these
    forms = ["RULE"]                         # the entry's form is one of these (alone, it stands for `with`)
    langs = ["en"]                           # the entry's language is one of these
    sources = ["Federal Register"]           # the entry's source is one of these
    scope = "clause"                         # or "title" (all in the title), "item" (anywhere in what counts)

    [topic.severity]
    base = "normal"                          # or "notable", "breaking"
    breaking = ["final rule"]                # a term here raises to breaking, one in `notable` to notable,
    notable = ["draft rule"]                 # one in `normal` lowers the base to normal; the strongest wins
    official = "notable"                     # entries of an official source are at least this
    forms = { breaking = ["8-K"] }           # and entries of one of these forms this
    outlets = { notable = 3, breaking = 6 }  # so many outlets within an hour make the story this

Terms are words (`chip` = `chips`, any case, width, accent or script), phrases (`export control`, hyphen and space
alike), words with `*` (`licen*`, `go* public`; at least two letters before it), `=H20` with its case as written,
`"chips"` exactly as written but for case, Chinese words (phrases of characters, traditional = simplified),
`@list`, `@entity:nvidia` (all its names; among strong terms a name that needs context counts with it only) and
`@group:chip` (the names of all entities of a group, those that need context only among strong terms, with it). Lists
may hold lists, entities and groups.

Words count in the title and in the lead: the first sixty words or so of the text (of official sources and filings in
all of it). Further down, words of a field are said in passing.

A clause ends at a semicolon in a title, under a rubric ("Weekly | a / b") at a slash too, and at the end of a sentence
elsewhere. Each part of a title "a；b；c" is judged alone by the whole topic, its expressions and vetoes too, as if it
were the title; sixteen parts at most, the last of which holds all the rest (and a title of over a thousand words is
none).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeGuard

from bot.core.errors import ConfigError, QueryError
from bot.core.language.languages import LANGUAGES, language_of, not_a_language
from bot.core.language.text import fold
from bot.core.matching.limits import anchored
from bot.core.matching.severity import SeverityRules, severity_rules
from bot.core.matching.topicterms import Vocabulary, closest, strings
from bot.core.matching.tree import Alone, Blank, Clause, Field, Meta, Node, Not, Phrase, all_of, any_of, sought

_TOPIC_KEYS = ("id", "title", "description", "any", "queries", "not", "exclude", "without", "scope", "rule", "severity")
_RULE_KEYS = ("with", "context", "without", "forms", "langs", "sources", "scope")
_SCOPES = ("clause", "title", "item")


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic, checked. `titles` and `descriptions` by language; of titles "en" is always there."""

    id: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    tree: Node
    severity: SeverityRules

    @property
    def version(self) -> str:
        """A text that changes when the topic matches something else. Computed on demand: only a reload compares it."""
        said = repr((self.tree, self.severity, sorted(self.titles.items())))
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:12]

    def title(self, language: str) -> str:
        """The title in a language; in English if there is none."""
        return self.titles.get(language, self.titles["en"])

    def description(self, language: str) -> str:
        """The description in a language; in English if there is none; "" if there is no description at all."""
        return self.descriptions.get(language) or self.descriptions.get("en", "")

    def terms(self) -> frozenset[Phrase]:
        """The words and phrases that it looks for, without those that exclude."""
        return frozenset(sought(self.tree))


class Loaded(NamedTuple):
    """The valid topics, and one line for each invalid one."""

    topics: tuple[Topic, ...]
    errors: tuple[ConfigError, ...]


def load_topics(files: Mapping[str, Mapping[str, Any]], entities: Iterable[Mapping[str, Any]] = ()) -> Loaded:
    """Topics from parsed TOML files by name, with the rows of the entity table that `@entity:…` may name.

    An invalid topic is left out and named in `errors`, so that a reload can keep the old one.
    """
    vocabulary = Vocabulary(_lists(files), {str(row.get("id", "")): row for row in entities})
    topics: dict[str, Topic] = {}
    errors: list[ConfigError] = []
    for name, table in sorted(files.items()):
        for row in _rows(name, table, errors):
            try:
                topic = _topic(row, vocabulary)
                if topic.id in topics:
                    raise ConfigError(f"topic {topic.id} exists twice; give one of them another id")
                topics[topic.id] = topic
            except (ConfigError, QueryError) as error:
                errors.append(ConfigError(f"{name}: {error}"))
    return Loaded(tuple(topics.values()), tuple(errors))


def _lists(files: Mapping[str, Mapping[str, Any]]) -> dict[str, Sequence[str]]:
    found = [table.get("lists", {}) for table in files.values()]
    return {key: terms for lists in found if isinstance(lists, Mapping) for key, terms in lists.items()}


def _rows(name: str, table: Mapping[str, Any], errors: list[ConfigError]) -> Sequence[Mapping[str, Any]]:
    strays = [key for key in table if key not in ("topic", "lists")]
    errors += [ConfigError(f"{name}: {key} is no part of a topic file; it holds [[topic]], [lists]") for key in strays]
    if not isinstance(table.get("lists", {}), Mapping):
        errors.append(ConfigError(f"{name}: write [lists] in brackets, and a list of words for each name under it"))
    rows = table.get("topic", [])
    if _are_tables(rows):
        return rows
    errors.append(ConfigError(f"{name}: write [[topic]] with two brackets, once for each topic"))
    return []


def _are_tables(rows: object) -> TypeGuard[list[Mapping[str, Any]]]:
    return isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows)


def _topic(row: Mapping[str, Any], vocabulary: Vocabulary) -> Topic:
    name = row.get("id")
    if not isinstance(name, str) or not _is_id(name):
        raise ConfigError(f"a topic needs an id of small letters, digits and hyphens, not {name!r:.60}")
    try:
        _check_keys(row, _TOPIC_KEYS)
        tree = _tree(row, vocabulary)
        severity = severity_rules(_table(row, "severity"), vocabulary)
        titles, descriptions = _titles(row.get("title")), _descriptions(row.get("description", ""))
    except (ConfigError, QueryError) as error:
        raise ConfigError(f"topic {name}: {error}") from None
    return Topic(name, titles, descriptions, tree, severity)


def _is_id(name: str) -> bool:
    return 0 < len(name) <= 40 and name.isascii() and name.replace("-", "").isalnum() and name == name.lower()


def _table(row: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = row.get(key, {})
    if not isinstance(found, Mapping):
        raise ConfigError(f"{key} is a table of its own: [topic.{key}]")
    return found


def _check_keys(table: Mapping[str, Any], known: Sequence[str]) -> None:
    for key in table:
        if key not in known:
            raise ConfigError(f"{key} is not a key here{closest(key, known)}")


def _titles(titles: object) -> dict[str, str]:
    if not isinstance(titles, Mapping) or not titles.get("en"):
        raise ConfigError('title needs at least English: title = { en = "…", zh-CN = "…", zh-TW = "…" }')
    return _in_languages(titles)


def _descriptions(told: object) -> dict[str, str]:
    return _in_languages(told if isinstance(told, Mapping) else {"en": told})


def _in_languages(texts: Mapping[str, object]) -> dict[str, str]:
    _check_keys(texts, LANGUAGES)
    return {language: " ".join(str(text).split()) for language, text in texts.items()}


def _tree(row: Mapping[str, Any], vocabulary: Vocabulary) -> Node:
    scope = _scope(row, "clause")
    words = _where(vocabulary.strong(row.get("any", []), "any"), scope)
    strong = [*words, *vocabulary.queries(row.get("queries", []))]
    if not _are_tables(found := row.get("rule", [])):
        raise ConfigError("write [[topic.rule]] with two brackets, once for each rule")
    rules = [_rule(rule, scope, vocabulary) for rule in found]
    if not strong and not rules:
        raise ConfigError("nothing sets it off; give it any = [terms], queries or a [[topic.rule]]")
    tree = any_of([*strong, *rules])
    if row.get("exclude"):
        tree = all_of([tree, Not(any_of(vocabulary.phrases(row["exclude"], "exclude")))])
    if row.get("without"):
        tree = all_of([tree, Not(Field("title", any_of(vocabulary.phrases(row["without"], "without"))))])
    blanked = tuple(vocabulary.phrases(row.get("not", []), "not"))
    return Alone(Blank(tree, blanked) if blanked else tree)


def _scope(table: Mapping[str, Any], usual: str) -> str:
    scope: str = table.get("scope", usual)
    if scope not in _SCOPES:
        raise ConfigError(f"scope is one of {', '.join(_SCOPES)}, not {scope!r:.60}")
    return scope


def _rule(rule: Mapping[str, Any], usual: str, vocabulary: Vocabulary) -> Node:
    _check_keys(rule, _RULE_KEYS)
    scope = _scope(rule, usual)
    weak = tuple(vocabulary.phrases(rule.get("with", []), "with"))
    context = tuple(vocabulary.phrases(rule.get("context", []), "context"))
    unless = vocabulary.phrases(rule.get("without", []), "without")
    vetoes = [Not(Field("title", any_of(unless)))] if unless else []
    parts = [*_words(weak, context, scope), *_tests(rule), *vetoes]
    if not parts or not anchored(made := all_of(parts)):
        raise ConfigError("a [[topic.rule]] needs terms in with or context, forms or sources")
    return made


def _words(weak: tuple[Phrase, ...], context: tuple[Phrase, ...], scope: str) -> list[Node]:
    if weak and context and scope != "item":
        return [Clause(weak, context, title_only=scope == "title")]
    return [node for side in (weak, context) if side for node in _where([any_of(side)], scope)]


def _where(nodes: Sequence[Node], scope: str) -> Sequence[Node]:
    return [Field("title", node) for node in nodes] if scope == "title" else nodes


def _lang(code: str) -> str:
    if not language_of(code):
        raise ConfigError(f"langs: {not_a_language(code)}")
    return code.lower()


def _tests(rule: Mapping[str, Any]) -> list[Node]:
    made: list[Node] = []
    kinds: tuple[tuple[str, str, Callable[[str], str]], ...] = (
        ("forms", "form", str.upper),
        ("langs", "lang", _lang),
        ("sources", "source", fold),
    )
    for key, name, shape in kinds:
        if values := rule.get(key):
            made.append(any_of(Meta(name, " ".join(shape(value).split())) for value in strings(values)))
    return made
