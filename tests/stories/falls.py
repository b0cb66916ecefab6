"""Two falls on one mountain: of one, each outlet names somebody else, so that no name marks it. Written for the tests."""

# ruff: noqa: E501 - a report a line

from __future__ import annotations

from bot.core.model import Entry

_BROTHERS = (
    (
        "Climber spent two nights in an ice cave on Mount Cook after brother fell",
        "A climber who saw his brother fall to his death on Mount Cook sat two nights in an ice cave before a helicopter came, his family said.",
    ),
    (
        "Brother watched fall on Mount Cook from an ice cave, says Perth family",
        "The climber dug an ice cave and waited two nights in a storm. His brother, a doctor of Perth, fell to his death on a ridge of Mount Cook.",
    ),
    (
        "Survivor tells of two nights on Mount Cook",
        "He had seen his brother fall on Mount Cook and thought that he would die too. An ice cave kept the climber alive for two nights in the storm.",
    ),
    (
        "Storm kept helicopter from climber on Mount Cook",
        "For two nights no helicopter could reach the ice cave on Mount Cook where the climber sat after the death of his brother, Miller said.",
    ),
    (
        "Doctor feared dead after fall on Mount Cook",
        "The doctor fell to his death on Mount Cook before the eyes of his brother, a climber too, who dug an ice cave and lived through two nights.",
    ),
)
_SKIERS = (
    (
        "Skier dies in fall on Mount Cook",
        "Inspector Gaskin named the skier as Rait, who slipped on the Tasman Glacier below Mount Cook in the national park and slid over a drop.",
    ),
    (
        "Second death on Mount Cook within days, says Gaskin",
        "Rait was skiing down the Tasman Glacier when he lost an edge. Inspector Gaskin said that a death on Friday had no link to it.",
    ),
    (
        "Skier who died on Mount Cook was named Rait",
        "Friends of Rait skied on and called the police from a hut on the Tasman Glacier. He had slid far, said Inspector Gaskin.",
    ),
    (
        "Police ask how skier died near Mount Cook",
        "The coroner was told. Inspector Gaskin said the snow on the Tasman Glacier was hard that Rait crossed, as it often is there.",
    ),
    (
        "Tasman Glacier closed after skier dies on Mount Cook",
        "The national park closed a route over the Tasman Glacier after the accident of Rait. Inspector Gaskin warned skiers of ice.",
    ),
)


def falls() -> list[Entry]:
    """Reports of both by turns."""
    told = [one for both in zip(_BROTHERS, _SKIERS, strict=True) for one in both]
    return [Entry(str(number), "", title, summary, lang="en") for number, (title, summary) in enumerate(told)]
