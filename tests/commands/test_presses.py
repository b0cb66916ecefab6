"""Buttons of several arguments: whatever somebody typed, a press stands for what was offered and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.presses import in_lines, pressed
from bot.core.commands.spec import BY_NAME
from tests.commands.test_commands import OWNER, House, house

pytestmark = pytest.mark.usefixtures("untraced")

__all__ = ["house"]
NAMES = st.sampled_from([arg.name for arg in BY_NAME["edit"].args])


@given(st.dictionaries(NAMES, st.text(st.sampled_from('a=,\n\r\v\u2028 "“'), max_size=12), min_size=1))
def test_a_press_reads_the_arguments_that_were_offered(args: dict[str, str]) -> None:
    found = pressed("revert", in_lines(args))
    assert found == ("edit", {name: text.replace("\n", " ") for name, text in args.items()})


async def test_an_outlet_in_two_lines_takes_no_subscription_elsewhere(house: House) -> None:
    await house.commands.run(OWNER, "subscribe", {"what": "chips", "outlets": "A Wire\nchannel=other"})
    ended = await house.commands.run(OWNER, "unsubscribe", {"what": "chips"})
    await house.commands.press(OWNER, ended.buttons[0].action, ended.buttons[0].value)
    ((channel, held),) = await house.store.subscriptions()
    assert (channel.ref, held.options) == (OWNER.channel, {"outlets": "A Wire channel=other"})
