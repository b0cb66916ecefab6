"""The commands that outside measurements run: their formats stay as they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run, lines, write_jsonl

RULE = (
    "The United States on Tuesday eased its review of Nvidia H200 chip exports to China, "
    "replacing a presumption of denial."
)
COPPER = "Copper fell from a record as stocks rose in London."


@pytest.mark.usefixtures("untraced")
def test_replay_places_entries_in_order(run: Run, tmp_path: Path) -> None:
    source = write_jsonl(
        tmp_path / "in.jsonl",
        {
            "id": "a",
            "url": "https://one.example/x",
            "title": "US eases H200 chip exports to China",
            "summary": RULE,
            "published": "2026-01-13T10:00:00Z",
            "source": "One",
            "lang": "en",
        },
        {
            "id": "b",
            "url": "https://two.example/y",
            "title": "US eases H200 chip exports to China",
            "summary": RULE,
            "published": "2026-01-13T10:05:00+00:00",
            "source": "Two",
        },
        {"id": "c", "url": "https://one.example/z", "title": "Rowers cross the Atlantic in 38 days", "source": "One"},
        {"id": "d", "url": "", "title": "", "content": f"<p>{COPPER}</p>", "source": ""},
    )
    out = tmp_path / "out.jsonl"
    result = run("replay", source, "--out", str(out))
    assert result.exit_code == 0, result.output
    rows = lines(out.read_text(encoding="utf-8"))
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
    assert set(rows[0]) == {"id", "story", "duplicate_of", "kind", "topics", "summary"}
    assert (rows[0]["kind"], rows[1]["kind"], rows[1]["duplicate_of"]) == ("new", "duplicate", "a")
    assert rows[0]["story"] == rows[1]["story"] != rows[2]["story"]
    assert isinstance(rows[0]["story"], str)
    assert [topic["id"] for topic in rows[0]["topics"]] == ["export-controls"]  # type: ignore[attr-defined]
    assert rows[3]["summary"] == COPPER


@pytest.mark.usefixtures("untraced")
def test_replay_knows_the_steps_of_an_offering_and_the_parties_of_a_filing(run: Run, tmp_path: Path) -> None:
    """A copy of another form, or of another number, is none: an amendment was taken for the filing that it amends."""

    def filed(day: int, form: str, party: str, folder: int = 1, number: int = 0) -> dict[str, object]:
        name = f"0000000001-26-{number or day:06}"
        url = f"https://www.sec.gov/Archives/edgar/data/{folder}/{name.replace('-', '')}/{name}-index.htm"
        title, at = f"{form} - {party}", f"2026-01-{day:02}T15:00:00Z"
        text = f"Filed: 2026-01-{day:02} AccNo: {name} Size: 5 MB"
        return {"id": url, "url": url, "title": title, "summary": text, "form": form, "published": at, "source": "SEC"}

    source = write_jsonl(
        tmp_path / "in.jsonl",
        filed(5, "S-1", "Acme AI, Inc. (0000000001) (Filer)"),
        filed(5, "S-1", "Acme Robots Corp (0000000002) (Filer)", 2, number=99),
        filed(7, "S-1/A", "Acme AI, Inc. (0000000001) (Filer)"),
        filed(9, "424B4", "Acme AI, Inc. (0000000001) (Filer)"),
        filed(10, "4", "Doe Jane (0000000003) (Reporting)", 3),
        filed(10, "4", "Acme Robots Corp (0000000002) (Issuer)", 2),
    )
    rows = lines(run("replay", source).stdout)
    kinds = [(row["story"], row["kind"]) for row in rows]
    assert kinds == [("1", "new"), ("2", "new"), ("1", "grown"), ("1", "grown"), ("3", "new"), ("3", "duplicate")]


@pytest.mark.usefixtures("untraced")
def test_replay_writes_to_standard_output_and_keeps_a_database(run: Run, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", {"id": 1, "url": "", "title": "A chip plant opens", "source": "x"})
    result = run("replay", source, "--db", str(tmp_path / "kept.db"))
    assert lines(result.stdout)[0]["id"] == 1
    assert (tmp_path / "kept.db").stat().st_size > 0


def test_replay_takes_another_folder_of_topics(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "rain.toml").write_text('[[topic]]\nid = "rain"\ntitle = { en = "Rain" }\nany = ["rain"]\n')
    source = write_jsonl(tmp_path / "in.jsonl", {"id": "a", "url": "", "title": "Rain in Lisbon", "source": "x"})
    result = run("replay", source, "--topics", str(tmp_path / "own"))
    assert lines(result.stdout)[0]["topics"] == [{"id": "rain", "why": ["Rain"]}]


def test_replay_tries_where_it_writes_before_it_reads_and_keeps_what_stood_there(
    fails: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    Path("tocsin.db").unlink()
    absent, out = str(tmp_path / "absent.jsonl"), tmp_path / "out.jsonl"
    assert (
        f"{tmp_path / 'no' / 'out'}: No such file" in fails("replay", absent, "--out", str(tmp_path / "no" / "out"))[1]
    )
    out.write_text("before")
    assert f"{absent}: No such file" in fails("replay", absent, "--out", str(out))[1]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.jsonl"]
    assert out.read_text() == "before"


@pytest.mark.usefixtures("untraced")
def test_what_is_not_json_is_named_with_its_line(fails: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"id": 1, "title": "x", "source": "y"}\nnonsense\n')
    code, said = fails("replay", str(tmp_path / "bad.jsonl"), "--out", str(tmp_path / "out"))
    assert code == 2
    assert f"{tmp_path / 'bad.jsonl'}:2: not JSON" in said
    assert not list(tmp_path.glob("out*"))
    (tmp_path / "list.jsonl").write_text("[1]\n")
    assert "an object such as" in fails("same", str(tmp_path / "list.jsonl"))[1]
    (tmp_path / "date.jsonl").write_text('{"id": 1, "title": "x", "published": "yesterday"}\n')
    assert "is not an ISO 8601 date" in fails("replay", str(tmp_path / "date.jsonl"))[1]
    assert "No such file" in fails("replay", str(tmp_path / "absent.jsonl"))[1]


def test_a_date_that_is_none_is_named_with_its_line(fails: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    rows = write_jsonl(tmp_path / "in.jsonl", {"title": "A chip"}, {"title": "A chip", "published": "yesterday"})
    assert fails("replay", rows) == (2, f"tocsin: {rows}:2: published: “yesterday” is not an ISO 8601 date\n")


@pytest.mark.usefixtures("untraced")
def test_half_a_pair_of_surrogates_is_stored_as_what_it_is_not(run: Run, tmp_path: Path) -> None:
    row = dict.fromkeys(("id", "url", "title", "summary", "source", "lang", "form"), "chip \ud83d")
    (tmp_path / "in.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    result = run("replay", "in.jsonl")
    assert result.exit_code == 0, result.exception
    assert lines(result.stdout)[0]["id"] == "chip \ud83d"


def test_a_line_that_is_nested_beyond_measure_is_named(fails: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    (tmp_path / "deep.jsonl").write_text("[" * 100_000, encoding="utf-8")
    assert fails("replay", "deep.jsonl") == (2, "tocsin: deep.jsonl:1: nested too deeply\n")


def test_parse_prints_a_feed_as_json(run: Run, tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(
        "<rss version='2.0'><channel><title>AT&amp;T news</title><link>https://a.example/</link><item><title>One</title>"
        "<link>/one</link><guid>1</guid><pubDate>Thu, 08 Jan 2026 10:00:00 +0800</pubDate></item></channel></rss>"
    )
    result = run("parse", str(feed), "--url", "https://a.example/feed.xml")
    assert result.exit_code == 0, result.output
    parsed = json.loads(result.stdout)
    assert parsed["feed"]["title"] == "AT&T news"
    (entry,) = parsed["entries"]
    assert set(entry) == {"id", "link", "title", "published", "summary", "content"}
    assert (entry["link"], entry["published"]) == ("https://a.example/one", "2026-01-08T02:00:00+00:00")


def test_what_is_not_a_feed_ends_with_3(fails: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><html><body>Log in</body></html>")
    code, said = fails("parse", str(page))
    assert code == 3
    assert len(said.strip().splitlines()) == 1
    assert "Traceback" not in said
    assert fails("parse", str(tmp_path / "absent"))[0] == 2


def test_match_names_the_queries(run: Run, tmp_path: Path) -> None:
    queries = write_jsonl(
        tmp_path / "q.jsonl",
        {"id": "q1", "query": "h200 AND (ban OR exports)"},
        {"id": "q2", "query": "芯片 -彩票"},
        {"id": "q3", "query": "((("},
    )
    source = write_jsonl(
        tmp_path / "in.jsonl",
        {"id": "a", "title": "H200 exports resume", "source": "x"},
        {"id": "b", "title": "芯片出口", "source": "x", "lang": "zh"},
        {"id": "c", "title": "Rain", "source": "x"},
    )
    result = run("match", "--queries", queries, source)
    assert lines(result.stdout) == [
        {"id": "a", "queries": ["q1"]},
        {"id": "b", "queries": ["q2"]},
        {"id": "c", "queries": []},
    ]
    assert "query q3: column" in result.stderr
    assert result.stderr.count("column") == 1


def test_a_title_keeps_the_brackets_that_it_means(run: Run, tmp_path: Path) -> None:
    entries = write_jsonl(tmp_path / "in.jsonl", {"id": "a", "title": "Using <video> in HTML & CSS", "source": "One"})
    queries = write_jsonl(tmp_path / "q.jsonl", {"id": "q", "query": "video AND css"})
    assert lines(run("match", "--queries", queries, entries).stdout) == [{"id": "a", "queries": ["q"]}]


def test_a_query_line_that_lacks_its_query_is_named(fails: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    queries = write_jsonl(tmp_path / "q.jsonl", {"id": "q1"})
    assert f'{queries}:1: "query" is missing' in fails("match", "--queries", queries, queries)[1]
    nameless = write_jsonl(tmp_path / "q.jsonl", {"id": "q1", "query": "chip"}, {"query": "chip"})
    assert f'{nameless}:2: "id" is missing' in fails("match", "--queries", nameless, nameless)[1]


def test_match_names_queries_by_their_ids_as_they_were_given(run: Run, tmp_path: Path) -> None:
    """Numbers stay numbers, as those of entries do; queries of one id hold where any of them does."""
    ids = [7, None, "one", "one", "one"]
    texts = ["chip", "chip", "ban", "chip", "exports"]
    queries = write_jsonl(
        tmp_path / "q.jsonl", *({"id": one, "query": text} for one, text in zip(ids, texts, strict=True))
    )
    entries = write_jsonl(tmp_path / "in.jsonl", {"id": 3, "title": "Chip exports"}, {"id": "3", "title": "A ban"})
    assert lines(run("match", "--queries", queries, entries).stdout) == [
        {"id": 3, "queries": [7, None, "one"]},
        {"id": "3", "queries": ["one"]},
    ]


def test_match_does_not_read_one_input_as_both(fails: Callable[..., tuple[int, str]]) -> None:
    code, said = fails("match", "--queries", "-", "-")
    assert code == 2
    assert "the standard input can't be both the queries and the entries; name a file for one of them" in said
    assert "\n" not in said.strip()


def test_same_judges_pairs(run: Run, tmp_path: Path) -> None:
    source = write_jsonl(
        tmp_path / "pairs.jsonl",
        {"id": 1, "a": RULE, "b": RULE.replace("Tuesday", "13 January"), "lang": "en"},
        {"id": 2, "a": RULE, "b": "Rowers crossed the Atlantic in 38 days and slept in shifts of two hours."},
    )
    one, other = lines(run("same", source).stdout)
    assert set(one) == {"id", "score", "same", "why"}
    assert (one["same"], other["same"]) == (True, False)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"id": 2, "b": "x"}, '"a" is missing'),
        ({"id": 2, "a": "x"}, '"b" is missing'),
        ({"id": 2, "a": "x", "b": None}, '"b" must be a text'),
        ({"id": 2, "a": ["x"], "b": "x"}, '"a" must be a text'),
    ],
)
def test_same_names_the_line_and_field_that_is_no_text(
    fails: Callable[..., tuple[int, str]], tmp_path: Path, row: dict[str, object], told: str
) -> None:
    source = tmp_path / "pairs.jsonl"
    source.write_text('{"id": 1, "a": "", "b": "x"}\n\n' + json.dumps(row) + "\n")
    assert fails("same", str(source)) == (2, f"tocsin: {source}:3: {told}\n")


def test_a_file_in_another_encoding_is_named_with_its_line(
    run: Run, fails: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    source = tmp_path / "pairs.jsonl"
    source.write_bytes(b'{"id": 1, "a": "x", "b": "caf\xe9"}\n')
    assert fails("same", str(source)) == (2, f"tocsin: {source}:1: not UTF-8: invalid continuation byte at byte 30\n")
    source.write_bytes(b'\xef\xbb\xbf{"id": 1, "a": "x", "b": "y"}\n')  # as some editors begin a file in UTF-8
    assert [line["id"] for line in lines(run("same", str(source)).stdout)] == [1]


@pytest.mark.parametrize("docs", [None, "x", ["x"], {"title": "x"}])
def test_summarise_names_what_is_no_list_of_documents(
    fails: Callable[..., tuple[int, str]], tmp_path: Path, docs: object
) -> None:
    source = write_jsonl(tmp_path / "docs.jsonl", {"id": 1, "docs": docs})
    code, said = fails("summarise", source)
    assert (code, said.count("\n")) == (2, 1)
    assert f'{source}:1: "docs" must be a list of objects' in said


def test_summarise_answers_within_its_length(run: Run, tmp_path: Path) -> None:
    text = " ".join(f"{RULE} Volume caps apply to sale number {n} of the year." for n in range(9))
    docs = [
        {"title": "H200 exports", "text": text, "source": "One"},
        {"title": "Exports", "text": RULE, "source": "Two"},
    ]
    source = write_jsonl(tmp_path / "docs.jsonl", {"id": "s", "lang": "en", "docs": docs}, {"id": "none", "docs": []})
    one, none = lines(run("summarise", source, "--words", "40").stdout)
    assert one["id"] == "s"
    assert 5 <= len(str(one["summary"]).split()) <= 60
    assert none == {"id": "none", "summary": ""}
