"""A store is copied whole into another kind of store and back: every row, and what is to come after."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.core.errors import ConfigError, StoreError
from bot.ports import FeedSpec, Store
from bot.store import open_store, shown, transfer
from bot.store.transfer import MARK, copied, tables, whole
from tests.store.build import T0, Clock, lane, opened, subscribed


async def filled(path: str) -> Store:
    """A store with something in most tables."""
    store = open_store(path, clock=Clock())
    await store.add_feeds([FeedSpec(f"https://feeds.example/{n}.xml") for n in range(5)], T0)
    channel = await subscribed(store)
    for number in range(4):
        story = await opened(store, f"Ban on chips {number} 芯片出口", id=f"g{number}")
        await store.follow(channel, story, on=True, now=T0)
    await store.mute(channel, story, on=True, now=T0)
    await store.query("h20 AND ban")
    await store.keep("token", "secret")
    return store


async def held(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    kept = {}
    for table in tables():
        text = f"select {', '.join(table.columns)} from {table.name} order by {', '.join(table.key)}"
        kept[table.name] = await whole(store).read(lambda db, text=text: db.execute(text).fetchall())  # type: ignore[misc]
    kept["tally"] = [row for row in kept["tally"] if row[0] not in ("entry", "story", "subscription")]
    return kept


@pytest.mark.usefixtures("untraced")
async def test_there_and_back(address: str, tmp_path: Path) -> None:
    first, second = await filled(str(tmp_path / "a.db")), open_store(address, clock=Clock())
    third = open_store(str(tmp_path / "b.db"), clock=Clock())
    there = await copied(whole(first), whole(second))
    back = await copied(whole(second), whole(third))
    assert there == back
    assert sum(table.rows for table in there) > 40
    before = await held(first)
    assert before == await held(second) == await held(third)
    assert [story.title for story in await second.search('"芯片"', 3)] == [
        s.title for s in await first.search('"芯片"', 3)
    ]
    assert {await opened(store, "News after the move") for store in (first, second, third)} == {5}
    for store in (first, second, third):
        assert [delivery.id for delivery, _ in await lane(store, T0)] == [1, 2, 3, 5]
        await store.close()


async def test_a_number_of_a_subscription_that_ended_is_given_by_no_copy(address: str, tmp_path: Path) -> None:
    """Buttons of old messages name it."""
    stores = [open_store(where, clock=Clock()) for where in (str(tmp_path / "a.db"), address, str(tmp_path / "b.db"))]
    given: set[int] = set()
    for number, store in enumerate(stores):
        channel = await store.channel("console", "local", "terminal")
        for rule in ("topic:rain", "topic:snow"):
            made = await store.subscribe(channel, rule, rule, {}, T0)
            assert made.id not in given
            given.add(made.id)
            await store.unsubscribe(made.id, channel)
        if number < 2:
            await copied(whole(store), whole(stores[number + 1]))
    for store in stores:
        await store.close()


async def test_a_copy_that_was_cut_off_goes_on(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "_CHUNK", 2)
    first, second = await filled(str(tmp_path / "a.db")), open_store(address, clock=Clock())
    told: list[tuple[str, int]] = []

    def stops(table: str, done: int, of: int) -> None:
        if (table, done) == ("entry", 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await copied(whole(first), whole(second), stops)
    assert await second.recall(MARK)
    await copied(whole(first), whole(second), lambda table, done, of: told.append((table, done)))
    assert next(done for table, done in told if table == "entry") == 2
    assert not await second.recall(MARK)
    assert await held(first) == await held(second)
    for store in (first, second):
        await store.close()


async def test_a_source_that_changed_since_is_copied_anew(address: str, tmp_path: Path) -> None:
    first, second = await filled(str(tmp_path / "a.db")), open_store(address, clock=Clock())

    def stops(table: str, done: int, of: int) -> None:
        if table == "hit":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await copied(whole(first), whole(second), stops)
    await opened(first, "News in between")
    await copied(whole(first), whole(second))
    assert await held(first) == await held(second)
    with pytest.raises(StoreError, match="not empty"):
        await copied(whole(first), whole(second))
    for store in (first, second):
        await store.close()


async def test_a_source_that_is_in_use_is_told(address: str, tmp_path: Path) -> None:
    first, second = await filled(str(tmp_path / "a.db")), open_store(address, clock=Clock())
    other = open_store(str(tmp_path / "a.db"), clock=Clock())
    busy = [await filled_more(other)]
    assert busy == [5]
    with pytest.raises(StoreError, match="changed while"):
        await copied(Moving(whole(first)), whole(second))
    for store in (first, second, other):
        await store.close()


async def filled_more(store: Store) -> int:
    return await opened(store, "One more")


class Moving:
    """A source whose state is another each time."""

    def __init__(self, source: transfer.Source) -> None:
        self._source = source
        self._asked = 0

    async def read(self, work: object) -> object:
        found = await self._source.read(work)  # type: ignore[arg-type]
        if work is transfer._state:
            self._asked += 1
            return f"{found} {self._asked}"
        return found


def test_by_command(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = CliRunner()
    file = tmp_path / "a.db"
    env = {"TOCSIN_STORE_PATH": str(file), "DATABASE_URL": ""}
    assert run.invoke(cli, ["migrate"], env=env).exit_code == 0
    told = run.invoke(cli, ["migrate", "--to", address], env=env)
    assert told.exit_code == 0, told.output
    assert "counted" in told.output
    assert "set DATABASE_URL" in told.output
    sound = run.invoke(cli, ["migrate"], env=env | {"DATABASE_URL": address})
    assert f"{shown(address)} is up to date and sound" in sound.output
    again = run.invoke(cli, ["migrate", "--to", str(tmp_path / "b.db")], env=env | {"DATABASE_URL": address})
    assert "TOCSIN_STORE_PATH=" in again.output
    refused = run.invoke(cli, ["restore", str(file)], env=env | {"DATABASE_URL": address})
    assert isinstance(refused.exception, ConfigError)
    assert str(refused.exception).startswith("DATABASE_URL is set: unset DATABASE_URL, ")
    kept, restored = str(tmp_path / "kept.db"), str(tmp_path / "restored.db")
    assert "unset DATABASE_URL" in run.invoke(cli, ["backup", kept], env=env | {"DATABASE_URL": address}).output
    assert run.invoke(cli, ["restore", kept], env=env | {"TOCSIN_STORE_PATH": restored}).exit_code == 0
