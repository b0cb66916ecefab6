"""Filings in plain words: what a form and an 8-K item mean, and the one-line summary of a filing.

Meanings of forms and items: SEC, "Forms index" and General Instructions to Form 8-K; the wording is ours.
"""

from __future__ import annotations

from bot.core.model import Facts, fact

FORMS: dict[str, str] = {
    "S-1": "IPO registration",
    "S-1MEF": "more shares added to an IPO",
    "S-3": "shelf registration",
    "S-3ASR": "automatic shelf registration",
    "S-4": "registration for a merger",
    "S-8": "shares for employees",
    "S-11": "registration of a property company",
    "F-1": "IPO registration of a foreign company",
    "F-1MEF": "more shares added to a foreign company's IPO",
    "F-3": "shelf registration of a foreign company",
    "F-4": "registration of a foreign company for a merger",
    "F-6": "depositary shares",
    "DRS": "draft registration, filed in confidence",
    "DRSLTR": "letter on a draft registration",
    "EFFECT": "registration declared effective",
    "RW": "registration withdrawn",
    "424B1": "final prospectus",
    "424B2": "prospectus supplement for a shelf offering",
    "424B3": "prospectus supplement",
    "424B4": "final prospectus with the price",
    "424B5": "prospectus supplement for a shelf offering",
    "425": "communication about a merger",
    "FWP": "free writing prospectus",
    "8-K": "current report",
    "8-A12B": "shares registered for an exchange",
    "6-K": "report of a foreign company",
    "10-K": "annual report",
    "10-Q": "quarterly report",
    "20-F": "annual report of a foreign company",
    "40-F": "annual report of a Canadian company",
    "NT 10-K": "annual report will be late",
    "NT 10-Q": "quarterly report will be late",
    "25-NSE": "removal from an exchange",
    "15-12G": "end of reporting duty",
    "SCHEDULE 13D": "stake above 5 % that may seek influence",
    "SCHEDULE 13G": "passive stake above 5 %",
    "SC 13D": "stake above 5 % that may seek influence",
    "SC 13G": "passive stake above 5 %",
    "SC TO-T": "tender offer by another company",
    "SC TO-I": "tender offer by the company itself",
    "13F-HR": "holdings of an investment manager",
    "DEF 14A": "proxy statement",
    "3": "an insider's first statement of holdings",
    "4": "an insider's trade",
    "5": "an insider's yearly statement",
    "144": "planned sale of restricted shares",
    "D": "private offering",
    "CORRESP": "letter to the SEC's staff",
    "UPLOAD": "letter from the SEC's staff",
}

ITEMS_8K: dict[str, str] = {
    "1.01": "material agreement signed",
    "1.02": "material agreement ended",
    "1.03": "bankruptcy or receivership",
    "1.04": "mine safety",
    "1.05": "material cybersecurity incident",
    "2.01": "acquisition or sale of assets completed",
    "2.02": "results of operations",
    "2.03": "new financial obligation",
    "2.04": "event that speeds up an obligation",
    "2.05": "costs of exit or disposal",
    "2.06": "material impairment",
    "3.01": "notice of delisting or missed listing rule",
    "3.02": "unregistered sale of shares",
    "3.03": "rights of holders changed",
    "4.01": "auditor changed",
    "4.02": "earlier accounts no longer reliable",
    "5.01": "change of control",
    "5.02": "directors or officers changed",
    "5.03": "articles or bylaws changed",
    "5.04": "trading pause for employee plans",
    "5.05": "code of ethics changed",
    "5.06": "shell company status changed",
    "5.07": "result of a shareholder vote",
    "5.08": "shareholder nominations for directors",
    "6.01": "asset-backed securities: computational material",
    "6.02": "asset-backed securities: servicer or trustee changed",
    "6.03": "asset-backed securities: credit support changed",
    "6.04": "asset-backed securities: payment missed",
    "6.05": "asset-backed securities: disclosure updated",
    "6.06": "asset-backed securities: figures of earlier pools",
    "7.01": "Regulation FD disclosure",
    "8.01": "other events",
    "9.01": "exhibits",
}

_SPOKEN_WITH_VOWEL = ("8", "A", "E", "F", "N", "R", "S-", "SC ")
_FIRST = ("S-1", "F-1", "DRS")
"""Forms by which a company comes to the market."""
_SEC_ACTS = {"EFFECT": "The SEC declared the registration of {} effective", "UPLOAD": "The SEC's staff wrote to {}"}


def form_words(form: str) -> str:
    """A form in words, an amendment marked as such; "" for a form without words here."""
    base, _, amended = form.partition("/")
    words = FORMS.get(base, "")
    return f"{words}, amended" if words and amended else words


def item_words(code: str) -> str:
    """What an item of an 8-K reports, in words; the bare code of an unknown one."""
    return ITEMS_8K.get(code, f"item {code}")


def headline(form: str, facts: Facts) -> str:
    """Who filed what: "Acme AI filed an S-1 (IPO registration)". Plain text, one line."""
    who = fact(facts, "company") or "A company"
    if act := _SEC_ACTS.get(form):
        return act.format(who)
    words = _items(form, facts) or form_words(form)
    about = fact(facts, "about")
    return f"{who} filed {_named(form)}{f' ({words})' if words else ''}{f' on {about}' if about else ''}"


def details(form: str, facts: Facts) -> str:
    """Further facts, separated by " · ": ticker (proposed, before a listing), other parties, accession."""
    proposed = "proposed " if form.partition("/")[0] in _FIRST else ""
    tickers = fact(facts, "tickers").replace(",", ", ")
    parts = (
        (f"{proposed}{'tickers' if ',' in tickers else 'ticker'} ", tickers),
        ("with ", fact(facts, "parties")),
        ("items ", fact(facts, "items").replace(",", ", ")),
        ("accession ", fact(facts, "accession")),
        ("filed ", fact(facts, "filed")),
    )
    return " · ".join(label + value for label, value in parts if value)


def _items(form: str, facts: Facts) -> str:
    base, _, amended = form.partition("/")
    codes = [code for code in fact(facts, "items").split(",") if code and base == "8-K"]
    telling = [code for code in codes if code != "9.01"] or codes
    words = "; ".join(item_words(code) for code in telling)
    return f"{words}, amended" if words and amended else words


def _named(form: str) -> str:
    """The form with its article, as it is said: "an S-1", "a Form 4", "a Schedule 13D"."""
    base = form.partition("/")[0]
    if not form:
        return "a document"
    if form.startswith("SCHEDULE "):
        return form.replace("SCHEDULE", "a Schedule", 1)
    if base == "D" or (base.isdigit() and base != "425"):
        return f"a Form {form}"
    return f"{'an' if form.startswith(_SPOKEN_WITH_VOWEL) else 'a'} {form}"
