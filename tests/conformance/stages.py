"""Three platforms, each asked the same way: what a person types, presses and sees there, by the platform's own means.

The commands are the real ones over a real store; the chat platforms are reached through the unmodified client
libraries and the fakes of their servers. `replies` holds what the commands answered before anything was rendered.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from tests.conformance.stage import Stage
from tests.conformance.stage_console import console_stage
from tests.conformance.stage_discord import discord_stage
from tests.conformance.stage_slack import slack_stage

STAGES = {"discord": discord_stage, "slack": slack_stage, "console": console_stage}


@asynccontextmanager
async def all_stages() -> AsyncIterator[list[Stage]]:
    """Every platform at once, each with a store of its own that holds the same."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(made()) for made in STAGES.values()]
