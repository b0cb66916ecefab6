"""Whether a server answers: told after two seconds, and until the first answer."""

from __future__ import annotations

from bot.store.postgres.link import Link


def test_what_is_mended_at_once_is_no_trouble() -> None:
    now = 100.0
    link = Link("PostgreSQL at h/d", lambda: now)
    assert link.trouble() == ""
    link.lost()
    now += 1.9
    assert link.trouble() == ""
    link.answers()
    now += 10
    assert link.trouble() == ""


def test_trouble_is_told_from_the_first_loss_on() -> None:
    now = 100.0
    link = Link("PostgreSQL at h/d", lambda: now)
    link.lost()
    now += 5
    link.lost()
    assert link.trouble() == "PostgreSQL at h/d has not answered for 5 s"
    link.answers()
    assert link.trouble() == ""
