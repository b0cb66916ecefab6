"""CPU time of this program and of the server's processes that work for it: a busy machine changes it little."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import psycopg


class Meter:
    """`programs` (pids; none is this one), and the backends of their connections if the server is on this machine."""

    def __init__(self, address: str, programs: list[int] | None = None) -> None:
        self._programs = programs
        self._address = address
        self._backends: list[int] = []
        self.look()

    def look(self) -> None:
        """Which connections are there now? Those that are new count from their beginning."""
        some = [psutil.Process(pid) for pid in self._programs or [psutil.Process().pid]]
        ports = [link.laddr.port for one in some for link in one.net_connections() if link.status == "ESTABLISHED"]
        with psycopg.connect(self._address) as conn:
            rows = conn.execute("select pid from pg_stat_activity where client_port = any(%s)", [ports]).fetchall()
        self._backends = [pid for (pid,) in rows if _schedstat(pid).exists()]

    @property
    def backends(self) -> int:
        """How many of the server's processes are counted."""
        return len(self._backends)

    def seconds(self) -> tuple[float, float]:
        """CPU so far: of the programs, of the server for them."""
        if self._programs is None:
            ours = time.process_time()
        else:
            ours = sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in self._programs)
        return ours, sum(int(_schedstat(pid).read_text().split()[0]) for pid in self._backends) / 1e9


def _schedstat(pid: int) -> Path:
    """Its first number is the time on a processor, ns (Linux, Documentation/scheduler/sched-stats)."""
    return Path(f"/proc/{pid}/schedstat")
