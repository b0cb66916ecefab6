"""Forms and the Home tab: made from the table of commands, errors on their fields, answers in their place."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.commands import Choice
from bot.core.commands.forms import form_args
from bot.core.commands.spec import BY_NAME, COMMANDS
from bot.core.message import Button, Item, Reply
from bot.ports import Voice
from handlers.slack.home import Meta, home_view, read_meta
from handlers.slack.modals import blame, form, read_form
from tests.fakes.slack import Fail, FakeSlack
from tests.fakes.slack.commands import SlackCommands
from tests.fakes.slack.limits import view_problems
from tests.fakes.slack.reader import buttons, read_blocks
from tests.fakes.slack.state import Team
from tests.handlers.slack.conftest import Build
from tests.handlers.slack.helpers import Json, Wire, event, interaction, press, voice
from tests.wording import WORDS


def state(**filled: str) -> Json:
    """What was filled in, as Slack sends it; `what__own` is the block `what:own`."""
    kinds = {"channel": "selected_conversation", "severity": "option", "language": "option", "what": "option"}
    values: Json = {}
    for name, text in filled.items():
        kind = kinds.get(name, "value")
        made = {"selected_option": {"value": text} if text else None} if kind == "option" else {kind: text or None}
        values[name.replace("__", ":")] = {"value": {"type": "x", **made}}
    return {"values": values}


def submission(name: str, meta: Meta | None = None, view: str = "V1", **filled: str) -> Json:
    """A submitted form."""
    body = {
        "id": view,
        "hash": "h1",
        "type": "modal",
        "callback_id": f"form1:{name}",
        "private_metadata": (meta or Meta("C1")).text(),
        "state": state(**filled),
    }
    return interaction("view_submission", view=body)


# ── forms as data ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("command", [c for c in COMMANDS if c.args], ids=lambda c: c.name)
@pytest.mark.parametrize("locale", ["en", "zh-CN", "zh-TW"])
def test_every_command_has_a_form(command: Any, locale: str) -> None:
    held = {"mention": "S0123"}  # without it there is no weight to mention from
    view = form(command, lambda key, **values: WORDS(locale, key, **values), Meta("C1").text(), held)
    assert view_problems(view) == []
    shown = [arg.name for arg in form_args(command) if arg.name != "page" and arg.kind != "flag"]
    assert [block["block_id"] for block in view["blocks"] if ":" not in block["block_id"]] == shown


def test_subscribing_offers_a_list_and_words_of_ones_own() -> None:
    view = form(BY_NAME["subscribe"], voice, "")
    kinds = {block["block_id"]: block["element"]["type"] for block in view["blocks"]}
    assert kinds["what"] == "external_select"
    assert kinds["what:own"] == "plain_text_input"
    assert kinds["channel"] == "conversations_select"
    assert kinds["confirm"] == "number_input"


WRONG = [
    ("subscribe", {"what": "", "what__own": ""}, "what:own"),
    ("subscribe", {"what": "chips", "what__own": "h20"}, "what:own"),
    ("subscribe", {"what": "chips", "what__own": "", "lang": "klingon"}, "lang"),
    ("subscribe", {"what": "chips", "what__own": "", "confirm": "99"}, "confirm"),
    ("latest", {"what": "", "what__own": "", "n": "26"}, "n"),
    ("search", {"query": " "}, "query"),
]


@pytest.mark.parametrize(("name", "filled", "block"), WRONG)
def test_what_is_wrong_is_said_at_its_field(name: str, filled: dict[str, str], block: str) -> None:
    _, errors = read_form(BY_NAME[name], state(**filled)["values"], voice)
    assert list(errors) == [block]


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW"])
def test_what_is_wrong_with_an_option_is_said_in_the_readers_language(locale: str) -> None:
    filled = {"what": "chips", "what__own": "", "lang": "klingon"}
    _, errors = read_form(BY_NAME["subscribe"], state(**filled)["values"], Voice(WORDS, locale))
    assert "klingon" in errors["lang"]
    assert "must be codes" not in errors["lang"]


def test_what_is_right_is_read() -> None:
    filled = {"what": "", "what__own": "h20 AND ban", "channel": "C2", "severity": "notable", "lang": "en, zh"}
    args, errors = read_form(BY_NAME["subscribe"], state(**filled)["values"], voice)
    assert errors == {}
    assert args == {"what": "h20 AND ban", "channel": "C2", "severity": "notable", "lang": "en, zh"}
    assert read_form(BY_NAME["settings"], state(language="zh-CN")["values"], voice) == ({"language": "zh-CN"}, {})


def test_a_refusal_blames_the_field_that_it_quotes() -> None:
    values = state(what="chips", what__own="", lang="klingon")["values"]
    refused = Reply("languages are codes, not “klingon”", ok=False)
    assert list(blame(BY_NAME["subscribe"], values, refused)) == ["lang"]
    values = state(what="", what__own="((", channel="C1")["values"]
    assert list(blame(BY_NAME["subscribe"], values, Reply("A bracket is not closed.", ok=False))) == ["what:own"]


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"channel": 3}', None])
def test_another_versions_metadata_is_nothing(text: str | None) -> None:
    assert read_meta({"private_metadata": text}) == Meta()


# ── submitting ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_submitted_form_turns_into_its_answer(wire: Wire, commands: SlackCommands) -> None:
    answer = await wire.send("interactive", submission("subscribe", what="chips", what__own="", channel="C1"))
    assert answer["response_action"] == "update"
    assert "subscribe: what=chips" in read_blocks(answer["view"]["blocks"]).text
    assert commands.log[-1][2:] == ("subscribe", {"what": "chips", "channel": "C1"})


async def test_field_errors_change_nothing(wire: Wire, commands: SlackCommands) -> None:
    answer = await wire.send("interactive", submission("subscribe", what="chips", what__own="", lang="klingon"))
    assert answer == {"response_action": "errors", "errors": {"lang": answer["errors"]["lang"]}}
    assert commands.log == []


async def test_a_refusal_becomes_a_field_error(wire: Wire, commands: SlackCommands) -> None:
    commands.replies["subscribe"] = Reply("That query would match “h20” everywhere.", ("Narrow it.",), ok=False)
    answer = await wire.send("interactive", submission("subscribe", what="", what__own="h20"))
    assert answer["errors"] == {"what:own": "That query would match “h20” everywhere. Narrow it."}


async def test_a_form_sent_twice_is_done_once(wire: Wire, commands: SlackCommands) -> None:
    payload = submission("subscribe", what="chips", what__own="")
    await wire.send("interactive", payload)
    await wire.send("interactive", payload)
    assert len(commands.log) == 1


async def test_a_form_that_was_corrected_is_done(wire: Wire, commands: SlackCommands) -> None:
    """The view keeps its id and hash when its fields were refused; only the submission is another."""
    await wire.send("interactive", submission("subscribe", what="chips", what__own="", lang="klingon"))
    answer = await wire.send("interactive", submission("subscribe", what="chips", what__own="", lang="zh"))
    assert answer["response_action"] == "update"
    assert commands.log[-1][3]["lang"] == "zh"


async def test_a_form_that_fails_says_so_in_its_place(
    line: Wire, commands: SlackCommands, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(*_: object) -> Reply:
        raise KeyError("a bug")

    commands.run = fails  # type: ignore[method-assign,assignment]
    answer = await line.send("interactive", submission("search", query="h20"))
    assert "went wrong" in answer["errors"]["query"]
    assert "work on a request failed" in caplog.text


async def test_a_slow_answer_comes_after_the_promise(
    line: Wire, commands: SlackCommands, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.gate = asyncio.Event()
    line.platform.forms.patience_s = 0.0
    slack.methods.views["V1"] = {}
    answer = await line.send("interactive", submission("search", query="h20"), wait=False)
    assert read_blocks(answer["view"]["blocks"]).text == "Working on it …"
    commands.gate.set()
    await line.platform.tasks.idle()
    assert "search: query=h20" in read_blocks(slack.methods.views["V1"]["blocks"]).text


async def test_a_slow_answer_has_its_pages(line: Wire, commands: SlackCommands, slack: FakeSlack) -> None:
    commands.gate, commands.replies["search"] = asyncio.Event(), Reply("30 stories", page=1, pages=3)
    line.platform.forms.patience_s = 0.0
    slack.methods.views["V1"] = {}
    await line.send("interactive", submission("search", query="h20"), wait=False)
    commands.gate.set()
    await line.platform.tasks.idle()
    assert [each["value"] for each in buttons(slack.methods.views["V1"]["blocks"])] == ["search h20 page=2"]


async def test_what_fails_in_a_modal_says_so_there(
    line: Wire, slack: FakeSlack, team: Team, commands: SlackCommands
) -> None:
    team.locales = {"U1": "zh-CN"}
    commands.defects["story"] = KeyError("a bug")
    view = {"id": "V1", "type": "modal", "callback_id": "result1:search", "private_metadata": Meta("C1").text()}
    slack.methods.views["V1"] = view
    button = {"type": "button", "action_id": "press1:0:page", "value": "story 42 page=2"}
    await line.send("interactive", interaction("block_actions", actions=[button], view=view))
    assert "出了问题" in read_blocks(slack.methods.views["V1"]["blocks"]).text


async def test_a_form_of_another_version_just_closes(line: Wire, commands: SlackCommands) -> None:
    answer = await line.send("interactive", submission("former-command"))
    assert answer == {"response_action": "clear"}
    assert commands.log == []


async def test_a_form_for_a_foreign_channel(line: Wire, slack: FakeSlack, team: Team, commands: SlackCommands) -> None:
    slack.channel(team, "C3", private=True, members={"U2"})
    answer = await line.send("interactive", submission("subscribe", what="chips", what__own="", channel="C3"))
    assert answer["response_action"] == "errors"
    assert commands.log == []


@pytest.fixture
def left(slack: FakeSlack, team: Team) -> Meta:
    """What a modal remembers that was opened in a private channel which its reader is in no more."""
    slack.channel(team, "C3", private=True, members={"U2"})
    return Meta("C3")


@pytest.mark.parametrize(("name", "filled"), [("subscribe", {"what": "chips", "what__own": ""}), ("settings", {})])
async def test_a_form_changes_nothing_in_a_channel_that_its_reader_has_left(
    line: Wire, left: Meta, commands: SlackCommands, name: str, filled: dict[str, str]
) -> None:
    answer = await line.send("interactive", submission(name, left, **filled, language="zh-CN"))
    assert "only by its members" in str(answer["errors"])
    assert commands.log == []


@pytest.mark.parametrize("button", [("unsubscribe", "17"), ("page", "subscriptions page=2"), ("form", "settings")])
async def test_nor_does_a_button_in_a_modal(
    line: Wire, slack: FakeSlack, left: Meta, commands: SlackCommands, button: tuple[str, str]
) -> None:
    view = {"id": "V1", "type": "modal", "callback_id": "result1:subscriptions", "private_metadata": left.text()}
    slack.methods.views["V1"] = view
    pressed = {"type": "button", "action_id": f"press1:0:{button[0]}", "value": button[1]}
    await line.send("interactive", interaction("block_actions", actions=[pressed], view=view))
    assert "only by its members" in read_blocks(slack.methods.views["V1"]["blocks"]).text
    assert commands.log == []


@pytest.mark.parametrize("known", [True, False])
async def test_a_channel_that_slack_does_not_show_to_the_app_is_its_reader_s(
    line: Wire, slack: FakeSlack, team: Team, commands: SlackCommands, known: bool
) -> None:
    """A form can be opened before Tocsin is invited: its answer says how to."""
    if known:
        slack.channel(team, "C3", bot=False, private=True, members={"U1"})
    answer = await line.send("interactive", submission("subscribe", Meta("C3"), what="chips", what__own=""))
    assert answer["response_action"] == "update"
    assert commands.log[-1][1].channel == "C3"


async def test_a_form_is_not_done_while_slack_can_not_say_whose_channel_it_is(
    line: Wire, slack: FakeSlack, commands: SlackCommands
) -> None:
    slack.faults["conversations.info"].append(Fail.code("ratelimited"))
    answer = await line.send("interactive", submission("subscribe", what="chips", what__own=""))
    assert "try again" in str(answer["errors"])
    assert commands.log == []


async def test_a_button_in_a_result_works_in_place(line: Wire, slack: FakeSlack, commands: SlackCommands) -> None:
    confirm = Button("Subscribe", "confirm", "what=h20")
    commands.replies["subscribe"] = Reply("“h20” would have matched 3 stories.", buttons=(confirm,))
    answer = await line.send("interactive", submission("subscribe", what="", what__own="h20"))
    slack.methods.views["V1"] = {}
    (button,) = buttons(answer["view"]["blocks"])
    view = {**answer["view"], "id": "V1"}
    await line.send("interactive", interaction("block_actions", actions=[{"type": "button", **button}], view=view))
    assert commands.log[-1][0] == "press"
    assert commands.log[-1][1].channel == "C1"
    assert "confirm: what=h20" in read_blocks(slack.methods.views["V1"]["blocks"]).text


HELD = {"severity": "notable", "confirm": "3", "lang": "zh", "mode": "hourly", "outlets": "Reuters"}


def as_it_stands(view: Json) -> Json:
    """The state of a form that nobody touched, as Slack sends it."""
    values: Json = {}
    for block in view["blocks"]:
        element = block["element"]
        held = {"value": element.get("initial_value")}
        if element["type"].endswith("_select"):
            held = {"selected_option": element.get("initial_option")}
        values[block["block_id"]] = {element["action_id"]: {"type": element["type"], **held}}
    return values


async def test_edit_opens_a_filled_form_whose_emptied_fields_are_forgotten(
    wire: Wire, slack: FakeSlack, commands: SlackCommands
) -> None:
    commands.held = {"what": "17", "to": "h20 AND ban", **HELD}
    await wire.send("interactive", press({"action_id": "press1:0:edit", "value": "17"}))
    (view,) = slack.methods.views.values()
    assert view_problems(view) == []
    assert read_meta(view) == Meta("C1", "", ":17")
    values = as_it_stands(view)
    assert values["severity"]["value"]["selected_option"]["value"] == "notable"
    assert values["to:own"]["value"]["value"] == "h20 AND ban"
    values["lang"]["value"]["value"] = None
    values["quiet"]["value"]["value"] = "22:00-07:00"
    sent = interaction("view_submission", view={**view, "state": {"values": values}})
    answer = await wire.send("interactive", sent)
    assert answer["response_action"] == "update"
    assert commands.log[-1][2] == "edit"
    assert (
        commands.log[-1][3].items() >= {"what": "17", "lang": "none", "quiet": "22:00-07:00", "mode": "hourly"}.items()
    )
    assert commands.log[-1][1].channel == "C1"


async def test_a_part_of_an_edit_in_an_open_modal_takes_its_place(
    line: Wire, slack: FakeSlack, team: Team, commands: SlackCommands
) -> None:
    commands.held = {"what": "17", "channel": "C2", "to": "chips", **HELD}
    slack.channel(team, "C2", members={"U1"})
    view = {"id": "V1", "type": "modal", "callback_id": "result1:edit", "private_metadata": Meta("C1").text()}
    slack.methods.views["V1"] = view
    button = {"action_id": "press1:0:form", "value": "edit:when:17 channel=C2"}
    await line.send("interactive", interaction("block_actions", actions=[{"type": "button", **button}], view=view))
    shown = slack.methods.views["V1"]
    assert [block["block_id"] for block in shown["blocks"]] == ["mode", "quiet", "wake"]
    sent = interaction("view_submission", view={**shown, "state": {"values": as_it_stands(shown)}})
    await line.send("interactive", sent)
    asked = {"what": "17", "channel": "C2", "mode": "hourly", "quiet": "none", "wake": "none"}
    assert commands.log[-1][2:] == ("edit", asked)


@pytest.mark.parametrize("action", ["edit", "unsubscribe"])
async def test_a_subscription_of_a_foreign_channel_is_not_touched(
    line: Wire, slack: FakeSlack, team: Team, commands: SlackCommands, action: str
) -> None:
    slack.channel(team, "C3", private=True, members={"U2"})
    commands.held = {"what": "17", **HELD}
    await line.send("interactive", press({"action_id": f"press1:0:{action}", "value": "17 channel=C3"}, slack.hook()))
    assert slack.methods.views == {}
    assert "only by its members" in slack.answers[-1][1]["text"]
    assert commands.log == []


async def test_suggestions_as_the_user_types(wire: Wire, commands: SlackCommands) -> None:
    commands.suggestions = [Choice("Export controls 出口管制" * 20, "export-controls"), Choice("long", "x" * 151)]
    view = form(BY_NAME["subscribe"], voice, Meta("C1").text())
    payload = interaction("block_suggestion", action_id="complete1", block_id="what", value="exp", view=view)
    answer = await wire.send("interactive", payload)
    assert [option["value"] for option in answer["options"]] == ["export-controls"]
    assert commands.log[-1][2:] == ("subscribe", {"what": "exp"})
    assert commands.log[-1][1].channel == "C1"
    view["callback_id"] = "form1:former-command"
    assert (await wire.send("interactive", payload)).get("options") in ([], None)


async def test_a_view_that_slack_refuses_is_logged(
    line: Wire, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults["views.open"].append(Fail.code("expired_trigger_id"))
    await line.send("interactive", interaction("shortcut", callback_id="search"))
    assert "expired_trigger_id" in caplog.text


# ── the Home tab ───────────────────────────────────────────────────────────────────────────────────────────────

ROW = Item("Export controls", "", "confirm 2", buttons=(Button("Unsubscribe", "unsubscribe", "3", style="danger"),))


async def opened(wire: Wire, **changes: Any) -> Json:
    """Open the Home tab; what it shows."""
    home = wire.slack.methods.homes.get("U1")
    body = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home", **({"view": home} if home else {})}
    await wire.send("events_api", event({**body, **changes}))
    return wire.slack.methods.homes["U1"]


async def home_press(wire: Wire, button: Json, view: Json | None = None) -> Json:
    """Press something on the Home tab; what it shows then."""
    view = view or wire.slack.methods.homes["U1"]
    await wire.send("interactive", interaction("block_actions", actions=[{"type": "button", **button}], view=view))
    return wire.slack.methods.homes["U1"]


async def test_the_home_tab_shows_ones_own_subscriptions_first(wire: Wire, commands: SlackCommands) -> None:
    commands.replies["subscriptions"] = Reply("1 subscription", items=(ROW,))
    home = await opened(wire)
    assert commands.log[-1][1].channel == "D1"
    assert "Export controls" in read_blocks(home["blocks"]).text
    assert read_meta(home) == Meta("", "D1")
    again = await opened(wire)
    assert again["hash"] != home["hash"]


async def test_another_tab_is_not_the_home(line: Wire, slack: FakeSlack) -> None:
    await line.send("events_api", event({"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "messages"}))
    assert slack.methods.homes == {}


async def test_choosing_a_channel_and_ending_a_subscription(
    line: Wire, slack: FakeSlack, team: Team, commands: SlackCommands
) -> None:
    commands.replies["subscriptions"] = Reply("1 subscription", items=(ROW,))
    await opened(line)
    slack.channel(team, "C2")
    chosen = {"type": "conversations_select", "action_id": "home1:channel", "selected_conversation": "C2"}
    home = await home_press(line, chosen)
    assert commands.log[-1][1].channel == "C2"
    (remove,) = [each for each in buttons(home["blocks"]) if each.get("style") == "danger"]
    home = await home_press(line, remove)
    assert [(verb, asker.channel) for verb, asker, *_ in commands.log[-2:]] == [("press", "C2"), ("run", "C2")]
    assert "unsubscribe: 3" in read_blocks(home["blocks"]).text


async def test_a_channel_that_is_not_theirs_shows_their_own(
    line: Wire, slack: FakeSlack, team: Team, commands: SlackCommands
) -> None:
    slack.channel(team, "C3", private=True, members={"U2"})
    await opened(line)
    await home_press(line, {"type": "x", "action_id": "home1:channel", "selected_conversation": "C3"})
    assert commands.log[-1][1].channel == "D1"


@pytest.mark.parametrize("action", ["unsubscribe", "page", "form"])
async def test_a_channel_that_the_reader_has_left_is_no_longer_shown(
    line: Wire, slack: FakeSlack, team: Team, commands: SlackCommands, action: str
) -> None:
    await opened(line)
    room = slack.channel(team, "C3", private=True, members={"U1"})
    await home_press(line, {"type": "x", "action_id": "home1:channel", "selected_conversation": "C3"})
    room.members.clear()
    commands.log.clear()
    value = {"unsubscribe": "3", "page": "subscriptions page=2", "form": "settings"}[action]
    home = await home_press(line, {"action_id": f"press1:0:{action}", "value": value})
    assert "only by its members" in read_blocks(home["blocks"]).text
    assert {asker.channel for _, asker, *_ in commands.log} == {"D1"}
    assert slack.methods.views == {}


async def test_pages_of_the_home_tab(line: Wire, commands: SlackCommands) -> None:
    commands.replies["subscriptions"] = Reply("30 subscriptions", items=(ROW,), page=1, pages=3)
    home = await opened(line)
    (onward,) = [each for each in buttons(home["blocks"]) if each["text"]["text"] == "Next"]
    await home_press(line, onward)
    assert commands.log[-1][2:] == ("subscriptions", {"page": "2"})


async def test_a_form_opened_at_home_refreshes_it(line: Wire, slack: FakeSlack, commands: SlackCommands) -> None:
    home = await opened(line)
    subscribe = buttons(home["blocks"])[0]
    await home_press(line, subscribe)
    (view,) = slack.methods.views.values()
    assert view["callback_id"] == "form1:subscribe"
    meta = read_meta(view)
    await line.send("interactive", submission("subscribe", meta, what="chips", what__own=""))
    assert [name for verb, _, name, _ in commands.log if verb == "run"] == [
        "subscriptions",
        "subscribe",
        "subscriptions",
    ]


async def test_an_older_view_does_not_paint_over_a_newer_one(line: Wire, slack: FakeSlack) -> None:
    """Opened twice at once: the one that looked at an older state gives way; a change is shown all the same."""
    older = dict(await opened(line))
    newer = await opened(line)
    assert (await opened(line, view=older))["hash"] == newer["hash"]
    told = await home_press(line, {"action_id": "press1:0:unsubscribe", "value": "3"}, view=older)
    assert "unsubscribe: 3" in read_blocks(told["blocks"]).text


async def test_what_fails_on_the_home_tab_says_so_there(line: Wire, commands: SlackCommands) -> None:
    await opened(line)
    commands.defects["latest"] = KeyError("a bug")
    home = await home_press(line, {"action_id": "press1:0:page", "value": "latest page=2"})
    assert "went wrong" in read_blocks(home["blocks"]).text


def test_the_fullest_home_fits() -> None:
    reply = Reply("x" * 5000, ("line " * 1000,), (ROW,) * 100, page=1, pages=9)
    view = home_view(reply, voice, Meta("C1", "D1"), "said " * 1000, (Button("Next", "page", "subscriptions page=2"),))
    assert view_problems(view) == []
    assert json.loads(view["private_metadata"]) == {"channel": "C1", "own": "D1", "about": ""}
    assert any(e.get("initial_conversation") == "C1" for b in view["blocks"] for e in b.get("elements", []))


async def test_the_home_of_a_workspace_without_the_app(build: Build, slack: FakeSlack, team: Team) -> None:
    platform = await build(app_token="xapp-1")
    async with asyncio.timeout(60):
        await slack.connected.wait()
    wire = Wire(slack, platform, http=False)
    body = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"}
    await slack.envelope("events_api", event(body, team_id="T9", authorizations=[]))
    await wire.platform.tasks.idle()
    assert slack.methods.homes == {}


def test_a_form_that_changes_is_saved_and_asks_for_no_weight_without_anybody_to_mention() -> None:
    for name, said in (("settings", "Save"), ("edit", "Save"), ("subscribe", "Subscribe")):
        view = form(BY_NAME[name], lambda key, **values: WORDS("en", key, **values), Meta("C1").text())
        assert view["submit"]["text"] == said
        assert "mention-from" not in [block["block_id"] for block in view["blocks"]]
