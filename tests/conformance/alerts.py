"""Every kind of alert, each at its plainest and at its worst."""

from __future__ import annotations

from dataclasses import replace

from bot.core.message import Alert, DigestLine, OutletLine, TopicLine
from tests.conformance.town import HOSTILE, NOW

NEW = Alert(
    70,
    "new",
    42,
    "US widens H20 export ban to subsidiaries",
    "https://www.reuters.example/tech/h20?a=1&b=2",
    "The Commerce Department added subsidiaries to the export ban on H20 chips.",
    (
        OutletLine("Reuters", "https://www.reuters.example/tech/h20?a=1&b=2", NOW),
        OutletLine("财新", "https://caixin.example/1", NOW + 60_000),
    ),
    (TopicLine("topic:export-controls", "Export controls", ("H20", "export ban")),),
    NOW,
    severity="notable",
)
TWENTY = tuple(OutletLine(f"Outlet {n}", f"https://o{n}.example/a", NOW + n * 60_000) for n in range(20))
LINES = tuple(
    DigestLine(
        f"topic:t{n % 3}",
        f"Topic {n % 3}",
        100 + n,
        f"Story {n} of the day",
        f"https://d{n}.example/s",
        1 + n % 4,
        ("breaking", "notable", "normal")[n % 3],
        NOW - n,
    )
    for n in range(9)
)
DIGEST = replace(NEW, kind="digest", story_id=0, title="", url="", summary="", outlets=(), topics=(), lines=LINES)
NOTICE = replace(
    NEW,
    kind="notice",
    story_id=0,
    title="No news from Reuters",
    url="",
    summary="Reuters could not be read for 7 hours.\nAlerts here depend on it.",
    outlets=(),
    topics=(),
    severity="normal",
)

ALERTS: dict[str, Alert] = {
    "new": NEW,
    "breaking": replace(NEW, severity="breaking"),
    "update": replace(NEW, kind="update", also=("Bloomberg",)),
    "update-news": replace(NEW, kind="update", news="Beijing promised countermeasures on H20 chips"),
    "sample": replace(NEW, kind="sample", story_id=0, url="", severity="normal"),
    "notice": NOTICE,
    "notice-hostile": replace(NOTICE, title=f"No news from {HOSTILE}", summary=f"{HOSTILE} answers.\n# {HOSTILE}"),
    "no-summary": replace(NEW, summary=""),
    "no-title": replace(NEW, title=""),
    "twenty-outlets": replace(NEW, outlets=TWENTY),
    "bare": replace(NEW, summary="", outlets=(), topics=(), severity="normal"),
    "long": replace(NEW, title="Long title " * 100, summary="A long summary of it. " * 400),
    "hostile": replace(
        NEW,
        title=HOSTILE,
        summary=f"# {HOSTILE}",
        outlets=(OutletLine(HOSTILE, "javascript:alert(1)", NOW),),
        topics=(TopicLine("query:7", HOSTILE, (HOSTILE, "`x`")),),
    ),
    "lure": replace(NEW, url="https://discord.gg/free-nitro"),
    "chinese": replace(
        NEW,
        title="中芯国际将扩产 [更新]",
        summary="中芯国际周一表示，将把月产能提高到 10 万片。",
        topics=(TopicLine("topic:chipmaking", "芯片制造", ("中芯国际", "产能")),),
        severity="breaking",
        lang="zh",
    ),
    "digest": replace(DIGEST, since=NOW - 86_400_000),
    "digest-burst": replace(DIGEST, since=NOW - 600_000, digest="burst", lines=LINES[:1]),
    "digest-long": replace(DIGEST, since=NOW - 86_400_000, lines=LINES * 20),
    "digest-hostile": replace(DIGEST, since=NOW, lines=(LINES[0]._replace(title=HOSTILE, label=HOSTILE),)),
}
LANGUAGES = {"chinese": "zh-CN"}
