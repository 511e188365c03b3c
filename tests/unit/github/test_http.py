from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from rehydrate_tui.errors import (
    ConnectionFailedError,
    InterruptedStreamError,
    PayloadError,
    RemoteError,
    TransportTimeoutError,
)
from rehydrate_tui.github import HttpOptions
from rehydrate_tui.github.auth import SecretHeaders
from rehydrate_tui.github.bodies import open_body, read_answer, read_body
from rehydrate_tui.github.http import (
    MAX_REDIRECTS,
    Connections,
    HttpRequest,
    parse_url,
    send,
)
from rehydrate_tui.github.roads import StockTransport
from rehydrate_tui.github.wire import WireTransport
from rehydrate_tui.version import __version__
from tests.unit.github.fake_host import BrokenStream, FakeHost, Reply, reply

START = "https://a.example/start"
SECRETS = SecretHeaders({"Authorization": "Bearer s", "X-Store-Key": "k"})


@pytest.fixture
async def connections(host: FakeHost) -> AsyncIterator[Connections]:
    """Return connections to the fake host."""
    made = Connections(host.options())
    yield made
    await made.aclose()


def moved(location: str, status: int = 302) -> Reply:
    """Return a redirect."""
    return reply(text="moved", status=status, headers={"location": location})


async def ask(
    connections: Connections, *, method: str = "GET", content: bytes | None = None
) -> str:
    """Send a request with secrets, return the body."""
    request = HttpRequest(
        url=START,
        headers={"X-Plain": "p"},
        bound_headers=SECRETS,
        method=method,
        content=content,
    )
    response = await send(connections.api, request)
    return (await read_body(response, limit=1000)).decode()


async def test_user_agent(host: FakeHost, connections: Connections) -> None:
    """Every request says who asks."""
    host.on(START, reply(text="x"))
    await ask(connections)
    assert host.requests[0].headers["user-agent"] == f"rehydrate-tui/{__version__}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(
    host: FakeHost, connections: Connections, status: int
) -> None:
    """All five kinds of redirect lead on; a relative address is joined."""
    host.on(START, moved("/next?x=1", status))
    host.on("https://a.example/next?x=1", reply(text="there"))
    assert await ask(connections) == "there"


async def test_same_origin_keeps_the_secrets(
    host: FakeHost, connections: Connections
) -> None:
    """Within one origin a redirect changes nothing about the headers."""
    host.on(START, moved("https://A.example:443/next"))
    host.on("https://a.example/next", reply(text="x"))
    await ask(connections)
    assert host.requests[1].headers["authorization"] == "Bearer s"


@pytest.mark.parametrize(
    "target",
    [
        "https://b.example/x",
        "https://a.example:8443/x",
        "http://127.0.0.1:9/x",
        "https://a.example.evil.example/x",
    ],
)
async def test_other_origins_see_no_secret(
    host: FakeHost, connections: Connections, target: str
) -> None:
    """When host, port or scheme changes, only the plain headers go along."""
    host.on(START, moved(target))
    host.on(target, reply(text="x"))
    await ask(connections)
    last = host.requests[-1].headers
    assert "authorization" not in last
    assert "x-store-key" not in last
    assert last["x-plain"] == "p"


async def test_secrets_do_not_come_back(
    host: FakeHost, connections: Connections
) -> None:
    """A detour over another origin loses the secrets for good."""
    host.on(START, moved("https://b.example/x"))
    host.on("https://b.example/x", moved("https://a.example/chosen-by-b"))
    host.on("https://a.example/chosen-by-b", reply(text="x"))
    await ask(connections)
    assert host.authorizations == {"a.example": {"Bearer s", None}, "b.example": {None}}


@pytest.mark.parametrize(
    "target",
    [
        "http://a.example/x",
        "http://192.168.1.1/x",
        "ftp://a.example/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//[::1",
    ],
)
async def test_unsafe_redirects_are_refused(
    host: FakeHost, connections: Connections, target: str
) -> None:
    """Plain http, other schemes and broken addresses end the exchange."""
    host.on(START, moved(target))
    with pytest.raises(RemoteError):
        await ask(connections)
    assert host.urls == [START]


async def test_a_redirect_to_nowhere(host: FakeHost, connections: Connections) -> None:
    """A redirect without a location is an answer that is not what was asked for."""
    host.on(START, reply(text="", status=302))
    with pytest.raises(PayloadError, match="to nowhere"):
        await ask(connections)


async def test_redirects_end(host: FakeHost, connections: Connections) -> None:
    """Five redirects are followed, not six."""
    host.on(START, moved(START))
    with pytest.raises(PayloadError, match="in circles"):
        await ask(connections)
    assert len(host.requests) == MAX_REDIRECTS + 1


async def test_name_and_password_of_a_redirect_are_not_used(
    host: FakeHost, connections: Connections
) -> None:
    """Credentials in a location are no reason to send an `Authorization`."""
    host.on(START, moved("https://u:p@b.example/x"))
    host.on("https://u:p@b.example/x", reply(text="x"))
    await ask(connections)
    assert "authorization" not in host.requests[-1].headers


async def test_a_question_does_not_become_another(
    host: FakeHost, connections: Connections
) -> None:
    """A POST is not turned into a GET, as 303 asks for."""
    host.on(START, moved("/next", 303))
    with pytest.raises(PayloadError, match="elsewhere"):
        await ask(connections, method="POST", content=b"q")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_post_follows_a_rename(
    host: FakeHost, connections: Connections, status: int
) -> None:
    """Other redirects are followed with the method and the body."""
    host.on(START, moved("/next", status))
    host.on("https://a.example/next", reply(text="x"))
    await ask(connections, method="POST", content=b"q")
    assert host.requests[1].method == "POST"
    assert host.requests[1].content == b"q"


async def test_netrc_is_not_read(
    host: FakeHost,
    connections: Connections,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A ~/.netrc for the host never becomes an `Authorization` header."""
    home = tmp_path_factory.mktemp("home")
    (home / ".netrc").write_text("machine a.example login u password p\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NETRC", str(home / ".netrc"))
    host.on(START, reply(text="x"))
    response = await send(connections.api, HttpRequest(url=START))
    await read_body(response, limit=10)
    assert host.authorizations == {"a.example": {None}}


async def test_cookies_are_not_kept(host: FakeHost, connections: Connections) -> None:
    """A cookie from one answer is not sent with the next request."""
    host.on(START, reply(text="x", headers={"set-cookie": "id=1; Path=/; Secure"}))
    await ask(connections)
    await ask(connections)
    assert "cookie" not in host.requests[1].headers


@pytest.mark.parametrize("text", ["", "x", "ftp://h/x", "https://", "https://[::1"])
def test_what_is_no_web_address(text: str) -> None:
    """An address must be absolute, and http or https."""
    with pytest.raises(PayloadError):
        parse_url(text)


async def test_endless_answers_are_cut(
    host: FakeHost, connections: Connections
) -> None:
    """An answer beyond its limit is an error, not a full memory."""
    host.on(START, reply(text="x" * 1001))
    with pytest.raises(PayloadError, match="far too long"):
        await ask(connections)


async def test_answer_knows_its_host(host: FakeHost, connections: Connections) -> None:
    """The address in an answer is the one after redirects, without its query."""
    host.on(START, moved("https://b.example/x?signature=1"))
    host.on("https://b.example/x?signature=1", reply(text="x", status=404))
    response = await send(connections.api, HttpRequest(url=START))
    answer = await read_answer(response)
    assert (answer.url, answer.host) == ("https://b.example/x", "b.example")


async def collect(host: FakeHost, connections: Connections, plan: Reply) -> bytes:
    """Open a body and read it to its end."""
    host.on(START, plan)
    response = await send(connections.content, HttpRequest(url=START))
    async with open_body(response) as body:
        return b"".join([chunk async for chunk in body.chunks])


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ReadError("x"), InterruptedStreamError),
        (httpx.RemoteProtocolError("x"), InterruptedStreamError),
        (httpx.ReadTimeout("x"), TransportTimeoutError),
    ],
)
async def test_a_stream_that_breaks(
    host: FakeHost,
    connections: Connections,
    error: Exception,
    kind: type[RemoteError],
) -> None:
    """What breaks in the middle of a body is said in our words."""
    with pytest.raises(kind):
        await collect(host, connections, Reply(stream=BrokenStream(b"abc", error)))


async def test_a_body_that_ends_early(host: FakeHost, connections: Connections) -> None:
    """Fewer bytes than promised are an interruption, however politely it ended."""
    plan = Reply(headers={"content-length": "10"}, body=b"abc")
    with pytest.raises(InterruptedStreamError, match="3 of 10 bytes"):
        await collect(host, connections, plan)


@pytest.mark.parametrize(
    ("headers", "size"),
    [
        ({"content-length": "3"}, 3),
        ({"content-length": "3", "content-encoding": "Identity"}, 3),
        ({"transfer-encoding": "chunked"}, None),
        ({"content-length": "³"}, None),
    ],
)
async def test_size_of_a_body(
    host: FakeHost,
    connections: Connections,
    headers: dict[str, str],
    size: int | None,
) -> None:
    """The size is what the server promises, if that is the size of the content."""
    encoded = {name: value.encode("utf-8") for name, value in headers.items()}
    response = httpx.Response(
        200,
        headers=[(name.encode(), value) for name, value in encoded.items()],
        stream=BrokenStream(b"abc", httpx.ReadError("end")),
        request=httpx.Request("GET", START),
    )
    async with open_body(response) as body:
        assert body.size == size


async def test_compressed_length_is_no_size(
    host: FakeHost, connections: Connections
) -> None:
    """The length of a compressed answer says nothing about the content."""
    response = httpx.Response(
        200,
        headers={"content-length": "3", "content-encoding": "gzip"},
        stream=BrokenStream(b"abc", httpx.ReadError("end")),
        request=httpx.Request("GET", START),
    )
    async with open_body(response) as body:
        assert body.size is None


async def test_errors_of_the_reader_pass(
    host: FakeHost, connections: Connections
) -> None:
    """What the reader of a body raises is not the business of the client."""
    host.on(START, reply(text="abc"))
    response = await send(connections.content, HttpRequest(url=START))
    with pytest.raises(OSError, match="disk full"):
        async with open_body(response):
            raise OSError("disk full")
    assert response.is_closed


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


async def test_clients_are_made_when_used(host: FakeHost) -> None:
    """Nothing is built before the first request, and closing nothing is fine."""
    connections = Connections(host.options())
    await connections.aclose()
    assert connections._api is None
    assert connections._content is None
    assert connections.content is connections.content
    assert connections._api is None
    await connections.aclose()


async def test_both_clients_share_the_certificates() -> None:
    """The certificates are loaded once; each client has connections of its own."""
    connections = Connections(HttpOptions())
    assert isinstance(connections.api.transport, WireTransport)
    assert connections.api is not connections.content
    assert connections._certificates is not None
    await connections.aclose()


async def test_timeouts_go_along(host: FakeHost, connections: Connections) -> None:
    """Each request carries the timeouts of the options, for whatever transport."""
    host.on(START, reply(text="x"))
    await ask(connections)
    assert host.requests[0].extensions["timeout"] == {
        "connect": 10.0,
        "read": 30.0,
        "write": 30.0,
        "pool": None,
    }


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
