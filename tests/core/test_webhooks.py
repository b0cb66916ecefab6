"""A webhook as somebody named it."""

from __future__ import annotations

import pytest

from bot.core.commands.webhooks import hook_of
from bot.core.errors import QueryError


def test_the_host_stands_in_for_a_name_and_a_secret_is_for_signed_json_alone() -> None:
    hook = hook_of("https://hooks.example/T0", "json", "", "s")
    assert (hook.name, hook.kind, hook.secret) == ("hooks-example", "json", "s")


@pytest.mark.parametrize(
    ("url", "name"), [("https://u:p@hooks.example/T0", ""), ("https://hooks.example/T0", "No Name")]
)
def test_what_is_no_webhook_is_refused_without_its_address(url: str, name: str) -> None:
    with pytest.raises(QueryError) as refused:
        hook_of(url, "json", name, "")
    assert "T0/" not in str(refused.value)
    assert "u:p" not in str(refused.value)
