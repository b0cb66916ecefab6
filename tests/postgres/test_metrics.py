"""What a program over PostgreSQL tells of its database."""

from __future__ import annotations

import os
import re
from pathlib import Path

import aiohttp
import pytest

from tests.app.test_page_token import running, said
from tests.postgres.server import schema


@pytest.mark.usefixtures("untraced")
async def test_a_file_of_another_time_is_not_the_size_of_the_servers_database(tmp_path: Path) -> None:
    inside, outside = os.pipe()
    (tmp_path / "t.db").write_bytes(bytes(100))
    with schema() as database:
        async with running(tmp_path, outside, "web", DATABASE_URL=database):
            (page,) = re.findall(r"Page: (\S+)", await said(inside))
            async with aiohttp.ClientSession() as client, client.get(f"{page}metrics") as answer:
                assert "\ntocsin_store_bytes 0\n" in await answer.text()
