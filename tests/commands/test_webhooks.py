"""Webhooks from chat: by admins, in their own server; an address is never said back, another server sees nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.commands import webhooks
from bot.commands.desk import Desk
from bot.commands.run import CommandDesk
from bot.ports import Asker
from handlers.seal import Seal
from handlers.webhook.hooks import Hooks
from tests.commands.test_commands import NOW, House
from tests.wording import WORDS

ADMIN = Asker("slack", "G1", "C1", "U1", "#news")
URL = "https://hooks.example/T0/very-s3cr3t"


@pytest.fixture
async def chat() -> AsyncIterator[CommandDesk]:
    house = House()
    await house.fill()
    desk = Desk(house.store, house.rules, WORDS, lambda: NOW, {}, hooks=Hooks(house.store, Seal()))
    yield CommandDesk(desk)
    await house.store.close()


def said(reply: object) -> str:
    return repr(reply)


async def test_a_webhook_is_added_subscribed_listed_and_removed(chat: CommandDesk) -> None:
    added = await chat.type(ADMIN, f"webhook add name=desk url={URL}")
    assert added.ok
    assert added.private
    assert "hooks.example/…cr3t" in added.text
    assert "signed with this secret" in added.lines[1]
    done = await chat.type(ADMIN, "webhook do name=desk line=“subscribe chips mode=hourly”")
    assert done.text == "Webhook desk now gets alerts about Chips."
    assert done.buttons == ()
    tried = await chat.type(ADMIN, "webhook do name=desk line=“preview gallium”")
    assert "matches none of the" in tried.text
    query = await chat.type(ADMIN, "webhook do name=desk line=“subscribe smic OR 中芯”")
    assert query.text.startswith("Webhook desk now gets alerts about")
    ended = await chat.type(ADMIN, "webhook do name=desk line=“unsubscribe chips”")
    assert ended.text == "Webhook desk no longer gets alerts about Chips."
    held = await chat.type(ADMIN, "webhook do name=desk line=subscriptions")
    assert [item.title for item in held.items] == ["smic OR 中芯"]
    listed = await chat.type(ADMIN, "webhook list")
    assert [(item.title, item.detail) for item in listed.items] == [("desk", "json · hooks.example/…cr3t")]
    assert (await chat.type(ADMIN, f"webhook add name=desk url={URL}")).ok is False
    for reply in (added, done, query, listed):
        assert "very-s3" not in said(reply)
    removed = await chat.type(ADMIN, "webhook remove name=desk")
    assert removed.text.startswith("Removed desk; its subscriptions are paused. To undo: /tocsin webhook add")
    assert not (await chat.type(ADMIN, "webhook remove name=desk")).ok
    assert (await chat.type(ADMIN, f"webhook add name=desk url={URL}")).ok
    assert "its webhook was removed" in str(await chat.type(ADMIN, "webhook do name=desk line=subscriptions"))
    assert (await chat.type(ADMIN, "webhook do name=desk line=resume")).text.startswith(
        "Alerts come to webhook desk again"
    )
    await chat.type(ADMIN, "webhook remove name=desk")
    assert not (await chat.type(ADMIN, "webhook do name=desk line=test")).ok


@pytest.mark.parametrize(
    "line", ["subscribe chips mode=hourly", "unsubscribe chips", "edit chips quiet=22:00-07:00", "pause"]
)
async def test_what_undoes_is_typed_as_it_is_told(chat: CommandDesk, line: str) -> None:
    await chat.type(ADMIN, f"webhook add name=desk url={URL}")
    if not line.startswith("subscribe"):
        await chat.type(ADMIN, "webhook do name=desk line=“subscribe chips mode=hourly”")
    done = await chat.type(ADMIN, f"webhook do name=desk line=“{line}”")
    told = next(text for text in (done.text, *done.lines) if "To undo: " in text)
    undo = told.partition("To undo: ")[2].split(". To clear")[0].rstrip(".")
    assert undo.startswith("/tocsin webhook do desk "), undo
    assert (await chat.type(ADMIN, undo)).ok, undo
    held = await chat.type(ADMIN, "webhook do name=desk line=subscriptions")
    assert len(held.items) == (0 if line.startswith("subscribe") else 1)
    assert all("quiet" not in item.detail and "paused" not in item.detail for item in held.items)


async def test_another_server_sees_none_of_them(chat: CommandDesk) -> None:
    await chat.type(ADMIN, f"webhook add name=desk url={URL}")
    other = replace(ADMIN, scope="G2")
    assert (await chat.type(other, "webhook list")).items == ()
    for line in ("webhook remove name=desk", "webhook do name=desk line=subscriptions"):
        refused = await chat.type(other, line)
        assert "no webhook “desk”" in refused.text
    assert (await chat.type(other, f"webhook add name=desk url={URL}")).ok


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("webhook add name=desk url=ftp://x.example/very-s3cr3t", "must be a web address"),
        ("webhook add name=desk url=https://u:p@x.example/very-s3cr3t", "must be a web address"),
        (f"webhook add name=UPPER url={URL}", "small letters"),
        (f"webhook add {URL}", "“action” must be one of"),
        (f"webhook add name=desk url={URL} kind=fax", "“kind” must be one of"),
        ("webhook", "“action” is required"),
    ],
)
async def test_what_can_not_be_is_refused_without_the_address(chat: CommandDesk, line: str, part: str) -> None:
    refused = await chat.type(ADMIN, line)
    assert not refused.ok
    assert part in refused.text
    assert "s3cr3t" not in said(refused)
    assert (await chat.type(ADMIN, "webhook list")).items == ()


async def test_not_in_private_and_not_without_the_right(chat: CommandDesk) -> None:
    for asker in (replace(ADMIN, may_configure=False), replace(ADMIN, scope="@me", private=True)):
        for line in (f"webhook add name=desk url={URL}", "webhook list", "webhook do name=desk line=test"):
            assert not (await chat.type(asker, line)).ok
    nested = await chat.type(ADMIN, f"webhook add name=desk url={URL}")
    assert nested.ok
    assert not (await chat.type(ADMIN, "webhook do name=desk line=“webhook list”")).ok


async def test_what_is_told_to_undo_an_edit_of_a_quoted_query_is_understood(chat: CommandDesk) -> None:
    await chat.type(ADMIN, f"webhook add name=desk url={URL}")
    done = await chat.type(ADMIN, 'webhook do desk subscribe "rare earths" OR gallium lang=en')
    assert done.ok, done
    edited = await chat.type(ADMIN, 'webhook do desk edit 1 to=“"chip ban" OR 锗” lang=none mode="daily 08:30"')
    assert edited.ok, edited
    undo = edited.lines[-1].partition("To undo: ")[2].split(". To clear")[0]
    assert (await chat.type(ADMIN, undo)).ok, undo
    held = await chat.type(ADMIN, "webhook do desk subscriptions")
    assert [(item.title, item.detail) for item in held.items] == [('"rare earths" OR gallium', "number 1 · lang en")]
    assert (await chat.type(ADMIN, "webhook remove desk")).ok


async def test_a_server_has_so_many_webhooks_at_most(chat: CommandDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "MOST_WEBHOOKS", 1)
    assert (await chat.type(ADMIN, f"webhook add name=one url={URL}")).ok
    full = await chat.type(ADMIN, f"webhook add name=other url={URL}")
    assert (full.ok, "can have 1 webhooks" in full.text) == (False, True)
    assert (await chat.type(replace(ADMIN, scope="G2"), f"webhook add name=other url={URL}")).ok
    await chat.type(ADMIN, "webhook remove name=one")
    assert (await chat.type(ADMIN, f"webhook add name=other url={URL}")).ok
