"""Two captures of pirates in one gulf, told in the same words: folded into one story at first. Written for the tests."""

# ruff: noqa: E501 - a report a line

from __future__ import annotations

from bot.core.model import Entry

T0 = 1_767_225_600_000
_MINUTE = 60_000

_MYSORE = (
    (
        "Indian navy captures 23 pirates in Gulf of Aden",
        "The warship Mysore answered a call from the Gibe, an Ethiopian vessel, said Delhi. Two boats had opened fire on it.",
    ),
    (
        "Navy seizes 23 pirates off Yemen in Gulf of Aden",
        "Commandos of the Mysore boarded two boats near the Gibe. The Ethiopian crew had radioed that it was being chased.",
    ),
    (
        "Pirates held as Indian warship foils Gulf of Aden attack",
        "The Gibe was saved by the Mysore and 23 men are held. Somali and Yemeni gunmen fired at the Ethiopian ship, it said.",
    ),
    (
        "Indian navy saves merchant vessel from pirates",
        "In the Gulf of Aden the Mysore took 23 who chased the Gibe. The Ethiopian master heard shots and called for help.",
    ),
    (
        "Gulf of Aden: 23 pirates taken by Indian navy",
        "A helicopter of the Mysore fired before the Gibe was boarded. Its Ethiopian flag was all that one could make out.",
    ),
    (
        "How the Indian navy caught pirates in the Gulf of Aden",
        "The Gibe radioed, the Mysore came, 23 gave up. Ethiopian sailors spoke of grenades, of ladders, and of a long hour.",
    ),
)
_SUKANYA = (
    (
        "Indian navy captures 26 pirates in Gulf of Aden",
        "The patrol ship Sukanya was with a convoy in the transit corridor, officials said. Five skiffs came at dawn.",
    ),
    (
        "Navy takes in 26 pirates off Somalia in Gulf of Aden",
        "The Sukanya met five skiffs that closed in on its convoy. Two got away along the transit corridor, three did not.",
    ),
    (
        "Pirates held as Indian warship foils raid in Gulf of Aden",
        "The convoy sailed on and the Sukanya keeps 26 men. Rifles and magazines lay in skiffs by the transit corridor.",
    ),
    (
        "Indian navy saves convoy of merchant vessels from pirates",
        "In the Gulf of Aden the Sukanya disarmed 26. It was the fifth raid on the transit corridor since the monsoon ended.",
    ),
    (
        "Gulf of Aden: 26 pirates disarmed by Indian navy",
        "Rifles were found on three skiffs by the escort of a convoy, the Sukanya. The transit corridor is open once more.",
    ),
    (
        "How the Indian navy beat five boats of pirates",
        "In the Gulf of Aden the Sukanya turned on 26 behind its convoy. In the transit corridor no merchant was harmed.",
    ),
)


def twins() -> list[tuple[Entry, str]]:
    """Reports of both by turns, a minute apart, each with its event."""
    pairs = [one for both in zip(_MYSORE, _SUKANYA, strict=True) for one in both]
    return [(_entry(number, *told), ("Mysore", "Sukanya")[number % 2]) for number, told in enumerate(pairs)]


def _entry(number: int, title: str, summary: str) -> Entry:
    at = T0 + number * _MINUTE
    url = f"https://twins.example/{number}"
    return Entry(str(number), url, title, summary, source=f"Outlet {number}", lang="en", published=at, first_seen=at)


def later() -> list[Entry]:
    """A further report of each, the next day."""
    return [
        _entry(
            200,
            "Mysore brings 23 pirates of Gulf of Aden to port",
            "The Indian warship handed over those who had chased the Gibe. Its Ethiopian crew thanked the navy.",
        ),
        _entry(
            201,
            "Convoy that the Sukanya saved from 26 pirates is through the Gulf of Aden",
            "Five skiffs had closed in on it in the transit corridor; the Indian navy keeps rifles of three.",
        ),
    ]


def copy_of(entry: Entry, number: int) -> Entry:
    """The same words at another outlet."""
    return _entry(100 + number, entry.title, f"{entry.summary} Reporting by another desk.")
