"""From a name to a connection: addresses in turn, TLS, and all that can fail."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator

import httpx
import pytest
import trustme

from rehydrate_tui.github.wire import LARGE_BODY, WireTransport, dialing
from rehydrate_tui.github.wire.dialing import alternated
from tests.wire.conftest import fetch, request
from tests.wire.http2_server import Peer, Reader, Scripted, Writer, serving

V4, V6 = socket.AF_INET, socket.AF_INET6
FINE = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine"


async def fine(reader: Reader, writer: Writer) -> None:
    """Answer one request."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(FINE)


@contextlib.contextmanager
def free_port() -> Iterator[int]:
    """Hold a port that nobody listens at."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextlib.contextmanager
def deaf_port() -> Iterator[int]:
    """Hold a port whose queue is full: connections to it wait."""
    with socket.socket() as deaf, contextlib.ExitStack() as waiting:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(3):
            client = waiting.enter_context(socket.socket())
            client.setblocking(False)  # noqa: FBT003
            client.connect_ex(deaf.getsockname())
        yield deaf.getsockname()[1]


def test_families_in_turn() -> None:
    """The first family goes first, then they alternate (RFC 8305)."""
    found = [(V6, "a"), (V6, "b"), (V6, "c"), (V4, "d")]
    assert alternated(found) == [(V6, "a"), (V4, "d"), (V6, "b"), (V6, "c")]


async def test_nobody_listens(transport: WireTransport) -> None:
    """Refused is what the cause says."""
    with free_port() as port, pytest.raises(httpx.ConnectError) as caught:
        await fetch(transport, request(f"http://127.0.0.1:{port}/"))
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)


async def test_a_name_that_does_not_exist(transport: WireTransport) -> None:
    """Nobody knows the name: so says the cause."""
    with pytest.raises(httpx.ConnectError) as caught:
        await fetch(transport, request("https://nowhere.invalid/"))
    assert isinstance(caught.value.__cause__, socket.gaierror)


async def test_a_host_that_does_not_answer(transport: WireTransport) -> None:
    """A connection that is neither taken nor refused ends by its timeout."""
    with deaf_port() as port, pytest.raises(httpx.ConnectTimeout):
        await fetch(transport, request(f"http://127.0.0.1:{port}/", connect=0.05))


async def test_tls_that_does_not_answer(transport: WireTransport) -> None:
    """The time to connect covers the handshake."""

    async def silent(reader: Reader, writer: Writer) -> None:
        del writer
        while await reader.read(1000):
            pass

    async with serving(silent, None) as port:
        with pytest.raises(httpx.ConnectTimeout):
            await fetch(transport, request(f"https://127.0.0.1:{port}/", connect=0.05))


async def test_a_certificate_that_nobody_trusts(http2_tls: ssl.SSLContext) -> None:
    """So says the cause, and nothing is sent."""
    transport = WireTransport(ssl.create_default_context())
    async with serving(fine, http2_tls) as port:
        with pytest.raises(httpx.ConnectError) as caught:
            await fetch(transport, request(f"https://127.0.0.1:{port}/"))
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
    await transport.aclose()


async def test_no_tls_at_all(transport: WireTransport) -> None:
    """A server that does not encrypt is no connection."""

    async def plain(reader: Reader, writer: Writer) -> None:
        del reader
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10)

    async with serving(plain, None) as port:
        with pytest.raises(httpx.ConnectError) as caught:
            await fetch(transport, request(f"https://127.0.0.1:{port}/"))
    assert isinstance(caught.value.__cause__, ssl.SSLError | OSError)


async def test_the_slow_address_is_waited_for(
    transport: WireTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the others refuse, the one that does not answer has its whole time."""
    with deaf_port() as deaf, free_port() as closed:

        def addresses(*_: object, **__: object) -> list[object]:
            kind = socket.SOCK_STREAM
            return [(V4, kind, 6, "", ("127.0.0.1", each)) for each in (deaf, closed)]

        monkeypatch.setattr(socket, "getaddrinfo", addresses)
        with pytest.raises(httpx.ConnectTimeout):
            await fetch(transport, request("http://127.0.0.1:80/", connect=0.5))


async def test_a_handshake_that_does_not_fit(
    trust: ssl.SSLContext, authority: trustme.CA
) -> None:
    """TLS that cannot be written yet goes on when the peer has read."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ours = socket.create_connection(listening.getsockname())
        theirs, _ = listening.accept()
    ours.setblocking(False)  # noqa: FBT003 - its name says it
    filling = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            filling += ours.send(bytes(2**16))
    connecting = asyncio.ensure_future(dialing._encrypt(ours, trust, "127.0.0.1"))
    await asyncio.sleep(0)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)

    def answer() -> ssl.SSLSocket:
        left = filling
        while left:
            left -= len(theirs.recv(min(left, 2**16)))
        return tls.wrap_socket(theirs, server_side=True)

    with await asyncio.to_thread(answer), await connecting as encrypted:
        assert encrypted.version()


@pytest.mark.parametrize("first", [free_port, deaf_port])
async def test_the_next_address_is_tried(
    transport: WireTransport, monkeypatch: pytest.MonkeyPatch, first: object
) -> None:
    """An address that refuses, or only waits, does not keep the others from it."""
    assert callable(first)
    with first() as closed:
        async with serving(fine, None) as port:

            def addresses(*_: object, **__: object) -> list[object]:
                ports = (closed, port)
                kind = socket.SOCK_STREAM
                return [(V4, kind, 6, "", ("127.0.0.1", each)) for each in ports]

            monkeypatch.setattr(socket, "getaddrinfo", addresses)
            asked = request("http://127.0.0.1:80/")
            assert await fetch(transport, asked) == (200, b"fine")


async def test_both_addresses_answer(
    transport: WireTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who comes second is closed, not kept or leaked."""
    monkeypatch.setattr(dialing, "_HEAD_START", 0.0)
    async with serving(fine, None) as port:

        def addresses(*_: object, **__: object) -> list[object]:
            return [(V4, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))] * 3

        monkeypatch.setattr(socket, "getaddrinfo", addresses)
        assert await fetch(transport, request("http://127.0.0.1:80/")) == (200, b"fine")


async def test_closing_while_connecting(trust: ssl.SSLContext) -> None:
    """A transport that is closed leaves neither tasks nor sockets, and says so."""
    transport = WireTransport(trust)
    with deaf_port() as port:
        waiting = asyncio.ensure_future(
            fetch(transport, request(f"http://127.0.0.1:{port}/", pool=0.2))
        )
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await transport.aclose()
        with pytest.raises(httpx.TransportError):
            await waiting


async def test_few_connections_many_streams(
    trust: ssl.SSLContext, http2_tls: ssl.SSLContext
) -> None:
    """One request opens one connection; two hundred open four, and share them."""
    connections: list[int] = []

    async def serve(reader: Reader, writer: Writer) -> None:
        peer = Peer(reader, writer)
        await peer.begin()
        number = len(connections)
        connections.append(0)
        while True:
            stream_id = await peer.request()
            connections[number] += 1
            await peer.answer(stream_id, b"fine")

    transport = WireTransport(trust)
    async with serving(serve, http2_tls) as port:
        url = f"https://127.0.0.1:{port}/"
        await fetch(transport, request(url))
        assert len(connections) == 1
        answers = await asyncio.gather(
            *(fetch(transport, request(url)) for _ in range(300))
        )
        assert set(answers) == {(200, b"fine")}
        assert len(connections) == 4
        assert sum(connections) == 301
        await transport.aclose()


async def test_never_more_than_eight(trust: ssl.SSLContext) -> None:
    """Half of what a host bears, since large bodies may get as many of their own."""
    assert WireTransport(trust, connections=100)._most == 4


async def test_a_host_that_lets_only_one_in(trust: ssl.SSLContext) -> None:
    """When further connections are refused, those that are open do the work."""
    waiting: list[Writer] = []
    is_open = asyncio.Event()

    async def serve(reader: Reader, writer: Writer) -> None:
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(FINE)
            waiting.append(writer)
            is_open.set()

    transport = WireTransport(trust, connections=2)
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    first = await transport.handle_async_request(request(url))
    server.close()
    rest = [asyncio.ensure_future(fetch(transport, request(url))) for _ in range(3)]
    await asyncio.sleep(0)
    assert isinstance(first.stream, httpx.AsyncByteStream)
    assert [part async for part in first.stream] == [b"fine"]
    await first.aclose()
    assert await asyncio.gather(*rest) == [(200, b"fine")] * 3
    await transport.aclose()
    for each in waiting:
        each.close()
    await server.wait_closed()


async def test_a_host_that_lets_nobody_in(trust: ssl.SSLContext) -> None:
    """Many requests at once do not knock for ever: a few tries, and each is told."""
    knocks: list[int] = []

    async def serve(reader: Reader, writer: Writer) -> None:
        del reader, writer
        knocks.append(1)

    transport = WireTransport(trust, connections=4)
    async with serving(serve, None) as port:
        asked = request(f"https://127.0.0.1:{port}/")
        answers = await asyncio.gather(
            *(fetch(transport, asked) for _ in range(300)), return_exceptions=True
        )
        assert {type(each) for each in answers} == {httpx.ConnectError}
        assert len(knocks) <= 4
        await transport.aclose()


async def test_no_connection_for_a_large_body(
    transport: WireTransport, authority: trustme.CA
) -> None:
    """Where the handshake for one alone is ended, it comes beside the others."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    tls.set_alpn_protocols(["h2"])
    handshakes: list[int] = []

    def first_only(*_: object) -> int | None:
        handshakes.append(1)
        is_first = len(handshakes) == 1
        return None if is_first else ssl.ALERT_DESCRIPTION_HANDSHAKE_FAILURE

    tls.sni_callback = first_only
    server = Scripted(Peer.answer_all)
    async with serving(server, tls) as port:
        asked = request(f"https://127.0.0.1:{port}/")
        await fetch(transport, asked)
        asked.extensions[LARGE_BODY] = True
        assert await fetch(transport, asked) == (200, b"fine")
    assert server.connections == 1
    assert len(handshakes) == 2
