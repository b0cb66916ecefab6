"""What is installed is locked by hash, in versions without a published weakness."""

from __future__ import annotations

import pytest

from tests.audit import FOLDER, Pin, advisories, pins, wrong

LOCKS = sorted(path.name for path in FOLDER.glob("*.txt"))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_hashes_and_no_known_weakness(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    locked = pins(text)
    assert len(locked) == sum(line[:1].isalnum() for line in text.splitlines())
    assert wrong(locked, advisories()) == []


def test_what_is_weak_or_unlocked_is_named_with_its_remedy() -> None:
    known = {"jinja2": {"CVE-1": "3.1.6"}}
    assert wrong([Pin("jinja2", "3.1.5", 2), Pin("aiohttp", "3.9.0", 0)], known) == [
        "aiohttp 3.9.0 is locked by no hash",
        "jinja2 3.1.5 has CVE-1; take 3.1.6 or newer",
    ]
    assert wrong([Pin("jinja2", "3.1.10", 1)], known) == []


def test_every_advisory_is_of_something_that_is_locked() -> None:
    locked = {pin.name for name in LOCKS for pin in pins((FOLDER / name).read_text(encoding="utf-8"))}
    assert set(advisories()) <= locked
