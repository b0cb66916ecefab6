"""GitHub: releases and tags of a repository (Atom), and the new repositories of an organisation (REST).

Release feeds have the ten newest. `updated` changes when a release is edited, so only the id is identity. A tag without
a release is in the release feed too, without text, under the id that its release will have; here tag and release are
two entries. A lab's new repositories often come before the news. Option `drop`: words in a tag or title that are noise
(nightly, rc).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.core.model import ParsedEntry
from bot.core.urls import is_web
from bot.ports import Feed, Polled
from bot.sources.kit import polls
from bot.sources.kit.clocks import iso
from bot.sources.kit.items import Fields
from bot.sources.kit.kept import validators
from bot.sources.kit.polls import polled_json
from bot.sources.kit.tools import Tools, reshaped, words

_KIND = "github"
_ID = re.compile(r"^tag:github\.com,2008:Repository/\d+/(?P<tag>.+)$", re.DOTALL)


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll a release or tag feed, or `https://api.github.com/{orgs|users}/{name}/repos?sort=created`.

    Raises `FetchError`, `NotAFeed`.
    """
    if not urlsplit(feed.url).path.endswith("/repos"):
        return await reshaped(tools, feed, now, release)
    headers = {**validators(feed, now), "Accept": "application/vnd.github+json"}
    return await asyncio.to_thread(polled_json, _KIND, feed, await tools.get(feed, headers=headers), repositories)


def release(feed: Feed, entry: ParsedEntry) -> ParsedEntry | None:
    """A release or tag, named with its repository; None if the feed's options drop it."""
    owner, name = _repository(entry.link if is_web(entry.link) else feed.url)
    found = _ID.match(entry.id)
    tag = unquote(found["tag"] if found else entry.link.rpartition("/")[2])
    noise = [word.casefold() for word in words(feed, "drop")]
    if any(word in f"{tag} {entry.title}".casefold() for word in noise):
        return None
    only_tags, told = "/tags" in urlsplit(feed.url).path, f"{entry.summary}{entry.content}".strip()
    stage = "release" if told and not only_tags else "tag"
    own_id = entry.id if told or only_tags or not entry.id else f"{entry.id}#tag"
    more = "" if entry.title.strip() in ("", tag) or name.casefold() in entry.title.casefold() else f": {entry.title}"
    named = entry.title if name.casefold() in entry.title.casefold() and tag in entry.title else f"{name} {tag}{more}"
    facts = {
        "ladder": "release",
        "stage": stage,
        "host": _KIND,
        "owner": owner,
        "name": name,
        "tag": tag,
        "act": own_id,
    }
    return entry._replace(id=own_id, title=named, form=stage.title(), facts=tuple(facts.items()))


def repositories(body: Any, fields: Fields) -> list[ParsedEntry]:
    """The repositories of an answer that are not forks."""
    return [repository(row, fields) for row in fields.rows(body, "") if not fields.flag(row, "fork")]


def repository(row: Mapping[str, Any], fields: Fields) -> ParsedEntry:
    """A new repository of an organisation."""
    owner, _, name = fields.text(row, "full_name").partition("/")
    about = fields.maybe(row, "description")
    return polls.entry(
        f"github-repository:{fields.text(row, 'id')}",
        fields.text(row, "html_url"),
        f"{owner} opened the repository {name} on GitHub",
        about,
        published=iso(fields.text(row, "created_at")),
        form="Repository",
        facts={"ladder": "release", "stage": "repository", "host": _KIND, "owner": owner, "name": name},
        act=True,
    )


def _repository(url: str) -> tuple[str, str]:
    owner, name = (*urlsplit(url).path.strip("/").split("/"), "", "")[:2]
    return owner, name
