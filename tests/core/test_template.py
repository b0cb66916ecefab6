"""Templates: what may stand in one, what becomes of it, and that nothing in one or in a text breaks an alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerts.shape import shaped, values
from bot.core.alerts.template import MOST, NAMES, ROOM, fill, parse_template
from bot.core.errors import QueryError
from bot.core.language.text import cut
from bot.core.message import Alert, OutletLine, Piece, TopicLine

SIGNS = st.text(st.sampled_from("{}[]:*_<@>\n 1a"), max_size=30)
TEMPLATES = st.lists(st.one_of(SIGNS, st.sampled_from([f"{{{name}}}" for name in NAMES])), max_size=8).map("".join)


def said(template: str, **texts: str) -> str:
    return "".join(piece.text for piece in fill(parse_template(template), texts))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("**{title}** by {outlets}", "**Chips** by Reuters"),
        ("{title}[ – {news}]", "Chips"),
        ("{title}[ ({outlets})]", "Chips (Reuters)"),
        ("{title:3}", "Ch…"),
        ("{{title}} [[x]] {title}", "{title} [x] Chips"),
        ("{link}", "https://x.example/"),
        ("a{news}b", ""),
    ],
)
def test_a_template_is_filled(template: str, expected: str) -> None:
    assert said(template, title="Chips", outlets="Reuters", link="https://x.example/") == expected


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{body}", "there is no placeholder {body}"),
        ("{title.__class__}", "{ stands alone"),
        ("{title!r}", "{ stands alone"),
        ("{title", "{ stands alone"),
        ("title}", "} stands alone"),
        ("[{title}", "never closed"),
        ("{title}]", "without a ["),
        ("[a [{title}]]", "can't contain another"),
        ("{title} [plain]", "a section needs"),
        ("only words", "at least one placeholder"),
        ("x" * (MOST + 1), "at most 1000"),
    ],
)
def test_what_is_wrong_is_said(template: str, problem: str) -> None:
    with pytest.raises(QueryError) as error:
        parse_template(template)
    assert problem in str(error.value)


def test_what_is_too_long_has_the_usual_shape() -> None:
    assert fill(parse_template("{title:999}{why:999}"), {"title": "x" * 999, "why": "y" * 999}) == ()


@pytest.mark.usefixtures("untraced")
@given(TEMPLATES, st.text(max_size=2000))
def test_no_template_and_no_text_breaks_it(template: str, text: str) -> None:
    try:
        parsed = parse_template(template)
    except QueryError:
        return
    made = fill(parsed, dict.fromkeys(NAMES, text))
    assert sum(len(piece.text) for piece in made) <= ROOM


ALERT = Alert(
    1, "new", 42, "Chips", "https://x.example/", "A plant.", (OutletLine("Reuters", "", 0), OutletLine("", "", 0)),
    (TopicLine("topic:chips", "Chips and fabs", ("chip", "fab")),), 0, "notable", also=("A", "B", "C", "D"),
)  # fmt: skip


def test_placeholders_say_what_the_alert_says() -> None:
    found = values(ALERT, timezone(timedelta(hours=8)))
    assert set(found) == set(NAMES)
    assert (found["why"], found["also"], found["published"]) == ("chip, fab", "A, B, C (+1)", "1970-01-01 08:00")
    assert (found["severity"], found["outlets"], found["story"]) == ("notable", "Reuters", "42")


def test_an_alert_is_shaped_or_left_as_it_is() -> None:
    assert shaped(ALERT, "{title}").form == (Piece("value", "Chips"),)
    assert shaped(ALERT, "") is ALERT
    assert shaped(ALERT, "{nonsense}") is ALERT


def test_the_link_of_an_update_leads_to_the_report_that_says_what_is_new() -> None:
    update = replace(ALERT, kind="update", news="correction", news_url="https://b.example/2")
    assert shaped(update, "{link}").form == (Piece("link", "https://b.example/2"),)


def test_an_alert_that_tells_what_came_is_of_its_time() -> None:
    update = replace(ALERT, kind="update", outlets=(), news_at=0)
    assert (ALERT.at, replace(ALERT, news_at=9).at, update.at) == (ALERT.published, 9, ALERT.published)
    later = replace(update, outlets=(OutletLine("Wire", "", ALERT.published + 2), OutletLine("Late", "", 1)))
    assert (later.at, replace(later, news_at=7).at) == (ALERT.published + 2, 7)


def test_what_is_new_is_cut_where_it_is_in_the_readers_words() -> None:
    update = replace(ALERT, kind="update", news="a correction of some length")
    assert shaped(update, "{news:9}").form == (Piece("news", "a correction of some length", 9),)
    assert (cut("a correction", 9), cut("更正", 9)) == ("a correc…", "更正")
    assert shaped(replace(update, news="x" * 9 * ROOM), "{title} {news}").form
