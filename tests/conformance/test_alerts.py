"""Every kind of alert on every platform: the same story, links, outlets, topics with their words, and actions."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.core.alerts.shape import shaped
from bot.core.message import Alert, TopicLine
from bot.core.stories.followup import flags
from bot.core.stories.ladders import LADDERS
from bot.core.stories.reversal import WAY
from handlers.text import lures, safe_url
from tests.conformance.alerts import ALERTS, LANGUAGES
from tests.conformance.stage import Seen, Stage
from tests.conformance.stages import all_stages
from tests.conformance.test_commands import flat
from tests.wording import WORDS

pytestmark = [
    pytest.mark.usefixtures("untraced"),
    pytest.mark.holds_loop,  # a test's own coroutine builds all platforms, and reads what all of them show
]

_START = 60


def shown(text: str, seen: Seen) -> bool:
    """Is the beginning of a text seen?"""
    return flat(text)[:_START].strip() in flat(seen.text)


def labels(alert: Alert, stage: Stage, language: str) -> list[str]:
    """What a reader is told before the title. The terminal says it in lower case, in English."""
    keys: list[str] = [alert.kind] if alert.kind != "new" else []
    keys += [alert.severity] if alert.severity != "normal" else []
    said = [WORDS("en" if stage.name == "console" else language, f"alert.{key}") for key in keys]
    return [word.lower() for word in said] if stage.name == "console" else said


def check(stage: Stage, alert: Alert, seen: Seen, language: str) -> None:
    """Everything that the alert means can be seen."""
    assert shown(alert.title or alert.summary, seen)
    assert all(label in seen.text for label in labels(alert, stage, language)), seen.text
    if lures(alert.url):  # the terminal shows the whole address
        assert stage.name == "console" or WORDS(language, "alert.lure", host="")[:20] in seen.text
    elif alert.url:
        assert safe_url(alert.url) in seen.links
    if stage.name != "console" or alert.kind != "update":
        assert shown(alert.summary, seen)
    check_topics(stage, alert, seen)
    check_outlets(alert, seen)
    if stage.presses:
        story = str(alert.story_id)
        wanted = [("story", story), ("why", story), ("mute", story)] if alert.story_id else []
        ends = [("unsubscribe", topic.id) for topic in alert.topics[:1]] if alert.story_id else []
        assert [button for button in [*wanted, *ends] if button not in seen.buttons] == []


def check_topics(stage: Stage, alert: Alert, seen: Seen) -> None:
    for topic in alert.topics:
        assert flat(topic.title)[:30].strip() in flat(seen.text)
        for term in topic.why:
            assert flat(term)[:30].strip() in flat(seen.text)
            if stage.presses:
                assert any(flat(term)[:30].strip() in flat(bold) for bold in seen.bold), (term, seen.bold)


def check_outlets(alert: Alert, seen: Seen) -> None:
    """The first by name; of the rest at least how many."""
    named = [outlet for outlet in alert.outlets if flat(outlet.name)[:30].strip() in flat(seen.text)]
    assert named[:1] == list(alert.outlets[:1])
    left = len(alert.outlets) - len(named)
    assert left == 0 or str(left) in seen.text, (left, seen.text)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("name", [name for name in ALERTS if not name.startswith("digest")])
async def test_an_alert_means_the_same_everywhere(name: str) -> None:
    alert, language = ALERTS[name], LANGUAGES.get(name, "en")
    async with all_stages() as stages:
        offered = []
        for stage in stages:
            messages = await stage.deliver(alert, language)
            offered += [sorted(messages[0].buttons)] if stage.presses else []
            check(stage, alert, messages[0], language)
            if alert.news:
                assert shown(alert.news, messages[-1])
            more = 2 if alert.news and stage.presses else 1
            assert len(messages) == more, "an update edits what is there, and tells in a message only what is new"
        assert offered.count(offered[0]) == len(offered), offered


async def test_what_is_new_is_linked_to_the_report_that_says_it() -> None:
    there = "https://b.example/correction"
    async with all_stages() as stages:
        for stage in stages:
            *edited, told = await stage.deliver(replace(ALERTS["update-news"], news_url=there), "en")
            assert there in told.links
            assert all(safe_url(ALERTS["update"].url) in seen.links for seen in edited)
            assert all(there in seen.links for seen in edited), "the alert itself leads there too"


@pytest.mark.parametrize("name", [name for name in ALERTS if name.startswith("digest")])
async def test_a_digest_means_the_same_everywhere(name: str) -> None:
    alert = ALERTS[name]
    async with all_stages() as stages:
        for stage in stages:
            (seen,) = await stage.deliver(alert)
            text = flat(seen.text)
            told = [line for line in alert.lines if flat(line.title)[:_START].strip() in text]
            assert told[:1] == list(alert.lines[:1])
            assert str(len(alert.lines)) in seen.text
            if len(alert.lines) < 10:
                assert told == list(alert.lines)
                assert [line.url for line in alert.lines if line.url not in seen.links] == []
                assert [line for line in alert.lines if f"story {line.story_id}" not in seen.text] == []
            assert all(shown(line.label[:30], seen) for line in told[:1])
            assert not stage.presses or ("latest", "") in seen.buttons


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW"])
async def test_a_channels_language_is_spoken_around_the_story(locale: str) -> None:
    async with all_stages() as stages:
        for stage in stages:
            if stage.presses:
                (seen,) = await stage.deliver(ALERTS["breaking"], locale)
                assert WORDS(locale, "alert.breaking") in seen.text
                assert WORDS(locale, "alert.topics") in seen.text or stage.name == "slack"


@pytest.mark.parametrize(("locale", "said"), [("zh-CN", "更正, 最终规则 – "), ("zh-TW", "更正, 最終規則 – ")])
async def test_what_is_new_is_told_in_the_channels_language(locale: str, said: str) -> None:
    alert = replace(ALERTS["update-news"], news="correction, final rule – Reuters: Correction: the rule is final")
    async with all_stages() as stages:
        for stage in stages:
            if stage.presses:
                *_, seen = await stage.deliver(alert, locale)
                assert f"{said}Reuters: Correction: the rule is final" in seen.text


@pytest.mark.parametrize(
    ("locale", "said"), [("zh-CN", "升级为重要 · 更正 – Re…"), ("zh-TW", "升級為重要 · 更正 – Re…")]
)
async def test_what_is_new_is_told_in_the_channels_language_in_its_own_shape(locale: str, said: str) -> None:
    alert = replace(ALERTS["update-news"], before="normal", news="correction – Reuters: Correction: the rule is final")
    async with all_stages() as stages:
        for stage in stages:
            if stage.presses:
                first, *_ = await stage.deliver(shaped(alert, "What is new: {news:16}"), locale)
                assert f"What is new: {said}" in first.text


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW"])
def test_all_that_can_be_new_is_known_in_each_language(locale: str) -> None:
    rungs = (rung.words for ladder in LADDERS.values() for rung in ladder.values())
    figures = ("new figure: 20%", "another round: $150 million", "another number of people: 3")
    labels = ("official source", "reversal", "further news", *figures, *rungs, *flagged())
    assert [label for label in labels if WORDS.told(locale, label) == label] == []


def flagged() -> list[str]:
    """The flags of titles that have one each."""
    titles = (
        "exclusive: it", "a correction", "it denies it", "it confirms it", "it withdraws it", "open source it",
        "delayed", "a final rule", "senate passed it", "house passed it", "approval",
    )  # fmt: skip
    return [flag for title in titles for flag in flags(title) if not flag.startswith(WAY)]


@pytest.mark.parametrize(("locale", "counted"), [("zh-CN", r"另有 \d+ 个"), ("zh-TW", r"另有 \d+ 個")])
async def test_topics_that_are_left_out_are_not_counted_as_outlets(locale: str, counted: str) -> None:
    topics = tuple(TopicLine(f"topic:t{n}", f"Topic {n} {'x' * 40}", ("H20",)) for n in range(20))
    alert = replace(ALERTS["breaking"], topics=topics, outlets=ALERTS["breaking"].outlets[:1])
    async with all_stages() as stages:
        said = [(await stage.deliver(alert, locale))[0].text for stage in stages if stage.presses]
    assert [bool(re.search(counted, text)) for text in said] == [True, True]
    assert [text for text in said if re.search(r"另有 \d+ 家", text)] == []


async def test_a_word_that_stands_within_another_one_is_no_further_reason() -> None:
    why = ("rare earths", "quotas", "rare earth", "Quotas")
    alert = replace(ALERTS["breaking"], topics=(TopicLine("topic:metals", "Metals", why),))
    async with all_stages() as stages:
        for stage in stages:
            (seen,) = await stage.deliver(alert)
            assert "rare earths" in seen.text
            assert not re.search(r"rare earth\b|Quotas", seen.text), stage.name
