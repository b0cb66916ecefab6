"""What every store owes to the polling of feeds."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.errors import StoreError
from bot.ports import FeedSpec, IngestTx, Store
from bot.store import open_store
from bot.store.transfer import copied, whole
from bot.vault import Vault
from tests.store.build import DAY, HOUR, MINUTE, T0, Clock, due_feed, outcome, settled

KEY = base64.b64encode(bytes(32)).decode()
NEW_KEY = base64.b64encode(bytes([7] * 32)).decode()
A, B = "https://feeds.example/a.xml", "https://feeds.example/b.xml"


async def test_a_feed_is_added_once(store: Store) -> None:
    spec = FeedSpec(A, "edgar", "Filings", "SEC", "en", "official", {"forms": ["S-1"], "n": 5})
    assert await store.add_feeds([spec, FeedSpec(B)], T0) == 2
    assert await store.add_feeds([FeedSpec(A, title="other")], T0) == 0
    assert await store.add_feeds([], T0) == 0
    first, second = await store.feeds()
    assert (first.url, first.kind, first.title, first.source, first.lang, first.tier) == (
        A, "edgar", "Filings", "SEC", "en", "official",
    )  # fmt: skip
    assert first.options == {"forms": ["S-1"], "n": 5}
    assert second.url == B
    assert not second.baselined


async def test_a_feed_is_removed_by_its_url(store: Store) -> None:
    await store.add_feeds([FeedSpec(A), FeedSpec(B)], T0)
    assert await store.remove_feed(A)
    assert not await store.remove_feed(A)
    assert [feed.url for feed in await store.feeds()] == [B]


async def test_due_feeds_are_leased_oldest_due_first(store: Store) -> None:
    await store.add_feeds([FeedSpec(A), FeedSpec(B)], T0)
    for feed in await store.due_feeds(T0, 10, MINUTE, "a"):
        await store.settle_polls([settled(feed, next_poll=T0 + (2 if feed.url == A else 1) * HOUR)])
    assert await store.due_feeds(T0 + HOUR - 1, 10, MINUTE, "a") == []
    assert [feed.url for feed in await store.due_feeds(T0 + 3 * HOUR, 10, MINUTE, "a")] == [B, A]
    assert await store.due_feeds(T0 + 3 * HOUR, 10, MINUTE, "b") == []
    again = await store.due_feeds(T0 + 3 * HOUR + MINUTE, 1, MINUTE, "b")
    assert [feed.url for feed in again] == [B]
    assert again[0].lease_no == 3


async def test_a_settled_poll_leaves_its_state_on_the_feed(store: Store) -> None:
    feed = await due_feed(store)
    left = settled(
        feed,
        rhythm="r1",
        etag='W/"x"',
        modified="Mon",
        body_hash=2**64 - 3,
        title="News",
        errors=2,
        last_error="no answer",
        last_ok=T0,
        last_new=T0 - 5,
        memo="seen 7",
    )
    await store.settle_polls([left])
    (kept,) = await store.feeds()
    for name in ("rhythm", "etag", "modified", "body_hash", "title", "errors", "last_error", "last_ok", "memo"):
        assert getattr(kept, name) == getattr(left, name), name
    assert kept.baselined
    assert kept.next_poll == T0 + HOUR
    (again,) = await store.due_feeds(T0 + HOUR, 1, MINUTE, "a")
    await store.settle_polls([settled(again)])
    (kept,) = await store.feeds()
    assert (kept.title, kept.memo, kept.last_ok, kept.last_new) == ("News", "seen 7", T0, T0 - 5)


async def test_a_feed_that_rests_is_not_polled(store: Store) -> None:
    feed = await due_feed(store)
    await store.settle_polls([settled(feed, state="gone", next_poll=T0)])
    assert await store.due_feeds(T0 + DAY, 10, MINUTE, "a") == []


@pytest.mark.case_id(90)
async def test_case_090_a_late_poll_is_refused_whole(store: Store) -> None:
    late = await due_feed(store)
    (new,) = await store.due_feeds(T0 + MINUTE, 1, MINUTE, "b")

    def work(tx: IngestTx) -> None:
        tx.save(late.id, outcome())

    with pytest.raises(StoreError) as refused:
        await store.commit_poll(settled(late, etag="late"), work)
    assert refused.value.kind == "lease"
    await store.settle_polls([settled(late, etag="late")])
    await store.commit_poll(settled(new, etag="new"), work)
    with pytest.raises(StoreError):
        await store.commit_poll(settled(new, etag="twice"), work)
    assert [feed.etag for feed in await store.feeds()] == ["new"]
    assert len(await store.latest(None, 10)) == 1


async def test_work_that_fails_leaves_nothing_and_keeps_the_lease(store: Store) -> None:
    feed = await due_feed(store)

    def work(tx: IngestTx) -> None:
        tx.save(feed.id, outcome())
        tx.mark_seen(feed.id, [[1]], T0)
        raise ValueError("a broken entry")

    with pytest.raises(ValueError, match="broken"):
        await store.commit_poll(settled(feed, etag="x"), work)
    assert await store.latest(None, 10) == []
    assert (await store.stats()).get("entries", 0) == 0
    assert await store.commit_poll(settled(feed, etag="y"), lambda tx: tx.new_keys(feed.id, [[1]])) == [True]
    assert [feed.etag for feed in await store.feeds()] == ["y"]


async def test_what_a_list_says_of_a_feed_that_is_there_holds_from_then_on(store: Store) -> None:
    before = FeedSpec(A, "hkex", "Announcements", "HKEX", "en", "official", {"drop": ("Monthly Return",)})
    await store.add_feeds([before, FeedSpec(B)], T0)
    feed = next(feed for feed in await store.due_feeds(T0, 9, MINUTE, "a") if feed.url == A)
    kept = settled(feed, etag="x", modified="y", body_hash=7, baselined=True, memo="seen")
    await store.settle_polls([kept])
    assert await store.heed_feeds([before, FeedSpec(f"{A}absent")]) == 0
    assert await store.heed_feeds([replace(before, title="")]) == 0  # the feed's own title stays
    after = replace(before, source="HKEXnews", lang="", tier="trade", options={"drop": ("Proxy Form",)})
    assert await store.heed_feeds([after, FeedSpec(B)]) == 1
    feed = next(feed for feed in await store.feeds() if feed.url == A)
    assert (feed.title, feed.source, feed.lang, feed.tier) == ("Announcements", "HKEXnews", "", "trade")
    assert feed.options == {"drop": ["Proxy Form"]}
    assert (feed.etag, feed.modified, feed.body_hash) == ("", "", 0), "what is read otherwise is read whole"
    assert (feed.baselined, feed.memo, feed.next_poll) == (True, "seen", kept.next_poll)


@pytest.mark.case_id(7)
async def test_case_007_a_feed_that_moved_onto_another_is_merged_into_it(store: Store) -> None:
    moving, target = await due_feed(store, A), await due_feed(store, B)
    await store.transact(lambda tx: tx.mark_seen(moving.id, [[11], [12]], T0))
    await store.transact(lambda tx: tx.mark_seen(target.id, [[12]], T0))
    await store.settle_polls([settled(moving, url=B)])
    kept, other = await store.feeds()
    assert (kept.url, kept.state, other.url, other.state) == (A, "merged", B, "active")
    assert await store.transact(lambda tx: tx.new_keys(target.id, [[11], [12], [13]])) == [False, False, True]


async def test_a_feed_that_moved_onto_one_that_rests_wakes_it_unless_a_person_paused_it(store: Store) -> None:
    there = await due_feed(store, A)
    await store.settle_polls([settled(await due_feed(store, B), url=A)])  # to there and, years later, back
    await store.settle_polls([settled(there, url=B, next_poll=T0 + DAY)])
    assert [(feed.url, feed.state) for feed in await store.feeds()] == [(A, "merged"), (B, "active")]
    (back,) = await store.due_feeds(T0 + DAY, 9, MINUTE, "a")
    assert (back.url, back.next_poll, back.last_error) == (B, T0 + DAY, "")

    await store.rest_feed(there.id, True, T0)
    await store.rest_feed(back.id, True, T0)
    third = await due_feed(store, f"{A}third")
    await store.settle_polls([settled(third, url=B)])
    assert [feed.state for feed in await store.feeds()] == ["merged", "paused", "active"]


async def test_a_feed_that_moved_elsewhere_keeps_its_memory(store: Store) -> None:
    feed = await due_feed(store, A)
    await store.transact(lambda tx: tx.mark_seen(feed.id, [[1]], T0))
    await store.settle_polls([settled(feed, url=B)])
    (kept,) = await store.feeds()
    assert (kept.id, kept.url, kept.state) == (feed.id, B, "active")
    assert await store.transact(lambda tx: tx.new_keys(feed.id, [[1]])) == [False]


@pytest.mark.case_id(72)
@pytest.mark.case_id(126)
async def test_case_126_a_clock_put_back_stops_no_feed(store: Store) -> None:
    feed = await due_feed(store)
    assert await store.due_feeds(T0 - 1, 1, MINUTE, "b") == [], "another program's clock may be a little behind"
    back = T0 - 30 * DAY
    (again,) = await store.due_feeds(back, 1, MINUTE, "b")
    assert again.lease_no == feed.lease_no + 1
    await store.settle_polls([settled(again, next_poll=T0 + HOUR)])
    assert len(await store.due_feeds(back, 1, MINUTE, "b")) == 1


async def test_a_start_after_the_clock_was_put_back_brings_feeds_forward(store: Store) -> None:
    await store.add_feeds([FeedSpec(A), FeedSpec(B)], T0)
    for feed in await store.due_feeds(T0, 2, MINUTE, "a"):
        await store.settle_polls([settled(feed, next_poll=T0 + HOUR, last_ok=T0)])
    assert await store.rewind(T0) == 0
    assert await store.rewind(T0 - 5 * HOUR) == 2
    assert len(await store.due_feeds(T0 - 5 * HOUR + 5 * MINUTE, 9, MINUTE, "b")) == 2


async def test_a_feed_is_paused_and_resumed_by_hand(store: Store) -> None:
    feed = await due_feed(store)
    assert await store.rest_feed(feed.id, True, T0)
    assert not await store.rest_feed(feed.id, True, T0)
    await store.settle_polls([settled(feed, etag="x")])  # a poll in flight is stored, and does not wake it
    (paused,) = await store.feeds()
    assert (paused.state, paused.etag) == ("paused", "x")
    assert await store.due_feeds(T0 + DAY, 10, MINUTE, "a") == []
    assert await store.rest_feed(feed.id, False, T0 + DAY)
    assert [one.id for one in await store.due_feeds(T0 + DAY, 10, MINUTE, "a")] == [feed.id]
    assert not await store.rest_feed(feed.id, False, T0)
    assert not await store.rest_feed(999, True, T0)


async def test_a_feed_that_was_given_up_as_gone_can_be_resumed(store: Store) -> None:
    feed = await due_feed(store)
    await store.settle_polls([settled(feed, state="gone", errors=2, last_error="gone")])
    assert not await store.rest_feed(feed.id, True, T0)
    assert await store.rest_feed(feed.id, False, T0)
    assert (await store.feeds())[0].state == "active"


PRIVATE = "https://ann:s3cret@feeds.example/private.xml"


async def addresses(store: Store) -> list[str]:
    """As they stand in the database."""
    return [row[0] for row in await store.read(lambda db: list(db.execute("select url from feed order by id")))]  # type: ignore[attr-defined]


async def test_passwords_in_addresses_are_sealed_where_there_is_a_key(store: Store) -> None:
    vault = Vault(KEY)
    assert await store.seal_feeds(vault) == 0
    assert await store.add_feeds([FeedSpec(PRIVATE), FeedSpec(A)], T0) == 2
    assert await store.add_feeds([FeedSpec(PRIVATE)], T0) == 0
    assert await addresses(store) == [vault.close(PRIVATE), A]
    leased = await store.due_feeds(T0, 10, MINUTE, "a")
    assert [vault.open(feed.url) for feed in leased] == [PRIVATE, A]
    assert "s3cret" not in "".join(feed.url for feed in await store.feeds())
    assert await store.remove_feed(PRIVATE)
    assert await addresses(store) == [A]


async def test_a_feed_that_moves_keeps_no_token_in_the_open(store: Store) -> None:
    vault, target = Vault(KEY), "https://feeds.example/b.xml?token=t0ken"
    await store.seal_feeds(vault)
    await store.add_feeds([FeedSpec(A)], T0)
    await store.settle_polls([settled(await due_feed(store), url=target)])
    assert await addresses(store) == [vault.close(target)]
    await store.add_feeds([FeedSpec(B)], T0 + DAY)
    (other,) = [feed for feed in await store.due_feeds(T0 + 2 * DAY, 10, MINUTE, "a") if feed.url == B]
    await store.commit_poll(settled(other, url=target), lambda tx: None)
    assert [(feed.state, "t0ken" in f"{feed.url}{feed.last_error}") for feed in await store.feeds()] == [
        ("active", False),
        ("merged", False),
    ]


async def test_what_was_kept_in_the_open_or_with_a_former_key_is_sealed_anew(store: Store) -> None:
    await store.add_feeds([FeedSpec(PRIVATE), FeedSpec(A)], T0)
    assert await addresses(store) == [PRIVATE, A]
    assert await store.seal_feeds(Vault(KEY)) == 1
    assert await store.seal_feeds(Vault(KEY)) == 0
    both = Vault(f"{NEW_KEY},{KEY}")
    assert await store.seal_feeds(both) == 1
    assert await addresses(store) == [Vault(NEW_KEY).close(PRIVATE), A]
    assert await store.seal_feeds(Vault(KEY)) == 0  # another's: it stays shut
    assert await addresses(store) == [Vault(NEW_KEY).close(PRIVATE), A]


@pytest.mark.usefixtures("untraced")
async def test_a_backup_and_a_copy_hold_what_is_sealed_and_nothing_else(store: Store, tmp_path: Path) -> None:
    await store.add_feeds([FeedSpec(PRIVATE), FeedSpec(A)], T0)
    await store.seal_feeds(Vault(KEY))
    file = tmp_path / "backup.db"
    await store.backup(str(file))
    assert b"s3cret" not in file.read_bytes()
    other = open_store("memory:", clock=Clock())
    await copied(whole(store), whole(other))
    assert [Vault(KEY).open(feed.url) for feed in await other.feeds()] == [PRIVATE, A]
    await other.close()
