"""What the sources share: JSON that is none, fields that change, text that is unsafe, validators, memos, clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.errors import FetchError, NotAFeed
from bot.ports import Feed
from bot.sources.kit import seen
from bot.sources.kit.clocks import EASTERN, HONG_KONG, day, epoch, iso, today, wall
from bot.sources.kit.items import JSON_LIMIT, Fields, clean, plain, read_json
from bot.sources.kit.polls import ENTRY_LIMIT, entry, polled, unchanged
from tests.fakes.recorded import said


def test_json_over_the_limit_is_refused_with_its_size():
    with pytest.raises(FetchError, match=r"x: 4,194,305 bytes of JSON") as refused:
        read_json("x", said(b"[" + b" " * JSON_LIMIT))
    assert refused.value.kind == "too-large"


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a": 1' + "0" * 5000 + "}", "NaN1", '{"a": }'])
def test_json_that_breaks_parsers_is_one_clear_line(body):
    with pytest.raises(NotAFeed, match="expected JSON"):
        read_json("x", said(body))


def test_json_with_a_byte_order_mark_or_bad_bytes_is_read():
    assert read_json("x", said(b'\xef\xbb\xbf{"a": 1}')) == {"a": 1}
    assert read_json("x", said(b'{"a": "\xff"}')) == {"a": "\ufffd"}


def test_text_is_one_line_without_what_breaks_stores_and_terminals():
    assert clean("a\x00b\nc\ud800 d\x1b[31m\ufffe") == "ab c\ufffd d[31m"
    assert clean("x" * 100, 10) == "x" * 10
    assert clean(" \n" * 9) == ""


def test_html_in_a_field_is_undone_without_eating_comparisons():
    assert plain("<em>AI</em> &amp; chips<br/>two") == "AI & chips two"
    assert plain("1 < 2") == "1 < 2"


def test_an_entry_keeps_to_its_caps_and_leaves_out_empty_facts():
    made = entry("i" * 5000, "https://a.test/", "t" * 5000, "s" * 50_000, facts={"a": "", "b": "x\ny"})
    assert (len(made.id), len(made.title), len(made.summary)) == (2000, 1000, 16_000)
    assert made.facts == (("b", "x y"),)


@pytest.mark.parametrize("body", [{}, "", 0, False])
def test_an_empty_answer_of_another_type_is_no_empty_list(body):
    with pytest.raises(NotAFeed, match="x: the answer is no list: its shape has changed"):
        Fields("x").rows(body, "")
    with pytest.raises(NotAFeed, match="x: items is no list: its shape has changed"):
        Fields("x").rows({"items": body}, "items")
    assert Fields("x").rows({"items": None}, "items") == Fields("x").rows([], "") == []


def test_fields_of_a_changed_type_are_counted_by_name():
    fields = Fields("x")
    rows = fields.rows({"items": [{"a": "1"}, {"a": True}, {"a": []}, {}, None]}, "items")
    assert [fields.text(row, "a") for row in rows] == ["1", "", "", ""]
    assert fields.maybe({"b": None}, "b") == ""
    assert fields.nested({"c": [1, {"d": 2}]}, "c") == [{"d": 2}]
    assert fields.notes() == (
        "x: (an item) is missing or has changed in 1 of 5 items",
        "x: a is missing or has changed in 3 of 5 items",
    )


def test_an_empty_or_cut_answer_keeps_no_validators():
    whole = polled(said("[]", etag='"1"', last_modified="yesterday"), [entry("1", "", "t")])
    assert (whole.etag, whole.modified) == ('"1"', "yesterday")
    assert whole.body_hash
    for answer, rows in ((said("[]", etag='"1"'), []), (said("[]", etag='"1"', complete=False), [entry("1", "", "t")])):
        kept = polled(answer, rows)
        assert (kept.etag, kept.body_hash) == ("", 0)
    assert polled(said("[]", etag="x" * 2000), [entry("1", "", "t")]).etag == ""


def test_more_entries_than_the_limit_are_said():
    made = polled(said("[]"), [entry(str(n), "", "t") for n in range(ENTRY_LIMIT + 1)], notes=("before",))
    assert made.parsed
    assert len(made.parsed.entries) == ENTRY_LIMIT
    assert made.notes == ("before", "501 entries, of which the first 500 were taken")


def test_wishes_and_moves_of_the_server_are_passed_on():
    made = polled(said("[]", cache_control="max-age=120"), [entry("1", "", "t")])
    assert (made.max_age_s, made.bytes) == (120, 2)


def test_no_store_keeps_no_trace_of_the_body():
    answer = said("[1]", cache_control="no-store")
    made = polled(answer, [entry("1", "", "t")])
    assert made.body_hash == 0
    assert unchanged(Feed(1, "u", body_hash=0), answer) is None


def test_the_same_body_again_is_unchanged_unless_it_was_cut():
    first = polled(said("[1]"), [entry("1", "", "t")])
    feed = Feed(1, "u", body_hash=first.body_hash)
    again = unchanged(feed, said("[1]", etag='"2"'))
    assert again
    assert (again.parsed, again.etag) == (None, '"2"')
    assert unchanged(feed, said("[1]", complete=False)) is None
    assert unchanged(feed, said("[2]")) is None


def test_a_304_keeps_the_validators_that_it_does_not_replace():
    feed = Feed(1, "u", etag='"1"', modified="Mon, 01 Jun 2026 08:00:00 GMT", body_hash=7)
    made = [unchanged(feed, replace(said("", **new), status=304)) for new in ({}, {"etag": '"2"'})]
    assert [(one.etag, one.modified, one.body_hash) for one in made if one] == [
        ('"1"', feed.modified, 7),
        ('"2"', feed.modified, 7),
    ]


def test_a_memo_comes_back_as_it_went_and_a_foreign_one_is_empty():
    assert seen.listed(seen.load(seen.dump({"seen": ["b", "a"]}))) == ("b", "a")
    assert seen.dump({"seen": ["a\ud800"]}) == '{"seen":["a?"]}'
    assert seen.dump({"b": 1, "a": "é"}) == '{"a":"é","b":1}'
    for memo in ("", "x", "[]", '{"seen": 3}'):
        assert seen.listed(seen.load(memo)) == ()


@pytest.mark.case_id(68)
def test_case_068_placeholders_and_seconds_read_as_milliseconds_are_no_dates():
    """As a date of 1970 they would be old news: stored, and told to nobody."""
    assert epoch(0) is epoch(1795514400, 1000) is epoch("0.5") is epoch(253_000_000_000) is None
    assert wall("01/01/0001 00:00", "%d/%m/%Y %H:%M", HONG_KONG) is None
    assert day("1970-01-01", EASTERN) is day("9999-12-31", EASTERN) is None
    assert iso("0001-01-01T00:00:00Z") is iso("9999-12-31T00:00:00+00:00") is None


def test_clocks_know_their_zone_and_its_summer():
    assert wall("24/11/2026 08:13", "%d/%m/%Y %H:%M", HONG_KONG) == datetime(2026, 11, 24, 0, 13, tzinfo=UTC)
    assert day("2026-07-01", EASTERN) == datetime(2026, 7, 1, 4, tzinfo=UTC)
    assert day("2026-12-01", EASTERN) == datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert day("01.12.2026", EASTERN) is None
    assert iso("2026-11-24T08:45:00.000-05:00") == datetime(2026, 11, 24, 13, 45, tzinfo=UTC)
    assert iso("2026-11-24T08:45:00") is None
    assert iso("soon") is None
    assert epoch("1795514400000", 1000) == epoch(1795514400)
    assert epoch("x") is None
    assert epoch(10**30) is None
    assert today(int(datetime(2026, 11, 24, 4, tzinfo=UTC).timestamp() * 1000), EASTERN).isoformat() == "2026-11-23"
