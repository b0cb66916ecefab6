"""Produces an iterator's items in another process, ahead of their consumer."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import TypeVar

from bot.core.errors import ConfigError

T = TypeVar("T")


def can_fork() -> bool:
    """Whether another process costs nothing here and has a processor of its own."""
    return sys.platform == "linux" and (os.cpu_count() or 1) > 1


@contextmanager
def ahead(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """The items of a fresh iterator, in order; the next item is produced while the caller works on the last one.

    To be started before any thread, since the producing process is a fork of this one. Items are pickled. A
    `ConfigError` of the iterator is raised in its item's place.
    """
    fork = multiprocessing.get_context("fork")
    taken, given = fork.Pipe(duplex=False)
    maker = fork.Process(target=_give, args=(items, given, taken), daemon=True)
    maker.start()
    given.close()
    try:
        yield _take(taken)
    finally:
        taken.close()
        maker.terminate()
        maker.join()


def _take(taken: Connection) -> Iterator[T]:
    try:
        while (item := taken.recv()) is not None:
            if isinstance(item, ConfigError):
                raise item
            yield item
    except EOFError:
        raise RuntimeError("the process that reads ahead has ended; its error stands above") from None


def _give(items: Iterator[T], given: Connection, taken: Connection) -> None:
    """Send the items, each as soon as there is room for it; None marks the end."""
    taken.close()  # it is read by the other alone: when that is gone, a write fails
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal interrupts both, and the other ends this one
    try:
        for item in items:
            given.send(item)
        given.send(None)
    except ConfigError as error:
        given.send(error)
    except BrokenPipeError:
        pass
