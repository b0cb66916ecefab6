"""The documentation's pictures: `python -m tests.pictures`, from the demo's recorded day, into docs/pictures.

Needs chromium and a font with Chinese characters (Debian: chromium, fonts-wqy-zenhei). Chat messages are drawn from the
very payloads that the renderers make, in a plain style of our own.
"""

from __future__ import annotations

import asyncio
import html
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from bot import chart
from bot.cli.common import words
from bot.commands.desk import Desk
from bot.core.commands.trend import Drawn, buckets
from bot.core.message import Alert, DigestLine, OutletLine, TopicLine
from bot.core.model import BY_HAND
from bot.ports import Store, Voice
from bot.rules.rulebook import Rulebook
from bot.rules.topicfiles import read_topic_files
from bot.store import open_store
from handlers.discord.render import rendered
from handlers.web.app import make_app
from handlers.web.guard import Guard
from handlers.web.run import served
from handlers.web.sessions import Sessions, own_keys
from handlers.web.site import Site
from tests.handlers.web.test_browser import CHROMIUM, FLAGS

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "pictures"
PAGES = {"wire": "", "story": "story/{story}", "topics": "topics", "sources": "sources"}
SIGNED_IN = {"channels": "channels", "deliveries": "deliveries"}
PHONE = {"wire": "", "story": "story/{story}"}
TOKEN = "-"
STYLE = """body{margin:0;padding:24px;background:#f2f3f5;color:#1d1f23}
body{font:15px/1.45 system-ui,"WenQuanYi Zen Hei",sans-serif}
.m{background:#fff;border-left:4px solid var(--c,#5865f2);border-radius:6px;padding:12px 16px;max-width:560px}
h3{margin:.2em 0;font-size:17px}small{color:#5b6069;display:block}p{margin:.35em 0}a{color:#1d54b4;text-decoration:none}
.b{display:inline-block;background:#e3e5e8;border-radius:4px;padding:4px 12px;margin:8px 6px 0 0;font-size:13px}"""


def main() -> None:
    """Play the recording, then take every picture."""
    if not subprocess.run(["fc-list", ":lang=zh"], check=False, capture_output=True).stdout:
        sys.exit("no font here has Chinese characters: apt-get install fonts-wqy-zenhei")
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "demo.db"
        demo = [sys.executable, "-m", "bot", "demo", "--db", str(db), "--seconds", "6"]
        subprocess.run(demo, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        asyncio.run(_taken(db))


async def _taken(db: Path) -> None:
    store = open_store(str(db), clock=_now)
    loaded = read_topic_files(ROOT / "config" / "topics", ROOT / "config" / "entities.toml")
    rules = Rulebook(loaded.topics)
    site = Site(Desk(store, rules, words(), _now, {}))
    best = max(await store.latest("topic:export-controls", 50), key=lambda story: story.entries)
    counts = await store.trend("topic:chipmaking", _now() - 7 * 86_400_000)
    title = Drawn("Chips and chipmaking")
    for dark in (False, True):
        drawn = chart.draw(title, buckets(counts, _now(), 2), headline=Drawn(best.title), dark=dark)
        (OUT / f"trend{'-dark' if dark else ''}.png").write_bytes(drawn)
    guard = Guard(own_keys(TOKEN), Sessions(store, TOKEN, _now))
    async with served(make_app(site, guard), "127.0.0.1", 0) as url, async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        await _channels(store)
        for scheme in ("light", "dark"):
            await _pages(browser, url, best.id, scheme)
        for name, alert in _alerts().items():
            await _message(browser, name, rendered("layout", alert, Voice(words())).body)
        await browser.close()
    await store.close()


async def _channels(store: Store) -> None:
    """Two channels beside the demo's terminal, so that their page shows what it can."""
    now = _now()
    desk = await store.channel("discord", "1", "2", "policy-desk")
    await store.subscribe(desk, "topic:export-controls", "", {"severity": "notable", "mode": "daily 08:00"}, now)
    await store.subscribe(desk, "query:1", "h20 NEAR/5 (ban OR licence)", {}, now)
    filings = await store.channel("slack", "T1", "C1", "#filings")
    await store.subscribe(filings, "topic:ipo-listings", "", {"quiet": "22:00-07:00", "confirm": "2"}, now)
    await store.pause(filings, BY_HAND)


async def _pages(browser: Browser, url: str, story: int, scheme: Any) -> None:
    """Every page as others see it, then those that need a session, in a window and some on a phone."""
    dark = "-dark" if scheme == "dark" else ""
    context = await browser.new_context(viewport={"width": 1000, "height": 760}, color_scheme=scheme)
    phone = await browser.new_context(viewport={"width": 390, "height": 760}, color_scheme=scheme)
    tab, small = await context.new_page(), await phone.new_page()
    for name, path in PAGES.items():
        await _shot(tab, url + path.format(story=story), f"{name}{dark}")
    for name, path in PHONE.items() if dark else ():
        await _shot(small, url + path.format(story=story), f"{name}-phone")
    await tab.goto(f"{url}signin")
    await tab.get_by_label("Token").fill(TOKEN)
    await tab.get_by_role("button", name="Sign in").click()
    for name, path in SIGNED_IN.items():
        await _shot(tab, url + path, f"{name}{dark}")
    await context.close()
    await phone.close()


async def _shot(tab: Page, url: str, name: str) -> None:
    await tab.goto(url)
    await tab.screenshot(path=OUT / f"{name}.png")


async def _message(browser: Browser, name: str, body: dict[str, Any]) -> None:
    context = await browser.new_context(viewport={"width": 640, "height": 300})
    tab = await context.new_page()
    colour = next((part["accent_color"] for part in body["components"] if "accent_color" in part), 0x5865F2)
    drawn = f"<style>{STYLE}</style><div class=m style='--c:#{colour:06x}'>{_html(body['components'])}</div>"
    await tab.set_content(drawn)
    await tab.screenshot(path=OUT / f"{name}.png", full_page=True)
    await context.close()


def _html(parts: list[dict[str, Any]]) -> str:
    """Discord's components, roughly as Discord shows them."""
    shown = ""
    for part in parts:
        if "content" in part:
            shown += "".join(_line(line) for line in part["content"].split("\n") if line)
        elif "label" in part:
            shown += f"<span class=b>{html.escape(part['label'])}</span>"
        shown += _html(part.get("components", []))
    return shown


def _line(line: str) -> str:
    tag = "small" if line.startswith("-# ") else "h3" if line.startswith("### ") else "p"
    text = html.escape(re.sub("^(-#|###) ", "", line)).replace("- ", "• ", int(line.startswith("- ")))
    text = re.sub(r"\[((?:\\.|[^\]])+)\]\((?:&lt;)?([^)]+?)(?:&gt;)?\)", r"<a>\1</a>", text)
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    text = re.sub(r"&lt;t:(\d+):\w&gt;", lambda found: _wall(int(found[1])), text)
    return f"<{tag}>{text.replace(chr(92), '')}</{tag}>"


def _wall(at: int) -> str:
    """A time (s) as on a day whose present is 12:33."""
    minutes = (12 * 60 + 33 + round(at - _now() / 1000) // 60) % 1440
    return f"{minutes // 60}:{minutes % 60:02}"


def _alerts() -> dict[str, Alert]:
    outlets = [("Policy Desk", -15), ("Harbour Wire", -11), ("The Silicon Ledger", -6), ("芯潮", 0)]
    lines = tuple(
        OutletLine(name, f"https://{number}.example/", _now() + at * 60_000)
        for number, (name, at) in enumerate(outlets)
    )
    topic = TopicLine("topic:export-controls", "Chip export controls", ("H200", "exports", "presumption of denial"))
    alert = Alert(
        1,
        "new",
        42,
        "US eases review of Nvidia H200 chip exports to China",
        "https://harbourwire.example/h200",
        "The United States on Tuesday said it would review exports of Nvidia's H200 artificial intelligence chips to "
        "China case by case, replacing a presumption of denial.",
        lines[:1],
        (topic,),
        _now(),
        "breaking",
    )
    grown = Alert(**{name: getattr(alert, name) for name in alert.__slots__} | {
        "kind": "update", "outlets": lines, "also": (*(name for name, _ in outlets[1:]), "财新", "SEC 8-K")
    })  # fmt: skip
    told = [
        ("Chip export controls", 42, alert.title, 8, "breaking"),
        ("Chip export controls", 57, "Dutch ministry tightens licences for tool servicing", 3, "notable"),
        ("IPOs and listings", 61, "MiniMax prices Hong Kong offering at top of range", 5, "notable"),
        ("Open-weight models", 66, "智谱开源新一代旗舰模型", 4, "normal"),
    ]
    digest = Alert(
        2, "digest", 0, "", "", "", (), (), _now(), "breaking",
        lines=tuple(
            DigestLine(f"topic:{label}", label, story, title, f"https://news.example/{story}", n, weight, _now())  # type: ignore[arg-type]
            for label, story, title, n, weight in told
        ),
        since=_now() - 86_400_000,
    )  # fmt: skip
    return {"alert": alert, "alert-grown": grown, "digest": digest}


def _now() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    main()
