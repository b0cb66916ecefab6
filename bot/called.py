"""How this program and its installer are called on this machine, for sentences that say what to type."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

_COMMAND = re.compile(r"(?<![\w./-])tocsin (?=[a-z-])")


def program() -> str:
    """What was typed in front of the command: `tocsin`, with its folder where no search path leads to it, or
    `python -m bot`.
    """
    called = Path(sys.argv[0])
    return f"{_typable(Path(sys.executable))} -m bot" if called.name == "__main__.py" else _typable(called)


def typed(text: str) -> str:
    """A text for the terminal with its commands (`tocsin run`) as they can be typed here (see `program`)."""
    return _COMMAND.sub(lambda _: f"{program()} ", text)


def pip() -> str:
    """The command that installs a package where this program finds it."""
    return _typable(Path(sys.executable).with_name("pip"))


def _typable(file: Path) -> str:
    """A program as it can be typed: its name alone if the search path leads to it, else its path, relative if it lies
    below the working directory.
    """
    found = shutil.which(file.name)
    whole = Path(os.path.abspath(file))  # links are not resolved: those in an environment lead out of it
    if found and os.path.abspath(found) == str(whole):
        return file.name
    here = Path.cwd()
    return shlex.quote(str(whole.relative_to(here) if whole.is_relative_to(here) else whole))
