"""HTTP/2 streams and connections that end early, on either side."""

from __future__ import annotations

import asyncio
import ssl
import struct

import h2.errors
import h2.events
import h2.settings
import httpx
import pytest

from rehydrate_tui.github.wire import WireTransport, frames
from tests.wire.conftest import fetch, request
from tests.wire.http2_server import OK, Peer, Scripted, serving


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


async def test_frames_for_a_stream_that_has_ended(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """They are allowed to be late: heads, windows and bodies are passed over."""

    async def script(peer: Peer) -> None:
        stream_id = await peer.request()
        await peer.answer(stream_id, b"fine")
        late = frames.frame(frames.HEADERS, frames.END_HEADERS, stream_id, b"\x88")
        await peer.raw(late + frames.window_frame(stream_id, 1))
        await peer.raw(frames.frame(frames.DATA, 0, stream_id, b"late"))
        await peer.answer_all()

    server = Scripted(script)
    async with serving(server, http2_tls) as port:
        url = f"https://127.0.0.1:{port}/"
        for _ in range(3):
            assert await fetch(transport, request(url)) == (200, b"fine")
    assert server.connections == 1


async def test_closing_twice(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """A body that is closed again is given up once."""
    resets: list[h2.events.Event] = []

    async def script(peer: Peer) -> None:
        peer.h2.send_headers(await peer.request(), OK)
        await peer.flush()
        resets.append(await peer.next(h2.events.StreamReset))
        await peer.answer_all()

    async with serving(Scripted(script), http2_tls) as port:
        url = f"https://127.0.0.1:{port}/"
        response = await transport.handle_async_request(request(url))
        assert isinstance(response.stream, httpx.AsyncByteStream)
        await response.aclose()
        await response.stream.aclose()
        assert await fetch(transport, request(url)) == (200, b"fine")
    assert len(resets) == 1
