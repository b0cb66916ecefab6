"""How this program and its installer are called here, for sentences that say what to type."""

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
    """A text for the terminal whose commands (`tocsin run`) can be typed here: see `program`. Those of chat stay."""
    return _COMMAND.sub(lambda _: f"{program()} ", text)


def pip() -> str:
    """What installs a package where this program finds it."""
    return _typable(Path(sys.executable).with_name("pip"))


def _typable(file: Path) -> str:
    """A program as it can be typed: its name alone where that is found, else from the working directory if it lies
    below it.
    """
    found = shutil.which(file.name)
    whole = Path(os.path.abspath(file))  # as it is written: a link in an environment leads out of it
    if found and os.path.abspath(found) == str(whole):
        return file.name
    here = Path.cwd()
    return shlex.quote(str(whole.relative_to(here) if whole.is_relative_to(here) else whole))
