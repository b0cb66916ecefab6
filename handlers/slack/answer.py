"""Sends replies: through the response URL, or, once that is used up, to the asker alone."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Awaitable, Callable

import aiohttp
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.core.message import Button, Reply
from bot.ports import Voice
from handlers.slack.asking import Place
from handlers.slack.blocks import BLOCKS, BUTTON_VALUE, Json
from handlers.slack.calls import Fault, ask
from handlers.slack.pictures import show
from handlers.slack.receipts import UNREADABLE
from handlers.slack.render import reply_bare, reply_blocks, reply_text
from handlers.slack.workspaces import Workspaces

log = logging.getLogger(__name__)

PAGE = "page"
"""Action of the paging buttons: their value is the typed line that shows that page."""
_TRIES, _PATIENCE_S = 4, 30.0
_UNREAD = 400


def pager(reply: Reply, line: str, voice: Voice) -> tuple[Button, ...]:
    """Buttons to the previous and the next page, if there are any and the line fits into a button."""
    if reply.pages <= 1 or not line or len(line) > BUTTON_VALUE - 20:
        return ()
    before = [Button(voice("button.previous"), PAGE, f"{line} page={reply.page - 1}")] if reply.page > 1 else []
    after = [Button(voice("button.next"), PAGE, f"{line} page={reply.page + 1}")] if reply.page < reply.pages else []
    return (*before, *after)


class Answers:
    """Posts replies. A response URL serves five answers in thirty minutes (docs.slack.dev, Handling interaction)."""

    def __init__(self, workspaces: Workspaces, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._workspaces = workspaces
        self._pause = pause

    async def give(
        self, place: Place, url: str, reply: Reply, voice: Voice, *, line: str = "", replace: bool = False
    ) -> None:
        """Answer what was asked at `place`. `replace`: turn the page of an answer that only its asker sees."""
        if reply.picture and (why := await show(self._workspaces, place, reply, voice)):
            reply = dataclasses.replace(reply, lines=(*reply.lines, why))
        body: Json = {
            "response_type": "ephemeral" if reply.private else "in_channel",
            "replace_original": replace,
            "text": reply_text(reply),
            "blocks": reply_blocks(reply, voice, BLOCKS, pager(reply, line, voice)),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        plain = {**body, "text": reply_bare(reply), "blocks": []}
        if not (url and await self._by_url(place, url, body, plain)):
            await self._in_person(place, body, plain)

    async def _by_url(self, place: Place, url: str, body: Json, plain: Json) -> bool:
        """Send it; as plain text if Slack refuses the blocks, rightly or not (slackapi/bolt-python#1016)."""
        hook = AsyncWebhookClient(url, session=self._workspaces.session, retry_handlers=[])
        hook.proxy = self._workspaces.proxy(url)
        try:
            answer = await hook.send_dict(body)
            if answer.status_code == _UNREAD:
                answer = await hook.send_dict(plain)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("an answer got no receipt: %s", type(error).__name__, extra=place.ids())
            return True  # it may have arrived: an answer shown twice is worse than one asked for again
        if answer.status_code != 200:
            log.warning("a response URL is used up or too old: HTTP %d", answer.status_code, extra=place.ids())
        return answer.status_code == 200

    async def _in_person(self, place: Place, *forms: Json) -> None:
        """Send the first of these forms that Slack accepts."""
        whom = {"channel": place.channel, "user": place.user, "parse": "none", "link_names": False}
        for body in forms if place.channel else ():
            try:
                await self._ephemeral(place, {**whom, "text": body["text"], "blocks": body["blocks"]})
            except Fault as fault:
                log.warning("an answer could not be given: %s", fault, extra=place.ids())
                if fault.code not in UNREADABLE:
                    return
            else:
                return

    async def _ephemeral(self, place: Place, payload: Json) -> None:
        """Post it; if rate-limited, wait first. Raises `Fault`."""
        for left in reversed(range(_TRIES)):
            try:
                await ask(await self._workspaces.client(place.team), "chat.postEphemeral", payload)
            except Fault as fault:
                wait = 1.0 if fault.retry_after_s is None else fault.retry_after_s
                if not left or fault.code != "ratelimited" or wait > _PATIENCE_S:
                    raise
                await self._pause(wait)
            else:
                return
