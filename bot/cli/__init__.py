"""The command line. One file a family of commands, named in `bot.cli.lazy`; what they share is in `bot.cli.common`."""

from __future__ import annotations

import atexit
import errno
import gc
import os
import sys
from io import TextIOWrapper

import click

from bot import __version__
from bot.called import program, typed
from bot.cli.lazy import LazyGroup, listed
from bot.collector import COLLECTED
from bot.core.errors import TocsinError
from bot.rules.embedding import one_thread

_EPILOG = """Exit codes: 0 well; 1 a failure, named in one line; 2 a wrong command, setting or query; 3 not a feed;
4 the database can't be used; 130 interrupted."""

_UNWRITTEN = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG)


@click.group(
    cls=LazyGroup,
    commands=listed(),
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="tocsin")
def cli() -> None:
    """Tocsin watches news feeds and filings, folds the many reports of one event into one story, and alerts the
    channels that subscribe."""


def main() -> None:
    """Run the command line; expected failures are one line on standard error, never a traceback."""
    gc.set_threshold(COLLECTED)
    atexit.register(gc.freeze)  # a last look at all that is there would find only what ends with the process anyway
    one_thread()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal of another encoding shows a "?" for what it has no sign for
            stream.reconfigure(errors="replace")
    try:
        cli.main(prog_name=program(), standalone_mode=False)
        click.echo(nl=False)  # what is not written yet
    except TocsinError as error:
        _fail(str(error), error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        if error.filename is not None or error.errno not in _UNWRITTEN:
            raise
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)  # what it still holds can't be written at the end either
        _fail(f"standard output: {error.strerror}", 1)


def _fail(text: str, code: int) -> None:
    click.echo(f"tocsin: {typed(text)}", err=True)
    sys.exit(code)
