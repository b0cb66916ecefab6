"""Named queries: topics that people of a server or workspace made themselves."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, dataclass

from bot.core.commands.changing import NONE
from bot.core.errors import QueryError
from bot.core.language.text import fold

LONGEST = 60
"""Characters of a name."""
MOST = 100
"""Names of one server or workspace."""
_QUOTES = '"“”'  # a typed line has no way to say them within a value
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class OwnTopic:
    """A name as typed, and the canonical text of its query."""

    name: str
    query: str

    @property
    def key(self) -> str:
        """The key that names share if they read alike."""
        return key_of(self.name)

    @property
    def text(self) -> str:
        """The text under which it is stored."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read(text: str) -> OwnTopic | None:
    """Read the output of `OwnTopic.text`; None for "", which means that nothing is stored."""
    held = json.loads(text) if text else {}
    return OwnTopic(held["name"], held["query"]) if held else None


def typed(name: str) -> str:
    """A name without blanks around it, and without quotes if there is one at each end."""
    name = " ".join(name.split())
    if len(name) > 1 and name[0] in _QUOTES and name[-1] in _QUOTES:
        name = name[1:-1].strip()
    return name


def key_of(name: str) -> str:
    """The key of a name: folded like all text, so that case, width and script make no difference."""
    return fold(typed(name))


def checked(text: str) -> str:
    """Check a typed name and return it. Raises `QueryError` if it can't be one."""
    name = typed(text)
    if not 1 <= len(name) <= LONGEST:
        raise QueryError(f"a name has 1 to {LONGEST} characters, not {len(name)}")
    if any(char in _QUOTES or unicodedata.category(char) in _UNSEEN for char in name):
        raise QueryError("a name can't contain quotes or invisible characters")
    if key_of(name) == NONE:
        raise QueryError("“none” can't be a name; to remove a name, use unsubscribe with forget")
    if not any(map(str.isalpha, key_of(name))):
        raise QueryError("a name needs a letter, because numbers stand for subscriptions")
    return name
