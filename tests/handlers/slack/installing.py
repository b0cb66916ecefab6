"""How workspaces and organisations come to have the app: the pages as a browser walks them, and who says yes."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import aiohttp

from handlers.slack.run import SlackPlatform
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.state import Team

ANYWHERE = ("127.0.0.1", 0)
CLIENT = {"client_id": "1.2", "client_secret": "shh"}
KEY = "kGZsN0s5aWJqNk5nT3hYQ1h3a2hYd3pHZ0pQdz09QUI="


async def install(platform: SlackPlatform, code: str, *, cookie: bool = True, **query: str) -> tuple[int, str]:
    """Walk through the pages as a browser does."""
    root = f"http://127.0.0.1:{platform.port}/slack"
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{root}/install", allow_redirects=False) as answer:
            assert answer.status == 302
            asked = parse_qs(urlsplit(answer.headers["location"]).query)
            jar = {name: morsel.value for name, morsel in answer.cookies.items()} if cookie else {}
        given = {"code": code, "state": asked["state"][0], **query}
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in jar.items())} if jar else {}
        async with session.get(f"{root}/oauth_redirect", params=given, headers=headers) as answer:
            return answer.status, await answer.text()


def grant(slack: FakeSlack, code: str, team: str, token: str) -> Team:
    """A workspace that is about to say yes."""
    made = slack.team(team, token)
    del slack.teams[token]
    slack.grants[code] = made
    slack.channel(made, "C1", members={"U1"})
    return made


def grant_all(slack: FakeSlack, code: str, token: str, org: str = "E1") -> Team:
    """An organisation that is about to: one token for its workspaces, whose channels are C1, C2 …."""
    made = grant(slack, code, org, token)
    made.org = org
    slack.channel(made, "C2", members={"U1"})
    return made
