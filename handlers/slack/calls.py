"""The result of one Slack API call as a value: data, or a fault that says whether the call may have taken effect.

The client library raises a dozen kinds of exception, some of them by accident (a JSON list in a 200 is an
AttributeError). They are sorted here, once, by the one question that matters: may the message be in the channel?
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import TocsinError


@dataclass(eq=False)
class Fault(TocsinError):
    """A call that did not succeed.

    `code` is Slack's own error word, or `unreachable`, `no-answer`, `garbled`, `http`. `doubt`: the call may have taken
    effect all the same. `retry_after_s` is what Slack asked for; `needed` is the missing scope.
    """

    code: str
    doubt: bool = False
    status: int = 0
    retry_after_s: float | None = None
    needed: str = ""

    def __str__(self) -> str:
        if own := _OWN.get(self.code):
            return own.format(self.status)
        return f"Slack answered {self.code}" + (f" (needs {self.needed})" if self.needed else "")


_OWN = {
    "unreachable": "Slack can't be reached",
    "no-answer": "Slack gave no answer",
    "garbled": "Slack's answer can't be read",
    "http": "Slack answered HTTP {}",
}


class Answer(NamedTuple):
    """A call that succeeded: its data and its headers."""

    data: dict[str, Any]
    headers: Mapping[str, str]


async def call(
    client: AsyncWebClient, method: str, payload: Mapping[str, Any], *, get: bool = False, form: bool = False
) -> Answer:
    """One call of a Web API method. Raises `Fault` and nothing else.

    `get` for methods that only read, `form` for those that take no JSON (`oauth.v2.access`, `files.…External`).
    """
    body = dict(payload)
    try:
        if get:
            response = await client.api_call(method, http_verb="GET", params=body)
        elif form:
            response = await client.api_call(method, data=body)
        else:
            response = await client.api_call(method, json=body)
    except SlackApiError as error:
        raise _from_api(error) from None
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
        raise Fault("unreachable") from error  # no connection, so nothing was sent
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
        raise Fault("no-answer", doubt=True) from error
    except (ValueError, TypeError, AttributeError) as error:  # what the library does with a body that is no object
        raise Fault("garbled", doubt=True) from error
    if not isinstance(response.data, dict):
        raise Fault("garbled", doubt=True)
    return Answer(response.data, response.headers)


async def ask(
    client: AsyncWebClient, method: str, payload: Mapping[str, Any], *, get: bool = False, form: bool = False
) -> dict[str, Any]:
    """The data of a `call`."""
    return (await call(client, method, payload, get=get, form=form)).data


def _from_api(error: SlackApiError) -> Fault:
    """`ok: false`, a status other than 200, or a 200 whose body is no JSON.

    In the last case the library hands over aiohttp's response instead of its own.
    """
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    data = getattr(response, "data", None)
    if not isinstance(data, dict) or not isinstance(data.get("error"), str):
        return _from_status(status, response)
    wait = _seconds(response.headers)
    return Fault(data["error"], status >= 500, status, wait, str(data.get("needed") or ""))


def _from_status(status: int, response: Any) -> Fault:
    if status == 429:
        return Fault("ratelimited", status=status, retry_after_s=_seconds(response.headers))
    if status == 200:
        return Fault("garbled", doubt=True, status=status)
    return Fault("http", doubt=status >= 500, status=status, retry_after_s=_seconds(response.headers))


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds; None for none, for a date or for nonsense. Header names come in any case."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None
