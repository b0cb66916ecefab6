"""Official processes as ladders: each entry of one may be a step, and all steps of one process are one story.

S-1 → S-1/A → 424B4; Application Proof → PHIP → prospectus → allotment → listing; public inspection → published →
effective; repository → tag → release → model card. A step with a higher `order` than all before it is a step up, which
is news; a step with an equal one is one more report of the same rung.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from bot.core.language.text import fold
from bot.core.model import Entry, Facts, ParsedEntry, fact


class Step(NamedTuple):
    """An entry's place in a process: the process's key, the rung's name, its number from 1, and the news in words."""

    process: str
    rung: str
    order: int
    words: str


class Rung(NamedTuple):
    """One rung: its number from 1, and the news in words when a story reaches it."""

    order: int
    words: str


Known = Callable[[str], str]
"""Gives the id of a known entity for a name, "2513.HK", "cik:1045810", "github:QwenLM" or "hf:Qwen"; "" if unknown."""

_OFFERING = {
    "draft": Rung(1, "draft registration made public"),
    "registration": Rung(2, "IPO registration filed"),
    "amendment": Rung(3, "IPO registration amended"),
    "effective": Rung(4, "registration declared effective"),
    "priced": Rung(5, "offering priced, final prospectus filed"),
    "withdrawn": Rung(9, "registration withdrawn"),
}
_LISTING = {
    "application": Rung(1, "application to list filed"),
    "phip": Rung(2, "hearing passed"),
    "prospectus": Rung(3, "prospectus published"),
    "allotment": Rung(4, "allotment results published"),
    "listing": Rung(5, "shares listed"),
    "inactive": Rung(9, "application lapsed, withdrawn or refused"),
    "returned": Rung(9, "application returned"),
}
_REVIEW = {
    "application": Rung(1, "prospectus draft filed for review"),
    "inquiry": Rung(2, "the exchange has asked its questions"),
    "committee": Rung(3, "listing committee passed it"),
    "registration": Rung(4, "registration with the CSRC"),
    "effective": Rung(5, "registration effective"),
    "prospectus": Rung(6, "prospectus published"),
    "allotment": Rung(7, "result of the offering published"),
    "listing": Rung(8, "shares listed"),
    "ended": Rung(9, "review ended"),
}
_RULE = {
    "inspection": Rung(1, "on public inspection"),
    "published": Rung(2, "published in the Federal Register"),
    "effective": Rung(3, "in force"),
}
_RELEASE = {
    "repository": Rung(1, "repository opened"),
    "tag": Rung(2, "version tagged"),
    "release": Rung(3, "released"),
    "model": Rung(4, "model published"),
}
LADDERS: dict[str, dict[str, Rung]] = {
    "sec-offering": _OFFERING,
    "hkex-ipo": _LISTING,
    "cn-ipo": _REVIEW,
    "rule": _RULE,
    "release": _RELEASE,
}
_FORMS = {
    "DRS": "draft",
    "DRS/A": "draft",
    "S-1": "registration",
    "F-1": "registration",
    "S-1/A": "amendment",
    "F-1/A": "amendment",
    "EFFECT": "effective",
    "424B1": "priced",
    "424B4": "priced",
    "RW": "withdrawn",
}


def ladder(entry: Entry | ParsedEntry, known: Known = lambda _: "") -> Step | None:
    """The step that an entry is, or None. By `known`, all names of a company lead to one process."""
    name, stage = _stage(entry)
    rung = LADDERS.get(name, {}).get(stage)
    subject = _SUBJECTS[name](entry.facts, known) if rung else ""
    return Step(f"{name}:{subject}", stage, rung.order, rung.words) if rung and subject else None


def family(name: str) -> str:
    """A model's or repository's name without size, tuning and number format: all sizes of a model are one release."""
    words = [word for word in re.split(r"[-_ ]+", name.casefold()) if word and not _VARIANT.fullmatch(word)]
    return "-".join(words) or name.casefold()


def company_key(name: str) -> str:
    """A company's name without case, accents, share class and legal form: "Acme AI Co., Ltd. - H" → "acme ai"."""
    return _LEGAL.sub("", " ".join(re.findall(r"\w+", _SHARES.sub("", fold(name)))))


_VARIANT = re.compile(
    r"\d+(\.\d+)?[bm]|a\d+(\.\d+)?b|\d+x\d+(\.\d+)?b|\d+k|instruct|chat|base|it|hf|fp8|fp4|nvfp4|mxfp4|bf16|fp16"
    r"|w?\d*a?\d*int[48]|w\d+a\d+|[48]bit|awq|gptq|gguf|mlx|onnx|bnb|q\d(_\w+)*"
)
_SHARES = re.compile(r"\s*-\s*[a-z]{1,2}\s*$")
_LEGAL = re.compile(
    r"( (co|ltd|limited|inc|corp|corporation|company|plc|holdings?|group|llc|lp|sa|nv|ag))+$|(股份)?有限(责任)?公司$"
)
_VERSION = re.compile(r"\d+(?:\.\d+)+")


def _stage(entry: Entry | ParsedEntry) -> tuple[str, str]:
    named = fact(entry.facts, "ladder")
    return (named, fact(entry.facts, "stage")) if named else ("sec-offering", _FORMS.get(entry.form, ""))


def _offered(facts: Facts, known: Known) -> str:
    """The company by its number or its name: reports of a filing may have only the name."""
    cik, company = fact(facts, "cik"), fact(facts, "company")
    key = company_key(company)
    found = (known(name) for name in (cik and f"cik:{cik.lstrip('0')}", company, key) if name)
    return next(filter(None, found), "") or cik or key


def _listed(facts: Facts, known: Known) -> str:
    """The company by ticker or name: an applicant has no stock code yet, so names must lead to the same key."""
    tickers = [ticker for ticker in fact(facts, "tickers").split(",") if ticker]
    company = fact(facts, "company")
    key = company_key(company)
    found = (known(name) for name in (*tickers, company, key) if name)
    return next(filter(None, found), "") or key or next(iter(tickers), "")


def _released(facts: Facts, known: Known) -> str:
    owner, name, tag = (fact(facts, key) for key in ("owner", "name", "tag"))
    host = fact(facts, "host")
    version = _VERSION.search(tag)
    versioned = any(letter.isdigit() for letter in name)
    suffix = "" if not tag or versioned else f"@{version.group() if version else tag.casefold()}"
    return f"{known(f'{host}:{owner}') or owner.casefold()}/{family(name)}{suffix}" if owner and name else ""


_SUBJECTS: dict[str, Callable[[Facts, Known], str]] = {
    "sec-offering": _offered,
    "hkex-ipo": _listed,
    "cn-ipo": _listed,
    "rule": lambda facts, _: fact(facts, "document"),
    "release": _released,
}
