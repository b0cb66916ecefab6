"""TLS fails closed; one host's home-made certificate can be let in by name; a handshake has the deadline too."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.core.errors import FetchError
from bot.sources.http import Fetcher
from tests.fakes.hostile_http import HostileServer, say
from tests.sources.http_kit import settings


def certificate(folder: Path, name: str = "localhost", *, days: int = 30) -> ssl.SSLContext:
    """A server's context with a certificate that it signed itself; negative `days`: expired."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=60))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / f"{name}{days}.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.mark.case_id(25)
@pytest.mark.parametrize(("name", "days"), [("localhost", 30), ("localhost", -1), ("elsewhere.example", 30)])
async def test_case_025_a_bad_certificate_fails_closed(tmp_path: Path, name: str, days: int) -> None:
    async with HostileServer(certificate(tmp_path, name, days=days)) as server, Fetcher(settings()) as fetch:
        server.on("/feed", say(200, b"<rss/>"))
        with pytest.raises(FetchError, match="no trusted TLS connection") as caught:
            await fetch.get(server.url("/feed", "localhost"))
    assert caught.value.kind == "tls"
    assert "\n" not in str(caught.value)
    assert not server.asked


@pytest.mark.case_id(25)
async def test_case_025_the_operator_may_let_one_host_in(tmp_path: Path) -> None:
    async with (
        HostileServer(certificate(tmp_path)) as server,
        Fetcher(settings(allow_unverified="localhost")) as fetch,
    ):
        server.on("/feed", say(200, b"<rss/>"))
        assert (await fetch.get(server.url("/feed", "localhost"))).status == 200
        with pytest.raises(FetchError, match="no trusted TLS"):
            await fetch.get(server.url("/feed"))


@asynccontextmanager
async def greeting(first: bytes) -> AsyncIterator[int]:
    """A port where the server speaks first, and then no more."""
    held: list[asyncio.StreamWriter] = []

    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)
        writer.write(first)

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    for writer in held:
        writer.close()
    server.close()
    await server.wait_closed()


@pytest.mark.case_id(26)
@pytest.mark.parametrize(("first", "kind"), [(b"", "timeout"), (b"220 mail.example ESMTP\r\n", "tls")])
async def test_case_026_what_is_no_handshake_ends(first: bytes, kind: str) -> None:
    async with greeting(first) as port, Fetcher(settings(deadline_s=1)) as fetch:
        with pytest.raises(FetchError) as caught:
            await fetch.get(f"https://127.0.0.1:{port}/feed")
    assert caught.value.kind == kind
