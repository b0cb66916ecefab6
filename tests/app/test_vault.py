"""What feed addresses hide: sealed in place, for its host alone, opened by any key that is kept."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import ConfigError
from bot.core.urls import host_of, redacted
from bot.vault import Locked, Vault

OLD, NEW = (base64.b64encode(bytes([n] * 32)).decode() for n in (1, 251))
PRIVATE = "https://ann:s3cret@feeds.example/a.xml?tag=ai&token=t0ken&n=5#top"


def test_sealed_in_its_place_and_opened() -> None:
    sealed = Vault(OLD).close(PRIVATE)
    assert not {"ann", "s3cret", "t0ken"} & {part for part in ("ann", "s3cret", "t0ken") if part in sealed}
    assert sealed.startswith("https://sealed.")
    assert "@feeds.example/a.xml?tag=ai&token=sealed." in sealed
    assert sealed.endswith("&n=5#top")
    assert (host_of(sealed), redacted(sealed)) == (host_of(PRIVATE), redacted(PRIVATE))
    assert Vault(OLD).open(sealed) == PRIVATE
    assert Vault(OLD).close(PRIVATE) == Vault(OLD).close(sealed) == sealed  # one address is one row


@pytest.mark.parametrize(
    "url",
    ["https://feeds.example/a.xml?tag=ai", "https://feeds.example/@ann/feed?monkey=1", "no address at all", "", "file:///a@b"],
)  # fmt: skip
def test_what_hides_nothing_stays_as_it_is(url: str) -> None:
    assert Vault(OLD).close(url) == url
    assert Vault(OLD).open(url) == url


def test_without_a_key_nothing_is_sealed() -> None:
    assert Vault().close(PRIVATE) == PRIVATE
    assert Vault("").open(PRIVATE) == PRIVATE


def test_a_former_key_opens_and_gives_way_to_the_new_one() -> None:
    former = Vault(OLD).close(PRIVATE)
    both = Vault(f"{NEW}, {OLD}")
    assert both.open(former) == PRIVATE
    assert both.close(former) == Vault(NEW).close(PRIVATE) != former


@pytest.mark.parametrize("keys", ["", NEW])
def test_without_its_key_it_stays_shut_and_says_what_to_do(keys: str) -> None:
    sealed = Vault(OLD).close(PRIVATE)
    assert Vault(keys).close(sealed) == sealed
    with pytest.raises(Locked, match="TOCSIN_ENCRYPTION_KEY") as told:
        Vault(keys).open(sealed)
    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize("place", ["evil.example", "feeds.example:8443", "feeds.example.evil.example"])
def test_on_another_host_it_opens_for_nobody(place: str) -> None:
    moved = Vault(OLD).close(PRIVATE).replace("feeds.example", place)
    with pytest.raises(Locked):
        Vault(OLD).open(moved)


@pytest.mark.parametrize("text", ["sealed.", "sealed.!!", "sealed.QUJD", "sealed.é"])
def test_what_only_looks_sealed_is_refused(text: str) -> None:
    with pytest.raises(Locked):
        Vault(OLD).open(f"https://{text}@feeds.example/")


@given(st.text(), st.text(min_size=1))
def test_any_address_comes_back_as_it_was(user: str, rest: str) -> None:
    url = f"https://{user}@feeds.example/{rest}?key={rest}".strip()
    assert Vault(OLD).open(Vault(OLD).close(url)) == url


@pytest.mark.parametrize("key", ["short", "é", base64.b64encode(bytes(31)).decode()])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(ConfigError, match="openssl rand"):
        Vault(key)
