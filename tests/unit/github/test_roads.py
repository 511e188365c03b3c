"""Which transport carries requests: our own, or httpx's where a proxy is set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from rehydrate_tui.errors import ConnectionFailedError
from rehydrate_tui.github import HttpOptions
from rehydrate_tui.github.http import Connections
from rehydrate_tui.github.roads import StockTransport
from rehydrate_tui.github.wire import WireTransport


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTPS_PROXY", "nonsense://user:hidden@proxy:1"),
        ("SSL_CERT_FILE", "/does/not/exist.pem"),
    ],
)
def test_unusable_settings_are_named(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong proxy or certificate variable is an error of ours, without its value."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConnectionFailedError) as caught:
        _ = Connections(HttpOptions()).api
    assert variable in caught.value.hint
    assert "hidden" not in str(caught.value)


async def test_both_clients_share_the_certificates() -> None:
    """The certificates are loaded once; each client has connections of its own."""
    connections = Connections(HttpOptions())
    assert isinstance(connections.api.transport, WireTransport)
    assert connections.api is not connections.content
    assert connections._certificates is not None
    await connections.aclose()


@pytest.mark.parametrize(
    ("environ", "is_stock"),
    [
        ({}, False),
        ({"HTTPS_PROXY": "http://proxy.example:1"}, True),
        ({"all_proxy": "http://proxy.example:1"}, True),
        ({"HTTPS_PROXY": "http://proxy.example:1", "NO_PROXY": "*"}, False),
        ({"NO_PROXY": "raw.example"}, False),
    ],
)
async def test_proxies_are_left_to_httpx(
    environ: dict[str, str],
    is_stock: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a proxy in the environment httpx does what it always does."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    connections = Connections(HttpOptions())
    assert isinstance(connections.api.transport, StockTransport) is is_stock
    await connections.aclose()


async def test_loops_that_watch_no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows the loop cannot wait for a socket, so httpx's transport is used."""
    monkeypatch.setattr("sys.platform", "win32")
    connections = Connections(HttpOptions())
    assert isinstance(connections.api.transport, StockTransport)
    await connections.aclose()


async def test_loopback_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy variable does not keep the client from servers on this machine."""
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:1")
    connections = Connections(HttpOptions())
    transport = connections.api.transport
    assert isinstance(transport, StockTransport)
    client = transport.client
    direct = client._transport_for_url(httpx.URL("http://127.0.0.1:9/"))
    proxied = client._transport_for_url(httpx.URL("https://api.github.com/"))
    assert direct is client._transport
    assert proxied is not client._transport
    await connections.aclose()


class Crowd(httpx.AsyncBaseTransport):
    """Counts how many answers are open at once; the first request of all fails."""

    def __init__(self) -> None:
        self.open = self.most = self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Open an answer."""
        del request
        self.asked += 1
        if self.asked == 1:
            raise httpx.ConnectError("nobody there")
        self.open += 1
        self.most = max(self.most, self.open)
        return httpx.Response(200, stream=Leaving(self))


class Leaving(httpx.AsyncByteStream):
    """A body that says when it is let go of."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await asyncio.sleep(0)
        yield b"x"

    async def aclose(self) -> None:
        """Leave."""
        self._crowd.open -= 1


async def test_httpx_gets_no_more_requests_than_it_has_connections() -> None:
    """The others wait before it; a failure and a body that is closed let them go on."""
    transport = StockTransport(httpx.create_ssl_context(), connections=3)
    crowd = Crowd()
    transport.client = httpx.AsyncClient(transport=crowd)

    async def get() -> bytes:
        request = httpx.Request("GET", "https://raw.example/")
        response = await transport.handle_async_request(request)
        return await response.aread()

    found = await asyncio.gather(*(get() for _ in range(20)), return_exceptions=True)
    assert isinstance(found[0], httpx.ConnectError)
    assert found[1:] == [b"x"] * 19
    assert (crowd.most, crowd.open) == (3, 0)
    await transport.aclose()
