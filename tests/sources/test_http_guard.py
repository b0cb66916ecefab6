"""Nobody gets in: the address is checked where the socket is made, whatever led there."""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.core.errors import ConfigError, FetchError
from bot.sources.fetching.address import AddressGate, BlockedAddress
from bot.sources.fetching.resolver import MAX_ADDRESSES, MAX_LOOKUPS, BoundedResolver
from bot.sources.http import Fetcher
from tests.fakes.hostile_http import HostileServer, redirect, say
from tests.sources.http_kit import settings

CLOSED = AddressGate()
LOOPBACK = AddressGate(["127.0.0.0/8"])


class Names(AbstractResolver):
    """A name service that says what it is told, a new thing each time."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        addresses = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if not addresses:
            raise OSError(None, "no such name")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        return None


@pytest.mark.case_id(32)
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "0.0.0.0",
        "[::]",
        "0x7f000001",
        "2130706433",
        "127.1",
        "0177.0.0.1",
        "localhost",
        "LOCALHOST.",
    ],
)
async def test_case_032_every_spelling_of_loopback_is_blocked(host: str) -> None:
    async with HostileServer() as server, Fetcher(settings(allow_private="")) as fetch:
        server.on("/", say(200, b"secret"))
        with pytest.raises(FetchError) as caught:
            await fetch.get(f"http://{host}:{server.port}/")
    assert caught.value.kind in ("address", "dns")
    assert not server.asked


@pytest.mark.case_id(33)
@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.1.2.3",
        "192.0.0.8",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
        "::",
        "::1",
        "::a00:1",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:a00:1::1",
        "2002:7f00:1::",
        "2001:0:808:808:0:0:f5ff:fffe",
        "2001:0:a00:1:0:0:f7f7:f7f7",
        "2001:4860::5efe:10.0.0.1",
        "2001:db8::1",
        "2001:10::1",
        "3fff::1",
        "nonsense",
    ],
)
def test_case_033_private_and_special_addresses_are_blocked(address: str) -> None:
    assert "is closed to feeds" in CLOSED.why_not(address, 443)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1", "172.32.0.1", "11.0.0.1"],
)
def test_public_addresses_are_open(address: str) -> None:
    assert CLOSED.why_not(address, 443) == ""
    assert CLOSED.why_not(address, 80) == ""


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_what_python_calls_not_global_is_never_open(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    tunnels = ("64:ff9b::/96", "2001::/32", "2002::/16")  # judged by what they carry
    carriers = [ipaddress.IPv6Network(net) for net in tunnels]
    if not address.is_global and not any(address in net for net in carriers):
        assert CLOSED.why_not(str(address), 443)
    assert CLOSED.why_not(str(address), 443) == CLOSED.why_not(address.exploded, 443)


@given(st.ip_addresses(v=4))
def test_tunnels_are_judged_by_what_they_carry(address: ipaddress.IPv4Address) -> None:
    plain = bool(CLOSED.why_not(str(address), 80))
    value = int(address)
    nat64 = ipaddress.IPv6Address((0x64FF9B << 96) | value)
    six_to_four = ipaddress.IPv6Address((0x2002 << 112) | (value << 80) | 1)
    mapped = ipaddress.IPv6Address((0xFFFF << 32) | value)
    for carrier in (nat64, six_to_four, mapped):
        assert bool(CLOSED.why_not(str(carrier), 80)) == plain


@pytest.mark.case_id(39)
@pytest.mark.parametrize("port", [0, 21, 22, 25, 8080, 6379, 11211, 65535])
def test_case_039_only_web_ports(port: int) -> None:
    assert f"port {port} is closed to feeds" in CLOSED.why_not("8.8.8.8", port)
    assert AddressGate(allow_ports=["8080"]).why_not("8.8.8.8", 8080) == ""


@pytest.mark.case_id(39)
def test_case_039_an_opened_network_is_open_for_the_web_only() -> None:
    for port in (22, 25, 6379, 5432, 11211, 2375):
        assert LOOPBACK.why_not("127.0.0.1", port)
    for port in (80, 443, 8080, 40_000):
        assert LOOPBACK.why_not("127.0.0.1", port) == ""
    assert LOOPBACK.why_not("10.0.0.1", 80)
    assert AddressGate(["::1"]).why_not("::1", 8080) == ""


@pytest.mark.parametrize("bad", ["10.0.0.0/99", "intranet", ""])
def test_a_wrong_network_is_named(bad: str) -> None:
    with pytest.raises(ConfigError, match=r"fetch\.allow_private"):
        AddressGate([bad])


@pytest.mark.parametrize("bad", ["http", "0", "65536", "-1"])
def test_a_wrong_port_is_named(bad: str) -> None:
    with pytest.raises(ConfigError, match=r"fetch\.allow_ports"):
        AddressGate(allow_ports=[bad])


def test_the_socket_factory_refuses_before_there_is_a_socket() -> None:
    with pytest.raises(BlockedAddress) as caught:
        CLOSED.socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 80)))
    assert caught.value.errno == errno.EACCES
    made = LOOPBACK.socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))
    assert made.family == socket.AF_INET
    made.close()


@pytest.mark.case_id(34)
async def test_case_034_of_mixed_addresses_only_the_open_ones_are_tried() -> None:
    names = Names(["10.0.0.1", "192.168.0.1", "127.0.0.1", "169.254.169.254"])
    async with HostileServer() as server, Fetcher(settings(), resolver=names) as fetch:
        server.on("/feed", say(200, b"<rss/>"))
        assert (await fetch.get(server.url("/feed", "mixed.example"))).status == 200
    found = await BoundedResolver(LOOPBACK.why_not, Names(["10.0.0.1", "127.0.0.1"])).resolve("x", 80)
    assert [one["host"] for one in found] == ["127.0.0.1"]


@pytest.mark.case_id(35)
async def test_case_035_rebinding_is_blocked_at_the_connect() -> None:
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    async with HostileServer() as server, Fetcher(settings(host_interval_ms=0), resolver=names, dns_ttl_s=0) as fetch:
        server.on("/feed", say(200, b"<rss/>", length=False))
        assert (await fetch.get(server.url("/feed", "rebind.example"))).status == 200
        with pytest.raises(FetchError, match="is closed to feeds") as caught:
            await fetch.get(server.url("/feed", "rebind.example"))
    assert caught.value.kind == "address"
    assert names.asked == 2


@pytest.mark.case_id(36)
@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://10.1/"]
)
async def test_case_036_a_redirect_to_the_inside_is_blocked(target: str) -> None:
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/feed", redirect(302, target))
        with pytest.raises(FetchError) as caught:
            await fetch.get(server.url("/feed"))
    assert caught.value.kind == ("redirect" if target == "http://10.1/" else "address")
    assert server.paths() == ["/feed"]


@pytest.mark.case_id(30)
async def test_case_030_two_hundred_addresses_are_bounded() -> None:
    many = [f"8.8.{n // 250}.{n % 250}" for n in range(200)]
    found = await BoundedResolver(CLOSED.why_not, Names(many)).resolve("many.example", 443)
    assert len(found) == MAX_ADDRESSES
    closed = await BoundedResolver(CLOSED.why_not, Names([f"10.0.0.{n}" for n in range(200)])).resolve("x", 443)
    assert len(closed) == MAX_ADDRESSES, "the connect refuses them by name"
    assert MAX_LOOKUPS == 100


@pytest.mark.case_id(27)
async def test_case_027_a_name_that_is_not_found_is_a_passing_failure() -> None:
    async with Fetcher(settings(), resolver=Names([])) as fetch:
        with pytest.raises(FetchError, match="can't be resolved now") as caught:
            await fetch.get("http://nowhere.example/feed")
    assert (caught.value.kind, caught.value.status) == ("dns", 0)


@pytest.mark.case_id(28)
async def test_case_028_a_dead_address_does_not_hold_up_a_live_one() -> None:
    names = Names(["::1", "127.0.0.2", "127.0.0.1"])
    own = settings(allow_private="127.0.0.0/8, ::1")
    async with HostileServer() as server, Fetcher(own, resolver=names) as fetch:
        server.on("/feed", say(200, b"<rss/>"))
        assert (await fetch.get(server.url("/feed", "dual.example"))).status == 200


@pytest.mark.case_id(28)
async def test_case_028_an_address_that_says_nothing_does_not_hold_up_a_live_one() -> None:
    """As IPv6 without a way out: packets vanish. A socket whose queue is full answers nobody either."""
    names = Names(["127.0.0.2", "127.0.0.1"])
    async with HostileServer() as server, Fetcher(settings(deadline_s=5), resolver=names) as fetch:
        server.on("/feed", say(200, b"<rss/>"))
        with ExitStack() as held:
            mute = held.enter_context(socket.socket())
            mute.bind(("127.0.0.2", server.port))
            mute.listen(0)
            for _ in range(3):
                waiting = held.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(("127.0.0.2", server.port))
            assert (await fetch.get(server.url("/feed", "dual.example"))).status == 200


async def test_all_addresses_closed_is_told_as_such() -> None:
    async with Fetcher(settings(), resolver=Names(["10.0.0.1", "10.0.0.2", "fd00::1"])) as fetch:
        with pytest.raises(FetchError, match="is closed to feeds") as caught:
            await fetch.get("http://inside.example/feed")
    assert caught.value.kind == "address"
    assert str(caught.value).count("is closed to feeds") == 1


async def test_of_several_addresses_one_is_told_of() -> None:
    own = settings(allow_private="127.0.0.0/8, ::1")
    async with HostileServer() as server, Fetcher(own, resolver=Names(["127.0.0.3", "127.0.0.2"])) as fetch:
        with pytest.raises(FetchError, match="no connection") as caught:
            await fetch.get(server.url("/feed", "dual.example"))
    assert ("Multiple" in str(caught.value), str(caught.value).count("127.0.0")) == (False, 1)


@pytest.mark.case_id(31)
async def test_case_031_the_host_is_sent_in_its_own_form() -> None:
    async with HostileServer() as server, Fetcher(settings(), resolver=Names(["127.0.0.1"])) as fetch:
        server.on("/feed", say(200, b"<rss/>"))
        await fetch.get(f"http://BÜCHER.example.:{server.port}/feed")
    assert server.asked[0].headers["host"] == f"xn--bcher-kva.example:{server.port}"


@pytest.mark.case_id(40)
def test_case_040_nothing_else_in_the_program_opens_connections_to_urls() -> None:
    doors = re.compile(r"ClientSession\(|urlopen|http\.client|urllib\.request|requests\.|httpx|create_connection\(")
    program = Path(bot.__file__).parent
    users = {path.name for path in program.rglob("*.py") if doors.search(path.read_text(encoding="utf-8"))}
    # the operator's own endpoint of a language model
    assert users == {"sessions.py", "llm.py"}
