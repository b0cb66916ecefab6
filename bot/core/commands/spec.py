"""The commands as data: names, arguments, limits. Discord's slash commands, Slack's parser and modals, the CLI and the
help texts are generated from this one table; `bot.commands` implements them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from bot.core.commands.changing import NONE
from bot.core.commands.options import THREADS
from bot.core.commands.webhooks import KINDS
from bot.core.language.languages import LANGUAGES
from bot.core.message import SEVERITIES

ArgKind = Literal["text", "rule", "topic", "story", "channel", "subscription", "integer", "choice", "flag", "role"]


@dataclass(frozen=True, slots=True)
class Arg:
    """One argument. Values travel as text; `integer` lies in low…high, `choice` is one of `choices`.

    `rule` takes a topic's id or a query in the query language; `flag` is "yes" or absent; `channel` and `role` are the
    platform's own ids. `complete` asks `Commands.complete` for suggestions as the user types.
    """

    name: str
    help: str
    kind: ArgKind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    low: int = 1
    high: int = 100
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `configures` marks what changes a channel: it needs the platform's right to configure.

    `admins` marks what only admins may do, whoever else may configure. `group` names a family of the query or topic
    kind. The first argument takes the rest of a typed line when `rest`.
    """

    name: str
    help: str
    args: tuple[Arg, ...] = ()
    configures: bool = False
    admins: bool = False
    example: str = ""
    rest: bool = False

    def arg(self, name: str) -> Arg | None:
        return next((arg for arg in self.args if arg.name == name), None)


_CHANNEL = Arg("channel", "the channel for the alerts; by default this one", "channel")
_SHARE = Arg("share", "show the answer to the whole channel", "flag")
_PAGE = Arg("page", "which page", "integer", high=1000)
_STORY = Arg("story", "a story's number, or a link to one of its reports", "story", required=True, complete=True)
_OPTIONS = (
    Arg("severity", "only stories of this severity or more", "choice", choices=SEVERITIES),
    Arg("lang", "only these languages, such as en or en,zh"),
    Arg("confirm", "only when this many outlets report it", "integer", high=20),
    Arg("mode", "instant, hourly, daily 09:00 or weekly mon 09:00"),
    Arg("quiet", "hours without alerts, such as 22:00-07:00"),
    Arg(
        "wake", "from this severity on, stories come through quiet hours and digests", "choice", choices=SEVERITIES[1:]
    ),
    Arg("outlets", "only what these outlets report"),
    Arg("mute-outlets", "leave out what only these outlets report"),
    Arg("updates", "no: first reports only, no updates", "choice", choices=("yes", "no")),
    Arg("mention", "the role or group to mention, or none", "role"),
    Arg("mention-from", "mention only from this severity on", "choice", choices=SEVERITIES),
    Arg("thread", "one thread for each story, or one for all its alerts", "choice", choices=THREADS),
)
_CHANGES = tuple(
    replace(arg, choices=tuple(dict.fromkeys((*arg.choices, NONE))) if arg.choices else ()) for arg in _OPTIONS
)
"""The same in an edit, where `none` forgets an option."""

COMMANDS: tuple[Command, ...] = (
    Command(
        "subscribe",
        "send alerts about a topic or your own keywords to a channel",
        (
            Arg(
                "what",
                "a topic, or keywords such as: h200 NEAR/5 (export OR licence)",
                "rule",
                required=True,
                complete=True,
            ),
            _CHANNEL,
            *_OPTIONS,
            Arg("name", "a name for your keywords, by which everybody here can subscribe to them"),
        ),
        configures=True,
        example="subscribe export-controls",
        rest=True,
    ),
    Command(
        "unsubscribe",
        "stop alerts about a topic or query",
        (
            Arg("what", "the subscription to end", "subscription", required=True, complete=True),
            _CHANNEL,
            Arg("forget", "also remove its name, for everybody here", "flag"),
        ),
        configures=True,
        example="unsubscribe export-controls",
        rest=True,
    ),
    Command(
        "subscriptions",
        "list what this channel subscribes to, and how to change it",
        (_CHANNEL, _PAGE),
        example="subscriptions",
    ),
    Command(
        "edit",
        "change a subscription: what it is about, and its options",
        (
            Arg("what", "the subscription to change", "subscription", required=True, complete=True),
            Arg("to", "another topic, or other keywords", "rule", complete=True),
            _CHANNEL,
            *_CHANGES,
            Arg("name", "a name for its keywords, by which everybody here can subscribe to them"),
        ),
        configures=True,
        example='edit export-controls mode="daily 09:00"',
        rest=True,
    ),
    Command(
        "topics",
        "list the topics that you can subscribe to, or show one of them",
        (Arg("what", "one topic: what it is about, and how to subscribe", "topic", complete=True), _PAGE, _SHARE),
        example="topics export-controls",
        rest=True,
    ),
    Command(
        "latest",
        "list the newest stories",
        (
            Arg("what", "of one topic or query", "rule", complete=True),
            Arg("n", "how many", "integer", high=25),
            _PAGE,
            _SHARE,
        ),
        example="latest open-models",
        rest=True,
    ),
    Command(
        "search",
        "find stories by keywords, best match first",
        (Arg("query", "keywords, such as: 中芯 OR smic", required=True, complete=True), _PAGE, _SHARE),
        example="search form:S-1 AND (silicon OR robotics)",
        rest=True,
    ),
    Command(
        "story", "show a story and its reports, oldest first", (_STORY, _PAGE, _SHARE), example="story 42", rest=True
    ),
    Command("sources", "list the watched feeds and how they are doing", (_PAGE, _SHARE), example="sources"),
    Command(
        "why",
        "explain why an alert came, or why an article did not match",
        (_STORY, Arg("what", "the topic or query to explain", "rule", complete=True), _SHARE),
        example="why 42",
        rest=True,
    ),
    Command("mute", "stop alerts about a story here", (_STORY,), configures=True, example="mute 42", rest=True),
    Command(
        "unmute", "get alerts about a muted story again", (_STORY,), configures=True, example="unmute 42", rest=True
    ),
    Command(
        "follow",
        "get every further report of a story here, as replies",
        (_STORY,),
        configures=True,
        example="follow 42",
        rest=True,
    ),
    Command(
        "unfollow",
        "stop following a story",
        (_STORY,),
        configures=True,
        example="unfollow 42",
        rest=True,
    ),
    Command(
        "feedback",
        "ask for less or more like a story; the answer says what changes, and can be undone",
        (_STORY, Arg("verdict", "less, more, or none to take it back", "choice", choices=("less", "more", "none"))),
        configures=True,
        example="feedback 42 verdict=less",
        rest=True,
    ),
    Command(
        "template",
        "show, try, set or clear the template of a subscription's alerts",
        (
            Arg("what", "the subscription", "subscription", required=True, complete=True),
            Arg("set", "the template: your own words around placeholders"),
            Arg("try", "the same, but only as a preview"),
            Arg("clear", "back to the default template", "flag"),
        ),
        configures=True,
        example='template export-controls set="**{title}** {link}"',
        rest=True,
    ),
    Command("pause", "pause all alerts here", (_CHANNEL,), configures=True, example="pause"),
    Command("resume", "resume the alerts here", (_CHANNEL,), configures=True, example="resume"),
    Command(
        "settings",
        "show or change this channel's time zone and other settings",
        (
            Arg("language", "the language of alerts", "choice", choices=(*LANGUAGES, NONE)),
            Arg("timezone", "the time zone in which its days begin, such as Europe/Berlin or UTC+8"),
            Arg("mention", "the role or group to mention, or none", "role"),
            Arg("mention-from", "mention only from this severity on", "choice", choices=(*SEVERITIES, NONE)),
            Arg("burst", "how many alerts may come in ten minutes before the rest becomes a digest, or off"),
            Arg("notices", "off: no notice when a source falls silent or is back", "choice", choices=("on", "off")),
        ),
        configures=True,
        example="settings timezone=Europe/Berlin",
    ),
    Command(
        "trend",
        "show how often a topic or query came up",
        (
            Arg("what", "a topic or query", "rule", required=True, complete=True),
            Arg("days", "how many days", "integer", high=90),
            _SHARE,
        ),
        example="trend chipmaking",
        rest=True,
    ),
    Command(
        "preview",
        "show what a topic or query would have matched in the last 30 days; changes nothing",
        (Arg("what", "a topic, or keywords to try", "rule", required=True, complete=True), _SHARE),
        example="preview h200 NEAR/5 (export OR licence)",
        rest=True,
    ),
    Command(
        "webhook",
        "manage this server's or workspace's webhooks: list, add, remove, or run a command for one",
        (
            Arg("action", "what to do", "choice", required=True, choices=("list", "add", "remove", "do")),
            Arg("name", "the webhook's name: small letters, digits and hyphens"),
            Arg("url", "its address; it is a secret and not shown again"),
            Arg("kind", "what it accepts; by default recognised by the address", "choice", choices=KINDS),
            Arg("line", "a command to run for it, such as: subscribe export-controls"),
        ),
        configures=True,
        admins=True,
        example="webhook list",
    ),
    Command("test", "post a sample alert", (_CHANNEL,), configures=True, example="test"),
    Command("status", "tell whether everything works", (), example="status"),
    Command(
        "help",
        "show how to use Tocsin",
        (Arg("command", "one command", complete=True),),
        example="help subscribe",
        rest=True,
    ),
)

BY_NAME: dict[str, Command] = {command.name: command for command in COMMANDS}
