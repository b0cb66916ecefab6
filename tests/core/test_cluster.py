"""Where an entry belongs, decided on views made by hand: no store, no clock."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.language.entities import Entity, lexicon
from bot.core.model import Entry
from bot.core.stories.choose import is_open
from bot.core.stories.cluster import (
    Candidates,
    Document,
    Item,
    StoryView,
    body_of,
    document,
    lone_story,
    original_of,
    place,
    same,
)
from bot.core.stories.commonness import Commonness
from bot.core.stories.followup import State
from bot.core.stories.joined import STEP
from bot.core.stories.merging import linked, looked_back
from bot.core.stories.side import Member, Side, member
from bot.core.stories.weights import DEFAULT

HOUR = 3_600_000
NOW = 1_767_600_000_000
LEXICON = lexicon(
    (
        Entity("zhipu", "Zhipu", zh=("智谱",), tickers=("2513.HK",)),
        Entity("minimax", "MiniMax"),
        Entity("hkex", "HKEX", zh=("港交所",), venue=True),
    ),
    {"listing": "上市", "shares": "股价 股份", "price": "定价", "raise": "募资", "hong kong": "香港", "debut": "首日"},
)
OPENING = Entry(
    "1",
    "https://a.example/1",
    "Zhipu shares climb on debut in Hong Kong",
    "Zhipu opened at HK$120, above its offer price of HK$116.20, after an IPO that raised HK$4.35 billion.",
    source="Reuters",
    published=NOW,
    first_seen=NOW,
)


def doc_of(entry: Entry) -> Document:
    return document(entry, LEXICON)


def later(title: str, summary: str = "", hours: float = 1.0, **more: object) -> Entry:
    at = NOW + int(hours * HOUR)
    entry = Entry("2", "https://b.example/2", title, summary, source="B", published=at, first_seen=at)
    return replace(entry, **more)  # type: ignore[arg-type]


def weighed(doc: Document) -> Member:
    return member(doc.features, Commonness())


def view_of(*docs: Document, number: int = 7, state: State | None = None) -> StoryView:
    sides: dict[str, Side] = {}
    for one in docs:
        sides.setdefault(one.features.script, Side()).add(weighed(one))
    for side in sides.values():
        side.size = len(docs)
    times = [one.entry.at for one in docs]
    return StoryView(number, len(docs), min(times), max(times), sides, state or docs[0].state)


def found(
    doc: Document, *views: StoryView, items: tuple[Item, ...] = (), same_item: Item | None = None, **more: object
) -> Candidates:
    one = weighed(doc)
    original = original_of(doc, one, same_item, items, lambda story: [view for view in views if view.id == story])
    return replace(Candidates(one, same_item, items, views, original=original), **more)  # type: ignore[arg-type]


FIRST = doc_of(OPENING)


def test_nothing_alike_opens_a_story() -> None:
    doc = doc_of(later("Samsung forecasts record profit on memory boom"))
    assert place(doc, found(doc, view_of(FIRST))).kind == "new"
    assert place(doc, Candidates()).kind == "new"


def test_another_report_is_known_and_says_why() -> None:
    doc = doc_of(
        later(
            "Zhipu rises in Hong Kong debut",
            "Shares of Zhipu rose above the offer price of HK$116.20 after its HK$4.35 billion IPO in Hong Kong.",
        )
    )
    placed = place(doc, found(doc, view_of(FIRST)))
    assert (placed.kind, placed.story) == ("known", 7)
    assert placed.score >= placed.threshold
    assert placed.why[0] == f"score {placed.score:.2f}, threshold {placed.threshold:.2f}"
    assert "zhipu" in placed.why[1]


def test_what_fits_too_little_opens_a_story_that_names_the_nearest() -> None:
    doc = doc_of(
        later(
            "Zhipu rises in Hong Kong debut",
            "Shares of Zhipu rose above the offer price of HK$116.20 after its HK$4.35 billion IPO in Hong Kong.",
        )
    )
    fits = place(doc, found(doc, view_of(FIRST)))
    short, long = (replace(model, threshold=fits.score + 0.01) for model in (DEFAULT.headline, DEFAULT.lead))
    strict = replace(DEFAULT, headline=short, lead=long)
    placed = place(doc, found(doc, view_of(FIRST)), strict)
    assert (placed.kind, placed.story, placed.maybe_same_as) == ("new", None, 7)


def test_the_same_decision_each_time() -> None:
    doc = doc_of(later("Zhipu rises in Hong Kong debut after IPO"))
    views = [view_of(FIRST, number=number) for number in (9, 4, 6)]
    placements = {place(doc, found(doc, *order)) for order in (views, views[::-1], [views[1], views[2], views[0]])}
    assert len(placements) == 1
    assert placements.pop().story == 4


def test_the_same_item_is_a_duplicate() -> None:
    doc = doc_of(OPENING)
    placed = place(doc, found(doc, view_of(FIRST), same_item=Item(3, 7, FIRST.sketch)))
    assert (placed.kind, placed.story, placed.duplicate_of) == ("duplicate", 7, 3)
    assert placed.why == ("the same item",)


def test_a_copy_is_a_duplicate_of_the_closest() -> None:
    copied = doc_of(
        replace(OPENING, id="9", url="", title="UPDATE 1-" + OPENING.title, summary=OPENING.summary + " More.")
    )
    other = doc_of(later("Quite another text about the weather in the south of the country this week"))
    items = (Item(5, 8, other.sketch), Item(3, 7, FIRST.sketch))
    placed = place(copied, found(copied, view_of(FIRST), items=items))
    assert (placed.kind, placed.story, placed.duplicate_of) == ("duplicate", 7, 3)
    assert placed.why[0].startswith("a copy: ")


def test_an_amendment_is_no_copy_of_what_it_amends() -> None:
    text = " ".join(f"wo{n} of{n} th{n} no{n}" for n in range(40))
    first, again, amended = (
        doc_of(replace(later("Osk files for its listing", text), form=form)) for form in ("S-1", "S-1", "S-1/A")
    )
    items = (Item(5, 7, first.sketch),)
    assert place(again, found(again, view_of(first), items=items)).duplicate_of == 5
    assert place(amended, found(amended, view_of(first), items=items)).duplicate_of is None


def test_of_two_originals_a_copy_is_of_the_one_that_holds_more_of_it() -> None:
    words = [f"wo{n} of{n} th{n} no{n}" for n in range(40)]
    whole = doc_of(later("Osk recalls its red kettles", " ".join(words)))
    edited = doc_of(later("Osk recalls its red kettles", " ".join([*words[:38], "another end that an editor wrote"])))
    for first, second in ((edited, whole), (whole, edited), (whole, whole)):
        items = (Item(5, 7, first.sketch), Item(3, 7, second.sketch))
        placed = place(whole, found(whole, view_of(edited), items=items))
        assert placed.duplicate_of == (3 if second is whole else 5), "and of the earlier of two"


def test_a_long_text_is_a_copy_whatever_number_its_headline_tells() -> None:
    text = " ".join(f"word{n} of{n} the{n} notice{n} about{n}" for n in range(20))
    first = doc_of(later("US adds 20 firms to list", text))
    edited = doc_of(later("US adds 140 firms to list", text, url="https://c.example/1"))
    assert place(edited, found(edited, view_of(first), items=(Item(3, 7, first.sketch),))).duplicate_of == 3


def test_an_outlet_that_puts_another_title_above_its_text_tells_what_came_next() -> None:
    story = replace(lone_story([FIRST], Commonness()), first_at=NOW, last_at=NOW)
    item = Item(3, story.id, FIRST.sketch)

    def placed(title: str, same_item: Item | None = None) -> tuple[str, str]:
        doc = doc_of(later(title, OPENING.summary, hours=9, source="Reuters"))
        one = member(doc.features, Commonness(), None, "Reuters")
        found = place(doc, Candidates(one, same_item, (item,), (story,), original=item))
        return found.kind, found.news

    title = "Zhipu debut day ends with record close for shares"
    assert placed(title) == ("grown", "further news")
    assert placed(title, item) == ("duplicate", ""), "an edit of the item tells nothing again"
    assert placed("") == ("duplicate", "")


@pytest.mark.case_id(82)
def test_case_082_a_correction_is_handed_on() -> None:
    doc = doc_of(replace(OPENING, id="3", url="", title="CORRECTED-" + OPENING.title))
    placed = place(doc, found(doc, view_of(FIRST), items=(Item(3, 7, FIRST.sketch),)))
    assert (placed.kind, placed.news) == ("grown", "correction")
    zh = doc_of(later("更正：智谱首日股价涨幅", "更正前文。", lang="zh"))
    assert "correction" in zh.state.flags


@pytest.mark.case_id(81)
def test_case_081_an_edited_headline_stays_in_its_story() -> None:
    doc = doc_of(replace(OPENING, id="4", url="", title="Zhipu shares soar on debut in Hong Kong"))
    assert place(doc, found(doc, view_of(FIRST), items=(Item(3, 7, FIRST.sketch),))).story == 7


@pytest.mark.case_id(85)
def test_case_085_two_companies_on_one_day_stay_apart() -> None:
    doc = doc_of(
        later(
            "MiniMax shares climb on debut in Hong Kong",
            "MiniMax opened at HK$235, above its offer price of HK$165, after an IPO that raised HK$4.82 billion.",
        )
    )
    placed = place(doc, found(doc, view_of(FIRST)))
    assert placed.kind == "new"
    assert placed.maybe_same_as == 7
    assert "against: about minimax, not zhipu" in placed.why


@pytest.mark.case_id(84)
def test_case_084_one_story_in_two_languages() -> None:
    doc = doc_of(
        later(
            "智谱首日股价上涨 定价116.2港元",
            "智谱在香港上市，发行价116.2港元，开盘120港元，募资43.5亿港元。",
            lang="zh",
        )
    )
    assert doc.features.script == "zh"
    placed = place(doc, found(doc, view_of(FIRST)))
    assert placed.story == 7
    assert "zhipu" in placed.why[1]


@pytest.mark.case_id(83)
@pytest.mark.parametrize(
    "title", ["Morning brief: Zhipu debut, MiniMax prices, HKEX volumes", "智谱上市；MiniMax定价；港交所新规"]
)
def test_case_083_a_round_up_stands_alone(title: str) -> None:
    doc = doc_of(later(title, OPENING.summary))
    placed = place(doc, found(doc, view_of(FIRST)))
    assert (placed.kind, placed.story) == ("new", None)
    joined = doc_of(later("Zhipu shares climb on debut in Hong Kong", OPENING.summary, url=""))
    assert place(joined, found(joined, view_of(doc))).story is None


def test_case_083_a_round_up_is_no_copy_of_a_report_that_it_names() -> None:
    """It would close the story to all that follows, and tell its subscribers of a "digest"."""
    body = "中芯国际公布第四季度营收24.9亿美元。"
    report = doc_of(later("中芯国际四季度芯片营收24.9亿美元 同比增长12%", body, 0))
    round_up = doc_of(later("早报：美国放宽英伟达H200芯片对华出口；中芯国际四季度芯片营收24.9亿美元"))
    for one, two in ((report, round_up), (round_up, report)):
        assert place(two, found(two, view_of(one), items=(Item(3, 7, one.sketch),))).kind == "new"
    assert place(round_up, found(round_up, view_of(round_up), items=(Item(3, 7, round_up.sketch),))).story == 7


def test_a_step_up_grows_its_story() -> None:
    facts = (("ladder", "hkex-ipo"), ("stage", "prospectus"), ("company", "Zhipu"))
    doc = doc_of(later("Global offering", facts=facts, form="prospectus"))
    assert doc.step is not None
    known = view_of(FIRST, state=State(rungs={doc.step.process: 1}))
    placed = place(doc, found(doc, known, process=7))
    assert (placed.kind, placed.news) == ("grown", "prospectus published")
    assert placed.why == (f"{STEP}{doc.step.process}",)
    again = view_of(FIRST, state=doc.state)
    assert place(doc, found(doc, again, process=7)).kind == "known"


def test_each_step_of_a_listing_is_of_one_story_and_news_to_it() -> None:
    """One company's way to the exchange is one process, though each step is told in words of its own."""
    filed = doc_of(
        later(
            "AI chip designer Tillow Silicon files for US IPO",
            "Tillow Silicon filed for an initial public offering in the United States on Wednesday, with revenue of "
            "$212 million for the year to September. It plans to list on Nasdaq under the symbol TLSI.",
            0,
        )
    )
    view = view_of(filed)
    for title, summary in (
        ("Tillow Silicon sets IPO price range at $24 to $27", "Shares worth up to $594 million are to be sold."),
        ("Tillow Silicon prices IPO above range", "Orders came to ten times what was on offer, bankers said."),
        ("Tillow Silicon shares jump 41% in Nasdaq debut", "The stock closed at $33.80, valuing it at $4.6 billion."),
    ):
        doc = doc_of(later(title, summary, 30))
        assert place(doc, found(doc, view)).kind == "grown"
        other = doc_of(later(title.replace("Tillow", "Marrow"), summary, 30))
        assert place(other, found(other, view)).kind == "new"


def test_each_step_of_a_listing_in_chinese_is_of_one_story() -> None:
    view = view_of(doc_of(later("青禾智能通过港交所上市聆讯", "青禾智能聆讯后资料集显示，公司去年收入12.3亿元。", 0)))
    for title in (
        "青禾智能启动招股，发售价区间28至33港元",
        "“农机第一股”青禾智能首日收涨46%",
        "港股新股青禾暗盘涨两成",
    ):
        for company, kind in (("青禾", "grown"), ("蓝鲸", "new")):
            doc = doc_of(later(title.replace("青禾", company), "", 40))
            placed = place(doc, found(doc, view))
            assert placed.kind == kind, title
            assert ("next step of a listing" in placed.why) is (kind == "grown"), "no nearness made it so"


def test_the_repository_of_a_release_is_a_name() -> None:
    released = doc_of(later("acme/tea_kettle: v0.40.0", "New spouts and quieter lids."))
    assert {"tea", "kettl"} <= released.features.names
    assert not doc_of(later("and/or: what lids do", "New spouts.")).features.names - {"or"}
    assert same(
        "acme/kettles: v0.40.0\nNew spouts and lids.", "Kettles 0.40 released with new spouts", "", LEXICON
    ).same


def test_another_official_act_is_another_story() -> None:
    filed = doc_of(replace(OPENING, form="8-K"))
    doc = doc_of(
        later(OPENING.title, OPENING.summary, form="8-K", url="https://c.example/9", facts=(("act", "0001-26"),))
    )
    placed = place(doc, found(doc, view_of(filed)))
    assert placed.kind == "new"
    assert "against: another official act" in placed.why
    assert doc.sketch.hashes == frozenset()


def test_silence_raises_the_bar() -> None:
    near, far = (doc_of(later("Zhipu shares trade in Hong Kong", hours=hours)) for hours in (1, 71))
    soon, late = (place(doc, found(doc, view_of(FIRST))) for doc in (near, far))
    assert (soon.story, late.story, soon.score) == (7, 7, late.score)
    assert late.threshold > 2 * soon.threshold


@pytest.mark.parametrize(("hours", "open_"), [(0, True), (71, True), (73, False), (-71, True), (-73, False)])
def test_a_story_is_open_for_three_days_around_its_reports(hours: int, open_: bool) -> None:
    assert is_open(NOW + hours * HOUR, view_of(FIRST), DEFAULT) is open_


def test_a_story_closes_after_fourteen_days_and_four_hundred_reports() -> None:
    view = view_of(FIRST)
    assert not is_open(NOW + 337 * HOUR, replace(view, last_at=NOW + 300 * HOUR), DEFAULT)
    assert not is_open(NOW, replace(view, size=400), DEFAULT)


def test_two_stories_that_fit_each_other_become_one() -> None:
    reports = [
        doc_of(later(f"Zhipu climbs in Hong Kong debut {word}", OPENING.summary, hours=n / 10, url=""))
        for n, word in enumerate(("today", "trading", "session", "open"))
    ]
    one, other = view_of(*reports[:2], number=4), view_of(*reports[2:], number=9)
    doc = doc_of(
        later("Zhipu climbs in its Hong Kong debut", "Zhipu opened at HK$120 after an IPO that raised HK$4.35 billion.")
    )
    placed = place(doc, found(doc, other, one))
    assert (placed.story, placed.merges) == (4, (9,))


def late_evidence(words: str) -> tuple[Document, StoryView, StoryView]:
    """A grown story, a report of its own that fits it, and a small story opened before it by other words."""
    reports = [
        doc_of(
            later(f"Zhipu climbs in Hong Kong debut {word}", f"{OPENING.summary} Shares gained.", hours=n / 10, url="")
        )
        for n, word in enumerate(("today", "trading", "session", "open"))
    ]
    small = view_of(doc_of(later(f"Zhipu debut: {words}", f"{OPENING.summary} {words}", hours=0.0)), number=3)
    return (
        doc_of(later("Debut in Hong Kong lifts shares", "Shares gained in Hong Kong after an IPO.")),
        small,
        view_of(*reports, number=9),
    )


def test_a_grown_story_takes_in_a_small_one_that_it_explains() -> None:
    doc, small, grown = late_evidence("Hong Kong shares")
    placed = place(doc, found(doc, grown, small))
    assert (placed.story, placed.merges) == (3, (9,))
    few = view_of(doc_of(OPENING), number=9)
    assert looked_back(grown, [small], DEFAULT) == [small]
    assert looked_back(few, [small], DEFAULT) == []
    assert looked_back(grown, [replace(small, size=4)], DEFAULT) == []


def test_a_report_of_a_grown_story_brings_the_small_one_in_even_where_the_two_are_not_alike() -> None:
    _, small, grown = late_evidence("Hong Kong shares")
    doc = doc_of(later("Zhipu climbs in Hong Kong debut session", "Zhipu climbs in the session.", hours=0.5))
    placed = place(doc, found(doc, grown, small), replace(DEFAULT, merge=2.0, linked=2.0))
    assert (placed.story, placed.merges) == (3, (9,))


def test_looking_back_takes_in_nothing_else() -> None:
    _, small, grown = late_evidence("Hong Kong shares")
    weather = view_of(doc_of(later("Storm hits the coast of Florida", "2,500 people leave their homes.")), number=3)
    assert looked_back(grown, [weather], DEFAULT) == []
    about = replace(small, state=State(subjects=frozenset({"minimax"})))
    assert looked_back(grown, [about], DEFAULT) == []
    old = replace(small, first_at=NOW - DEFAULT.close_ms - HOUR)
    assert looked_back(grown, [old], DEFAULT) == []


def test_stories_that_fit_each_other_on_average_become_one() -> None:
    """Of two pieces each report fits the other a little; one report alone, or what contradicts, is left as it is."""
    words = ("today", "trading", "session", "open", "market")
    reports = [doc_of(later(f"Zhipu climbs in Hong Kong debut {word}", OPENING.summary, url="")) for word in words]
    one, other = view_of(*reports[:3], number=4), view_of(*reports[3:], number=9)
    assert linked(one, [other], DEFAULT) == [other]
    assert linked(replace(one, size=1), [other], DEFAULT) == [], "too few reports together"
    weather = view_of(doc_of(later("Storm hits the coast of Florida", "2,500 people leave their homes.")), number=3)
    assert linked(one, [weather, other], DEFAULT) == [other]
    about = replace(other, state=State(subjects=frozenset({"minimax"})))
    assert linked(one, [about], DEFAULT) == []
    assert linked(one, [replace(other, first_at=NOW - DEFAULT.close_ms - HOUR)], DEFAULT) == []


def test_body_without_what_the_content_repeats() -> None:
    assert body_of(replace(OPENING, content=OPENING.summary + " More.")) == OPENING.summary + " More."
    assert body_of(replace(OPENING, content="Else.")) == OPENING.summary + "\nElse."
    assert body_of(replace(OPENING, summary="", content="Only.")) == "Only."


def test_a_title_is_read_once_and_all_of_a_long_text_is_not() -> None:
    told = document(later("Zhipu climbs on debut", "Zhipu climbs on debut in Hong Kong."))
    assert told.features.terms["climb"] == 1.0
    apart = document(later("Zhipu climbs on debut", "It climbs in Hong Kong."))
    assert apart.features.terms["climb"] == 2.0
    assert document(later("word " * 2_000, "behind")).features.terms.keys() == {"word"}


def test_another_sum_speaks_against_and_a_sure_score_outweighs_it() -> None:
    other = "Zhipu shares climb 13% in first day of Hong Kong trade"
    judged = same("Zhipu shares climb 40% on debut in Hong Kong", other)
    assert judged.same
    assert "against: 40% against 13%" in judged.why


def test_same_judges_two_texts() -> None:
    a = f"{OPENING.title}\n{OPENING.summary}"
    assert same(a, a, "en").why == "the same text"
    assert same(a, a.replace("climb", "rise") + " And more was said.", "en").why.startswith("a copy")
    other = same(a, "Samsung forecasts record profit\nSamsung said profit rose to 20 trillion won.", "en", LEXICON)
    assert not other.same
    assert 0 <= other.score < 0.2
    near = same(
        "Zhipu rises in Hong Kong debut after HK$4.35 billion IPO", "Zhipu climbs on Hong Kong debut after IPO", "en"
    )
    assert near.same
    zh = same(
        "Zhipu prices Hong Kong listing at HK$116.20, raises HK$4.35 billion",
        "智谱香港上市定价116.2港元 募资43.5亿港元",
        "",
        LEXICON,
    )
    assert zh.same
    assert "zhipu" in zh.why


@pytest.mark.parametrize("text", ["", " ", "😀", "a", "\ud800", "１", "https://x.example/"])
def test_texts_that_say_nothing(text: str) -> None:
    assert not same(text, "Zhipu climbs on Hong Kong debut after IPO").same
    assert document(Entry("", "", text)).entry.title == text


def test_boilerplate_makes_no_story() -> None:
    tail = "The Silicon Ledger is free to read. Join the Ledger and comment below with other readers of Silicon."
    first = doc_of(later("What a wafer costs", f"Our yearly table. {tail}"))
    doc = doc_of(later("Repairing an old lithography stage", f"A workshop keeps machines alive. {tail}"))
    assert first.features.names
    placed = place(doc, replace(found(doc, view_of(first)), items=()))
    assert placed.kind == "new"
    assert "against: the title says something else" in placed.why


def test_what_nobody_is_named_in_needs_nearly_the_same_words() -> None:
    first = doc_of(later("the court hears an appeal over water permits"))
    far = doc_of(later("the supplier group goes to court over seized boards in an appeal"))
    placed = place(far, found(far, view_of(first)))
    assert placed.kind == "new"
    assert "against: nothing named in common" in placed.why
    near = doc_of(later("the court hears appeal over water permits today"))
    assert place(near, found(near, view_of(first))).kind == "known"


def test_official_acts_and_other_versions_do_not_become_one() -> None:
    reports = [
        doc_of(later(f"Zhipu climbs in Hong Kong debut {word}", OPENING.summary, hours=n / 10, url=""))
        for n, word in enumerate(("today", "trading", "session", "open"))
    ]
    doc = doc_of(
        later("Zhipu climbs in its Hong Kong debut", "Zhipu opened at HK$120 after an IPO that raised HK$4.35 billion.")
    )
    filed = State(forms=frozenset({"8-K"}))
    views = [view_of(*reports[:2], number=4, state=filed), view_of(*reports[2:], number=9, state=filed)]
    assert place(doc, found(doc, *views)).merges == ()


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (
            "为保障春节期间安全，2月4日上午，清河区应急局联合公安、市监等部门对城区市场开展烟花爆竹专项检查，"
            "重点查看年货商铺和杂货店是否非法储存、销售烟花爆竹。",
            "2月4日上午，清河区多部门到城区市场检查烟花爆竹，查处两家非法储存的杂货店。",
            True,
        ),
        (
            "周末起我国大部地区气温回升，周一夜间受冷空气影响，华北、东北地区、黄淮、江淮等地气温将下降4至8摄氏度，"
            "局地降温超过10摄氏度，公众需及时增添衣物。",
            "未来两天东北地区中北部有小到中雪或雨夹雪，局地有大雪；江淮等地部分地区有小雨，公众出行需注意交通安全，"
            "及时关注当地气象部门发布的信息。",
            False,
        ),
        (
            "周三晚的常规赛中，海港队客场以三分之差输给山城队，遭遇三连败，主力后卫因伤缺阵，排名下滑到西部第十二。",
            "周日海港队将在客场挑战北湖队，这是两队本赛季首次交手，两队此前都遭遇了严重的伤病困扰，主力后卫继续缺阵。",
            False,
        ),
    ],
)
def test_passages_in_chinese_of_one_subject_are_not_one_event(one: str, other: str, is_same: bool) -> None:
    assert same(one, other).same is is_same
