"""Things that happen in one turn of the loop: each order of them ends well."""

from __future__ import annotations

import asyncio
import socket
import ssl

import h2.settings
import httpx
import pytest
import pytest_asyncio

from rehydrate_tui.github.wire import WireTransport, dialing
from rehydrate_tui.github.wire.link import Link
from rehydrate_tui.github.wire.pool import Pool
from rehydrate_tui.github.wire.waiting import Bell
from tests.wire.conftest import fetch, request
from tests.wire.http2_server import OK, Peer, Reader, Scripted, Writer, serving

FINE = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine"
ONE_STREAM = {h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: 1}


@pytest_asyncio.fixture
async def unheard() -> list[str]:
    """What the loop would log: errors that nobody else hears of."""
    found: list[str] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: found.append(context["message"])
    )
    return found


async def test_a_ring_when_the_time_is_over(unheard: list[str]) -> None:
    """Who is woken by the bell and by a timer at once has heard the bell."""
    bell = Bell()
    asyncio.get_running_loop().call_later(0, bell.ring)
    assert await bell.wait(0)
    assert not unheard


async def test_a_socket_that_is_ready_too_late(unheard: list[str]) -> None:
    """A handshake that is given up when its bytes come stays given up."""
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        waiting = asyncio.ensure_future(
            dialing._ready(ours.fileno(), loop.add_reader, loop.remove_reader)
        )
        await asyncio.sleep(0)
        theirs.send(b"x")
        loop.call_soon(waiting.cancel)
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert not loop.remove_reader(ours.fileno())
    assert not unheard


async def test_a_connection_that_comes_too_late() -> None:
    """Who gives up in the turn in which it connects closes it: nothing leaks."""

    async def serve(reader: Reader, writer: Writer) -> None:
        del writer
        ended.set_result(await reader.read())

    ended = asyncio.get_running_loop().create_future()
    async with serving(serve, None) as port:
        address = (socket.AF_INET, ("127.0.0.1", port))
        before = asyncio.all_tasks()
        waiting = asyncio.ensure_future(dialing._first_of([address]))
        await asyncio.sleep(0)
        (attempt,) = asyncio.all_tasks() - before - {waiting}
        attempt.add_done_callback(lambda _: waiting.cancel())
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await ended == b""


async def test_a_pool_that_closes_when_its_link_is_there() -> None:
    """The link is closed with it, although it was never lent."""
    ended = asyncio.get_running_loop().create_future()
    links: list[Link] = []
    closing: list[asyncio.Task[None]] = []

    async def serve(reader: Reader, writer: Writer) -> None:
        del writer
        ended.set_result(await reader.read())

    async with serving(serve, None) as port:

        async def dial(seconds: float | None) -> Link:
            links.append(await dialing.dial("127.0.0.1", port, None, (), seconds))
            closing.append(asyncio.ensure_future(pool.aclose()))
            return links[0]

        pool = Pool(dial, most=1, most_alone=1)
        with pytest.raises(httpx.PoolTimeout):
            await pool.borrow(None, 0.05)
        await closing[0]
        assert await ended == b""
    assert links[0].is_closed


async def test_a_connection_that_is_there_when_the_time_is_over(
    unheard: list[str],
) -> None:
    """Who is given one in the turn in which the time for it ends has it."""
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)  # noqa: FBT003 - its name says it

    async def dial(seconds: float | None) -> Link:
        del seconds
        while loop.time() <= end:
            pass
        return Link(ours)

    with theirs:
        pool = Pool(dial, most=1, most_alone=1)
        end = loop.time() + 0.01
        connection = await pool.borrow(None, 0.01)
        assert connection.is_usable
        await pool.aclose()
    assert not unheard


async def test_giving_up_before_nobody_answers(transport: WireTransport) -> None:
    """Who gave up is not told that nobody answers; the others are."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        asked = request(f"http://127.0.0.1:{held.getsockname()[1]}/")
        first, second = (asyncio.ensure_future(fetch(transport, asked)) for _ in "ab")
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(httpx.ConnectError):
            await first
        with pytest.raises(asyncio.CancelledError):
            await second


async def test_giving_up_what_was_just_lent(transport: WireTransport) -> None:
    """A connection lent to somebody who gives up in that turn is free for the next."""
    connections: list[int] = []

    async def serve(reader: Reader, writer: Writer) -> None:
        connections.append(1)
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(FINE)

    async with serving(serve, None) as port:
        asked = request(f"http://127.0.0.1:{port}/")
        await fetch(transport, asked)
        held = [await transport.handle_async_request(asked) for _ in "ab"]
        waiting = asyncio.ensure_future(fetch(transport, asked))
        await asyncio.sleep(0)
        assert isinstance(held[0].stream, httpx.AsyncByteStream)
        async for part in held[0].stream:
            # The whole body is here, so its connection was lent again.
            assert part == b"fine"
            waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await fetch(transport, asked) == (200, b"fine")
        await held[1].aclose()
    assert len(connections) == 2


async def one_after_the_other(peer: Peer) -> None:
    """Answer each request but the second, whose answer does not end."""
    await peer.answer(await peer.request())
    peer.h2.send_headers(await peer.request(), OK)
    await peer.flush()
    await peer.answer_all()


async def test_giving_up_the_room_for_a_stream(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """The room lent to somebody who gives up in that turn is free for the next."""
    server = Scripted(one_after_the_other, settings=ONE_STREAM)
    async with serving(server, http2_tls) as port:
        asked = request(f"https://127.0.0.1:{port}/")
        await fetch(transport, asked)
        first = await transport.handle_async_request(asked)
        waiting = asyncio.ensure_future(fetch(transport, asked))
        await asyncio.sleep(0)
        await first.aclose()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await fetch(transport, asked) == (200, b"fine")
    assert server.connections == 1


async def test_a_connection_that_ends_when_it_is_lent(
    transport: WireTransport, http2_tls: ssl.SSLContext
) -> None:
    """Nothing was sent over it, so the request goes over another."""
    server = Scripted(one_after_the_other, Peer.answer_all, settings=ONE_STREAM)
    async with serving(server, http2_tls) as port:
        asked = request(f"https://127.0.0.1:{port}/")
        await fetch(transport, asked)
        first = await transport.handle_async_request(asked)
        waiting = asyncio.ensure_future(fetch(transport, asked))
        await asyncio.sleep(0)
        await first.aclose()
        await transport.aclose()
        assert await waiting == (200, b"fine")
    assert server.connections == 2
