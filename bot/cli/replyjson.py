"""A command's reply as JSON (docs/json.md)."""

from __future__ import annotations

from typing import Any

from bot.core.message import Alert, Button, Item, Reply


def reply_json(reply: Reply) -> dict[str, Any]:
    """A reply without its picture, which `--png` writes."""
    return {
        "ok": reply.ok,
        "text": reply.text,
        "lines": list(reply.lines),
        "items": [_item(item) for item in reply.items],
        "buttons": _buttons(reply.buttons),
        "alert": _alert(reply.alert) if reply.alert else None,
        "page": reply.page,
        "pages": reply.pages,
        "private": reply.private,
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "title": item.title,
        "url": item.url,
        "detail": item.detail,
        "at": item.at,
        "bold": list(item.bold),
        "buttons": _buttons(item.buttons),
    }


def _buttons(buttons: tuple[Button, ...]) -> list[dict[str, str]]:
    return [button._asdict() for button in buttons]


def _alert(alert: Alert) -> dict[str, Any]:
    from handlers.webhook.payload import alert_json

    return alert_json(alert)
