"""What a store gives an alert to tell: which reports its summary is drawn from, and the time that a template shows."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from bot.core.message import Alert
from bot.ports import Store
from tests.store.build import T0, hit, lane, outcome, saving, subscribed, told

pytestmark = pytest.mark.usefixtures("untraced")

REPORTS = {
    "Alpha": "Officials said on Tuesday that exports of advanced chips need a licence from May.",
    "Beta": "Three makers of memory must report each shipment to the ministry in the capital.",
    "Gamma": "Exports of advanced chips need a licence from May, officials said.",
    "Delta": "Makers of memory must report each shipment to the ministry.",
}


@pytest.fixture
def far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that is nine hours ahead."""
    with monkeypatch.context() as there:
        there.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


async def alerted(store: Store, **last: str) -> Alert:
    """The alert of a story with four reports, the last of some kind. Two of them or more say each thing."""
    story = None
    for source, text in REPORTS.items():
        more = last if source == "Delta" else {}
        one = outcome("Rule on chips", story, hits=[hit()], source=source, content=text, **more)  # type: ignore[arg-type]
        ((_, story),) = await store.transact(saving(one))
    assert story is not None
    await told(store, "new", story, ["topic:chips"])
    ((_, alert),) = await lane(store, T0)
    assert alert is not None
    return alert


@pytest.mark.parametrize(
    ("last", "drawn"),
    [({}, True), ({"kind": "duplicate"}, False), ({"form": "8-K"}, False)],
    ids=["report", "copy", "filing"],
)
async def test_a_summary_is_drawn_from_reports_and_not_from_copies_or_filings(
    store: Store, last: dict[str, str], drawn: bool
) -> None:
    """What Beta alone reports is not told; Delta bears it out where it is a report."""
    await subscribed(store)
    alert = await alerted(store, **last)
    assert ("shipment" in alert.summary) is drawn
    assert (len({sentence.outlet for sentence in alert.sentences}) > 1) is drawn


@pytest.mark.usefixtures("far_east")
@pytest.mark.parametrize(
    ("zone", "shown"),
    [("", "2025-11-24 16:00"), ("Nowhere/Such", "2025-11-24 16:00"), ("Asia/Tokyo", "2025-11-25 01:00")],
)
async def test_a_template_shows_the_channels_time_else_utc_wherever_the_machine_stands(
    store: Store, zone: str, shown: str
) -> None:
    channel = await subscribed(store, template="{published}")
    await store.configure(channel, {"timezone": zone})
    alert = await alerted(store)
    assert alert.form is not None
    assert "".join(piece.text for piece in alert.form) == shown
