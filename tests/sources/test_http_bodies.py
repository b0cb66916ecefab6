"""Bodies: encodings true and false, cut short, too large, bombs."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from contextlib import suppress

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import FetchError
from bot.ports import Fetched
from bot.sources.fetching import bodies
from bot.sources.http import Fetcher
from tests.fakes.hostile_http import HostileServer, raw, say
from tests.guard import aside
from tests.sources.http_kit import KIB, settings

FEED = b"<rss>" + b"<item>h\xc3\xa9llo</item>" * 400 + b"</rss>"
LIMIT = 64 * KIB


def gz(data: bytes, level: int = 9) -> bytes:
    """The same bytes at every run."""
    return gzip.compress(data, level, mtime=0)


def named(value: object) -> str:
    return f"{len(value)} bytes" if isinstance(value, bytes) else str(value)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


async def fetched(data: bytes, encoding: str = "", **changes: object) -> Fetched:
    headers = [("Content-Encoding", encoding)] if encoding else []
    async with HostileServer() as server, Fetcher(settings(body_limit_kb=64, **changes)) as fetch:
        server.on("/feed", say(200, data, headers))
        return await fetch.get(server.url("/feed"))


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (gz(FEED), "gzip"),
        (gz(FEED), "x-gzip"),
        (zlib.compress(FEED), "deflate"),
        (raw_deflate(FEED), "Deflate"),
        (brotli.compress(FEED), "br"),
        (gz(FEED[:100]) + gz(FEED[100:]), "gzip"),
        (gz(b"") * 511 + gz(FEED), "gzip"),
        (gz(FEED) + b"\0" * 20, "gzip"),
        (FEED, "identity"),
        (FEED, "UTF-8"),
    ],
    ids=named,
)
async def test_the_encodings_that_are_offered(data: bytes, encoding: str) -> None:
    answer = await fetched(data, encoding)
    assert (answer.body, answer.complete) == (FEED, True)


@pytest.mark.case_id(23)
@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        pytest.param(FEED, "gzip", id="gzip said, plain sent"),
        pytest.param(FEED, "br", id="br said, plain sent"),
        pytest.param(FEED, "deflate", id="deflate said, plain sent"),
        pytest.param(FEED, "zstd", id="zstd said, plain sent"),
        pytest.param(gz(FEED), "", id="xml.gz without a header"),
        pytest.param(gz(FEED), "zstd", id="zstd said, gzip sent"),
        pytest.param(gz(gz(FEED)), "gzip", id="gzip twice, said once"),
        pytest.param(gz(gz(FEED)), "gzip, gzip", id="gzip twice"),
        pytest.param(gz(brotli.compress(FEED)), "br, gzip", id="br in gzip"),
    ],
)
async def test_case_023_encodings_are_judged_by_the_bytes(data: bytes, encoding: str) -> None:
    answer = await fetched(data, encoding)
    assert (answer.body, answer.complete) == (FEED, True)


@pytest.mark.case_id(23)
@pytest.mark.parametrize(
    ("data", "encoding", "words"),
    [
        (b"\x28\xb5\x2f\xfd....", "zstd", "not offered"),
        (b"....", "gzip", "not the gzip data"),
        (gz(FEED)[:10] + b"\xff" * 40, "gzip", "not the gzip data"),
        (gz(b"") * 513, "gzip", "in over 512 members"),
        (b"\xff\xff\xff\xff", "deflate", "not the deflate data"),
        (b"\xff\xff\xff\xff", "br", "not the br data"),
        (gz(FEED), "gzip, br, gzip", "3 times"),
    ],
    ids=named,
)
async def test_case_023_what_can_not_be_decoded_is_an_error(data: bytes, encoding: str, words: str) -> None:
    with pytest.raises(FetchError, match=words) as caught:
        await fetched(data, encoding)
    assert caught.value.kind == "protocol"


async def test_a_third_layer_stays_as_it_is() -> None:
    thrice = gz(gz(gz(FEED)))
    left = (await fetched(thrice, "gzip")).body
    assert gzip.decompress(left) == FEED


@pytest.mark.case_id(22)
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"Content-Length: 99999\r\n\r\n" + FEED, id="short of its length"),
        pytest.param(
            b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n" % len(FEED) + FEED + b"\r\n", id="no last chunk"
        ),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\nffff\r\n" + FEED, id="within a chunk"),
    ],
)
async def test_case_022_a_cut_body_is_kept_and_marked(data: bytes) -> None:
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/feed", raw(b"HTTP/1.1 200 OK\r\nETag: x\r\n" + data, close=True))
        answer = await fetch.get(server.url("/feed"))
    assert (answer.body, answer.complete) == (FEED, False)


@pytest.mark.case_id(22)
@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (gz(FEED * 40)[:-200], "gzip"),
        (gz(FEED * 40)[:-2], "gzip"),
        (zlib.compress(FEED * 40)[:-30], "deflate"),
        (brotli.compress(FEED * 40)[:-2], "br"),
        (gz(FEED) + gz(FEED)[:-20], "gzip"),
    ],
    ids=named,
)
async def test_case_022_a_cut_stream_gives_what_it_held(data: bytes, encoding: str) -> None:
    async with HostileServer() as server, Fetcher(settings(body_limit_kb=1024)) as fetch:
        server.on("/feed", say(200, data, [("Content-Encoding", encoding)], length=False))
        answer = await fetch.get(server.url("/feed"))
    assert not answer.complete
    assert (FEED * 40).startswith(answer.body)


@pytest.mark.case_id(91)
@pytest.mark.parametrize("length", [True, False])
async def test_case_091_one_byte_over_the_limit_is_too_large(length: bool) -> None:
    async with HostileServer() as server, Fetcher(settings(body_limit_kb=64)) as fetch:
        server.on("/over", say(200, b"x" * (LIMIT + 1), length=length))
        server.on("/full", say(200, b"x" * LIMIT, length=length))
        assert len((await fetch.get(server.url("/full"))).body) == LIMIT
        with pytest.raises(FetchError, match=r"over 64 KiB; raise fetch\.body_limit_kb") as caught:
            await fetch.get(server.url("/over"))
    assert (caught.value.kind, caught.value.status) == ("too-large", 200)


def _bomb(encoding: str) -> bytes:
    zeros = bytes(16 << 20)
    if encoding == "br":
        return brotli.compress(zeros, quality=1)
    return zlib.compress(zeros, 1) if encoding == "deflate" else gz(zeros, 1)


@pytest.mark.usefixtures("untraced")
@pytest.mark.case_id(92)
@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", ""])
async def test_case_092_a_bomb_costs_the_cap_and_not_its_promise(encoding: str) -> None:
    with aside():
        bomb = _bomb(encoding)
    async with HostileServer() as server, Fetcher(settings(body_limit_kb=1024)) as fetch:
        server.on("/feed", say(200, bomb, [("Content-Encoding", encoding or "identity")]))
        tracemalloc.start()
        try:
            with pytest.raises(FetchError, match="over 1024 KiB"):
                await fetch.get(server.url("/feed"))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 8 << 20


@pytest.mark.case_id(92)
async def test_case_092_a_nested_bomb_is_capped_at_each_layer() -> None:
    with aside():
        bomb = gz(gz(bytes(16 << 20)))
    with pytest.raises(FetchError, match="over 64 KiB"):
        await fetched(bomb, "gzip, gzip")


async def test_a_large_body_is_decoded_off_the_event_loop() -> None:
    noise = bytes(range(256)) * 5000
    packed = gz(noise, 0)
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/feed", say(200, packed, [("Content-Encoding", "gzip")]))
        assert (await fetch.get(server.url("/feed"))).body == noise


@given(st.binary(max_size=200), st.sampled_from(["gzip", "br", "deflate", "zstd", "", "gzip, br", "x"]))
def test_any_bytes_are_decoded_or_refused(data: bytes, encoding: str) -> None:
    with suppress(FetchError):
        assert len(bodies.decode(data, encoding, 4096).body) <= 4096


@given(st.binary(max_size=3000), st.integers(2, 3100))
def test_a_cut_of_any_stream_is_a_prefix(data: bytes, keep: int) -> None:
    for pack, encoding in ((gzip.compress, "gzip"), (zlib.compress, "deflate"), (brotli.compress, "br")):
        packed = pack(b"<" + data)
        done = bodies.decode(packed[:keep], encoding, 1 << 20)
        assert done.complete == (keep >= len(packed))
        assert (b"<" + data).startswith(done.body)
