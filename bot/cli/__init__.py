"""The command line. One file a family of commands, named in `bot.cli.lazy`; what they share is in `bot.cli.parts`."""

from __future__ import annotations

import gc
import sys

import click

from bot import __version__
from bot.cli.lazy import LazyGroup, listed
from bot.collector import COLLECTED
from bot.core.errors import TocsinError

_EPILOG = """Exit codes: 0 well; 1 a failure, named in one line; 2 a wrong command, setting or query; 3 not a feed;
4 the database can't be used; 130 interrupted."""


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
    try:
        cli.main(standalone_mode=False)
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


def _fail(text: str, code: int) -> None:
    click.echo(f"tocsin: {text}", err=True)
    sys.exit(code)
