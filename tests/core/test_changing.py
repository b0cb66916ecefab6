"""An edit of options: what is not named stays, none forgets, and it can be undone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands.changing import back, changed
from bot.core.commands.forms import EDIT, FILLED_IN, PARTS, about, cleared, form_args
from bot.core.commands.options import CHECKS, parse_settings
from bot.core.commands.spec import BY_NAME
from bot.core.errors import QueryError

pytestmark = pytest.mark.usefixtures("untraced")

HELD = {"severity": "notable", "mode": "daily 09:00", "outlets": "Reuters", "template": "{title}"}
VALUES = {
    "severity": ["notable", "breaking", "normal"],
    "lang": ["zh", "en,zh"],
    "confirm": ["1", "3"],
    "mode": ["instant", "hourly", "daily 07:30", "weekly fri 17:00"],
    "quiet": ["22:00-07:00"],
    "wake": ["breaking"],
    "outlets": ["Reuters", "财新,AP"],
    "mute-outlets": ["Blog"],
    "updates": ["no", "yes"],
}
SOME = st.fixed_dictionaries({}, optional={name: st.sampled_from([*some, "none"]) for name, some in VALUES.items()})


def test_what_is_not_named_stays() -> None:
    assert changed(HELD, {"lang": "zh", "mode": ""}) == {**HELD, "lang": "zh"}
    assert changed(HELD, {}) == HELD


def test_none_and_what_is_usual_forget() -> None:
    assert changed(HELD, {"severity": "none", "mode": "instant", "outlets": "None"}) == {"template": "{title}"}
    assert changed(HELD, {"severity": "normal", "confirm": "1"}) == {k: v for k, v in HELD.items() if k != "severity"}


def test_what_can_not_be_right_is_refused() -> None:
    with pytest.raises(QueryError, match="“mode” must be"):
        changed(HELD, {"mode": "sometimes"})


@given(SOME, SOME)
def test_an_edit_can_be_undone(first: dict[str, str], second: dict[str, str]) -> None:
    held = changed({"template": "{title}"}, first)
    after = changed(held, second)
    assert changed(after, back(held, after, CHECKS)) == held


@pytest.mark.parametrize("name", FILLED_IN)
def test_every_emptied_field_says_what_its_command_understands(name: str) -> None:
    args = [arg for arg in form_args(BY_NAME[name]) if arg.name != "to"]
    said = {arg.name: cleared(arg) for arg in args}
    assert all(said[arg.name] in arg.choices for arg in args if arg.choices)
    held = {arg.name: "x" for arg in args}
    kept = changed(held, said) if name == "edit" else {k: v for k, v in parse_settings(said).items() if v}
    assert kept == {}


def test_every_option_stands_on_one_form_of_five_at_most() -> None:
    names = [name for part in PARTS.values() for name in part]
    assert sorted(names) == sorted(arg.name for arg in EDIT.args if arg.name not in ("what", "channel", "name"))
    assert all(1 <= len(part) <= 5 for part in PARTS.values())
    assert [arg.name for arg in form_args(EDIT)] == names
    assert [arg.name for arg in form_args(EDIT, "when")] == list(PARTS["when"])
    assert form_args(BY_NAME["search"]) == BY_NAME["search"].args


def test_an_emptied_field_says_what_forgets_the_option() -> None:
    for arg in form_args(EDIT):
        if arg.name != "to":
            assert arg.name not in changed({arg.name: "x"}, {arg.name: cleared(arg)}), arg.name


def test_a_subscription_of_another_channel() -> None:
    assert about("17") == {"what": "17"}
    assert about("17 channel=C2") == {"what": "17", "channel": "C2"}
