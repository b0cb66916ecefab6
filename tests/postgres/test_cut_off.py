"""A worker that the network cuts off from the database, but not from its platform: nothing is lost or doubled."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks import scaleruns as scale
from tests.faults.harness import until
from tests.postgres.namespace import namespace
from tests.postgres.wire import wired


async def test_a_worker_that_is_cut_off_doubles_nothing(tmp_path: Path) -> None:
    with scale.database("postgresql") as address, namespace() as net:
        wanted = await scale.filled(address, 10, 8)
        file = tmp_path / "sink"
        async with wired(address, host=net.gateway) as (_, by_wire):
            far = scale.worker("deliver", by_wire, file, 250, 3_000, "free", inside=net.inside)
            near = scale.worker("deliver", address, file, 0, 3_000, "free")
            try:
                await asyncio.to_thread(scale.begun, [far])
                assert await until(lambda: len(scale.read(file).lines) > 12, 90)
                net.cut()
                await asyncio.sleep(0.5)  # what it had begun is sent by now: it can begin nothing more
                sent = len(scale.read(file).lines)
                assert sent < wanted
                await asyncio.to_thread(scale.begun, [near])
                assert await until(lambda: len(scale.read(file).told) >= wanted, 90)
                net.mend()
                await asyncio.sleep(1.5)  # whatever it had to say reaches the database now
                assert far.poll() is None
            finally:
                await asyncio.to_thread(scale.ended, [far, near])
        assert scale.read(file).faults(wanted) == (0, 0, 0)
        assert len(scale.read(file).lines) == wanted
