"""The platforms' own descriptions are what every body of this suite is held against, where they are there."""

from __future__ import annotations

import pytest

from tests.fakes.discord.schema import SPEC, schema_faults
from tests.fakes.slack.spec import PATH, argument_problems


@pytest.mark.skipif(not SPEC.is_file(), reason="Discord's OpenAPI description is not among the shared data")
def test_discords_description_is_asked() -> None:
    assert schema_faults("POST", "/channels/1/messages", '{"content": "x"}') == ()
    assert schema_faults("POST", "/channels/1/messages", '{"content": 5}') != ()
    assert schema_faults("PATCH", "/webhooks/1/t/messages/@original", '{"components": "none"}') != ()


@pytest.mark.skipif(not PATH.is_file(), reason="Slack's description of its Web API is not among the shared data")
def test_slacks_description_is_asked() -> None:
    assert argument_problems("chat.postMessage", {"channel": "C1", "text": "x"}) == []
    assert argument_problems("chat.postMessage", {"chanel": "C1"}) != []
    assert argument_problems("chat.shout", {}) != []
