"""What folding sees in a text: terms, names, figures, and how it could be said in the other language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.core.language.commonwords import STOP
from bot.core.language.entities import NOTHING, Lexicon
from bot.core.language.quantities import Figures, figures
from bot.core.language.stems import suffixless
from bot.core.language.text import Lexed, fold, tokens

WORDS = 250  # further words say more about the background than about the event
_CHARS = 12 * WORDS
_PLACES = ((0, 30, 1.0), (30, 75, 0.5), (75, WORDS, 0.25))
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_HAN_RUN = re.compile(f"[{_HAN}]+")
_NAME = re.compile(r"[A-Z](?<=[ (\"“].)[\w'’-]*")
_SURELY = re.compile(r"[A-Z][a-z]*[A-Z][\w'’-]*")
"""A first word that would have capitals anywhere: EU, DeepSeek."""
_OPENED = 40  # characters by which a title is known for one in capitals
_REPOSITORY = re.compile(r"[\w.-]+/([\w.-]+): ")
"""The beginning of a release's title: the repository's name counts as a name, though it is written small."""

_FIELD = {"artificial": ("artificial", "intelligence"), "large": ("large", "language", "model")}
_FIELD_ZH = re.compile("人工智能|大型?语言模型")
_ASIDE = re.compile(
    r",? (?:just )?(?:\w+ )?(?:hour|day|week|month)s? after\b.*|, (?:following|unlike|like) .*"
    r"|^继[^，,]{1,16}[之以]?后[，,]",
    re.IGNORECASE,
)
_OPENING = frozenset('.!?:。："“(')
_BEHIND_DIGITS = ":"
"""The character after "9". No token begins with one before "0", so a token below this one begins with a digit."""
_FUNCTION = frozenset(
    "的了是在和与对将为等这那也而及或被把从由于其之以并但都又还就着过吗呢吧啊么该此各每很更最已曾我你他她它们个中上下"
    "有不到说会能可要让给向据称一"
)


@dataclass(frozen=True, slots=True)
class Features:
    """A text as folding sees it.

    `terms` maps each term to its frequency, in which later places count less: stems of words, pairs of Chinese
    characters, figures ("#1.8e+09", "d3-5"), entities ("@zhipu"). `names` are the terms that are written as names.
    `cross` is the same in the space that both languages share: figures, entities, names, and English stems (those of a
    Chinese text through the glossary). `words` is the number of words, two Chinese characters counted as one. `head`
    are the terms of the title, `subjects` the entities in it that are no venue, `title` is the title as published,
    `spelled` the terms of all names of the entities.
    """

    script: str
    words: int
    terms: dict[str, float]
    names: frozenset[str]
    figures: Figures
    cross: dict[str, float]
    entities: frozenset[str]
    head: frozenset[str]
    subjects: frozenset[str]
    title: str = ""
    spelled: frozenset[str] = frozenset()


def features(read: Lexed, lexicon: Lexicon = NOTHING, title: str = "", at_ms: int = 0) -> Features:
    """The features of a text, its title first; `at_ms` is when it was written, 0 if unknown."""
    folded = read.folded[:_CHARS]
    runs = _runs(folded)
    han = sum(map(len, runs))
    words = read.texts[: WORDS + han]
    latin = [word for word in _telling(words) if word >= _BEHIND_DIGITS and not (han and _is_han(word))][:WORDS]
    found = figures(folded)
    if found.days or found.years:
        found = found.without(at_ms)
    entities = lexicon.entities(folded, words)
    shared = dict.fromkeys(_shared(found, entities), 1.0)
    spelled = frozenset().union(*[lexicon.spelled.get(entity, ()) for entity in entities])
    stems = _placed(list(map(_stem, latin)))
    names = _names(read.text[:_CHARS])
    if han <= len(latin):
        terms = stems | shared
        head, subjects = _head(title, terms, lexicon)
        named = names & terms.keys()
        return Features("la", len(latin), terms, named, found, terms, entities, head, subjects, title, spelled)
    pairs = _placed([pair for run in runs for pair in _pairs(run)])
    cross = _translated(lexicon.glosses(runs)) | stems | shared
    named = frozenset(stems) | frozenset(f"@{entity}" for entity in entities)
    terms = pairs | stems | shared
    head, subjects = _head(title, terms, lexicon)
    return Features("zh", len(latin) + han // 2, terms, named, found, cross, entities, head, subjects, title, spelled)


def _head(title: str, terms: dict[str, float], lexicon: Lexicon) -> tuple[frozenset[str], frozenset[str]]:
    """The terms of the title, among those of its text, and the entities that the title is about, without those named in
    an aside ("a day after Zhipu").
    """
    read = tokens(title)
    found = set(map(suffixless, read.texts))
    if not read.folded.isascii():
        found.update(pair for run in _runs(read.folded) for pair in _pairs(run))
    entities = lexicon.entities(read.folded, read.texts)
    if len(entities) > 1 and _ASIDE.search(title):
        plain = tokens(_ASIDE.sub("", title))
        entities = lexicon.entities(plain.folded, plain.texts) or entities
    found.update([f"@{entity}" for entity in entities])
    found.update([quantity.term for quantity in figures(read.folded).quantities])
    return frozenset(found & terms.keys()), entities - lexicon.venues


def _runs(folded: str) -> list[str]:
    """Runs of Chinese characters without the names of the field: here 人工智能 says as little as "AI" or "the"."""
    return _HAN_RUN.findall(_FIELD_ZH.sub(" ", folded)) if not folded.isascii() else []


def _telling(words: Sequence[str]) -> Sequence[str]:
    """Words without "artificial intelligence" and "large language models"."""
    if _FIELD.keys().isdisjoint(words):
        return words
    skipped: set[int] = set()
    for at, word in enumerate(words):
        name = _FIELD.get(word, ())
        if name and tuple(part.removesuffix("s") for part in words[at : at + len(name)]) == name:
            skipped.update(range(at, at + len(name)))
    return [word for at, word in enumerate(words) if at not in skipped]


def _is_han(word: str) -> bool:
    return "\u3400" <= word[0] <= "\u9fff"


def _placed(terms: Sequence[str]) -> dict[str, float]:
    """The frequency of each term, in which later places count less; "" is no term."""
    out: dict[str, float] = {}
    for start, end, weight in _PLACES:
        for term in terms[start:end]:
            out[term] = out.get(term, 0.0) + weight
    out.pop("", None)
    return out


def _translated(words: Iterable[tuple[str, ...]]) -> dict[str, float]:
    """English stems of Chinese words; a word with several meanings counts less for each."""
    out: dict[str, float] = {}
    for stems in words:
        for stem in stems:
            out[stem] = max(out.get(stem, 0.0), len(stems) ** -0.5)
    return out


def _shared(found: Figures, entities: frozenset[str]) -> list[str]:
    counted = [quantity.term for quantity in found.quantities]
    return [
        *counted,
        *found.days,
        *[f"#{year}" for year in found.years],
        *[f"@{entity}" for entity in sorted(entities)],
    ]


def _names(text: str) -> frozenset[str]:
    """Stems of words that are capitalised, but not merely because they open a sentence."""
    words = {match[0] for match in _NAME.finditer(text) if text[match.start() - 2] not in _OPENING}
    if (first := _SURELY.match(text)) and not text[:_OPENED].isupper():
        words.add(first[0])
    if "/" in text and (released := _REPOSITORY.match(text)):
        words.update(released[1].replace("_", ".").split("."))
    return frozenset().union(*map(_parts, words))


@lru_cache(maxsize=16_384)
def _parts(name: str) -> tuple[str, ...]:
    return tuple(suffixless(part) for part in fold(name).removesuffix("'s").split("-"))


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """The stem of a word; "" for a stop word."""
    return suffixless(word) if word not in STOP and len(word) > 1 else ""


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1) if run[at] not in _FUNCTION and run[at + 1] not in _FUNCTION]
