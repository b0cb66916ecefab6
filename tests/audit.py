"""`make audit`: is what is installed locked by hash, and in no version with a published weakness? Offline."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from packaging.version import Version

FOLDER = Path(__file__).parents[1] / "requirements"
Advisories = Mapping[str, Mapping[str, str]]
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)((?:.*\\\n)*.*)$", re.MULTILINE)


class Pin(NamedTuple):
    """A locked version, and how many hashes of its files are named."""

    name: str
    version: str
    hashes: int


def pins(text: str) -> list[Pin]:
    """What a requirements file locks."""
    return [Pin(found[1], found[2], found[3].count("--hash=sha256:")) for found in _PIN.finditer(text)]


def advisories() -> Advisories:
    """The first sound version by package and weakness."""
    return tomllib.loads((FOLDER / "advisories.toml").read_text(encoding="utf-8"))


def wrong(locked: Sequence[Pin], known: Advisories) -> list[str]:
    """A line for each pin without a hash, or with a published weakness."""
    bare = [f"{pin.name} {pin.version} is locked by no hash" for pin in locked if not pin.hashes]
    weak = [
        f"{pin.name} {pin.version} has {weakness}; take {sound} or newer"
        for pin in locked
        for weakness, sound in known.get(pin.name, {}).items()
        if Version(pin.version) < Version(sound)
    ]
    return bare + weak


def main() -> None:
    """Look at every lock."""
    locked = {path.name: pins(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.txt"))}
    found = [f"{name}: {line}" for name, some in locked.items() for line in wrong(some, advisories())]
    for line in found or [f"{sum(map(len, locked.values()))} pins in {len(locked)} locks: none with a known weakness"]:
        sys.stdout.write(line + "\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
