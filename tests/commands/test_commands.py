"""The commands over a real store and a real rulebook, as any platform would ask them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.cli.platforms import MENTIONS
from bot.commands import subscribing
from bot.commands.desk import Desk
from bot.commands.run import CommandDesk
from bot.core.language.entities import Entity
from bot.core.language.entities import Entity as Named
from bot.core.matching.topics import load_topics
from bot.core.model import Entry, Placement, Story
from bot.pipeline import Pipeline
from bot.ports import READING, STOPPED, Ambiguous, Asker, FeedSpec, Pace
from bot.rules.rulebook import Rulebook
from bot.store import open_store
from handlers.console import ConsolePlatform
from tests.store.build import MINUTE, leased, outcome, queued, saving, settled, subscribed
from tests.wording import WORDS

NOW = int(datetime(2026, 1, 8, 12, tzinfo=UTC).timestamp() * 1000)
HOUR = 3_600_000
TOPICS = load_topics(
    {
        "t.toml": {
            "topic": [
                {
                    "id": "chips",
                    "title": {"en": "Chips", "zh-CN": "芯片"},
                    "any": ["chip", "芯片"],
                    "description": {"en": "Chips.", "zh-CN": "各种芯片。"},
                },
                {"id": "rain", "title": {"en": "Rain"}, "any": ["rain"]},
            ]
        }
    }
).topics
OWNER = Asker("console", "local", "terminal", "owner", channel_name="this terminal")
NEWS = [
    ("New chip plant opens in Dresden", "The plant makes chips for cars and cost two billion euros.", "A Wire"),
    ("Rain floods vineyards near Porto", "Growers count the damage after a week of storms.", "B Daily"),
    ("中芯国际四季度营收增长", "中芯国际公布第四季度芯片营收同比增长。", "财经前线"),
    ("SMIC reports higher quarterly revenue", "Semiconductor sales rose at the Shanghai foundry.", "A Wire"),
]


class House:
    """Commands, and the pipeline that fills their store."""

    def __init__(self) -> None:
        self.store = open_store("memory:", clock=lambda: NOW)
        self.rules = Rulebook(TOPICS)
        self.platform = ConsolePlatform()
        desk = Desk(self.store, self.rules, WORDS, lambda: NOW, {"console": self.platform}, mentions=MENTIONS)
        self.commands = CommandDesk(desk)
        self.pipeline = Pipeline(self.store, self.rules)

    async def fill(self) -> None:
        entries = [
            Entry(
                str(n),
                f"https://x.example/{n}",
                title,
                body,
                source=outlet,
                published=NOW - HOUR,
                first_seen=NOW - HOUR,
            )
            for n, (title, body, outlet) in enumerate(NEWS)
        ]
        await self.pipeline.replay(entries)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    await made.fill()
    yield made
    await made.store.close()


async def test_subscribing_to_a_topic_says_what_follows_and_how_to_undo_it(house: House) -> None:
    reply = await house.commands.type(OWNER, "subscribe chips")
    assert reply.ok
    assert reply.text == "this terminal now gets alerts about Chips."
    assert any("To undo" in line for line in reply.lines)
    assert [item.title for item in reply.items] == ["中芯国际四季度营收增长", "New chip plant opens in Dresden"]
    assert reply.buttons[0].action == "unsubscribe"
    undone = await house.commands.press(OWNER, "unsubscribe", reply.buttons[0].value)
    assert undone.text == "this terminal no longer gets alerts about Chips."
    again = await house.commands.press(OWNER, undone.buttons[0].action, undone.buttons[0].value)
    assert again.text.startswith("this terminal now gets alerts about Chips")


async def test_subscribing_says_which_stories_it_was_narrowed_to(house: House) -> None:
    """Whoever asked for few saw "New stories arrive at once" and nothing of it."""
    reply = await house.commands.type(OWNER, "subscribe chips severity=notable confirm=2 mode=daily 08:30")
    assert reply.lines[1] == "severity=notable · confirm=2"
    again = await house.commands.type(OWNER, "subscribe chips lang=zh updates=no")
    assert again.lines[1] == "severity=notable · lang=zh · confirm=2"
    assert "=" not in str((await house.commands.type(OWNER, "subscribe gpus updates=no")).lines[:2])


async def test_a_topic_is_known_by_its_title_in_any_language(house: House) -> None:
    reply = await house.commands.type(replace(OWNER, locale="zh-CN"), "subscribe 芯片")
    assert reply.ok
    ((_, subscription),) = await house.store.subscriptions()
    assert subscription.rule == "topic:chips"


async def test_a_query_is_previewed_before_it_takes_effect(house: House) -> None:
    shown = await house.commands.type(OWNER, 'subscribe "smic OR 中芯"')
    assert "2 stories in the last 7 days" in shown.text
    assert "Stored reports go back 1 day; the average is over that time." in shown.lines
    assert {item.title for item in shown.items} >= {"SMIC reports higher quarterly revenue"}
    assert await house.store.subscriptions() == []
    done = await house.commands.press(OWNER, shown.buttons[-1].action, shown.buttons[-1].value)
    assert done.ok, done
    ((_, subscription),) = await house.store.subscriptions()
    assert subscription.label == "smic OR 中芯"
    assert subscription.rule in house.rules.queries


async def more(house: House, *titles: str) -> None:
    seen = NOW - HOUR // 2
    await house.pipeline.replay([Entry(title, "", title, published=seen, first_seen=seen) for title in titles])


async def test_a_query_that_finds_nothing_is_asked_about(house: House) -> None:
    await more(house, "Trams in Dresden run again")
    shown = await house.commands.type(OWNER, "subscribe Dredsen")
    assert any("dresden" in line for line in shown.lines), shown


async def test_a_query_for_nearly_everything_is_refused(house: House) -> None:
    entries = [
        Entry(
            f"e{n}",
            f"https://y.example/{n}",
            f"Weather note number {n} of {n * 31}",
            first_seen=NOW - HOUR,
            published=NOW - HOUR,
        )
        for n in range(80)
    ]
    await house.pipeline.replay(entries)
    reply = await house.commands.type(OWNER, "subscribe weather")
    assert not reply.ok
    assert "of everything" in reply.text


async def test_a_wrong_query_is_refused_with_a_column(house: House) -> None:
    reply = await house.commands.type(OWNER, "subscribe h20 AND (ban OR")
    assert not reply.ok
    assert "column" in reply.text
    assert await house.store.subscriptions() == []


@pytest.mark.case_id(112)
@pytest.mark.parametrize(
    "text", ['"', "NEAR(", "*", "%", "'; drop table entry;--", "a" * 999, "((((((((((", "AND", "NOT x"]
)
async def test_case_112_operators_and_wildcards_are_words_or_refused(house: House, text: str) -> None:
    reply = await house.commands.run(OWNER, "search", {"query": text})
    assert reply.text
    assert (await house.store.stats())["entries"] == len(NEWS)


async def test_search_finds_two_character_chinese_words(house: House) -> None:
    reply = await house.commands.type(OWNER, "search 中芯")
    assert [item.title for item in reply.items] == ["中芯国际四季度营收增长"]


async def test_search_takes_the_whole_language(house: House) -> None:
    reply = await house.commands.type(OWNER, 'search plant NEAR/9 cars -porto source:"A Wire"')
    assert [item.title for item in reply.items] == ["New chip plant opens in Dresden"]
    reply = await house.commands.type(OWNER, "search topic:chips dresden")
    assert len(reply.items) == 1
    reply = await house.commands.type(OWNER, "search dresden -plant")
    assert reply.items == ()


async def test_search_suggests_the_nearest_spelling(house: House) -> None:
    await more(house, "Frost spares the vineyards of Chablis")
    reply = await house.commands.type(OWNER, "search vineyardz")
    assert "vineyard" in reply.text


async def test_sources_tells_the_feeds_of_one_outlet_apart(house: House) -> None:
    feeds = [("1", "arXiv cs.CL", "arXiv"), ("2", "", "arXiv"), ("3", "Wire", "A Wire")]
    specs = [FeedSpec(f"https://a.example/{path}", title=title, source=source) for path, title, source in feeds]
    await house.store.add_feeds(specs, NOW)
    items = (await house.commands.type(OWNER, "sources")).items
    assert {item.at for item in items} == {None}, "the line says which time it tells"
    assert [(item.title, item.detail.split(" · ")[0]) for item in items] == [
        ("A Wire", "not polled yet"),
        ("arXiv", "arXiv cs.CL"),
        ("arXiv", "https://a.example/2"),
    ]


async def test_latest_topics_sources_trend_status_and_help_answer(house: House) -> None:
    await house.store.add_feeds([FeedSpec("https://a.example/feed", source="A Wire")], NOW)
    for line, expected in (
        ("latest", "The newest stories"),
        ("latest chips 1", "The newest stories about Chips"),
        ("topics", "2 topics"),
        ("sources", "1 feed is watched; none needs attention"),
        ("trend chips", "Chips: 2 reports in 7 days"),
        ("status", "Status"),
        ("help", "Tocsin watches"),
        ("help subscribe", "subscribe: "),
        ("settings", "Settings of this channel"),
    ):
        reply = await house.commands.type(OWNER, line)
        assert reply.ok, (line, reply)
        assert reply.text.startswith(expected), (line, reply.text)


@pytest.mark.parametrize("what", ["", " chips", " chip OR 芯片"])
async def test_the_newest_stories_are_paged(house: House, what: str) -> None:
    first = await house.commands.type(OWNER, f"latest{what} n=1")
    then = await house.commands.type(OWNER, f"latest{what} n=1 page=2")
    assert first.pages == then.pages == (2 if what else 4)
    assert (first.page, then.page) == (1, 2)
    assert first.items != then.items


async def test_a_story_is_found_with_the_headline_in_the_language_that_is_asked_for(house: House) -> None:
    (story,) = (await house.commands.type(OWNER, "search dresden")).items
    number = int(story.detail.rpartition(" ")[2])
    there = "https://x.example/zh"
    told = outcome("德累斯顿新晶圆厂投产", number, lang="zh", url=there)
    await house.store.transact(saving(told))
    (found,) = (await house.commands.type(OWNER, "search lang:zh 晶圆厂")).items
    assert (found.title, found.url) == ("德累斯顿新晶圆厂投产", there)
    (found,) = (await house.commands.type(OWNER, "search 晶圆厂")).items
    assert (found.title, found.url) == (story.title, story.url)


async def test_a_topic_is_shown_in_full_by_its_id_its_title_or_its_name_here(house: House) -> None:
    shown = await house.commands.type(OWNER, "topics chips")
    assert (shown.text, shown.lines[0]) == ("Chips (chips)", "Chips.")
    assert shown.lines[1] == "It looks for 2 terms: 1 in English, 1 in Chinese."
    assert "preview chips" in shown.lines[2]
    assert shown.buttons[0][1:3] == ("subscribe", "chips")
    chinese = await house.commands.type(replace(OWNER, locale="zh-CN"), "topics 芯片")
    assert (chinese.text, *chinese.lines[:2]) == ("芯片 (chips)", "各种芯片。", "它查找 2 个词：英文 1 个，中文 1 个。")
    listed = await house.commands.type(replace(OWNER, locale="zh-CN"), "topics")
    assert listed.items[0].detail == "各种芯片。"
    await house.commands.press(OWNER, "confirm", "what=vineyards OR wine\nname=Our wine")
    named = await house.commands.type(OWNER, "topics our wine")
    assert (named.text, named.lines[0]) == ("Our wine", "Named here: vineyards OR wine")
    assert (await house.commands.type(OWNER, "topics page=1")).items[0].title == "Our wine"


@pytest.mark.parametrize(
    ("what", "said"), [("chipss", "Did you mean chips?"), ("smic", "topics lists"), ("lang:zh", "“lang:zh”")]
)
async def test_a_topic_that_there_is_not_is_refused(house: House, what: str, said: str) -> None:
    refused = await house.commands.type(OWNER, f"topics {what}")
    assert not refused.ok
    assert said in " ".join((refused.text, *refused.lines))


async def test_a_story_is_found_by_number_and_by_link(house: House) -> None:
    by_link = await house.commands.type(OWNER, "story https://x.example/0?utm_source=feed")
    assert by_link.text == "New chip plant opens in Dresden"
    number = (await house.store.latest(None, 1))[0].id
    assert (await house.commands.type(OWNER, f"story {number}")).ok
    assert not (await house.commands.type(OWNER, "story 99999")).ok
    assert not (await house.commands.type(OWNER, "story nothing")).ok


async def test_why_names_the_words_or_what_failed(house: House) -> None:
    reply = await house.commands.type(OWNER, "why https://x.example/0")
    assert any(line.startswith("Chips: ") and "chip" in line for line in reply.lines)
    reply = await house.commands.type(OWNER, "why https://x.example/0 what=rain")
    assert "does not match Rain" in reply.text
    reply = await house.commands.type(OWNER, 'why https://x.example/0 what="plant AND dresden"')
    assert "matches" in reply.text


async def test_why_takes_the_topic_behind_the_story(house: House) -> None:
    named = await house.commands.type(OWNER, "why https://x.example/0 what=rain")
    assert await house.commands.type(OWNER, "why https://x.example/0 rain") == named
    assert (await house.commands.type(OWNER, "why #1 plant AND nowhere")).text.endswith("“nowhere” does not occur.")
    assert (await house.commands.type(OWNER, "why #1 rains")).lines == ("Did you mean rain?",)
    assert (await house.commands.type(OWNER, "why me")).text.startswith("There is no story “me”")
    line = (await house.commands.type(OWNER, "why 4")).lines[0]
    assert line == "It matched no topic or query. To see why not a certain one: why 4 what=export-controls."


async def test_a_search_says_in_which_order_it_lists(house: House) -> None:
    assert (await house.commands.type(OWNER, "search new OR rain")).text.endswith(", best match first")
    assert (await house.commands.type(OWNER, "search dresden")).text == "1 story for “dresden”"


async def test_a_storys_reports_are_marked_with_no_words_of_others_queries(house: House) -> None:
    others = replace(OWNER, scope="another server")
    await house.commands.run(others, "subscribe", {"what": "dresden", "confirmed": "yes"})
    await house.pipeline.replay(
        [Entry("9", "https://x.example/9", "Dresden gets a second chip plant", "", source="C", first_seen=NOW)]
    )
    marked = {
        asker.scope: (await house.commands.run(asker, "story", {"story": "https://x.example/9"})).items[-1].bold
        for asker in (OWNER, others)
    }
    assert marked == {OWNER.scope: ("chip",), others.scope: ("chip", "Dresden")}


async def test_why_names_the_report_whose_words_it_tells(house: House) -> None:
    """A story may be called by another one's title."""
    await house.store.transact(lambda tx: tx._merge(1, 2, NOW))  # type: ignore[attr-defined]
    (first, _), *rest = await house.store.timeline(2)
    assert rest
    assert first.title != (await house.commands.type(OWNER, "story 2")).text
    assert f"“{first.title}” does not match volcano" in (await house.commands.type(OWNER, "why 2 what=volcano")).text


@pytest.mark.parametrize(
    ("kind", "score", "why", "told"),
    [
        (
            "known",
            0.96,
            ("score 0.96, threshold 0.34", "shared: chip, plant"),
            "clearly the same event · in common: chip",
        ),
        ("known", 0.36, ("score 0.36, threshold 0.34",), "only just close enough to be the same event"),
        ("grown", 0.44, ("score 0.44, threshold 0.34",), "the same event"),
        ("grown", 0.30, ("score 0.30, threshold 0.34",), "the same event, though its words alone are not close enough"),
        ("known", 1.0, ("next step of sec-offering:00019",), "the next step of the same official procedure or listing"),
        ("duplicate", 0.9, ("a copy: 93% of the text",), "a copy: 93% of the text"),
        (
            "known",
            0.96,
            ("taken out of story 4: two events", "score 0.96, threshold 0.34"),
            "taken out of story 4: two events",
        ),
        ("new", 0.0, (), "started a story"),
        ("new", 0.29, ("score 0.29, threshold 0.34",), "started a story: not quite close enough to story 7"),
        (
            "new",
            0.39,
            ("score 0.39, threshold 0.34", "shared: chip", "against: nothing named in common"),
            "started a story: it reads like story 7 (in common: chip), but: nothing named in common",
        ),
    ],
)
async def test_why_says_in_words_what_joined_a_report_or_kept_it_apart(
    house: House, monkeypatch: pytest.MonkeyPatch, kind: str, score: float, why: tuple[str, ...], told: str
) -> None:
    ((entry, placed),) = await house.store.placements((await house.store.latest("topic:chips", 1))[0].id)
    entry = replace(entry, title="A chip opens")
    one = replace(placed, kind=kind, score=score, threshold=0.34, why=why, maybe_same_as=7)

    async def placements(_: int) -> list[tuple[Entry, Placement]]:
        return [(entry, one)]

    monkeypatch.setattr(house.store, "placements", placements)
    (item,) = (await house.commands.type(OWNER, "why https://x.example/0")).items
    assert item.detail == f"{entry.source} · {told}"
    scored = why and why[0].startswith("score")
    (item,) = (await house.commands.run(OWNER, "why", {"story": "https://x.example/0", "figures": "yes"})).items
    assert item.detail == f"{entry.source} · {told}{f' · score {score:.2f}, threshold 0.34' if scored else ''}"
    assert not (await house.commands.type(OWNER, "why https://x.example/0 figures=yes")).ok, "for the terminal alone"


async def test_why_says_which_reports_began_a_story_that_was_joined_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((entry, placed),) = await house.store.placements((await house.store.latest("topic:chips", 1))[0].id)

    async def placements(_: int) -> list[tuple[Entry, Placement]]:
        return [(entry, replace(placed, kind=kind, why=())) for kind in ("known", "new", "grown", "new")]

    monkeypatch.setattr(house.store, "placements", placements)
    items = (await house.commands.type(OWNER, "why https://x.example/0")).items
    told = [item.detail.removeprefix(entry.source).removeprefix(" · ") for item in items]
    assert told == ["", "started a story", "", "started a story · joined with this one later"]


async def test_why_says_which_outlet_had_the_text_of_a_copy_before(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((entry, placed),) = await house.store.placements((await house.store.latest("topic:chips", 1))[0].id)
    copy = replace(placed, kind="duplicate", duplicate_of=12, why=("a copy: 93% of the text",))

    async def placements(_: int) -> list[tuple[Entry, Placement]]:
        return [(replace(entry, source="Wire"), copy), (replace(entry, source="Herald"), placed)]

    async def entry_ids(_: int) -> list[int]:
        return [11, 12]

    monkeypatch.setattr(house.store, "placements", placements)
    monkeypatch.setattr(house.store, "entry_ids", entry_ids)
    (item, _) = (await house.commands.type(OWNER, "why https://x.example/0")).items
    assert item.detail == "Wire · a copy: 93% of the text · Herald had it before"


async def test_the_newest_of_a_topic_stand_in_the_order_of_the_times_that_are_shown(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store goes by the last report that is of the topic; a story may have had others since."""
    (story, *_) = await house.store.latest("topic:chips", 1)

    async def latest(*_: object) -> list[Story]:
        return [replace(story, id=id_, last_at=at, outlets=("A", "B", "C", "D")) for id_, at in ((1, 5), (2, 7))]

    monkeypatch.setattr(house.store, "latest", latest)
    items = (await house.commands.type(OWNER, "latest chips")).items
    assert [item.detail for item in items] == [f"A, B, C (+1) · 1 report · story {id_}" for id_ in (2, 1)]


async def test_a_storys_outlets_beyond_those_that_are_named_are_counted(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found, *_) = await house.store.latest("topic:chips", 1)

    async def story(_: int) -> Story:
        return replace(found, outlets=tuple("ABCDEFG"), summary="")

    monkeypatch.setattr(house.store, "story", story)
    told = await house.commands.type(OWNER, f"story {found.id}")
    assert told.lines == (f"A, B, C, D, E (+2) · 1 report · story {found.id}",)


async def test_a_query_of_several_lines_is_subscribed_as_it_was_previewed(house: House) -> None:
    shown = await house.commands.run(OWNER, "subscribe", {"what": "dresden OR\nname=porto", "lang": "en"})
    (confirm,) = [button for button in shown.buttons if button.action == "confirm"]
    done = await house.commands.press(OWNER, confirm.action, confirm.value)
    assert done.ok, done.text
    ((_, kept),) = await house.store.subscriptions()
    assert (kept.label, kept.options) == (shown.text.split("”")[0].lstrip("“"), {"lang": "en"})


@pytest.mark.parametrize(("n", "told"), [(20, False), (21, True)])
async def test_why_says_when_it_shows_a_part_of_the_reports(
    house: House, monkeypatch: pytest.MonkeyPatch, n: int, told: bool
) -> None:
    story = (await house.store.latest("topic:chips", 1))[0].id
    (row,) = await house.store.placements(story)

    async def placements(_: int) -> list[tuple[Entry, Placement]]:
        return [row] * n

    monkeypatch.setattr(house.store, "placements", placements)
    reply = await house.commands.type(OWNER, f"why {story}")
    assert len(reply.items) == 20
    assert (f"The first 20 of {n} reports follow; story {story} lists all of them." in reply.lines) == told


async def test_muting_is_undone_by_its_button(house: House) -> None:
    number = (await house.store.latest("topic:chips", 1))[0].id
    muted = await house.commands.type(OWNER, f"mute {number}")
    assert muted.text.startswith("No more alerts about")
    assert muted.text.endswith(f"To undo: unmute {number}.")
    assert (await house.commands.type(OWNER, f"mute {number}")).text.endswith("is already muted here.")
    back = await house.commands.press(OWNER, muted.buttons[0].action, muted.buttons[0].value)
    assert back.text.endswith("come here again.")


@pytest.mark.parametrize(("locale", "language"), [("en-GB", "zh-CN"), ("zh-CN", "zh-CN"), ("zh-TW", "zh-TW")])
async def test_settings_are_explained_with_the_readers_language(house: House, locale: str, language: str) -> None:
    reader = replace(OWNER, platform="slack", locale=locale)
    (*_, how) = (await house.commands.type(reader, "settings")).lines
    assert f" language={language}" in how


async def test_what_a_terminal_has_not_can_not_be_set_there(house: House) -> None:
    for line, said in (
        ("language=zh-CN", "always answers in English"),
        ("mention=S0123", "nobody to mention"),
        ("mention-from=breaking", "nobody"),
    ):
        refused = await house.commands.type(OWNER, f"settings {line}")
        assert (refused.ok, said in refused.text) == (False, True), refused.text
    assert (await house.commands.type(OWNER, "settings language=none")).ok, "what was set before is forgotten"
    shown = await house.commands.type(OWNER, "settings")
    assert shown.lines == ("all defaults: UTC, notices on", "To change one: settings timezone=Europe/Berlin.")
    helped = [item.title.split()[0] for item in (await house.commands.type(OWNER, "help settings")).items]
    assert helped == ["timezone", "burst", "notices"]


async def test_how_a_story_grows_is_told_as_the_platform_does_it(house: House) -> None:
    assert (
        (await house.commands.type(OWNER, "subscribe chips"))
        .lines[0]
        .endswith("when a story grows, an update says how.")
    )
    chat = await house.commands.type(replace(OWNER, platform="slack"), "subscribe chips")
    assert chat.lines[0].endswith("its message is updated.")


async def test_settings_are_checked_kept_and_cleared(house: House) -> None:
    slack = replace(OWNER, platform="slack")
    kept = await house.commands.type(slack, "settings language=zh-CN mention=S0123")
    assert kept.lines[:2] == ("language: zh-CN", "mention: S0123")
    cleared = await house.commands.type(slack, "settings mention=none")
    assert cleared.lines[0] == "language: zh-CN"
    assert not any(line.startswith("mention:") for line in cleared.lines)
    assert not (await house.commands.type(OWNER, "settings language=xx")).ok


async def test_a_burst_guard_that_is_off_is_shown_as_it_was_typed(house: House) -> None:
    assert "burst: off" in (await house.commands.type(OWNER, "settings burst=off")).lines
    assert "burst: 12" in (await house.commands.type(OWNER, "settings burst=12")).lines


async def test_who_may_not_configure_changes_nothing(house: House) -> None:
    guest = replace(OWNER, may_configure=False)
    for line in ("subscribe chips", "unsubscribe chips", "mute 1", "settings language=en", "test"):
        reply = await house.commands.type(guest, line)
        assert not reply.ok
        assert "Nothing was changed" in reply.text
    assert await house.store.subscriptions() == []
    for platform in ("discord", "slack"):
        refused = await house.commands.type(replace(guest, platform=platform), "subscribe chips")
        assert "admin" in refused.text


async def test_arguments_are_checked(house: House) -> None:
    assert "required" in (await house.commands.run(OWNER, "subscribe", {})).text
    assert "from 1 to 25" in (await house.commands.run(OWNER, "latest", {"n": "9999"})).text
    assert "one of normal" in (await house.commands.run(OWNER, "subscribe", {"what": "chips", "severity": "dire"})).text
    assert "the limit is 1000" in (await house.commands.run(OWNER, "search", {"query": "x" * 2000})).text
    assert not (await house.commands.run(OWNER, "dance", {})).ok
    assert not (await house.commands.press(OWNER, "old-action", "1")).ok
    assert not (await house.commands.type(OWNER, "dance now")).ok


async def test_lookups_are_private_unless_shared(house: House) -> None:
    assert (await house.commands.type(OWNER, "latest")).private
    assert not (await house.commands.type(OWNER, "latest share=yes")).private


async def test_a_private_query_is_not_shown_elsewhere(house: House) -> None:
    shown = await house.commands.type(OWNER, "subscribe dresden")
    await house.commands.press(OWNER, "confirm", shown.buttons[-1].value)
    entry = Entry("9", "https://x.example/9", "Dresden tram to run again", source="C", published=NOW, first_seen=NOW)
    await house.pipeline.replay([entry])
    mine = await house.commands.type(OWNER, "why https://x.example/9")
    other = await house.commands.type(replace(OWNER, channel="elsewhere"), "why https://x.example/9")
    assert any(line.startswith("dresden: ") for line in mine.lines)
    assert not any(line.startswith("dresden: ") for line in other.lines)
    assert await house.commands.complete(replace(OWNER, scope="other"), "subscribe", "what", "dres") == []


async def test_completion_is_from_memory_and_bounded(house: House) -> None:
    assert [choice.value for choice in await house.commands.complete(OWNER, "subscribe", "what", "chi")] == ["chips"]
    zh = await house.commands.complete(replace(OWNER, locale="zh-CN"), "subscribe", "what", "芯")
    assert [choice.label for choice in zh] == ["芯片"]
    stories = await house.commands.complete(OWNER, "story", "story", "Dresden")
    assert stories[0].label == "New chip plant opens in Dresden"
    assert len(await house.commands.complete(OWNER, "help", "command", "")) <= 25
    assert await house.commands.complete(OWNER, "nothing", "x", "") == []
    assert await house.commands.complete(OWNER, "subscribe", "channel", "x") == []
    await house.commands.type(OWNER, "search dresden")
    assert "dresden" in [choice.value for choice in await house.commands.complete(OWNER, "search", "query", "dre")]


async def test_what_the_channel_has_is_suggested_to_be_changed_or_ended(house: House) -> None:
    await house.commands.type(OWNER, "subscribe chips")
    await house.commands.press(OWNER, "confirm", "what=dresden OR porto")
    await house.commands.press(OWNER, "confirm", f"what=smic OR {'long ' * 60}\nchannel=elsewhere")
    await house.commands.type(OWNER, "search gallium")
    for command in ("edit", "unsubscribe", "template"):
        found = await house.commands.complete(OWNER, command, "what", "")
        assert [(one.label, one.value) for one in found] == [("Chips", "chips"), ("dresden OR porto", "2")]
    assert [one.value for one in await house.commands.complete(OWNER, "edit", "what", "port")] == ["2"]
    (there,) = await house.commands.complete(OWNER, "edit", "what", "", "elsewhere")
    assert (len(there.label), there.value) == (100, "3")
    assert (await house.commands.run(OWNER, "unsubscribe", {"what": "3", "channel": "elsewhere"})).ok


async def test_a_long_query_is_suggested_whole(house: House) -> None:
    query = " OR ".join(f"dresden{n}" for n in range(12))
    await house.commands.run(OWNER, "search", {"query": query})
    (found,) = await house.commands.complete(OWNER, "search", "query", "dre")
    assert (len(found.label), found.value) == (100, query)


async def test_a_sample_is_posted(house: House) -> None:
    assert (await house.commands.type(OWNER, "test")).text == "A sample alert was posted to this terminal."
    other = await house.commands.type(replace(OWNER, platform="discord"), "test")
    assert not other.ok


async def test_a_sample_takes_a_place_among_all_sends(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.platform, "paces", lambda channel: [Pace(f"paced:{channel.ref}", 60_000, 2)])
    await house.store.reserve("paced:terminal", NOW, 60_000, 2)
    assert (await house.commands.type(OWNER, "test")).ok
    assert await house.store.reserve("paced:terminal", NOW, 60_000, 2) == 60_000, "both places at once were taken"


async def test_unsubscribing_from_nothing_changes_nothing(house: House) -> None:
    assert not (await house.commands.type(OWNER, "unsubscribe chips")).ok
    assert (await house.commands.type(OWNER, "subscriptions")).text.startswith("Nothing is subscribed")
    await house.commands.type(OWNER, "subscribe chips severity=notable lang=en,zh")
    listed = await house.commands.type(OWNER, "subscriptions")
    assert listed.items[0].detail == f"number {listed.items[0].buttons[0].value} · lang en,zh · severity notable"
    assert not (await house.commands.type(OWNER, "unsubscribe (((")).ok
    assert (await house.commands.type(OWNER, "unsubscribe chips")).ok


async def test_an_entity_is_searched_and_subscribed_to_under_all_its_names(house: House) -> None:
    house.rules = Rulebook(TOPICS, [Named("smic", "SMIC", zh=("中芯国际",))])
    commands = CommandDesk(Desk(house.store, house.rules, WORDS, lambda: NOW, {"console": house.platform}))
    found = await commands.type(OWNER, "search entity:SMIC")
    assert {"SMIC reports higher quarterly revenue"} <= {item.title for item in found.items}
    shown = await commands.type(OWNER, "subscribe entity:smic")
    await commands.press(OWNER, shown.buttons[-1].action, shown.buttons[-1].value)
    ((_, subscription),) = await house.store.subscriptions()
    assert 'looks for: "smic" OR 中芯国际' in shown.lines[0]
    assert (subscription.label, house.rules.text(subscription.rule)) == ("SMIC 中芯国际", '"smic" OR 中芯国际')
    by_name = await commands.type(OWNER, "subscribe smic 中芯国际 lang=zh")
    await commands.press(OWNER, "confirm", by_name.buttons[-1].value)
    assert [(one.id, one.label) for _, one in await house.store.subscriptions()] == [(subscription.id, "SMIC 中芯国际")]
    ended = await commands.type(OWNER, "unsubscribe entity:smic")
    assert len(ended.lines) == 1, "a company's name is nobody's to take away"
    await commands.press(OWNER, "confirm", ended.buttons[0].value)
    assert [one.label for _, one in await house.store.subscriptions()] == ["SMIC 中芯国际"]
    house.rules.put_entities([Named("smic", "SMIC", zh=("中芯国际",), names=tuple(f"name{n}" for n in range(30)))])
    long = await commands.type(OWNER, "subscribe entity:smic")
    await commands.press(OWNER, "confirm", long.buttons[-1].value)
    (_, listed) = (await commands.type(OWNER, "subscriptions")).items
    keywords = listed.detail.partition(" · ")[2]
    assert (100 < len(keywords) <= 120, keywords[-1]) == (True, "…")
    await commands.type(OWNER, f"unsubscribe {(await house.store.subscriptions())[1][1].id}")
    house.rules.put_entities([Named("smic", "SMIC", zh=("中芯国际",))])
    wider = await commands.type(OWNER, "edit entity:smic to=“smic OR entity:smic”")
    assert [one.label for _, one in await house.store.subscriptions()] == ['smic OR "smic" OR 中芯国际'], wider
    refused = await commands.type(OWNER, "subscribe gallium name=“smic 中芯国际”")
    assert (refused.ok, "company already has this name" in refused.text) == (False, True)
    refused = await commands.type(OWNER, "search entity:smci")
    assert (refused.ok, "did you mean entity:smic" in refused.text) == (False, True)


async def test_a_query_that_nobody_has_is_counted_when_asked(house: House) -> None:
    reply = await house.commands.type(OWNER, "trend dresden OR porto 30")
    assert reply.text.endswith("2 reports in 30 days"), reply.text


async def test_who_is_who_is_completed(house: House) -> None:
    rules = Rulebook(TOPICS, (Entity("zhipu", "Zhipu", zh=("智谱",)),))
    desk = CommandDesk(Desk(house.store, rules, WORDS, lambda: NOW, {}))
    for text in ("zhi", "智谱"):
        assert [choice.value for choice in await desk.complete(OWNER, "subscribe", "what", text)] == ["entity:zhipu"]
        assert [choice.value for choice in await desk.complete(OWNER, "search", "query", text)] == ["entity:zhipu"]
    assert await desk.complete(OWNER, "unsubscribe", "what", "zhi") == []


async def test_subscriptions_say_their_rhythm_in_words_and_are_changed_in_place(house: House) -> None:
    await house.commands.type(OWNER, "settings timezone=Europe/Berlin")
    await house.commands.type(OWNER, 'subscribe chips mode="weekly fri 17:00" severity=notable')
    listed = await house.commands.type(OWNER, "subscriptions")
    (item,) = listed.items
    assert item.detail == (
        "number 1 · severity notable · "
        "New stories arrive in one digest a week, on Friday at 17:00 (Europe/Berlin); empty digests are not sent."
    )
    assert "edit export-controls mode=daily 09:00" in listed.lines[0]
    changed = await house.commands.type(OWNER, "subscribe chips quiet=22:00-07:00")
    assert "on Friday at 17:00" in changed.lines[0], "what is not named stays"
    (item,) = (await house.commands.type(OWNER, "subscriptions")).items
    assert "Stories during 22:00-07:00 (Europe/Berlin) wait" in item.detail


class Chat(ConsolePlatform):
    """A platform where people can be written to."""

    directs = trouble = ""
    advice: tuple[str, ...] = ()

    async def diagnose(self) -> list[str]:
        return []


async def test_who_subscribes_or_resumes_a_channel_looks_after_it(house: House) -> None:
    commands = CommandDesk(Desk(house.store, house.rules, WORDS, lambda: NOW, {"slack": Chat()}))
    one, two = (Asker("slack", "T1", "C1", user) for user in ("U1", "U2"))
    await commands.run(one, "subscribe", {"what": "chips"})
    channel = await house.store.find_channel("slack", "T1", "C1")
    assert channel is not None
    assert await house.store.recall(f"owner:{channel.id}") == "slack T1 U1"
    await commands.run(two, "resume", {})
    assert await house.store.recall(f"owner:{channel.id}") == "slack T1 U1", "nothing was resumed"
    await commands.run(one, "pause", {})
    await commands.run(two, "resume", {})
    assert await house.store.recall(f"owner:{channel.id}") == "slack T1 U2"


async def test_what_may_or_may_not_have_arrived_is_shown_in_status(house: House) -> None:
    channel = await subscribed(house.store)
    await queued(house.store, channel, at=NOW)
    now = NOW
    for _ in range(6):
        now += HOUR
        for lease in await leased(house.store, now):
            for delivery in await house.store.next_deliveries(lease, 1, now):
                if delivery.state == "queued":
                    assert await house.store.begin(lease, delivery, now)
                assert await house.store.settle(lease, delivery, Ambiguous("no answer"), now)
            await house.store.release(lease)
    shown = await house.commands.run(OWNER, "status", {})
    assert "deliveries that may or may not have arrived; they are not sent again: 1" in shown.lines
    assert "subscriptions: 1" in shown.lines
    told = await house.commands.run(replace(OWNER, locale="zh-TW"), "status", {})
    assert "無法確定是否送達的提醒（不會重發）：1" in told.lines


async def test_status_says_whether_feeds_are_read(house: House) -> None:
    async def said(**who: str) -> str:
        return (await house.commands.run(replace(OWNER, **who), "status", {})).lines[0]

    assert await said() == "No feed is watched. To start the bot: run"
    await house.store.add_feeds([FeedSpec("https://a.example/feed")], NOW - 5 * HOUR)
    assert await said() == "No feed has been read yet. To start the bot: run"
    await house.store.keep(f"{READING}1", f"{NOW - MINUTE} {NOW - MINUTE}")
    assert await said() == "The bot was started 60 seconds ago; no feed has answered since."
    await house.store.keep(f"{READING}1", "")
    (feed,) = await house.store.due_feeds(NOW, 1, MINUTE, "t")
    await house.store.settle_polls([replace(settled(feed, next_poll=NOW - HOUR), last_ok=NOW - 3 * HOUR)])
    assert await said() == (
        "No bot is reading the feeds: some are due, and the last answer came 3 hours ago. To start the bot: run"
    )
    assert (
        await said(platform="slack", locale="zh-CN") == "没有程序在读取来源：已到读取时间，而上一次应答是在 3 小时前。"
    )
    await house.store.keep(STOPPED, str(NOW - 2 * HOUR))
    assert await said(platform="discord") == "The bot was stopped 2 hours ago; no feed has answered since."
    (feed,) = await house.store.due_feeds(NOW, 1, MINUTE, "t")
    await house.store.settle_polls([replace(settled(feed, next_poll=NOW + HOUR), last_ok=NOW - 90_000)])
    assert await said() == "Feeds are being read: one answered 90 seconds ago, and none is overdue."
    await house.store.rest_feed(feed.id, True, NOW)
    assert (await said()).startswith("No feed is read: all are paused or gone; sources lists them.")
    assert (await said(locale="zh-TW")).startswith("沒有讀取任何來源：全部已暫停")


async def test_status_tells_what_ails_in_the_reader_s_language(house: House) -> None:
    """What ails is said in English where nobody's language is at hand."""
    ails = {
        "The Ledger": "https://x.example/feed: the server failed (HTTP 503)",
        "slack": "Socket Mode: Slack can't be reached",
        "discord": "Discord refuses DISCORD_TOKEN; make a new one under Bot in the developer portal and restart",
        "sources": "12 fell silent at once, by our network or a holiday: Alpha, Beta",
        "poller": "failed unexpectedly (KeyError); see the log",
    }
    desk = Desk(house.store, Rulebook(TOPICS), WORDS, lambda: NOW, {"console": house.platform}, lambda: ails)
    lines = (await CommandDesk(desk).run(replace(OWNER, locale="zh-CN"), "status", {})).lines
    assert lines[1:6] == (
        "The Ledger：https://x.example/feed：服务器出错（HTTP 503）",
        "slack：Socket Mode：连不上 Slack",
        "discord：Discord 拒绝 DISCORD_TOKEN；请在开发者门户的 Bot 下新建一个并重新启动",
        "sources：12 个来源同时没有动静，可能是我们的网络或节假日：Alpha, Beta",
        "poller：意外失败（KeyError）；详见日志",
    )
    lines = (await CommandDesk(desk).run(OWNER, "status", {})).lines
    assert lines[1:6] == tuple(f"{name}: {said}" for name, said in ails.items())


async def test_who_names_a_company_by_one_of_its_names_is_offered_all(house: House) -> None:
    rules = Rulebook(TOPICS, [Named("smic", "SMIC", zh=("中芯国际",), tickers=("0981.HK",))])
    commands = CommandDesk(Desk(house.store, rules, WORDS, lambda: NOW, {"console": house.platform}))
    chat = replace(OWNER, platform="slack", scope="T1", channel="C1", channel_name="#news")
    for typed in ("smic", "中芯国际", "0981.HK"):
        shown = await commands.type(chat, f"subscribe {typed}")
        assert "SMIC 中芯国际 has other names too" in shown.lines[0]
        assert next((b.action, b.value) for b in shown.buttons) == ("instead", "what=entity:smic")
    every = await commands.press(chat, "instead", "what=entity:smic")
    await commands.press(chat, "confirm", every.buttons[-1].value)
    assert [one.label for _, one in await house.store.subscriptions()] == ["SMIC 中芯国际"]
    for meant in ('subscribe "smic"', "subscribe smic dresden", "subscribe entity:smic"):
        assert "other names" not in " ".join((await commands.type(chat, meant)).lines)
    typed = await commands.type(OWNER, "subscribe smic")
    done = await commands.press(OWNER, "confirm", typed.buttons[0].value)
    assert "entity:smic watches all of them" in done.lines[0], "nobody presses on the terminal"


@pytest.mark.parametrize(
    ("asker", "line"),
    [
        (replace(OWNER, platform="slack"), 'subscribe chips mode="daily 09:00".'),
        (
            replace(OWNER, platform="webhook", scope="slack:T1"),
            'webhook do terminal subscribe chips mode="daily 09:00".',
        ),
        (replace(OWNER, platform="webhook", scope="local"), "subscribe chips 'mode=daily 09:00'."),
        (replace(OWNER, platform="console"), "subscribe chips 'mode=daily 09:00'."),
    ],
)
async def test_what_brings_a_subscription_back_is_told_as_it_is_typed_there(
    house: House, asker: Asker, line: str
) -> None:
    await house.commands.run(asker, "subscribe", {"what": "chips", "mode": "daily 09:00"})
    assert (await house.commands.run(asker, "unsubscribe", {"what": "chips"})).lines[-1].endswith(line)


@pytest.mark.parametrize("server", ["chat", "webhook", "terminal"])
async def test_a_channel_of_a_server_has_so_many_subscriptions_at_most(
    house: House, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    """What it has may be changed all the same; the terminal is the operator's own."""
    monkeypatch.setattr(subscribing, "MOST_SUBSCRIPTIONS", 1)
    chat = replace(OWNER, platform="slack", scope="T1")
    asker = {"chat": chat, "webhook": replace(chat, platform="webhook", scope="slack:T1"), "terminal": OWNER}[server]
    assert (await house.commands.type(asker, "subscribe chips")).ok
    full = await house.commands.type(asker, "subscribe rain")
    assert full.ok is (server == "terminal")
    assert ("can have 1 subscriptions" in full.text) is not full.ok
    assert (await house.commands.type(asker, "subscribe chips severity=breaking")).ok
    assert len((await house.commands.type(asker, "subscriptions")).items) == 1 + full.ok
