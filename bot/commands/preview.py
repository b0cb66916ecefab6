"""What a subscription to a query would bring, before it takes effect."""

from __future__ import annotations

from bot.commands.desk import Desk
from bot.commands.searching import look_back, nearest_query
from bot.core.backtest import Backtest, Match
from bot.core.message import Item, Reply
from bot.ports import Asker
from bot.rulebook import Rule


async def preview(desk: Desk, asker: Asker, rule: Rule) -> Reply:
    """Counts, the latest matches, alerts a day to expect; a refusal for what would match nearly everything."""
    if not rule.query:
        return Reply("")
    said = await look_back(desk, rule.tree)
    if said.too_broad:
        return desk.refuse(asker, "subscribe.broad", query=rule.label[:80], share=f"{said.share:.0%}")
    head = desk.say(
        asker.locale,
        "preview.head",
        query=rule.label[:80],
        week=said.week,
        month=said.month,
        daily=f"{said.daily:.1f}".removesuffix(".0"),
    )
    return Reply(head, tuple(await _lines(desk, asker, rule, said)), tuple(_item(match) for match in said.latest))


async def _lines(desk: Desk, asker: Asker, rule: Rule, said: Backtest) -> list[str]:
    if said.latest:
        busy = [desk.say(asker.locale, "preview.busy")] if said.busy else []
        return [*busy, desk.say(asker.locale, "preview.latest")]
    near = await nearest_query(desk, rule.tree)
    none = desk.say(asker.locale, "preview.none", n=f"{said.looked_at:,}")
    return [none, desk.say(asker.locale, "preview.near", near=near)] if near else [none]


def _item(match: Match) -> Item:
    return Item(match.entry.title, match.entry.url, match.entry.source, at=match.entry.at, bold=match.terms)
