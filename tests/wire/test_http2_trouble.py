"""HTTP/2 servers that do what they may not, or nothing."""

from __future__ import annotations

import asyncio
import contextlib
import ssl

import h2.errors
import h2.events
import h2.settings
import httpx
import pytest

from rehydrate_tui.github.wire import WireTransport, frames
from rehydrate_tui.github.wire.http2_stream import STREAM_WINDOW
from rehydrate_tui.github.wire.pool import ALL_WINDOWS
from tests.wire.conftest import fetch, read, request
from tests.wire.http2_server import OK, Peer, Scripted, serving

Codes = h2.settings.SettingCodes


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


# An interim answer that keeps no table any more: fields are read one by one from then on.
NO_TABLE = head(b"\x20", b"\x08\x03100")


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
    "a head bomb of single fields": NO_TABLE + head(STATUS, b"\x90" * 16_000),
    "a number that does not begin": NO_TABLE + head(STATUS, b"\xff"),
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


async def test_the_window_of_all_streams_is_overrun(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """Many streams that each keep to their window may not fill more than the memory."""
    count = 2 * ALL_WINDOWS // STREAM_WINDOW

    async def script(peer: Peer) -> None:
        for _ in range(count):
            await peer.request()
        for stream_id in range(1, 2 * count, 2):
            await peer.raw(frames.frame(frames.HEADERS, 4, stream_id, STATUS))
        with contextlib.suppress(OSError):
            for stream_id in range(1, 2 * count, 2):
                for _ in range(STREAM_WINDOW // 16_384):
                    await peer.raw(data(bytes(16_384), stream_id=stream_id))

    async with serving(Scripted(script), http2_tls) as port:
        asked = request(f"https://127.0.0.1:{port}/")
        responses = await asyncio.gather(
            *(transport.handle_async_request(asked) for _ in range(count))
        )
        for response in responses:
            with pytest.raises(httpx.RemoteProtocolError, match="overrun"):
                await read(response)


async def test_a_peer_that_asks_and_does_not_read(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """Answers that it does not take are not kept without end."""

    async def script(peer: Peer) -> None:
        await peer.request()
        many = frames.frame(frames.PING, 0, 0, bytes(8)) * 1000
        while True:
            await peer.raw(many)

    async with serving(Scripted(script), http2_tls) as port:
        with pytest.raises(httpx.RemoteProtocolError, match="does not read"):
            await fetch(transport, request(f"https://127.0.0.1:{port}/", read=60.0))
