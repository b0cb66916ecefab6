"""Webhooks before a receiver on loopback that takes, refuses, breaks off and redirects."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
import jsonschema
import pytest
from aiohttp import web
from cryptography.fernet import Fernet

from bot.cli.platforms import hooks_of, webhooks
from bot.configure import load_settings
from bot.core.alerts.shape import shaped
from bot.core.commands.webhooks import Hook, kind_of
from bot.core.errors import ConfigError
from bot.core.message import Alert, DigestLine, OutletLine, Piece, TopicLine
from bot.core.model import Channel
from bot.ports import Absent, Ambiguous, Delivery, Gone, Rejected, Retry, Sent, Store, Voice
from bot.store import open_store
from handlers.webhook import payload
from handlers.webhook.payload import signature
from handlers.webhook.send import WebhookPlatform
from tests.fakes.discord.limits import live_mentions
from tests.fakes.proxy import Proxy
from tests.handlers.rhythm import Newsroom
from tests.store.build import Clock, outcome, saving, told
from tests.wording import WORDS

DOCS = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")
ALERT = Alert(
    7,
    "new",
    42,
    "US eases <!channel> @everyone **H200** exports",
    "https://a.example/x",
    "The rule sets a cap.",
    (OutletLine("Reuters", "https://a.example/x", 0),),
    (TopicLine("topic:chips", "Chips", ("H200",)),),
    1_767_870_000_000,
    severity="breaking",
)
DIGEST = replace(
    ALERT,
    kind="digest",
    title="",
    lines=(
        DigestLine("topic:chips", "Chips", 42, "A [title](https://b.example)", "https://a.example/x", 3, "notable", 0),
    ),
)
DELIVERY = Delivery(7, 1, 42, "new", 0, 0)


def body_of(kind: str, alert: Alert, locale: str = "en") -> bytes:
    return payload.body_of(kind, alert, Voice(WORDS, locale))


@dataclass
class Receiver:
    """Takes what is posted. `answer` is the next status, 0 to break the connection off after the body was read.

    A 200 has `padding` bytes beside its id, or is `said`. `loses` tells of which post the answer is lost.
    """

    answer: int = 204
    padding: int = 0
    said: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    delay_s: float = 0.0
    loses: Callable[[int], Awaitable[bool]] | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.got.append((request.method, request.path_qs, dict(request.headers), await request.read()))
        await asyncio.sleep(self.delay_s)
        lost = self.answer == 0 or (self.loses is not None and await self.loses(len(self.got)))
        if lost and request.transport:
            request.transport.abort()
        if self.answer == 200:
            if self.said:
                return web.Response(body=self.said)
            return web.json_response({"id": "99001", "content": "x" * self.padding})
        return web.Response(status=self.answer or 200, headers=self.headers)

    @property
    def last(self) -> dict[str, object]:
        return dict(json.loads(self.got[-1][3]))


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", made.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook/s3cr3t"
    yield made
    await runner.cleanup()


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    made = open_store("memory:", clock=lambda: 1_767_870_000_000)
    yield made
    await made.close()


@pytest.fixture
async def platform(store: Store, receiver: Receiver) -> AsyncIterator[WebhookPlatform]:
    settings = load_settings({"TOCSIN_FETCH_ALLOW_PRIVATE": "127.0.0.0/8"})
    hooks = hooks_of(settings, store)
    for kind in ("discord", "slack", "json"):
        await hooks.add(Hook(kind, kind, receiver.url, "key" if kind == "json" else ""))
    made = webhooks(settings, store, WORDS)
    await made.start()
    yield made
    await made.close()


def channel(name: str) -> Channel:
    return Channel(1, "webhook", "local", name)


async def test_discord_is_told_to_wait_and_to_mention_nobody(platform: WebhookPlatform, receiver: Receiver) -> None:
    receiver.answer = 200
    assert await platform.send(channel("discord"), ALERT, DELIVERY) == Sent("99001")
    assert receiver.got[-1][:2] == ("POST", "/hook/s3cr3t?wait=true")
    assert receiver.last["allowed_mentions"] == {"parse": []}
    assert live_mentions(receiver.last) == [], "nor does one that takes Discord's format and no more"
    assert "\\*\\*H200" in str(receiver.last["content"])


@pytest.mark.parametrize(
    ("kind", "how"), [("discord", "edited"), ("slack", "news"), ("json", "posted"), ("gone", "posted")]
)
async def test_how_a_story_grows_is_as_its_kind_can(platform: WebhookPlatform, kind: str, how: str) -> None:
    assert await platform.grows(channel(kind)) == how


async def test_discord_edits_what_it_posted_and_posts_what_is_new(
    platform: WebhookPlatform, receiver: Receiver
) -> None:
    receiver.answer = 200
    update = replace(DELIVERY, kind="update", ref="55")
    grown = replace(ALERT, kind="update", also=("AP",))
    assert await platform.send(channel("discord"), grown, update) == Sent("55")
    assert receiver.got[-1][:2] == ("PATCH", "/hook/s3cr3t/messages/55?wait=true")
    assert await platform.send(channel("discord"), replace(grown, news="denied"), update) == Sent("55")
    assert receiver.got[-1][0] == "POST"
    receiver.answer = 404
    assert isinstance(await platform.send(channel("discord"), grown, update), Rejected), "only the message is gone"


@pytest.mark.parametrize("kind", ["discord", "slack"])
def test_an_update_leads_to_the_report_that_says_what_is_new(kind: str) -> None:
    update = replace(ALERT, kind="update", news="correction", news_url="https://b.example/2")
    assert str(next(iter(json.loads(body_of(kind, update)).values()))).endswith("\nhttps://b.example/2")
    told = json.loads(body_of("json", update))
    assert (told["url"], told["news_url"]) == ("https://a.example/x", "https://b.example/2")


@pytest.mark.parametrize("template", ["", "{news}"])
async def test_what_is_new_is_told_in_the_webhooks_language(
    platform: WebhookPlatform, receiver: Receiver, template: str
) -> None:
    alert = replace(ALERT, kind="update", before="normal", news="correction – AP: It is 24 firms")
    for kind, name in (("slack", "text"), ("discord", "content")):
        there = replace(channel(kind), settings={"language": "zh-CN"})
        await platform.send(there, shaped(alert, template), replace(DELIVERY, kind="update", ref="7"))
        assert "升级为突发 · 更正 – AP: It is 24" in str(receiver.last[name]).replace("\\", "")
    await platform.send(channel("json"), alert, DELIVERY)
    assert receiver.last["news"] == "now breaking · correction – AP: It is 24 firms"


async def test_slack_compatible_ones_get_text_without_mentions(platform: WebhookPlatform, receiver: Receiver) -> None:
    assert await platform.send(channel("slack"), ALERT, DELIVERY) == Sent("7")
    text = str(receiver.last["text"])
    assert "&lt;!channel&gt;" in text
    assert "@everyone" not in text
    update = replace(DELIVERY, kind="update", ref="7")
    assert await platform.send(channel("slack"), replace(ALERT, kind="update"), update) == Sent("7")
    assert len(receiver.got) == 1, "what only an edit would say is not posted"


async def test_json_is_signed_and_keyed(platform: WebhookPlatform, receiver: Receiver) -> None:
    await platform.send(channel("json"), ALERT, DELIVERY)
    _, _, headers, body = receiver.got[-1]
    assert headers["Idempotency-Key"] == "7"
    assert headers["Tocsin-Signature"] == signature("key", headers["Tocsin-Timestamp"], body)


@pytest.mark.parametrize("alert", [ALERT, DIGEST], ids=["alert", "digest"])
def test_json_is_as_documented(alert: Alert) -> None:
    schema = json.loads(re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL)[0])
    jsonschema.validate(json.loads(body_of("json", alert)), schema)


def test_the_documented_check_of_a_signature_works() -> None:
    names: dict[str, object] = {}
    exec(re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)[0], names)
    check = names["genuine"]
    assert callable(check)
    assert check("key", "1000", b"{}", signature("key", "1000", b"{}"), now=1100)
    assert not check("key", "1000", b"{ }", signature("key", "1000", b"{}"), now=1100)
    assert not check("key", "1000", b"{}", signature("key", "1000", b"{}"), now=2000)
    for odd in ("", "é", "\udcff", "v1="):
        assert not check("key", "1000", b"{}", odd, now=1000)
        assert not check("key", odd, b"{}", signature("key", "1000", b"{}"), now=1000)


def test_a_digest_has_its_stories_in_each_kind() -> None:
    for kind in ("discord", "slack", "json"):
        text = body_of(kind, DIGEST).decode()
        assert "https://a.example/x" in text
        assert "42" in text
    assert "](https" not in json.loads(body_of("discord", DIGEST))["content"]


def test_a_long_digest_is_cut_between_lines() -> None:
    text = json.loads(body_of("discord", replace(DIGEST, lines=DIGEST.lines * 60)))["content"]
    assert len(text) <= 2000
    assert text.endswith("\n…")
    assert {line for line in text.splitlines() if line.startswith("http")} == {"https://a.example/x"}


async def test_the_outbox_reaches_a_webhook(platform: WebhookPlatform, receiver: Receiver) -> None:
    async with Newsroom(platform, "local", "json") as newsroom:
        await newsroom.subscribe({})
        await newsroom.news(0, "Chips are barred")
    assert [json.loads(body)["title"] for *_, body in receiver.got] == ["Chips are barred"]


@pytest.mark.parametrize("lost", [1, 2])
async def test_what_comes_before_a_repeated_post_is_told_though_its_key_is_known(
    platform: WebhookPlatform, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    """Who took the first and could not say so takes no second one with its key: what that one alone told was lost."""
    monkeypatch.setattr(platform, "paces", lambda _: ())
    async with Newsroom(platform, "local", "json", Clock(step=50)) as newsroom:
        await newsroom.subscribe({})

        async def grows(number: int) -> bool:
            if number != lost:
                return False
            grown = outcome("Meanwhile", 1, placed={"news": "meanwhile"}, first_seen=newsroom.clock.now)
            await newsroom.store.transact(saving(grown))
            await told(newsroom.store, "update", 1, now=newsroom.clock.now)
            return True

        receiver.loses = grows
        await newsroom.news(0, "Chips are barred")
        await newsroom.news(2, "More", story=1)
        await newsroom.until(4)
    taken = {headers["Idempotency-Key"]: body.decode() for *_, headers, body in reversed(receiver.got)}
    assert sum("meanwhile" in body for body in taken.values()) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, Retry),
        (408, Retry),
        (425, Retry),
        (500, Ambiguous),
        (0, Ambiguous),
        (404, Gone),
        (410, Gone),
        (401, Gone),
        (403, Gone),
        (400, Rejected),
        (302, Gone),
    ],
)
async def test_what_an_answer_means(platform: WebhookPlatform, receiver: Receiver, status: int, kind: type) -> None:
    receiver.answer, receiver.headers = status, {"Retry-After": "3", "Location": "http://10.0.0.1/"}
    found = await platform.send(channel("slack"), ALERT, DELIVERY)
    assert isinstance(found, kind)
    assert len(receiver.got) == 1, "nothing is followed or sent twice"
    assert not isinstance(found, Retry) or found.after_s == 3
    assert not isinstance(found, Gone) or found.permanent == (status == 410), "a proxy says 404 of what is restarted"
    assert "s3cr3t" not in repr(found)


@pytest.mark.parametrize(
    ("told", "waits"),
    [("3", 3.0), ("-5", 1.0), ("99999999999", 3600.0), ("inf", 3600.0), ("nan", 30.0), ("soon", 30.0), ("", 30.0)],
)
@pytest.mark.case_id(130)
async def test_case_130_a_receiver_that_asks_for_rest_gets_a_sane_one(
    platform: WebhookPlatform, receiver: Receiver, told: str, waits: float
) -> None:
    receiver.answer, receiver.headers = 429, {"Retry-After": told}
    assert await platform.send(channel("slack"), ALERT, DELIVERY) == Retry(waits, "429")


@pytest.mark.parametrize("kind", ["slack", "json"])
async def test_only_discords_messages_are_edited(platform: WebhookPlatform, receiver: Receiver, kind: str) -> None:
    update = replace(DELIVERY, kind="update", ref="55")
    assert isinstance(await platform.send(channel(kind), replace(ALERT, kind="update", news="now 30 %"), update), Sent)
    assert receiver.got[-1][:2] == ("POST", "/hook/s3cr3t")


async def test_what_a_webhook_that_was_removed_got_cannot_be_told(platform: WebhookPlatform) -> None:
    assert isinstance(await platform.find(channel("removed"), DELIVERY), Ambiguous)


@pytest.mark.parametrize("status", [500, 0])
async def test_what_may_come_twice_is_tried_again(platform: WebhookPlatform, receiver: Receiver, status: int) -> None:
    receiver.answer = status
    update = replace(DELIVERY, kind="update", ref="55")
    assert isinstance(await platform.send(channel("json"), ALERT, DELIVERY), Retry)
    assert isinstance(await platform.send(channel("discord"), replace(ALERT, kind="update"), update), Retry)


class Nowhere(aiohttp.abc.AbstractResolver):
    """Names that nobody answers for: as a host behind a line that swallows everything."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[aiohttp.abc.ResolveResult]:
        await asyncio.sleep(60)
        return []

    async def close(self) -> None: ...


@pytest.mark.parametrize("kind", ["discord", "slack"])
async def test_what_was_never_sent_is_in_no_doubt(store: Store, kind: str) -> None:
    """No connection within the time. In doubt it would be given up in the end: nobody can look it up."""
    hooks = hooks_of(load_settings({}), store)
    await hooks.add(Hook("far", kind, "http://swallowed.example/hook"))

    def connect() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=Nowhere()))

    far = WebhookPlatform(hooks, connect, "closed", WORDS, timeout_s=0.2)
    assert await far.send(channel("far"), ALERT, DELIVERY) == Retry(30.0, "no connection")
    await far.close()


@pytest.mark.parametrize(("answer", "tries", "kind"), [(500, 149, Retry), (500, 150, Gone), (429, 150, Retry)])
async def test_a_receiver_that_fails_for_half_a_day_is_held_against_its_channel(
    platform: WebhookPlatform, receiver: Receiver, answer: int, tries: int, kind: type
) -> None:
    """Else one that is no more would be tried for ever, what it is owed would grow, and nobody would be told."""
    receiver.answer = answer
    found = await platform.send(channel("json"), ALERT, replace(DELIVERY, tries=tries))
    assert isinstance(found, kind)
    assert not isinstance(found, Gone) or (found.reason, found.permanent) == ("the webhook answers 500", False)


@pytest.mark.parametrize(("tries", "kind"), [(149, Retry), (150, Gone)])
async def test_so_is_one_that_can_not_be_reached(
    platform: WebhookPlatform, store: Store, tries: int, kind: type
) -> None:
    await hooks_of(load_settings({}), store).add(Hook("shut", "slack", "http://127.0.0.1:1024/hook"))
    assert isinstance(await platform.send(channel("shut"), ALERT, replace(DELIVERY, tries=tries)), kind)


async def test_a_slow_receiver_is_in_doubt(store: Store, platform: WebhookPlatform, receiver: Receiver) -> None:
    hooks = hooks_of(load_settings({}), store)
    receiver.delay_s = 3.0
    slow = WebhookPlatform(hooks, aiohttp.ClientSession, "closed", WORDS, timeout_s=1.0)
    assert isinstance(await slow.send(channel("slack"), ALERT, DELIVERY), Ambiguous)
    await slow.close()


async def test_only_keyed_ones_are_sent_again_when_in_doubt(platform: WebhookPlatform) -> None:
    assert isinstance(await platform.find(channel("json"), DELIVERY), Absent)
    for kind in ("slack", "discord"):
        found = await platform.find(channel(kind), DELIVERY)
        assert isinstance(found, Ambiguous)
        assert found.blind, "its channel would wait seven minutes for looks that can tell nothing"


async def test_two_workspaces_webhooks_of_one_name_do_not_wait_for_each_other(platform: WebhookPlatform) -> None:
    ours, theirs = (replace(channel("ops"), scope=scope) for scope in ("slack:T1", "slack:T2"))
    assert platform.paces(ours) == platform.paces(ours)
    assert {pace.key for pace in platform.paces(ours)}.isdisjoint(pace.key for pace in platform.paces(theirs))


async def test_a_private_address_is_not_connected_to(
    store: Store, platform: WebhookPlatform, receiver: Receiver
) -> None:
    strict = webhooks(load_settings({}), store, WORDS)
    assert await strict.send(channel("json"), ALERT, DELIVERY) == Gone("its address is not public")
    await strict.close()
    assert receiver.got == []


async def test_a_removed_webhook_is_gone_for_good(store: Store, platform: WebhookPlatform) -> None:
    assert await hooks_of(load_settings({}), store).remove("json")
    assert "no webhook" in await platform.check(channel("json"))
    assert await platform.send(channel("json"), ALERT, DELIVERY) == Gone("the webhook was removed", permanent=True)


async def test_addresses_are_sealed_where_a_key_is_set(store: Store) -> None:
    key = {"TOCSIN_ENCRYPTION_KEY": Fernet.generate_key().decode()}
    hooks = hooks_of(load_settings(key), store)
    await hooks.add(Hook("desk", "slack", "https://hooks.example/s3cr3t"))
    kept = await store.recall("webhook.local.desk")
    assert kept
    assert "s3cr3t" not in kept
    assert (await hooks.all())["desk"].shown == "hooks.example/…cr3t"
    assert "s3cr3t" not in repr(await hooks.all())
    with pytest.raises(ConfigError, match="TOCSIN_ENCRYPTION_KEY"):
        await hooks_of(load_settings({}), store).all()


async def test_whose_key_is_lost_can_be_removed_and_added_anew(store: Store) -> None:
    def key() -> dict[str, str]:
        return {"TOCSIN_ENCRYPTION_KEY": Fernet.generate_key().decode()}

    made = Hook("desk", "slack", "https://hooks.example/s3cr3t")
    await hooks_of(load_settings(key()), store).add(made)
    hooks = hooks_of(load_settings(key()), store)
    with pytest.raises(ConfigError, match="TOCSIN_ENCRYPTION_KEY"):
        await hooks.get("desk")
    assert not await hooks.add(made)
    assert await hooks.remove("desk")
    assert not await hooks.remove("desk")
    assert await hooks.add(made)
    assert await hooks.get("desk") == made


def test_the_kind_is_known_by_the_host() -> None:
    assert kind_of("https://discord.com/api/webhooks/1/a") == "discord"
    assert kind_of("https://hooks.slack.com/services/T/B/x") == "slack"
    assert kind_of("https://discord.com.evil.example/api/webhooks/1/a") == "json"


async def test_two_that_are_added_at_once_are_both_kept_and_none_is_overwritten(store: Store) -> None:
    hooks = hooks_of(load_settings({}), store)
    made = [Hook(f"n{n}", "json", f"https://h.example/{n}", "s") for n in range(8)]
    assert await asyncio.gather(*map(hooks.add, made)) == [True] * 8
    assert sorted(await hooks.all()) == [hook.name for hook in made]
    assert not await hooks.add(replace(made[0], url="https://other.example/"))
    assert await hooks.get("n0") == made[0]
    assert await hooks.get("n0", "discord:1") is None
    assert await hooks.all("discord:1") == {}


async def test_webhooks_that_were_one_record_are_found(store: Store) -> None:
    hook = Hook("desk", "slack", "https://hooks.example/T0/x")
    await store.keep(
        "webhooks", "plain:" + json.dumps([{"name": "desk", "kind": "slack", "url": hook.url, "secret": ""}])
    )
    hooks = hooks_of(load_settings({}), store)
    assert await hooks.all() == {"desk": hook}
    assert await store.recall("webhooks") == ""
    await store.keep("webhooks", "plain:[]")
    assert await hooks.all() == {"desk": hook}
    assert await store.recall("webhooks"), "it is looked for once"
    assert await hooks_of(load_settings({}), store).get("desk") == hook


@pytest.mark.parametrize("kind", ["discord", "slack"])
def test_a_webhook_speaks_its_channels_language(kind: str) -> None:
    text = body_of(kind, replace(ALERT, kind="update", also=("AP",)), "zh-CN").decode()
    assert all(part in text for part in ("更新", "突发", "事件 42", "另有：AP"))
    assert "3 家媒体 · 事件 42" in body_of(kind, DIGEST, "zh-CN").decode()


def test_a_template_reaches_webhooks() -> None:
    form = (Piece("own", "*New:* "), Piece("value", "A <b> @everyone"), Piece("own", "\n"), Piece("link", ALERT.url))
    made = replace(ALERT, form=form)
    assert json.loads(body_of("slack", made))["text"] == "*New:* A &lt;b&gt; @\u200beveryone\nhttps://a.example/x"
    assert json.loads(body_of("discord", made))["content"].endswith("https://a.example/x")
    assert json.loads(body_of("json", made))["shaped"] == "*New:* A <b> @everyone\nhttps://a.example/x"
    assert json.loads(body_of("json", ALERT))["shaped"] == ""
    assert "Reuters" in json.loads(body_of("slack", replace(ALERT, form=(Piece("value", "x" * 4000),))))["text"]


@pytest.mark.parametrize(("padding", "ref"), [(60_000, "99001"), (66_000, "7"), (5_000_000, "7")])
async def test_an_answer_is_read_up_to_a_cap(
    platform: WebhookPlatform, receiver: Receiver, padding: int, ref: str
) -> None:
    receiver.answer, receiver.padding = 200, padding
    assert await platform.send(channel("discord"), ALERT, DELIVERY) == Sent(ref)


@pytest.mark.parametrize(
    "said",
    [b"[" * 60_000, b'{"id":' * 9000, b'{"id": {"a": 1}}', b'{"id": "../../x"}', b'{"id": "\\ud800"}', b'{"id": null}'],
    ids=["deep", "deep ids", "an object", "a path", "half a sign", "none"],
)
async def test_an_answer_without_an_id_has_the_delivery_s_number(
    platform: WebhookPlatform, receiver: Receiver, said: bytes
) -> None:
    receiver.answer, receiver.said = 200, said
    assert await platform.send(channel("discord"), ALERT, DELIVERY) == Sent("7")


async def test_a_webhook_whose_key_is_lost_waits_for_it(store: Store, receiver: Receiver) -> None:
    key, other = (Fernet.generate_key().decode() for _ in range(2))
    sealed = load_settings({"TOCSIN_ENCRYPTION_KEY": key})
    await hooks_of(sealed, store).add(Hook("ops", "discord", receiver.url))
    locked = webhooks(load_settings({"TOCSIN_ENCRYPTION_KEY": other}), store, WORDS)
    sent = await locked.send(channel("ops"), ALERT, DELIVERY)
    assert isinstance(sent, Retry)
    assert (sent.after_s, "TOCSIN_ENCRYPTION_KEY" in sent.reason) == (3600.0, True)
    assert await locked.find(channel("ops"), DELIVERY) == sent
    assert await locked.check(channel("ops")) == sent.reason
    assert await locked.grows(channel("ops")) == "posted"
    assert receiver.got == []
    await locked.close()


async def test_through_a_proxy_what_it_does_not_let_out_was_never_sent(store: Store, receiver: Receiver) -> None:
    """Nor is a private address asked of it: of neither is there a doubt."""
    port = int(receiver.url.split(":")[2].split("/")[0])
    async with Proxy({"hooks.example": port}) as proxy:
        settings = load_settings({"HTTP_PROXY": proxy.url, "HTTPS_PROXY": proxy.url}, None)
        hooks = hooks_of(settings, store)
        addresses = {
            "plain": "http://hooks.example/hook",
            "shut": "https://other.example/hook",
            "own": "http://10.0.0.1/",
            "dotted": "http://10.0.0.1./",
        }
        for name, url in addresses.items():
            await hooks.add(Hook(name, "slack", url))
        platform = webhooks(settings, store, WORDS)
        assert isinstance(await platform.send(channel("plain"), ALERT, DELIVERY), Sent)
        assert await platform.send(channel("shut"), ALERT, DELIVERY) == Retry(30.0, "no connection")
        assert await platform.send(channel("own"), ALERT, DELIVERY) == Gone("its address is not public")
        assert await platform.send(channel("dotted"), ALERT, DELIVERY) == Gone("its address is not public")
        await platform.close()
    assert proxy.asked == ["POST http://hooks.example/hook", "CONNECT other.example:443"]
