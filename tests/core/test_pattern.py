"""A pattern that is compiled late does what one compiled at once does."""

from __future__ import annotations

import re

import pytest

from bot.core.language.pattern import late_pattern


def test_a_late_pattern_is_compiled_once_and_does_what_any_does(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    compiled = re.compile

    def counted(text: str, flags: int = 0) -> re.Pattern[str]:
        made.append(text)
        return compiled(text, flags)

    monkeypatch.setattr(re, "compile", counted)
    late = late_pattern("(a)b", re.IGNORECASE)
    assert made == []
    assert [late.sub("-", "xABy"), late.split("1ab2"), late.findall("ab AB")] == ["x-y", ["1", "a", "2"], ["a", "A"]]
    found = late.search("xAB")
    assert found is not None
    assert (found.span(), late.match("xab"), late.fullmatch("abc")) == ((1, 3), None, None)
    assert [match[0] for match in late.finditer("ab Ab")] == ["ab", "Ab"]
    assert made == ["(a)b"]
    assert (late.pattern, late.groups) == ("(a)b", 1)
