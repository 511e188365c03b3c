"""HTTP/1.1 servers, well-behaved and not, on plain sockets."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from rehydrate_tui.github.wire import WireTransport
from rehydrate_tui.github.wire import pool as pool_module
from tests.wire.conftest import fetch, read, request
from tests.wire.http2_server import Reader, Writer, serving

END = b"\r\n\r\n"
FINE = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine"


class Scripted:
    """A server whose connections answer with these bytes in turn, then end."""

    def __init__(self, *connections: list[bytes]) -> None:
        self._connections = list(connections)
        self.heads: list[bytes] = []
        self.connections = 0

    async def __call__(self, reader: Reader, writer: Writer) -> None:
        """Serve one connection."""
        self.connections += 1
        for answer in self._connections[
            min(self.connections, len(self._connections)) - 1
        ]:
            self.heads.append(await reader.readuntil(END))
            writer.write(answer)
            await writer.drain()


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (FINE, b"fine"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n" + FINE, b"fine"),
        (b"HTTP/1.1 200\nContent-Length:3\n\nlax", b"lax"),
        (b"HTTP/1.0 200 OK\r\n\r\nto the end", b"to the end"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 0" + END, b""),
        (b"HTTP/1.1 204 None" + END, b""),
        (
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;name=value\r\nabc\r\n"
                b"A \r\n0123456789\r\n0\r\nx-sum: 1\r\n\r\n"
            ),
            b"abc0123456789",
        ),
    ],
)
async def test_ways_to_say_where_a_body_ends(
    transport: WireTransport, answer: bytes, body: bytes
) -> None:
    """Lengths, chunks, the end of the connection; interim answers are passed over."""
    async with serving(Scripted([answer]), None) as port:
        _, found = await fetch(transport, request(f"http://127.0.0.1:{port}/"))
    assert found == body


async def test_an_answer_in_single_bytes(transport: WireTransport) -> None:
    """However the bytes are cut, the body is the same."""
    sent = (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
        b"4\r\nfour\r\n5\r\nfive!\r\n0\r\n\r\n"
    )

    async def serve(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(END)
        for index in range(len(sent)):
            writer.write(sent[index : index + 1])
            await writer.drain()
            await asyncio.sleep(0)

    async with serving(serve, None) as port:
        asked = request(f"http://127.0.0.1:{port}/")
        assert await fetch(transport, asked) == (200, b"fourfive!")


@pytest.mark.parametrize(
    ("head", "rest", "body"),
    [
        (b"HTTP/1.0 200 OK\r\n\r\n", b"to the end", b"to the end"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 4" + END, b"fine and more", b"fine"),
    ],
)
async def test_a_body_that_comes_after_its_head(
    transport: WireTransport, head: bytes, rest: bytes, body: bytes
) -> None:
    """Its end is found as well in what goes past the buffer."""
    is_read = asyncio.Event()

    async def serve(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(END)
        writer.write(head)
        await is_read.wait()
        writer.write(rest)

    async with serving(serve, None) as port:
        response = await transport.handle_async_request(
            request(f"http://127.0.0.1:{port}/")
        )
        is_read.set()
        assert await read(response) == body


async def test_a_head_has_no_body(transport: WireTransport) -> None:
    """After HEAD the connection goes on, whatever length was told."""
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 4" + END
    server = Scripted([head, FINE])
    async with serving(server, None) as port:
        url = f"http://127.0.0.1:{port}/"
        assert await fetch(transport, request(url, method="HEAD")) == (200, b"")
        assert await fetch(transport, request(url)) == (200, b"fine")
    assert server.connections == 1


async def test_what_is_sent(transport: WireTransport) -> None:
    """The request line, the host, the headers and the body, counted by us."""
    got: list[bytes] = []

    async def serve(reader: Reader, writer: Writer) -> None:
        got.append(await reader.readuntil(END))
        got.append(await reader.readexactly(5))
        writer.write(FINE)

    async with serving(serve, None) as port:
        asked = request(
            f"http://127.0.0.1:{port}/a%20b?q=1",
            method="POST",
            content=b"hello",
            headers={"X-A": "b", "Content-Length": "999", "Transfer-Encoding": "x"},
        )
        await fetch(transport, asked)
    lines = got[0].removesuffix(END).split(b"\r\n")
    assert lines[0] == b"POST /a%20b?q=1 HTTP/1.1"
    assert b"host: 127.0.0.1:%d" % port in lines
    assert b"x-a: b" in lines
    assert b"content-length: 5" in lines
    assert not any(line.startswith(b"transfer-encoding") for line in lines)
    assert got[1] == b"hello"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "b\r\nX-Injected: 1"},
        {"X-A": "b\nX: 1"},
        {"X\r\nY": "1"},
        {"X A": "1"},
        {"": "1"},
        {"Host": "a b"},
    ],
)
async def test_headers_that_would_be_others(
    transport: WireTransport, headers: dict[str, str]
) -> None:
    """A header that ends its line is refused: a Git LFS server chooses some of them."""
    with pytest.raises(httpx.LocalProtocolError):
        await fetch(transport, request("http://127.0.0.1:9/", headers=headers))


async def test_other_schemes(transport: WireTransport) -> None:
    """Only http and https are spoken."""
    with pytest.raises(httpx.UnsupportedProtocol):
        await fetch(transport, request("ftp://127.0.0.1/"))


HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
WRONG = {
    "nothing": b"",
    "half a head": HEAD,
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "a strange status": b"HTTP/1.1 20 OK\r\n\r\n",
    "another version": b"HTTP/2.0 200 OK\r\n\r\n",
    "a header without a name": HEAD + b": x\r\n\r\n",
    "a header without a colon": HEAD + b"x\r\n\r\n",
    "a folded header": HEAD + b"a: b\r\n c\r\n\r\n",
    "a zero byte": HEAD + b"a: \0\r\n\r\n",
    "a head too large": HEAD + b"a: " + b"x" * 70_000 + END,
    "a head without end": HEAD + b"a: b\r\n" * 12_000,
    "two lengths": HEAD + b"content-length: 1\r\ncontent-length: 2\r\n\r\nxx",
    "a length that is none": HEAD + b"content-length: -1\r\n\r\nx",
    "a body cut short": HEAD + b"content-length: 9\r\n\r\nhalf",
    "an unknown coding": HEAD + b"transfer-encoding: gzip\r\n\r\nx",
    "two codings": HEAD + b"transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a chunk size that is none": CHUNKED + b"x\r\n",
    "a chunk of negative size": CHUNKED + b"-1\r\n",
    "a chunk of huge size": CHUNKED + b"f" * 17 + b"\r\n",
    "a chunk that is too long": CHUNKED + b"1\r\nab\r\n",
    "a chunk cut short": CHUNKED + b"9\r\nhalf",
    "an endless chunk size": CHUNKED + b"1;" + b"x" * 9000,
    "endless trailers": CHUNKED + b"0\r\n" + b"a: b\r\n" * 24_000,
    "no last chunk": CHUNKED + b"1\r\na\r\n",
}


@pytest.mark.parametrize("answer", WRONG.values(), ids=list(WRONG))
async def test_what_breaks_the_protocol(
    transport: WireTransport, answer: bytes
) -> None:
    """The request fails with what httpx says then, once: nothing is tried again."""
    server = Scripted([answer])
    async with serving(server, None) as port:
        with pytest.raises(httpx.RemoteProtocolError):
            await fetch(transport, request(f"http://127.0.0.1:{port}/"))
    assert server.connections == 1


@pytest.mark.parametrize(
    ("first", "connections"),
    [
        (FINE, 1),
        (FINE.replace(b"\r\n", b"\r\nConnection: Close\r\n", 1), 2),
        (FINE.replace(b"1.1", b"1.0", 1), 2),
        (FINE + b"and more", 2),
    ],
)
async def test_when_a_connection_is_used_again(
    transport: WireTransport, first: bytes, connections: int
) -> None:
    """Only if both may, and nothing is left of the answer before."""
    server = Scripted([first, FINE], [FINE])
    async with serving(server, None) as port:
        url = f"http://127.0.0.1:{port}/"
        await fetch(transport, request(url))
        assert await fetch(transport, request(url)) == (200, b"fine")
    assert server.connections == connections


async def test_a_kept_connection_that_has_ended(transport: WireTransport) -> None:
    """The end is seen before anything is sent, so that even a POST goes elsewhere."""
    ends: list[Writer] = []

    async def serve(reader: Reader, writer: Writer) -> None:
        ends.append(writer)
        while await reader.readuntil(END):
            writer.write(FINE)

    async with serving(serve, None) as port:
        url = f"http://127.0.0.1:{port}/"
        await fetch(transport, request(url))
        ends[0].close()
        await ends[0].wait_closed()
        await fetch(transport, request(url, method="POST"))
    assert len(ends) == 2


@pytest.mark.parametrize(("method", "is_repeated"), [("GET", True), ("POST", False)])
async def test_a_kept_connection_that_ends_instead_of_answering(
    transport: WireTransport,
    method: str,
    is_repeated: bool,  # noqa: FBT001
) -> None:
    """A safe request goes once more; one that may have been acted on does not."""
    server = Scripted([FINE, b""], [FINE])
    async with serving(server, None) as port:
        url = f"http://127.0.0.1:{port}/"
        await fetch(transport, request(url))
        if is_repeated:
            assert await fetch(transport, request(url, method=method)) == (200, b"fine")
        else:
            with pytest.raises(httpx.RemoteProtocolError):
                await fetch(transport, request(url, method=method))
    assert server.connections == 1 + is_repeated


async def test_it_is_repeated_once_only(transport: WireTransport) -> None:
    """A host that always ends kept connections is told to the caller."""
    server = Scripted([FINE, b""], [b""])
    async with serving(server, None) as port:
        url = f"http://127.0.0.1:{port}/"
        await fetch(transport, request(url))
        with pytest.raises(httpx.RemoteProtocolError):
            await fetch(transport, request(url))
    assert server.connections == 2


async def test_a_head_that_drips(transport: WireTransport) -> None:
    """The head has to come within the time of one read, however it is cut up."""

    async def serve(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(END)
        writer.write(HEAD)
        while True:
            writer.write(b"a: b\r\n")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with serving(serve, None) as port:
        with pytest.raises(httpx.ReadTimeout):
            await fetch(transport, request(f"http://127.0.0.1:{port}/", read=0.1))


async def test_a_body_that_falls_silent(transport: WireTransport) -> None:
    """In the middle of a body the time for a read counts."""
    async with serving(Scripted([FINE[:-1], b""]), None) as port:
        with pytest.raises(httpx.ReadTimeout):
            await fetch(transport, request(f"http://127.0.0.1:{port}/", read=0.05))


async def test_without_timeouts(transport: WireTransport) -> None:
    """A request that brings no timeouts waits as long as it takes."""
    async with serving(Scripted([FINE]), None) as port:
        asked = httpx.Request("GET", f"http://127.0.0.1:{port}/")
        assert await fetch(transport, asked) == (200, b"fine")


async def test_a_reader_that_pauses_stops_the_server(transport: WireTransport) -> None:
    """What nobody reads stays with the kernel: the server cannot send it all."""
    size, sent = 64 * 2**20, 0
    is_stuck = asyncio.Event()

    async def serve(reader: Reader, writer: Writer) -> None:
        nonlocal sent
        await reader.readuntil(END)
        writer.write(HEAD + b"content-length: %d" % size + END)
        while sent < size:
            writer.write(bytes(2**16))
            sent += 2**16
            try:
                await asyncio.wait_for(asyncio.shield(writer.drain()), 0.2)
            except asyncio.TimeoutError:
                is_stuck.set()
                await writer.drain()

    async with serving(serve, None) as port:
        response = await transport.handle_async_request(
            request(f"http://127.0.0.1:{port}/")
        )
        await is_stuck.wait()
        assert sent < size // 2
        assert len(await read(response)) == size


async def test_waiting_for_a_connection(transport: WireTransport) -> None:
    """Two exchanges at once are the most for one connection's worth; the third waits."""
    server = Scripted([FINE])
    async with serving(server, None) as port:
        url = f"http://127.0.0.1:{port}/"
        first = await transport.handle_async_request(request(url))
        assert await read(first) == b"fine"
        held = [await transport.handle_async_request(request(url + "a")) for _ in "ab"]
        assert len(held) == 2
        for each in held:
            await each.aclose()


async def test_all_connections_busy(transport: WireTransport) -> None:
    """Who waits longer than the time for it is told; who gives up leaves no trace."""

    async def serve(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(END)
        writer.write(HEAD + b"content-length: 4" + END)
        await writer.drain()
        await reader.read()

    async with serving(serve, None) as port:
        url = f"http://127.0.0.1:{port}/"
        held = [await transport.handle_async_request(request(url)) for _ in "ab"]
        with pytest.raises(httpx.PoolTimeout):
            await fetch(transport, request(url, pool=0.05))
        waiting = asyncio.ensure_future(fetch(transport, request(url)))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        for each in held:
            await each.aclose()


async def test_connections_that_nobody_used_for_long(
    transport: WireTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are not trusted to be there still: the next request opens another."""
    monkeypatch.setattr(pool_module, "_LONGEST_IDLE", -1.0)
    server = Scripted([FINE, FINE])
    async with serving(server, None) as port:
        url = f"http://127.0.0.1:{port}/"
        for _ in range(3):
            assert await fetch(transport, request(url)) == (200, b"fine")
    assert server.connections == 3
