"""HTTP/2 servers that do what they may, and what they may not."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import Awaitable, Callable

import h2.errors
import h2.events
import h2.settings
import httpx
import pytest

from rehydrate_tui.github.wire import WireTransport, frames
from rehydrate_tui.github.wire.http2_stream import STREAM_WINDOW
from tests.wire.conftest import fetch, read, request
from tests.wire.http2_server import OK, Peer, Reader, Writer, serving

Script = Callable[[Peer], Awaitable[None]]
Codes = h2.settings.SettingCodes


class Scripted:
    """A server whose connections follow the scripts in turn; the last one repeats."""

    def __init__(
        self,
        *scripts: Script,
        settings: dict[h2.settings.SettingCodes, int] | None = None,
    ) -> None:
        self._scripts = list(scripts)
        self._settings = settings
        self.connections = 0

    async def __call__(self, reader: Reader, writer: Writer) -> None:
        """Serve one connection."""
        self.connections += 1
        peer = Peer(reader, writer)
        await peer.begin(self._settings)
        script = self._scripts[min(self.connections, len(self._scripts)) - 1]
        await script(peer)


async def test_a_request_and_its_answer(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """Method, target, authority and headers arrive; hop-by-hop headers do not."""
    seen: list[tuple[str, str]] = []

    async def script(peer: Peer) -> None:
        event = await peer.next(h2.events.RequestReceived)
        assert isinstance(event, h2.events.RequestReceived)
        assert event.stream_id is not None
        seen.extend((str(name), str(value)) for name, value in event.headers or [])
        await peer.request()
        await peer.answer(event.stream_id, b"x" * 100)
        await peer.answer_all()

    async with serving(Scripted(script), http2_tls) as port:
        asked = request(
            f"https://127.0.0.1:{port}/a?b=c",
            headers={
                "Authorization": "Bearer s",
                "Connection": "keep-alive",
                "X-Long": "y" * 300,
                "Accept": "text/plain",
            },
        )
        assert await fetch(transport, asked) == (200, b"x" * 100)
        assert await fetch(transport, asked) == (200, b"fine")
        head = dict(seen)
        assert head[":method"] == "GET"
        assert head[":scheme"] == "https"
        assert head[":path"] == "/a?b=c"
        assert head[":authority"] == f"127.0.0.1:{port}"
        assert head["authorization"] == "Bearer s"
        assert head["x-long"] == "y" * 300
        assert head["accept"] == "text/plain"
        assert not {"connection", "host"} & set(head)


async def test_the_body_of_a_request_waits_for_the_window(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """A body larger than the peer's windows is sent as they grow, whole."""
    content = bytes(range(256)) * 1000
    got = bytearray()

    async def script(peer: Peer) -> None:
        await peer.answer(await peer.request())
        while True:
            event = await peer.next(h2.events.Event)
            if isinstance(event, h2.events.DataReceived):
                got.extend(event.data or b"")
                assert event.stream_id is not None
                size = event.flow_controlled_length or 0
                peer.h2.acknowledge_received_data(size, event.stream_id)
                await peer.flush()
            elif isinstance(event, h2.events.StreamEnded):
                assert event.stream_id is not None
                await peer.answer(event.stream_id, b"got it")

    settings = {Codes.INITIAL_WINDOW_SIZE: 1000}
    async with serving(Scripted(script, settings=settings), http2_tls) as port:
        await fetch(transport, request(f"https://127.0.0.1:{port}/"))
        asked = request(f"https://127.0.0.1:{port}/", method="POST", content=content)
        assert await fetch(transport, asked) == (200, b"got it")
    assert got == content


async def test_a_body_that_nobody_takes(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """A peer that gives no window is given up after the time for writing."""

    async def script(peer: Peer) -> None:
        await peer.answer(await peer.request())
        await peer.next(h2.events.ConnectionTerminated)

    settings = {Codes.INITIAL_WINDOW_SIZE: 0}
    async with serving(Scripted(script, settings=settings), http2_tls) as port:
        await fetch(transport, request(f"https://127.0.0.1:{port}/"))
        asked = request(
            f"https://127.0.0.1:{port}/",
            method="POST",
            content=b"x" * 70_000,
            read=0.05,
        )
        with pytest.raises(httpx.WriteTimeout):
            await fetch(transport, asked)


async def test_an_early_answer_ends_the_body(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """An answer that comes before the request is complete is taken as it is."""

    async def script(peer: Peer) -> None:
        event = await peer.next(h2.events.RequestReceived)
        assert isinstance(event, h2.events.RequestReceived)
        assert event.stream_id is not None
        peer.h2.send_headers(event.stream_id, [(":status", "401")], end_stream=True)
        await peer.flush()
        await peer.next(h2.events.ConnectionTerminated)

    async with serving(Scripted(script), http2_tls) as port:
        asked = request(
            f"https://127.0.0.1:{port}/", method="POST", content=b"x" * 200_000
        )
        assert await fetch(transport, asked) == (401, b"")


async def test_streams_wait_for_each_other(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """A peer that takes two streams at once is never sent a third."""
    most = 0

    async def script(peer: Peer) -> None:
        nonlocal most
        await peer.next(h2.events.SettingsAcknowledged)
        while True:
            stream_id = await peer.request()
            most = max(most, peer.h2.open_inbound_streams)
            await peer.answer(stream_id, b"x")

    async def first(peer: Peer) -> None:
        await peer.answer(await peer.request())
        await script(peer)

    settings = {Codes.MAX_CONCURRENT_STREAMS: 2}
    async with serving(Scripted(first, settings=settings), http2_tls) as port:
        url = f"https://127.0.0.1:{port}/"
        await fetch(transport, request(url))
        answers = await asyncio.gather(
            *(fetch(transport, request(url)) for _ in range(20))
        )
    assert set(answers) == {(200, b"x")}
    assert most <= 2


async def test_a_reader_that_pauses_stops_the_server(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """Without a reader the server may send one window, then nothing until it reads."""
    windows: list[int] = []
    is_stuck = asyncio.Event()

    async def script(peer: Peer) -> None:
        stream_id = await peer.request()
        peer.h2.send_headers(stream_id, OK)
        left = 5 * STREAM_WINDOW
        while left:
            size = min(left, peer.h2.local_flow_control_window(stream_id), 16_384)
            if not size:
                windows.append(left)
                is_stuck.set()
                await peer.next(h2.events.WindowUpdated)
                continue
            left -= size
            peer.h2.send_data(stream_id, bytes(size), end_stream=not left)
            await peer.flush()
        await peer.next(h2.events.ConnectionTerminated)

    async with serving(Scripted(script), http2_tls) as port:
        response = await transport.handle_async_request(
            request(f"https://127.0.0.1:{port}/")
        )
        await is_stuck.wait()
        assert windows[0] == 4 * STREAM_WINDOW
        assert len(await read(response)) == 5 * STREAM_WINDOW


async def test_going_away(transport: WireTransport, http2_tls: ssl.SSLContext) -> None:
    """Streams up to the last one finish, those above are sent once more elsewhere."""

    async def leaves(peer: Peer) -> None:
        first = await peer.request()
        await peer.request()
        goaway = frames.frame(
            frames.GOAWAY, 0, 0, struct.pack(">II", first, 0) + b"bye"
        )
        await peer.raw(goaway)
        await peer.answer(first, b"old")
        await peer.next(h2.events.ConnectionTerminated)

    async def stays(peer: Peer) -> None:
        while True:
            await peer.answer(await peer.request(), b"new")

    server = Scripted(leaves, stays)
    async with serving(server, http2_tls) as port:
        url = f"https://127.0.0.1:{port}/"
        answers = await asyncio.gather(
            *(fetch(transport, request(url)) for _ in range(2))
        )
    assert sorted(answers) == [(200, b"new"), (200, b"old")]
    assert server.connections == 2


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_refused_streams_are_repeated(
    transport: WireTransport, http2_tls: ssl.SSLContext, method: str
) -> None:
    """REFUSED_STREAM promises that nothing was done: any method is sent again."""

    async def script(peer: Peer) -> None:
        refused = await peer.request()
        peer.h2.reset_stream(refused, h2.errors.ErrorCodes.REFUSED_STREAM)
        await peer.flush()
        await peer.answer_all()

    async with serving(Scripted(script), http2_tls) as port:
        asked = request(f"https://127.0.0.1:{port}/", method=method, content=b"q")
        assert await fetch(transport, asked) == (200, b"fine")


async def test_refusals_end(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """A server that refuses again and again is believed after eight tries."""
    count = 0

    async def script(peer: Peer) -> None:
        nonlocal count
        while True:
            stream_id = await peer.request()
            count += 1
            peer.h2.reset_stream(stream_id, h2.errors.ErrorCodes.REFUSED_STREAM)
            await peer.flush()

    async with serving(Scripted(script), http2_tls) as port:
        with pytest.raises(httpx.RemoteProtocolError):
            await fetch(transport, request(f"https://127.0.0.1:{port}/"))
    assert count == 8


async def test_other_resets_are_errors(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """A reset in the middle of a body breaks that stream, and no other."""

    async def script(peer: Peer) -> None:
        stream_id = await peer.request()
        peer.h2.send_headers(stream_id, OK)
        peer.h2.send_data(stream_id, b"half")
        await peer.flush()
        peer.h2.reset_stream(stream_id, h2.errors.ErrorCodes.INTERNAL_ERROR)
        await peer.flush()
        await peer.answer_all()

    server = Scripted(script)
    async with serving(server, http2_tls) as port:
        url = f"https://127.0.0.1:{port}/"
        with pytest.raises(httpx.RemoteProtocolError, match="code 2"):
            await fetch(transport, request(url))
        assert await fetch(transport, request(url)) == (200, b"fine")
    assert server.connections == 1


async def test_a_connection_that_was_closed_meanwhile(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """A kept connection that ends instead of answering: a safe request goes once more."""

    async def once(peer: Peer) -> None:
        await peer.answer(await peer.request())
        await peer.request()

    server = Scripted(once, Peer.answer_all)
    async with serving(server, http2_tls) as port:
        url = f"https://127.0.0.1:{port}/"
        await fetch(transport, request(url))
        assert await fetch(transport, request(url)) == (200, b"fine")
    assert server.connections == 2


async def test_what_is_not_safe_is_not_repeated(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """A POST whose connection ends may have been acted on."""

    async def once(peer: Peer) -> None:
        await peer.answer(await peer.request())
        await peer.request()

    async with serving(Scripted(once), http2_tls) as port:
        url = f"https://127.0.0.1:{port}/"
        await fetch(transport, request(url))
        with pytest.raises(httpx.RemoteProtocolError):
            await fetch(transport, request(url, method="POST", content=b"q"))


async def test_a_body_that_is_cut(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """What has arrived is handed out before the end of the connection is told."""

    async def script(peer: Peer) -> None:
        stream_id = await peer.request()
        peer.h2.send_headers(stream_id, OK)
        peer.h2.send_data(stream_id, b"half")
        await peer.flush()

    async with serving(Scripted(script), http2_tls) as port:
        response = await transport.handle_async_request(
            request(f"https://127.0.0.1:{port}/")
        )
        assert isinstance(response.stream, httpx.AsyncByteStream)
        parts = response.stream.__aiter__()
        assert await anext(parts) == b"half"
        with pytest.raises(httpx.RemoteProtocolError):
            await anext(parts)
        await response.aclose()


async def test_leaving_a_body_early(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """A body that is closed unread is cancelled; the connection goes on."""
    code: list[object] = []

    async def script(peer: Peer) -> None:
        stream_id = await peer.request()
        peer.h2.send_headers(stream_id, OK)
        peer.h2.send_data(stream_id, b"x" * 1000)
        await peer.flush()
        event = await peer.next(h2.events.StreamReset)
        assert isinstance(event, h2.events.StreamReset)
        code.append(event.error_code)
        # Bytes that were on their way still count, and hurt nobody.
        await peer.raw(frames.frame(frames.DATA, 0, stream_id, b"late"))
        await peer.raw(frames.reset_frame(stream_id, 0))
        await peer.answer_all()

    server = Scripted(script)
    async with serving(server, http2_tls) as port:
        url = f"https://127.0.0.1:{port}/"
        response = await transport.handle_async_request(request(url))
        await response.aclose()
        assert await fetch(transport, request(url)) == (200, b"fine")
    assert code == [h2.errors.ErrorCodes.CANCEL]
    assert server.connections == 1


async def test_interim_answers_padding_and_trailers(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """All that may surround a response is taken off."""

    async def script(peer: Peer) -> None:
        stream_id = await peer.request()
        peer.h2.send_headers(stream_id, [(":status", "103"), ("link", "</a>")])
        peer.h2.send_headers(stream_id, [*OK, ("x-large", "y" * 40_000)])
        peer.h2.send_data(stream_id, b"body", pad_length=200)
        peer.h2.ping(b"12345678")
        peer.h2.send_headers(stream_id, [("x-sum", "1")], end_stream=True)
        await peer.flush()
        await peer.next(h2.events.PingAckReceived)
        await peer.answer_all()

    async with serving(Scripted(script), http2_tls) as port:
        response = await transport.handle_async_request(
            request(f"https://127.0.0.1:{port}/")
        )
        assert response.headers["x-large"] == "y" * 40_000
        assert await read(response) == b"body"


@pytest.mark.parametrize("is_dripping", [False, True])
async def test_heads_that_do_not_come(
    transport: WireTransport,
    http2_tls: ssl.SSLContext,
    is_dripping: bool,  # noqa: FBT001
) -> None:
    """Silence, or a head in single bytes that never ends: the time for it is over."""

    async def script(peer: Peer) -> None:
        stream_id = await peer.request()
        if is_dripping:
            await peer.raw(frames.frame(frames.HEADERS, 0, stream_id, b"\x88"))
            while True:
                more = frames.frame(frames.CONTINUATION, 0, stream_id, b"\x88")
                await peer.raw(more)
                await asyncio.sleep(0.01)
        await peer.next(h2.events.ConnectionTerminated)

    async with serving(Scripted(script), http2_tls) as port:
        with pytest.raises(httpx.ReadTimeout):
            await fetch(transport, request(f"https://127.0.0.1:{port}/", read=0.1))


async def test_a_stream_that_falls_silent(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """In the middle of a body the time for a read counts."""

    async def script(peer: Peer) -> None:
        stream_id = await peer.request()
        peer.h2.send_headers(stream_id, OK)
        await peer.flush()
        await peer.next(h2.events.ConnectionTerminated)

    async with serving(Scripted(script), http2_tls) as port:
        with pytest.raises(httpx.ReadTimeout):
            await fetch(transport, request(f"https://127.0.0.1:{port}/", read=0.05))


def head(*fields: bytes, flags: int = frames.END_HEADERS) -> bytes:
    """Return HEADERS for the first stream, of fields that are encoded already."""
    return frames.frame(frames.HEADERS, flags, 1, b"".join(fields))


def data(payload: bytes, flags: int = 0, stream_id: int = 1) -> bytes:
    """Return DATA."""
    return frames.frame(frames.DATA, flags, stream_id, payload)


def setting(code: int, value: int) -> bytes:
    """Return SETTINGS with one of them."""
    return frames.settings_frame({code: value})


STATUS = b"\x88"
LENGTH_3 = b"\x0f\x0d\x013"
WRONG = {
    "garbage": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "data before the head": data(b"x"),
    "data for nobody": data(b"x", stream_id=99),
    "data for an even stream": data(b"x", stream_id=2),
    "data on the connection": data(b"x", stream_id=0),
    "too much padding": head(STATUS) + data(b"\x05x", frames.PADDED),
    "no padding at all": head(STATUS) + data(b"", frames.PADDED),
    "no status": head(b"\x0f\x0d\x013"),
    "two statuses": head(STATUS, STATUS),
    "a strange status": head(b"\x08\x03abc"),
    "a field cut short": head(b"\x00\x05ab"),
    "a name without a value": head(b"\x00\x01a"),
    "an index of nothing": head(b"\xff\xff\xff\xff\x0f"),
    "an endless number": head(b"\xff\xff\xff"),
    "trailers that go on": head(STATUS) + head(STATUS),
    "a continuation of nothing": frames.frame(frames.CONTINUATION, 4, 1, STATUS),
    "an interrupted block": head(STATUS, flags=0) + data(b"x"),
    "an empty continuation": head(STATUS, flags=0)
    + frames.frame(frames.CONTINUATION, 0, 1),
    "a head without end": head(STATUS, flags=0)
    + frames.frame(frames.CONTINUATION, 0, 1, b"\x88" * 16_000) * 5,
    "a head bomb": head(b"\x20", STATUS, b"\x00\x01a\x7f\x81\x7d" + b"x" * 16_000)
    + frames.frame(frames.HEADERS, 4, 1, b"\x88" * 16_000),
    "a push": frames.frame(frames.PUSH_PROMISE, 4, 1, b"\0\0\0\2\x82"),
    "a short reset": frames.frame(frames.RST_STREAM, 0, 1, b"\0"),
    "a short ping": frames.frame(frames.PING, 0, 0, b"\0"),
    "half a setting": frames.frame(frames.SETTINGS, 0, 0, b"\0"),
    "a setting of a stream": frames.frame(frames.SETTINGS, 0, 1, b""),
    "a window too large": setting(frames.INITIAL_WINDOW_SIZE, 2**31),
    "frames too small": setting(frames.MAX_FRAME_SIZE, 1),
    "an update of nothing": frames.window_frame(0, 0),
    "an update of a stream by nothing": frames.window_frame(1, 0),
    "an update too large": frames.window_frame(0, 2**31 - 1),
    "an update of a stream too large": frames.window_frame(1, 2**31 - 1),
    "a frame too large": b"\x00\x40\x01" + bytes(6),
    "another length than said": head(STATUS, LENGTH_3)
    + data(b"toolong", frames.END_STREAM),
    "a length and no body": head(
        STATUS, LENGTH_3, flags=frames.END_HEADERS | frames.END_STREAM
    ),
}


@pytest.mark.parametrize("sent", WRONG.values(), ids=list(WRONG))
async def test_what_breaks_the_protocol(
    transport: WireTransport, http2_tls: ssl.SSLContext, sent: bytes
) -> None:
    """The request fails with what httpx says then, and nothing hangs or crashes."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.raw(sent)
        await peer.next(h2.events.ConnectionTerminated)

    async with serving(Scripted(script), http2_tls) as port:
        with pytest.raises(httpx.RemoteProtocolError):
            await fetch(transport, request(f"https://127.0.0.1:{port}/"))


async def test_a_window_that_is_overrun(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """A server that sends more than it may is cut off: memory is bounded by force."""
    is_cut = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.raw(head(STATUS))
        try:
            while True:
                await peer.raw(data(bytes(16_384)))
        finally:
            is_cut.set()

    async with serving(Scripted(script), http2_tls) as port:
        response = await transport.handle_async_request(
            request(f"https://127.0.0.1:{port}/")
        )
        await is_cut.wait()
        with pytest.raises(httpx.RemoteProtocolError, match="overrun"):
            await read(response)


async def test_unknown_frames_are_ignored(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """Kinds and settings that nobody knows, priorities and PING answers do no harm."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.raw(frames.frame(0x42, 0xFF, 0, b"x") + setting(0x4242, 1))
        await peer.raw(frames.frame(frames.PING, frames.ACK, 0, bytes(8)))
        await peer.raw(frames.frame(frames.PRIORITY, 0, 1, bytes(5)))
        flags = frames.END_HEADERS | frames.HAS_PRIORITY | frames.PADDED
        await peer.raw(
            frames.frame(frames.HEADERS, flags, 1, b"\x01" + bytes(5) + STATUS + b"\0")
        )
        await peer.raw(data(b"x", frames.END_STREAM))
        await peer.next(h2.events.ConnectionTerminated)

    async with serving(Scripted(script), http2_tls) as port:
        asked = request(f"https://127.0.0.1:{port}/")
        assert await fetch(transport, asked) == (200, b"x")
