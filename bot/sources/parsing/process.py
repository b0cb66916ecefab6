"""The parsing process: reads bodies from its standard input and answers on its standard output, until that is closed.

Its parent (at a deadline) or the system (out of memory) may kill it at any time; nothing is lost with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import IO

from bot.core.errors import NotAFeed
from bot.sources.parsing import frames
from bot.sources.parsing.chain import parse_by
from bot.sources.parsing.reference import parse_by_reference

MOST_MEMORY = 2 << 30
"""Bytes of address space. A body that needs more ends this process, not the bot."""


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer each request (a frame of headers, a frame of body) with the frames of a feed or of an error."""
    frames.write(answers, b"ready")
    while True:
        try:
            asked = json.loads(frames.read(requests))
            body = frames.read(requests)
        except EOFError:
            return
        for frame in _answer(asked["headers"], body, whole_chain=asked["chain"]):
            frames.write(answers, frame)


def _answer(headers: dict[str, str], body: bytes, *, whole_chain: bool) -> list[bytes]:
    try:
        feed = parse_by(parse_by_reference, body, headers) if whole_chain else parse_by_reference(body, headers)
    except NotAFeed as error:
        return [json.dumps({"error": str(error)}).encode()]
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError) as error:
        return [json.dumps({"error": f"feedparser gave up: {type(error).__name__}"}).encode()]
    return frames.pack(feed)


def main() -> None:
    """Limit the memory, reserve standard output for frames, and serve. From then on nothing else is written."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # no limits on Windows, or a lower one already set
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # a parser's warnings: nobody reads them, and a full pipe would block the process
        os.dup2(nowhere, stream)
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
