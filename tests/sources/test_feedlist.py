"""The shipped feed list, and what is said of a wrong one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.core.errors import ConfigError
from bot.ports import TIERS
from bot.sources.feedlist import load_feeds, watchable

SHIPPED = Path(__file__).parents[2] / "config" / "feeds.toml"


def load(tmp_path: Path, text: str):
    path = tmp_path / "feeds.toml"
    path.write_text(text, encoding="utf-8")
    return load_feeds(path)


def test_the_shipped_list_is_right_and_wide():
    specs = load_feeds(SHIPPED)
    assert len(specs) >= 60
    assert {spec.tier for spec in specs} == set(TIERS)
    assert {spec.kind for spec in specs} >= {"edgar", "federal-register", "hkex", "hkex-ipo", "cninfo", "github"}
    assert all(spec.title and spec.source for spec in specs)
    languages = Counter(spec.lang for spec in specs if spec.kind == "feed")
    assert languages["en"] >= 40
    assert languages["zh"] >= 15
    assert all(urlsplit(spec.url).scheme == "https" for spec in specs)


def test_official_sources_with_hours_are_asked_within_the_minute():
    timed = [spec for spec in load_feeds(SHIPPED) if "hours" in spec.options]
    assert len(timed) >= 30
    assert all(spec.tier == "official" and spec.options["every_s"] == 45 for spec in timed)


def test_every_form_watched_at_the_sec_begins_with_the_prefix_that_is_asked_for():
    for spec in load_feeds(SHIPPED):
        if spec.kind == "edgar":
            prefix = spec.url.split("type=")[1].split("&")[0].replace("+", " ")
            forms = spec.options["forms"]
            assert isinstance(forms, tuple)
            assert any(form.startswith(prefix) for form in forms)


def test_a_feed_with_options(tmp_path):
    (spec,) = load(
        tmp_path,
        """[[feed]]
        url = "https://a.test/?type=S-1"
        kind = "edgar"
        tier = "official"
        forms = ["S-1"]
        every_s = 45
        hours = "mon-fri 06:00-22:00 America/New_York"
        """,
    )
    assert (spec.kind, spec.tier, spec.title) == ("edgar", "official", "")
    assert spec.options == {"forms": ("S-1",), "every_s": 45, "hours": "mon-fri 06:00-22:00 America/New_York"}


def test_an_empty_file_is_an_empty_list(tmp_path):
    assert load(tmp_path, "") == ()
    assert load(tmp_path, "# nothing\n") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = [", "not valid TOML"),
        ("x = " + "[" * 5000, "not valid TOML: brackets within brackets"),
        ("[[feeds]]\nurl = 'https://a.test'", "feeds is not a key here; did you mean feed?"),
        ("[feed]\nurl = 'https://a.test'", r"written as \[\[feed\]\] tables"),
        ("feed = [1]", r"written as \[\[feed\]\] tables"),
        ("[[feed]]\ntitle = 'x'", "feed 1: url must be an address"),
        ("[[feed]]\nurl = 'a.test'", "feed 1: url must be an address"),
        ("[[feed]]\nurl = 'https://[a'", "feed 1: url must be an address"),
        ("[[feed]]\nurl = 7", "feed 1: url must be an address"),
        ("[[feed]]\nurl = 'https://a.test'\nkind = 'edgarr'", "kind 'edgarr' is not one of .* did you mean edgar?"),
        ("[[feed]]\nurl = 'https://a.test'\nkind = ['x']", "kind must be text in quotes"),
        ("[[feed]]\nurl = 'https://a.test'\ntire = 'wire'", "tire is not a key here; did you mean tier?"),
        ("[[feed]]\nurl = 'https://a.test'\nlang = 'zz'", "lang: “zz” is not a language code such as en or zh"),
        ("[[feed]]\nurl = 'https://a.test'\ntier = 'top'", "tier must be one of official, wire, trade, aggregator"),
        ("[[feed]]\nurl = 'https://a.test'\ntitle = 3", "title must be text in quotes, not 3"),
        ("[[feed]]\nurl = 'https://a.test'\nforms = ['S-1']", "forms is not a key here"),
        ("[[feed]]\nurl = 'https://a.test'\nkind = 'edgar'\nforms = 'S-1'", "forms must be a list of texts"),
        ("[[feed]]\nurl = 'https://a.test'\nkind = 'edgar'\nforms = [1]", "forms must be a list of texts"),
        ("[[feed]]\nurl = 'https://a.test'\nevery_s = true", "every_s must be a whole number, not True"),
        ("[[feed]]\nurl = 'https://a.test'\nevery_s = 0", "every_s must lie between 1 and 604800, not 0"),
        ("[[feed]]\nurl = 'https://a.test'\nhours = 'always'", 'hours: "always" is not of the form'),
        ("[[feed]]\nurl = 'https://a.test'\n[[feed]]\nurl = 'https://a.test'", "stands there twice"),
    ],
)
def test_what_is_wrong_is_one_line_with_file_and_remedy(tmp_path, text, told):
    with pytest.raises(ConfigError, match=told) as refused:
        load(tmp_path, text)
    assert str(refused.value).startswith(str(tmp_path))
    assert "\n" not in str(refused.value)


def test_without_a_contact_the_secs_feeds_are_left_out_with_one_line():
    specs = load_feeds(SHIPPED)
    kept, line = watchable(specs, "")
    assert {spec.kind for spec in specs} - {spec.kind for spec in kept} == {"edgar"}
    assert line == (
        f"{len(specs) - len(kept)} feeds of the SEC are not watched: it serves only clients that name a mail address"
        "; set TOCSIN_FETCH_CONTACT"
    )
    assert watchable(specs, "desk@example.test") == (specs, "")


def test_a_list_that_is_not_there_names_the_setting(tmp_path):
    with pytest.raises(ConfigError, match="TOCSIN_FEEDS_FILE"):
        load_feeds(tmp_path / "none.toml")


def test_a_list_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "feeds.toml"
    path.write_bytes("# 中文".encode("gbk"))
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_feeds(path)
