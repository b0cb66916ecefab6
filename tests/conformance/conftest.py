from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conformance.rooms import ROOMS, Room


@pytest.fixture(params=ROOMS)
async def room(request: pytest.FixtureRequest) -> AsyncIterator[Room]:
    """A channel of each chat platform."""
    async with ROOMS[request.param]() as made:
        yield made
