"""An alert in the form that a channel accepts: Components V2, else an embed, else plain text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from bot.core.message import Alert
from bot.ports import Voice
from handlers.discord.digest import digest_embed, digest_layout, digest_plain
from handlers.discord.fallbacks import alert_embed, alert_plain
from handlers.discord.layout import Rendered, Roles, alert_layout
from handlers.discord.threads import head_layout, head_plain

Form = Literal["layout", "embed", "plain"]
DIGESTS: dict[Form, Callable[..., Rendered]] = {"layout": digest_layout, "embed": digest_embed, "plain": digest_plain}
FORMS: dict[Form, Callable[..., Rendered]] = {"layout": alert_layout, "embed": alert_embed, "plain": alert_plain}


def rendered(form: Form, alert: Alert, voice: Voice, *, marker: str = "", roles: Roles = ()) -> Rendered:
    """An alert, a digest or the head of a thread, in a form. Only alerts mention `roles`."""
    if alert.kind == "thread":
        return (head_layout if form == "layout" else head_plain)(alert, voice, marker=marker)
    if alert.kind == "digest":
        return DIGESTS[form](alert, voice, marker=marker)
    return FORMS[form](alert, voice, marker=marker, roles=roles)


def next_form(form: Form, code: int) -> Form | None:
    """What to try after a refusal with Discord's error `code`; None when nothing simpler would help.

    50035 and 50006: the body was refused, so it is simplified. 50013: a permission is missing, possibly that of embeds;
    plain text needs none besides posting.
    """
    if code in (50035, 50006):
        return {"layout": "embed", "embed": "plain"}.get(form)  # type: ignore[return-value]
    return "plain" if code == 50013 and form != "plain" else None
