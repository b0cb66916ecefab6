"""arXiv: new papers only, one entry a paper whatever its version, at arXiv's pace."""

from __future__ import annotations

import pytest

from bot.core.errors import FetchError
from tests.fakes.recorded import Recorded, said
from tests.sources.kit import entries, facts, poll

API = "https://export.arxiv.org/api/query?search_query=cat:cs.CL&sortBy=submittedDate&sortOrder=descending"
DAILY = "https://rss.arxiv.org/rss/cs.CL"


def atom(number: str) -> str:
    return f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>q</title><id>q</id>
    <updated>2026-11-24T00:00:00Z</updated><entry><id>http://arxiv.org/abs/{number}</id>
    <link href="http://arxiv.org/abs/{number}" rel="alternate" type="text/html"/><title>A model
      that folds</title><summary>We fold.</summary><published>2026-11-23T18:00:00Z</published>
      <updated>2026-11-24T18:00:00Z</updated></entry></feed>"""


def item(number: str, kind: str) -> str:
    return f"""<item><title>Paper {number}</title><link>https://arxiv.org/abs/{number}</link>
    <description>arXiv:{number} Announce Type: {kind}
Abstract: We fold stories.</description><guid isPermaLink="false">oai:arXiv.org:{number}</guid></item>"""


def daily(*items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>cs.CL</title>{"".join(items)}</channel></rss>'


@pytest.mark.parametrize(
    ("number", "bare"),
    [("2611.01234v1", "2611.01234"), ("2611.01234v12", "2611.01234"), ("cs.CL/0701001v2", "cs.CL/0701001")],
)
async def test_a_paper_has_no_version_in_its_id_or_link(number, bare):
    (entry,) = entries(await poll("arxiv", Recorded({API: said(atom(number))}), API))
    assert (entry.id, entry.link) == (f"arxiv:{bare}", f"https://arxiv.org/abs/{bare}")
    assert entry.title == "A model that folds"
    assert facts(entry, "paper") == [bare]


async def test_the_daily_list_gives_new_papers_only_without_its_header():
    rows = [item("2611.00001v1", "new"), item("2611.00002v1", "cross"), item("2501.00003v4", "replace")]
    rows.append(item("2501.00004v2", "replace-cross"))
    (entry,) = entries(await poll("arxiv", Recorded({DAILY: said(daily(*rows))}), DAILY))
    assert (entry.id, entry.summary) == ("arxiv:2611.00001", "We fold stories.")


async def test_query_and_daily_list_agree_on_a_papers_id():
    one = entries(await poll("arxiv", Recorded({API: said(atom("2611.01234v1"))}), API))
    other = entries(await poll("arxiv", Recorded({DAILY: said(daily(item("2611.01234v1", "new")))}), DAILY))
    assert one[0].id == other[0].id


async def test_one_request_in_three_seconds_and_slower_if_the_list_says_so():
    fetch = Recorded({API: said(atom("2611.01234v1"))})
    await poll("arxiv", fetch, API)
    await poll("arxiv", fetch, API, every_ms=9000)
    await poll("arxiv", fetch, API, every_ms=100)
    assert [asked.every_ms for asked in fetch.asked] == [3000, 9000, 3000]


async def test_an_entry_of_another_shape_is_kept_as_it_is():
    (entry,) = entries(await poll("arxiv", Recorded({API: said(atom("unknown"))}), API))
    assert (entry.id, entry.facts) == ("http://arxiv.org/abs/unknown", ())


async def test_an_error_that_comes_as_an_entry_is_the_polls_failure_and_no_paper():
    """A query that arXiv does not take is answered with 200 and one entry."""
    body = atom("x").replace("http://arxiv.org/abs/x", "https://arxiv.org/api/errors#max_results_must_be_an_integer")
    body = body.replace("<title>A model\n      that folds</title>", "<title>Error</title>")
    body = body.replace("We fold.", "max_results must be an integer")
    with pytest.raises(FetchError, match=r"^arxiv: it does not take the query: max_results must be an integer$"):
        await poll("arxiv", Recorded({API: said(body)}), API)
    (paper,) = entries(await poll("arxiv", Recorded({API: said(atom("2611.1").replace("A model", "Error"))}), API))
    assert paper.title == "Error that folds"
