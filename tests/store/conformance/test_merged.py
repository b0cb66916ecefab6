"""What every store owes to channels when two stories turn out to be one."""

from __future__ import annotations

import pytest

from bot.ports import Ambiguous, Rejected, Sent, Store
from tests.store.build import HOUR, MINUTE, T0, opened, outcome, saving, subscribed, told
from tests.store.conformance.serving import lane, send, states

pytestmark = pytest.mark.usefixtures("untraced")


async def merged(store: Store, old: int, into: int) -> None:
    await store.transact(saving(outcome("Both", into, placed={"merges": (old,), "news": "both"})))


async def test_what_was_refused_of_one_story_keeps_nobody_from_hearing_of_the_other(store: Store) -> None:
    await subscribed(store)
    refused = await opened(store, "One")
    await send(store, Rejected("odd"))
    waits = await opened(store, "Two")
    await merged(store, waits, into=refused)
    _, (delivery,) = await lane(store)
    assert (delivery.kind, delivery.story_id) == ("new", refused)


async def test_what_was_refused_of_one_story_keeps_no_update_from_the_message_of_the_other(store: Store) -> None:
    await subscribed(store)
    refused, was_told = await opened(store, "One"), await opened(store, "Two")
    await send(store, Rejected("odd"))
    await send(store, Sent("m2"))
    await merged(store, was_told, into=refused)
    assert await told(store, "update", refused, now=T0 + MINUTE) == 1
    _, (update,) = await lane(store, T0 + MINUTE)
    assert (update.kind, update.ref) == ("update", "m2")


async def test_what_a_digest_on_its_way_tells_is_not_told_once_more(store: Store) -> None:
    """Until it is known to have come, and when it is sent again."""
    channel = await subscribed(store, mode="hourly")
    await store.subscribe(channel, "topic:ships", "Ships", {}, T0)
    held = await opened(store, "One")
    await store.turn(T0 + HOUR)
    lease, (digest,) = await lane(store, T0 + HOUR)
    assert await store.begin(lease, digest, T0 + HOUR)
    await merged(store, held, into=await opened(store, "Two", "topic:ships"))
    alert = await store.alert(digest)
    assert alert is not None
    assert [line.title for line in alert.lines] == ["Two"]
    assert await store.settle(lease, digest, Sent("d"), T0 + HOUR)
    assert await states(store) == {"sent": 1, "told": 1}


@pytest.mark.parametrize("first", [True, False])
async def test_what_is_in_doubt_is_not_sent_again_where_the_other_story_was_told(store: Store, first: bool) -> None:
    """Nor does the other's message miss what is new, though an update waits for the one in doubt."""
    await subscribed(store)
    was_told = await opened(store, "One")
    await send(store, Sent("m1"))
    doubtful = await opened(store, "Two")
    lease, (delivery,) = await lane(store)
    assert await store.begin(lease, delivery, T0)
    assert await told(store, "update", doubtful, now=T0) == 1
    assert await store.settle(lease, delivery, Ambiguous("no answer"), T0)
    await store.release(lease)
    old, into = (was_told, doubtful) if first else (doubtful, was_told)
    await merged(store, old, into)
    assert await told(store, "update", into, now=T0 + MINUTE) == 1
    lease, due = await lane(store, T0 + MINUTE)
    assert [(one.kind, one.ref) for one in due] == [("update", "m1")]
    assert not await store.begin(lease, delivery, T0 + MINUTE)
