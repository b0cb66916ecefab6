"""What another process makes ahead: the same items, the same errors, and no process that is left."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import replay
from bot.cli.ahead import ahead, can_fork
from bot.cli.replay import replay_file
from bot.core.errors import ConfigError

pytestmark = [
    pytest.mark.skipif(not can_fork(), reason="nothing is read ahead here"),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),  # tests have threads, the command has none
]


def squares(most: int, wrong: int = -1, killed: int = -1) -> Iterator[tuple[int, int]]:
    for number in range(most):
        if number == wrong:
            raise ConfigError(f"in.jsonl:{number}: not JSON")
        if number == killed:
            os.kill(os.getpid(), signal.SIGKILL)
        yield number * number, os.getpid()


def test_items_come_in_order_from_another_process() -> None:
    with ahead(squares(1_000)) as made:
        found = list(made)
    assert [square for square, _ in found] == [number * number for number in range(1_000)]
    assert os.getpid() not in {pid for _, pid in found}
    assert not multiprocessing.active_children()


def test_an_error_stands_where_its_item_would_have_stood() -> None:
    with ahead(squares(9, wrong=3)) as made:
        assert [next(made)[0] for _ in range(3)] == [0, 1, 4]
        with pytest.raises(ConfigError, match="3: not JSON"):
            next(made)


def test_a_process_that_dies_is_not_taken_for_the_end() -> None:
    with ahead(squares(9, killed=3)) as made, pytest.raises(RuntimeError, match="has ended"):
        list(made)


def test_what_nobody_takes_any_more_is_not_made() -> None:
    with ahead(squares(10**9)) as made:
        next(made)
    assert not multiprocessing.active_children()


@pytest.mark.usefixtures("untraced")
@pytest.mark.holds_loop
async def test_a_long_file_is_placed_alike_by_one_process_and_by_two(
    tmp_path: Path, some_topics: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = ("US tightens chip exports", "Nvidia answers", "ASML fears", "中芯国际回应") * 100
    source, one, two = tmp_path / "in.jsonl", tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    rows = [{"id": str(n), "title": f"{title}: rule {n % 7}"} for n, title in enumerate(titles)]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    await replay_file(str(source), str(one), None, str(some_topics))
    begun: list[object] = []
    monkeypatch.setattr(replay, "_LONG", 1)
    monkeypatch.setattr(replay, "ahead", lambda items: begun.append(items) or ahead(items))
    await replay_file(str(source), str(two), None, str(some_topics))
    assert len(begun) == 1
    assert two.read_text(encoding="utf-8") == one.read_text(encoding="utf-8")
    assert len(two.read_text(encoding="utf-8").splitlines()) == len(titles)
