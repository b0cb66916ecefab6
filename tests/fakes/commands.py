"""A small `Commands` that answers with real replies and remembers what it was asked: for tests of platforms alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.commands import Choice
from bot.core.message import Button, Item, Reply
from bot.ports import Asker


@dataclass
class FakeCommands:
    """`replies` by command or action override the built-in ones, `defects` are raised instead.

    `held` fills forms, unless there is a defect of `filled`. `log` holds (verb, asker, name, arguments), `completed`
    the channels that suggestions were about.
    """

    replies: dict[str, Reply] = field(default_factory=dict)
    defects: dict[str, Exception] = field(default_factory=dict)
    suggestions: list[Choice] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    log: list[tuple[str, Asker, str, dict[str, str]]] = field(default_factory=list)
    completed: list[str] = field(default_factory=list)

    async def run(self, asker: Asker, name: str, args: Mapping[str, str]) -> Reply:
        """Refuses what may not be configured, pages `topics`, echoes everything else."""
        self.log.append(("run", asker, name, dict(args)))
        if name in self.defects:
            raise self.defects[name]
        if name in self.replies:
            return self.replies[name]
        if name == "subscribe" and not asker.may_configure:
            return Reply("“subscribe” needs the permission Manage Server; a server admin can grant it.", ok=False)
        if name == "topics":
            return topics_page(int(args.get("page", "1")))
        shared = args.get("share") == "yes"
        return Reply(f"{name}: {', '.join(f'{k}={v}' for k, v in args.items())}", private=not shared)

    async def type(self, asker: Asker, line: str) -> Reply:
        """Echoes the line."""
        self.log.append(("type", asker, line, {}))
        return Reply(line)

    async def press(self, asker: Asker, action: str, value: str) -> Reply:
        """Echoes the button."""
        self.log.append(("press", asker, action, {"value": value}))
        return self.replies.get(action, Reply(f"{action}: {value}"))

    async def filled(self, asker: Asker, name: str, value: str) -> Mapping[str, str]:
        """What was put into `held`."""
        self.log.append(("filled", asker, name, {"value": value}))
        if "filled" in self.defects:
            raise self.defects["filled"]
        return self.held

    async def complete(self, asker: Asker, name: str, arg: str, text: str, channel: str = "") -> list[Choice]:
        """What was put into `suggestions`."""
        self.log.append(("complete", asker, name, {arg: text}))
        self.completed.append(channel)
        return self.suggestions


def topics_page(page: int) -> Reply:
    """One of three pages of ten topics, each with a button."""
    items = tuple(
        Item(
            f"Topic {page}-{n}",
            f"https://example.com/topics/{page}/{n}",
            "3 reports a day",
            buttons=(Button("Subscribe", "subscribe", f"topic-{page}-{n}"),),
        )
        for n in range(10)
    )
    return Reply("30 topics", items=items, page=page, pages=3)
