from __future__ import annotations

from bot.core.latest import Latest


def test_what_was_set_longest_ago_goes() -> None:
    known: Latest[str, int] = Latest(2)
    for key, value in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        known[key] = value
    assert dict(known) == {"a": 3, "c": 4}


def test_a_look_keeps_nothing_longer() -> None:
    known: Latest[str, int] = Latest(2)
    known["a"], known["b"] = 1, 2
    assert known["a"] == known.get("a") == 1
    known["c"] = 3
    assert dict(known) == {"b": 2, "c": 3}
