"""Which proxy a URL is requested through: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, as Python's client reads them."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxy for `https:` and `wss:` URLs, the one for `http:` and `ws:`, and the hosts that need none.

    `bypass` is a comma-separated list: names, each of which includes the hosts below it, or one port of them
    (`name:port`); networks ("10.0.0.0/8"); `*` for all. `fault` says what is wrong with an address, which is then left
    out, so that commands that need no network still work.
    """

    https: str = field(default="", repr=False)
    http: str = field(default="", repr=False)
    bypass: str = ""
    fault: str = ""

    def checked(self) -> Proxies:
        """These proxies, to be called before any request. Raises `ConfigError` for a fault."""
        if self.fault:
            raise ConfigError(self.fault)
        return self

    def of(self, url: str) -> str | None:
        """The proxy for a URL; None for a direct request, which this machine always gets, whatever the list says."""
        if not (self.https or self.http):
            return None
        parts = urlsplit(url)
        proxy = self.https if parts.scheme in ("https", "wss") else self.http
        host, place = (parts.hostname or "").rstrip("."), parts.netloc.rpartition("@")[2].lower()
        if not proxy or _is_here(host) or any(_stands_for(name, host, place) for name in self.bypass.split(",")):
            return None
        return proxy

    def secrets(self) -> tuple[str, ...]:
        """The passwords in the addresses, as written there and as clients encode them, for the log filter."""
        from yarl import URL  # the clients' own URL type, which most commands never need

        urls = [URL(proxy) for proxy in (self.https, self.http)]
        spelt = [urlsplit(proxy).password for proxy in (self.https, self.http)]
        spelt += [password for url in urls for password in (url.raw_password, url.password)]
        return tuple(dict.fromkeys(password for password in spelt if password))

    def shown(self) -> tuple[str, ...]:
        """The proxies without their passwords, for people."""
        return tuple(dict.fromkeys(_shown(proxy) for proxy in (self.https, self.http) if proxy))


def proxies_of(env: Mapping[str, str]) -> Proxies:
    """The proxies of an environment. Lower-case names count where the upper-case ones are missing."""
    named = {name: (env.get(name) or env.get(name.lower()) or "").strip() for name in _NAMES}
    if "*" in map(str.strip, named["NO_PROXY"].split(",")):
        return Proxies(bypass=named["NO_PROXY"])
    given = {name: _complete(named[name]) for name in _NAMES[:2]}
    faults = [
        f"environment: {name} is no proxy for the web; write http://host:port, or NO_PROXY=* to do without"
        for name, proxy in given.items()
        if proxy is None
    ]
    return Proxies(
        given["HTTPS_PROXY"] or "", given["HTTP_PROXY"] or "", named["NO_PROXY"], faults[0] if faults else ""
    )


def trouble(error: BaseException, host: str = "") -> str:
    """What is wrong with the proxy; "" if the proxy did not cause the error. No password is in it.

    `host` is the requested host, if known: it tells whether a name that can't be resolved is the proxy's.
    """
    import aiohttp  # whose error it is: it is loaded already

    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return f"the proxy can't be reached ({error.os_error.strerror or error.os_error})"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy does not connect (it answers {error.status})"
    if host and isinstance(error, aiohttp.ClientConnectorDNSError) and error.host != host:
        return "the proxy can't be reached (its host name can't be resolved now)"
    return ""


_NAMES = ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")


def _complete(proxy: str) -> str | None:
    """The address with its scheme; None if it is no proxy for the web."""
    if not proxy:
        return ""
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    return proxy if names_server(proxy, ("http", "https")) else None


def names_server(url: str, schemes: Collection[str]) -> bool:
    """Whether an address has one of these schemes, a host, and no port at which nobody can listen."""
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _stands_for(listed: str, host: str, place: str) -> bool:
    name = listed.strip().lower().lstrip(".")
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(name, strict=False)
    except ValueError:
        return name == "*" or (bool(name) and any(f".{one}".endswith(f".{name}") for one in (host, place)))


def _shown(proxy: str) -> str:
    parts = urlsplit(proxy)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
