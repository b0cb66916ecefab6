"""When two items are one: titles without labels and outlets, ids as far as they can be trusted, keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core import identity
from bot.core.identity import GuidRule, filed_keys, guid_rule, hashed, identity_keys, plain_title, story_keys
from bot.core.model import Entry

LEAD = "Zhipu priced its Hong Kong initial public offering at HK$116.20 to raise HK$4.35 billion."


def entry(**more: object) -> Entry:
    plain = Entry("tag:1", "https://news.example/a/1", "Zhipu prices IPO", LEAD)
    return replace(plain, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "source", "plain"),
    [
        ("UPDATE 1-EBay rejects Icahn nominees", "Reuters", "EBay rejects Icahn nominees"),
        ("RPT-UPDATE 2-Oil falls", "Reuters", "Oil falls"),
        ("EXCLUSIVE: Nvidia wants cash first", "", "Nvidia wants cash first"),
        ("[Breaking] Court rules", "", "Court rules"),
        ("【快讯】智谱上市首日收涨13%", "", "智谱上市首日收涨13%"),
        ("Court rules on chip ban - The Verge", "The Verge", "Court rules on chip ban"),
        (
            "Nvidia requires full upfront payment for chips | Investing.com",
            "",
            "Nvidia requires full upfront payment for chips",
        ),
        ("智谱登陆港交所_新浪财经", "新浪财经", "智谱登陆港交所"),
        (
            "Regulator fines two large makers of red kettles - Voice of the West",
            "",
            "Regulator fines two large makers of red kettles",
        ),
        (
            "Regulator fines two makers of red kettles and four more of their rivals - The Makers Say They Will Appeal",
            "",
            "Regulator fines two makers of red kettles and four more of their rivals - The Makers Say They Will Appeal",
        ),
        ("Zhipu prices its offering at the top - HK$116", "", "Zhipu prices its offering at the top - HK$116"),
        ("Spider-Man - a review", "", "Spider-Man - a review"),
        ("Spider-Man - a review", "The Verge", "Spider-Man - a review"),
        ("CORRECTED-Oil falls", "Reuters", "CORRECTED-Oil falls"),
        ("UPDATE 1-", "", "UPDATE 1-"),
        ("Qwen 3 - 8", "", "Qwen 3 - 8"),
        ("", "", ""),
    ],
)
def test_a_title_without_labels_and_outlet(title: str, source: str, plain: str) -> None:
    assert plain_title(title, source) == plain


def test_the_same_item_under_another_spelling_shares_a_key() -> None:
    one = story_keys(entry())
    other = story_keys(
        entry(url="http://www.news.example/a/1?utm_source=x#top", title="UPDATE 1-Zhipu prices IPO", summary="-")
    )
    assert set(one) & set(other)
    copied = story_keys(entry(url="https://else.example/9", title="UPDATE 1-ZHIPU prices IPO", summary=LEAD.upper()))
    assert set(one) & set(copied)


def test_a_front_page_is_no_identity() -> None:
    assert story_keys(entry(url="https://news.example/", title="A", summary="")) == ()


@pytest.mark.case_id(83)
@pytest.mark.parametrize("title", ["Daily briefing", "8-K", "早报", "😀😀😀"])
def test_case_083_a_title_that_many_items_bear_is_no_identity(title: str) -> None:
    assert story_keys(entry(url="", title=title, summary="")) == ()
    one = story_keys(entry(url="", title=title, summary="Stocks fell as oil rose for the third day in a row."))
    other = story_keys(entry(url="", title=title, summary="The court heard the case of the chip maker on Monday."))
    assert not set(one) & set(other)


def test_a_form_tells_filings_apart() -> None:
    assert set(story_keys(entry(url="", form="8-K"))).isdisjoint(story_keys(entry(url="", form="S-1")))


@pytest.mark.case_id(77)
def test_case_077_one_id_for_all_items_is_no_id() -> None:
    entries = [entry(id="same", url=f"https://x.example/{n}", title=f"Report {n}") for n in range(5)]
    assert guid_rule(entries) is GuidRule.IGNORE
    keys = [identity_keys(one, GuidRule.IGNORE) for one in entries]
    assert len({key for some in keys for key in some}) == sum(map(len, keys))


@pytest.mark.case_id(77)
def test_case_077_one_clash_among_forty_counts_only_with_the_link() -> None:
    entries = [entry(id=f"id-{n % 39}", url=f"https://x.example/{n}") for n in range(40)]
    assert guid_rule(entries) is GuidRule.WITH_LINK
    first, again = entries[0], entries[39]
    assert first.id == again.id
    with_link = [
        set(identity_keys(replace(one, title=one.url, summary=""), GuidRule.WITH_LINK)) for one in (first, again)
    ]
    assert with_link[0].isdisjoint(with_link[1])


@pytest.mark.case_id(77)
@pytest.mark.parametrize(("entries", "rule"), [(20, GuidRule.WITH_LINK), (19, GuidRule.IGNORE)])
def test_case_077_ids_count_until_more_than_one_in_twenty_clashes(entries: int, rule: GuidRule) -> None:
    ids = ["same", "same", *(f"id-{n}" for n in range(2, entries))]
    assert guid_rule([entry(id=one, url=f"https://x.example/{n}") for n, one in enumerate(ids)]) is rule


@pytest.mark.case_id(78)
def test_case_078_missing_ids_and_ids_that_are_titles() -> None:
    assert guid_rule([]) is GuidRule.IGNORE
    assert guid_rule([entry(id="")]) is GuidRule.IGNORE
    assert guid_rule([entry(id="Zhipu prices IPO")]) is GuidRule.WITH_LINK
    assert guid_rule([entry()]) is GuidRule.TRUST
    bare = entry(id="", url="", title="Short", summary="")
    assert identity_keys(bare) == (hashed("title", "Short"),)
    assert identity_keys(replace(bare, summary="Level 2")) != identity_keys(replace(bare, summary="Level 3"))


@pytest.mark.case_id(78)
def test_case_078_a_session_in_the_id_changes_nothing() -> None:
    one = identity_keys(entry(id="item?sid=abc123", url=""))
    other = identity_keys(entry(id="item?sid=def456", url="", title="Retitled entirely", summary=""))
    assert one[0] == other[0]


@pytest.mark.case_id(78)
def test_case_078_an_id_that_is_an_address_is_the_same_under_another_spelling() -> None:
    one = identity_keys(entry(id="http://www.news.example/a/1?utm_source=rss", url=""))
    other = identity_keys(entry(id="https://news.example/a/1", url="", title="Retitled entirely", summary=""))
    assert one[0] == other[0]


@pytest.mark.case_id(79)
def test_case_079_new_ids_for_known_links_share_the_link_key() -> None:
    before, after = identity_keys(entry(id="?p=1")), identity_keys(entry(id="slug-1", title="Other", summary=""))
    assert set(before) & set(after)


@pytest.mark.case_id(80)
def test_case_080_one_item_in_five_feeds_has_one_story_key() -> None:
    feeds = [entry(id=f"feed-{n}", url=f"https://www.news.example/a/1?utm_campaign=feed{n}") for n in range(5)]
    assert len({story_keys(one) for one in feeds}) == 1


@pytest.mark.case_id(89)
def test_case_089_keys_of_two_versions_are_written_while_both_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    known, story = identity_keys(entry()), story_keys(entry())
    monkeypatch.setattr(identity, "VERSIONS", (2, 1))
    both = identity_keys(entry())
    assert both[-len(known) :] == known
    assert len(both) == 2 * len(known)
    assert set(story) < set(story_keys(entry()))
    monkeypatch.setattr(identity, "VERSIONS", (2,))
    assert identity_keys(entry()) == both[: len(known)]


def test_a_key_is_a_signed_number_of_64_bits_by_kind() -> None:
    assert hashed("text", "a") != hashed("link", "a")
    assert -(2**63) <= hashed("text", "a") < 2**63


def test_an_act_is_no_other_act_of_its_page_or_words_and_is_found_by_a_report_of_it() -> None:
    def act(mark: str, **more: object) -> Entry:
        return entry(id=mark, form="Announcement", facts=(("act", mark),), **more)

    one, next_state, next_page = act("1"), act("2", title="Zhipu is listed"), act("3", url="https://news.example/b")
    for other in (next_state, next_page):
        assert set(identity_keys(one)).isdisjoint(identity_keys(other))
        assert set(story_keys(other)).isdisjoint(filed_keys(one))
    assert set(identity_keys(one)) & set(identity_keys(act("4")))  # numbered anew
    assert set(story_keys(entry())) & set(filed_keys(one))
    assert set(story_keys(one)) & set(filed_keys(entry(title="What Zhipu did")))
    assert set(identity_keys(one, GuidRule.IGNORE)) & set(identity_keys(next_state, GuidRule.IGNORE))  # by the link
