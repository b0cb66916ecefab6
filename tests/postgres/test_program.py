"""The real program while its PostgreSQL is away: red, alive, and nothing lost when it comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.harness import BASELINE, rig, until
from tests.faults.lives import Forked
from tests.faults.test_program import assert_each_once, comes, ready, says, settled_in, stopped
from tests.postgres.server import schema
from tests.postgres.wire import wired

pytestmark = [
    pytest.mark.holds_loop,  # reads what the processes wrote, and starts them
    pytest.mark.slow,
    pytest.mark.usefixtures("untraced"),
]


async def test_a_server_that_goes_away_turns_readiness_red_and_nothing_is_lost(tmp_path: Path) -> None:
    """News comes while the database is away. It is back: all is told once, without a restart."""
    with schema() as address:
        async with (
            wired(address) as (wire, by_wire),
            rig(tmp_path, 6, address=address, DATABASE_URL=by_wire) as made,
        ):
            lives = Forked(made.log)
            try:
                await settled_in(made, lives)
                assert await comes(made, 200, 180), await ready(made)
                wire.down = True
                wire.cut()
                made.feeds.publish("alpha")
                assert await comes(made, 503, 90), await ready(made)
                assert await says(made, "has not answered for", 90), await ready(made)
                assert set(map(len, made.received().values())) == {0}
                wire.down = False
                assert await until(lambda: not made.missing(BASELINE), 180), made.log.read_text()[-3000:]
                assert await comes(made, 200, 180), await ready(made)
                await stopped(lives)
            finally:
                await lives.close()
            assert_each_once(made)
            assert "Traceback" not in made.log.read_text()
