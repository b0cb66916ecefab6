"""Which proxy a URL is asked through, and that everything that leaves the machine asks through it."""

from __future__ import annotations

import pytest

from bot.configure import load_settings
from bot.core.errors import ConfigError
from bot.llm import LlmOptions, Summariser
from bot.proxies import Proxies, proxies_of
from handlers.discord.run import DiscordOptions
from tests.app.test_llm import TOLD, Endpoint, Notes, endpoint
from tests.fakes.proxy import Proxy

__all__ = ["endpoint"]

SECURE, PLAIN = "http://user:hush@proxy.lan:3128", "http://proxy.lan:8080"
BYPASS = "intra.example, .lan ,10.0.0.0/8,fd00::/8,192.0.2.7,here.example:8443"


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("https://news.example/feed", SECURE),
        ("wss://news.example/feed", SECURE),
        ("http://news.example:8000/feed", PLAIN),
        ("http://intra.example/feed", None),
        ("http://A.Intra.Example/feed", None),
        ("http://notintra.example/feed", PLAIN),
        ("http://feeds.lan", None),
        ("http://feeds.lan./feed", None),
        ("http://desk@here.example:8443/feed", None),
        ("http://here.example/feed", PLAIN),
        ("http://10.1.2.3/feed", None),
        ("http://[fd00::1]/feed", None),
        ("http://192.0.2.7/feed", None),
        ("http://192.0.2.8/feed", PLAIN),
        ("http://127.0.0.1:8760/feed", None),
        ("http://[::1]/feed", None),
        ("https://localhost/feed", None),
        ("https://page.localhost/feed", None),
        ("https://localhost./feed", None),
    ],
)
def test_who_is_asked_through_what(url: str, proxy: str | None) -> None:
    assert Proxies(SECURE, PLAIN, BYPASS).of(url) == proxy
    assert Proxies(SECURE, PLAIN, "*").of(url) is None
    assert Proxies().of(url) is None


def test_the_environment_names_them_in_either_case() -> None:
    assert proxies_of({"https_proxy": " proxy.lan:3128 ", "NO_PROXY": "a.example"}) == Proxies(
        "http://proxy.lan:3128", "", "a.example"
    )
    assert proxies_of({"HTTPS_PROXY": SECURE, "https_proxy": PLAIN, "HTTP_PROXY": ""}) == Proxies(SECURE)
    assert load_settings({"HTTP_PROXY": PLAIN}, None).proxies == Proxies("", PLAIN)


@pytest.mark.parametrize("proxy", ["socks5://proxy.lan:1080", "http://", "http://proxy.lan:port", "http://[::1"])
def test_what_is_no_proxy_stops_whatever_asks_somebody(proxy: str) -> None:
    settings = load_settings({"HTTPS_PROXY": proxy, "HTTP_PROXY": PLAIN}, None)
    with pytest.raises(ConfigError, match="environment: HTTPS_PROXY is no proxy for the web") as caught:
        settings.proxies.checked()
    assert "NO_PROXY=*" in str(caught.value)
    assert settings.proxies.of("http://news.example") == PLAIN
    without = load_settings({"HTTPS_PROXY": proxy, "NO_PROXY": "a.example, *"}, None).proxies
    assert (without.checked().of("https://news.example"), without.shown()) == (None, ())


def test_passwords_are_not_shown() -> None:
    made = Proxies(SECURE, PLAIN)
    assert "hush" not in repr(made)
    assert made.secrets() == ("hush",)
    assert made.shown() == ("http://proxy.lan:3128", "http://proxy.lan:8080")
    assert Proxies("http://desk:h%75sh%40@proxy.lan").secrets() == ("h%75sh%40", "hush%40", "hush@")
    for options in (LlmOptions("http://models.example", "m-1", "hush", SECURE), DiscordOptions(proxy=SECURE)):
        assert "hush" not in repr(options)


async def test_the_language_model_is_asked_through_it(endpoint: Endpoint) -> None:
    port = int(endpoint.url.split(":")[2].split("/")[0])
    async with Proxy({"models.example": port}) as proxy:
        model = Summariser(LlmOptions("http://models.example/v1", "m-1", "k", proxy.url), Notes(), lambda: 0)
        assert await model.summary(TOLD)
        await model.close()
    assert proxy.asked == ["POST http://models.example/v1/chat/completions"]
