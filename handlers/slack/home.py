"""The App Home: shows a channel's subscriptions, to be changed in place. Pure."""

from __future__ import annotations

import json
from typing import NamedTuple

from bot.core.message import Button, Reply
from bot.ports import Voice
from handlers.slack.blocks import VIEW_BLOCKS, Json, actions, plain, rich, words
from handlers.slack.render import reply_blocks
from handlers.text import clean, truncate

CHANNEL = "home1:channel"
"""Action id of the select that chooses whose subscriptions are shown."""
FORM = "form"
"""Action of buttons that open a form: their value is the command, or `edit:<part>:<subscription>`."""


class Meta(NamedTuple):
    """What a view remembers: the channel that it is about, the user's own conversation with the app, and what a form
    changes (`which:17`, a part of the edit of a subscription).
    """

    channel: str = ""
    own: str = ""
    about: str = ""

    def text(self) -> str:
        """As private_metadata."""
        return json.dumps(self._asdict())


def read_meta(view: Json) -> Meta:
    """Read what a view remembers; empty for the view of another app or version."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except (ValueError, TypeError):
        return Meta()
    if not isinstance(found, dict):
        return Meta()
    return Meta(*(value if isinstance(value := found.get(name), str) else "" for name in Meta._fields))


def home_view(reply: Reply, voice: Voice, meta: Meta, said: str, pager: tuple[Button, ...]) -> Json:
    """The Home tab. `said` is the result of the last action there."""
    select = {
        "type": "conversations_select",
        "action_id": CHANNEL,
        "placeholder": plain(voice("home.choose"), 150),
        "filter": {"include": ["public", "private", "im"]},
    }
    if meta.channel and not meta.channel.startswith("D"):
        select["initial_conversation"] = meta.channel
    forms = (
        Button(voice("home.subscribe"), FORM, "subscribe", style="primary"),
        Button(voice("home.settings"), FORM, "settings"),
        Button(voice("home.search"), FORM, "search"),
    )
    top = [
        rich(words(voice("home.head"), bold=True), words(voice("home.how"))),
        {"type": "actions", "block_id": "home1:choose", "elements": [select]},
        *actions(forms),
        *([rich(words(truncate(clean(said), 900)))] if said else []),
        {"type": "divider"},
    ]
    blocks = [*top, *reply_blocks(reply, voice, VIEW_BLOCKS - len(top), pager)]
    return {"type": "home", "private_metadata": meta.text(), "blocks": blocks}
