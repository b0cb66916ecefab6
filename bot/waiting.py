"""A wait that an event can end."""

from __future__ import annotations

import asyncio
from contextlib import suppress


async def waited(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but not longer than `seconds`."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
