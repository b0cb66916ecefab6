"""A network namespace whose one link to this machine can be cut: packets are lost, and nobody is told."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import randbelow, token_hex

import pytest


class Namespace:
    """`inside` runs a command there; `gateway` is this machine's address as seen from there."""

    def __init__(self) -> None:
        self.name = f"tocsin{token_hex(3)}"
        self._link = f"tc{token_hex(3)}"
        net = f"10.{200 + randbelow(50)}.{randbelow(256)}"
        self.gateway, self._there = f"{net}.1", f"{net}.2"

    @property
    def inside(self) -> tuple[str, ...]:
        return ("ip", "netns", "exec", self.name)

    def make(self) -> None:
        """Raises `OSError` or `subprocess.CalledProcessError` where that is not permitted."""
        _ip("netns", "add", self.name)
        _ip("link", "add", self._link, "type", "veth", "peer", "name", "out", "netns", self.name)
        _ip("addr", "add", f"{self.gateway}/30", "dev", self._link)
        _ip("-n", self.name, "addr", "add", f"{self._there}/30", "dev", "out")
        for where in (("-n", self.name, "link", "set", "lo"), ("-n", self.name, "link", "set", "out")):
            _ip(*where, "up")
        self.mend()

    def cut(self) -> None:
        """From now on nothing goes through."""
        _ip("link", "set", self._link, "down")

    def mend(self) -> None:
        """It goes through again."""
        _ip("link", "set", self._link, "up")

    def end(self) -> None:
        """Take it away, whatever there is of it."""
        for words in (("link", "del", self._link), ("netns", "del", self.name)):
            subprocess.run(("ip", *words), check=False, capture_output=True)


@contextmanager
def namespace() -> Iterator[Namespace]:
    """A namespace; skips where none can be made."""
    if shutil.which("ip") is None:
        pytest.skip("no network namespace: there is no `ip` (Debian's iproute2)")
    made = Namespace()
    try:
        made.make()
    except (OSError, subprocess.CalledProcessError) as error:
        made.end()
        said = error.stderr.decode().strip() if isinstance(error, subprocess.CalledProcessError) else str(error)
        pytest.skip(f"no network namespace for user {os.getuid()}: {said}")
    try:
        yield made
    finally:
        made.end()


def _ip(*words: str) -> None:
    subprocess.run(("ip", *words), check=True, capture_output=True)
