"""Uploads pictures as files in three steps (docs.slack.dev, Working with files), visible to the whole channel."""

from __future__ import annotations

import json
import logging

import aiohttp

from bot.core.message import Reply
from bot.ports import Voice
from handlers.slack.asking import Place
from handlers.slack.calls import Fault, ask
from handlers.slack.workspaces import Workspaces
from handlers.text import truncate

log = logging.getLogger(__name__)

_NAME = "trend.png"
_TITLE = 200


async def show(workspaces: Workspaces, place: Place, reply: Reply, voice: Voice) -> str:
    """Upload the picture of a reply to the channel that it answers in.

    Returns a sentence for the reader if that fails; "" on success.
    """
    if reply.private and not place.channel.startswith("D"):
        return voice("picture.shared")  # no file can be shown to one person in a channel
    try:
        who, token = await workspaces.identity_in(place.team)
        if who is None or not who.draws:
            return voice("picture.scope")
        await _upload(workspaces, token, place.channel, reply)
    except Fault as fault:
        log.info("a chart could not be shown: %s", fault, extra={"channel": place.channel})
        return voice("picture.scope" if fault.code == "missing_scope" else "picture.failed")
    return ""


async def _upload(workspaces: Workspaces, token: str, channel: str, reply: Reply) -> None:
    client, title = workspaces.bare(token), truncate(reply.text, _TITLE)
    asked = {"filename": _NAME, "length": len(reply.picture), "alt_txt": title}
    place = await ask(client, "files.getUploadURLExternal", asked, form=True)
    await _put(workspaces, str(place.get("upload_url") or ""), reply.picture)
    files = json.dumps([{"id": place.get("file_id"), "title": title}])
    await ask(client, "files.completeUploadExternal", {"files": files, "channel_id": channel}, form=True)


async def _put(workspaces: Workspaces, url: str, picture: bytes) -> None:
    try:
        session, proxy = workspaces.session, workspaces.proxy(url)
        async with session.post(url, data=picture, allow_redirects=False, proxy=proxy) as answer:
            if answer.status != 200:
                raise Fault("http", status=answer.status)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise Fault("no-answer") from error
