"""Custom ids and nonces: short, stable, readable by later versions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Channel
from bot.ports import Delivery
from handlers.discord.ids import VERSION, decode, encode, nonce, page_value, read_page, snowflake, unstash

pytestmark = pytest.mark.usefixtures("untraced")


@given(st.from_regex(r"[a-z]{1,20}", fullmatch=True), st.text(), st.sampled_from(["", "0123456789abcdef01234567"]))
def test_what_a_button_carries_comes_back(action: str, value: str, marker: str) -> None:
    custom = encode(action, value, marker)
    assert len(custom.text) <= 100
    assert custom.text.isascii()
    press = decode(custom.text)
    assert press is not None
    if press.stash:
        assert press.stash == custom.key
        press = unstash(custom.kept)
    assert (press.version, press.action, press.value) == (VERSION, action, value)


def test_the_form_of_custom_ids_is_kept_for_ever() -> None:
    assert encode("why", "42").text == "t1:why:42"
    assert encode("why", "42", "0" * 24).text == f"t1.{'0' * 24}:why:42"
    assert decode("confirm:1") is None
    old = decode("t0:why:42")
    assert old is not None
    assert old.version == 0


@given(st.dictionaries(st.sampled_from(["query", "what", "channel"]), st.text(min_size=1)), st.integers(1, 1000))
def test_pages_repeat_the_command(args: dict[str, str], page: int) -> None:
    clean = {key: value.encode("utf-8", "ignore").decode() for key, value in args.items()}
    assert read_page(page_value("search", clean, page)) == ("search", {**clean, "page": str(page)})


def test_a_nonce_is_the_deliverys_own() -> None:
    def made(ref: str, number: int, at: int) -> str:
        return nonce(Channel(1, "discord", "1", ref), Delivery(number, 1, 42, "new", 0, at))

    assert made("7", 1, 1000) == made("7", 1, 1000)
    assert len({made("7", 1, 1000), made("8", 1, 1000), made("7", 2, 1000), made("7", 1, 1001)}) == 4
    assert len(made("7", 1, 1000)) <= 25


def test_snowflakes_begin_with_discord() -> None:
    assert snowflake(1_420_070_400_000) == 0
    assert snowflake(0) == 0
    assert snowflake(1_420_070_400_001) == 1 << 22
