from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres.server import schema


@pytest.fixture
def address() -> Iterator[str]:
    """An empty schema of its own on the server."""
    with schema() as found:
        yield found
