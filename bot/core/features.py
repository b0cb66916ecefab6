"""What folding sees in a text: terms, names, figures, and how it could be said in the other language."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from bot.core.entities import NOTHING, Lexicon
from bot.core.quantities import Figures, figures
from bot.core.text import fold, tokens
from bot.core.words import STOP, suffixless

WORDS = 250  # further words say more about the background than about the event
_CHARS = 12 * WORDS
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_HAN_RUN = re.compile(f"[{_HAN}]+")
_NAME = re.compile(r"(?<=[ (\"“])[A-Z][\w'’-]*")
_OPENING = frozenset('.!?:。："“(')
_FUNCTION = frozenset(
    "的了是在和与对将为等这那也而及或被把从由于其之以并但都又还就着过吗呢吧啊么该此各每很更最已曾我你他她它们个中上下"
    "有不到说会能可要让给向据称一"
)


@dataclass(frozen=True, slots=True)
class Features:
    """A text as folding sees it.

    `terms` maps a term to how often it stands there: stems of words, pairs of Chinese characters, figures ("#1.8e+09",
    "d3-5"), entities ("@zhipu"). `names` are those of them that are written as names. `cross` is the same in the space
    that both languages share: figures, entities, names, and English stems (a Chinese text's through the glossary).
    `words` counts words, two Chinese characters as one.
    """

    script: str
    words: int
    terms: dict[str, int]
    names: frozenset[str]
    figures: Figures
    cross: dict[str, int]
    entities: frozenset[str]


def features(title: str, body: str, lexicon: Lexicon = NOTHING) -> Features:
    """The features of a text; `body` may repeat the title at its start."""
    text = joined(title, body)[:_CHARS]
    folded = fold(text)
    runs = _HAN_RUN.findall(folded)
    han = sum(map(len, runs))
    latin = [token for token in tokens(text).texts if token[0] not in _ODD_STARTS and not _HAN_RUN.match(token)][:WORDS]
    script = "zh" if han > len(latin) else "la"
    found = figures(folded)
    entities = lexicon.entities(folded)
    shared = _shared(found, entities)
    stems = Counter(suffixless(word) for word in latin if word not in STOP and len(word) > 1)
    names = _names(text)
    if script == "la":
        terms = stems + shared
        return Features("la", len(latin), dict(terms), names & terms.keys(), found, dict(terms), entities)
    pairs = Counter(pair for run in runs for pair in _pairs(run))
    cross = stems + shared + Counter(lexicon.glosses(runs))
    named = frozenset(stems) | frozenset(f"@{entity}" for entity in entities)
    return Features("zh", len(latin) + han // 2, dict(pairs + stems + shared), named, found, dict(cross), entities)


_ODD_STARTS = frozenset("0123456789")


def joined(title: str, body: str) -> str:
    """Title and body as one text, the title once."""
    start = title.rstrip(". …")[:60]
    return body if start and body.startswith(start) else f"{title}\n{body}" if body else title


def _shared(found: Figures, entities: frozenset[str]) -> Counter[str]:
    shared = Counter(quantity.term for quantity in found.quantities)
    shared.update(found.days)
    shared.update(f"#{year}" for year in found.years)
    shared.update(f"@{entity}" for entity in entities)
    return shared


def _names(text: str) -> frozenset[str]:
    """Stems of words that are capitalised for another reason than to open a sentence."""
    words = {match[0] for match in _NAME.finditer(text) if text[match.start() - 2] not in _OPENING}
    return frozenset(suffixless(part) for word in words for part in fold(word).removesuffix("'s").split("-"))


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1) if run[at] not in _FUNCTION and run[at + 1] not in _FUNCTION]
