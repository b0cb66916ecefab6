"""PgBouncer in transaction mode before a schema, where it is installed: what depends on a session breaks there."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psutil
import pytest

_FILE = """\
[databases]
pooled = host={host} port={port} dbname={database} user={user} connect_query='set search_path to {schema}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {free}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 200
server_reset_query =
admin_users = postgres
"""


class Pooler(NamedTuple):
    """A running one: its address, its process, and the server's port."""

    address: str
    pid: int
    port: int

    @property
    def connections(self) -> int:
        """How many it has to the server."""
        links = psutil.Process(self.pid).net_connections()
        return sum(bool(link.raddr) and link.raddr.port == self.port for link in links)


@contextmanager
def pooled(address: str, size: int = 4) -> Iterator[Pooler]:
    """A pooler before a schema of ours, with so many connections to the server."""
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("no pgbouncer is installed")
    parts, free = urlsplit(address), _free_port()
    given = {"host": parts.hostname, "port": parts.port or 5432, "database": parts.path.strip("/"), "size": size}
    given["user"] = parts.username
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pgbouncer.ini"
        file.write_text(_FILE.format(**given, schema=address.rpartition("%3D")[2], free=free))
        Path(folder).chmod(0o755)
        as_root = ["-u", "nobody"] if os.getuid() == 0 else []
        with subprocess.Popen([program, "-q", *as_root, str(file)], stderr=subprocess.DEVNULL) as running:
            try:
                _answers(free)
                made = f"postgresql://{parts.username}@127.0.0.1:{free}/pooled?prepare=no"
                yield Pooler(made, running.pid, parts.port or 5432)
            finally:
                running.kill()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answers(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    pytest.fail("pgbouncer does not answer")
