"""HTTP/2 servers that behave: requests, bodies, windows and what surrounds a response."""

from __future__ import annotations

import asyncio
import ssl

import h2.errors
import h2.events
import h2.settings
import httpx
import pytest

from rehydrate_tui.github.wire import WireTransport
from rehydrate_tui.github.wire.http2_stream import STREAM_WINDOW
from tests.wire.conftest import fetch, read, request
from tests.wire.http2_server import OK, Peer, Scripted, serving

Codes = h2.settings.SettingCodes


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


async def test_heads_without_bodies(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """The length that HEAD or 304 tells of is that of a body which does not come."""
    statuses = iter(("200", "304"))

    async def script(peer: Peer) -> None:
        while True:
            fields = [(":status", next(statuses)), ("content-length", "4")]
            peer.h2.send_headers(await peer.request(), fields, end_stream=True)
            await peer.flush()

    async with serving(Scripted(script), http2_tls) as port:
        url = f"https://127.0.0.1:{port}/"
        assert await fetch(transport, request(url, method="HEAD")) == (200, b"")
        assert await fetch(transport, request(url)) == (304, b"")


async def test_without_timeouts(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """A request that brings no timeouts waits as long as it takes."""
    async with serving(Scripted(Peer.answer_all), http2_tls) as port:
        asked = httpx.Request("GET", f"https://127.0.0.1:{port}/")
        assert await fetch(transport, asked) == (200, b"fine")


async def test_more_kinds_of_heads_than_are_remembered(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """Requests whose headers are all different arrive all the same."""
    seen: list[str] = []

    async def script(peer: Peer) -> None:
        while True:
            event = await peer.next(h2.events.RequestReceived)
            assert isinstance(event, h2.events.RequestReceived)
            assert event.stream_id is not None
            fields = {str(name): str(value) for name, value in event.headers or []}
            seen.append(fields["x-number"])
            await peer.answer(event.stream_id, b"fine")

    async with serving(Scripted(script), http2_tls) as port:
        url = f"https://127.0.0.1:{port}/"
        for number in range(300):
            await fetch(transport, request(url, headers={"X-Number": str(number)}))
    assert seen == [str(number) for number in range(300)]


async def test_streams_that_take_turns(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """A stream is not silent as long as the peer sends to another: lines are slow."""

    async def script(peer: Peer) -> None:
        first, second = await peer.request(), await peer.request()
        for stream_id in (first, second):
            peer.h2.send_headers(stream_id, OK)
        await peer.flush()
        for _ in range(14):
            peer.h2.send_data(first, b"x")
            await peer.flush()
            await asyncio.sleep(0.05)
        peer.h2.send_data(first, b"x", end_stream=True)
        peer.h2.send_data(second, b"y", end_stream=True)
        await peer.flush()
        await peer.next(h2.events.ConnectionTerminated)

    async with serving(Scripted(script), http2_tls) as port:
        asked = request(f"https://127.0.0.1:{port}/", read=0.5)
        answers = await asyncio.gather(*(fetch(transport, asked) for _ in "ab"))
    assert answers == [(200, b"x" * 15), (200, b"y")]
