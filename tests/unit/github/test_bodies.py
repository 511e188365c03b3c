"""Bodies that break, end early, are too long, or do not tell their size."""

from __future__ import annotations

import httpx
import pytest

from rehydrate_tui.errors import (
    InterruptedStreamError,
    PayloadError,
    RemoteError,
    TransportTimeoutError,
)
from rehydrate_tui.github.bodies import open_body
from rehydrate_tui.github.http import Connections, HttpRequest, send
from tests.unit.github.asking import START, ask
from tests.unit.github.fake_host import BrokenStream, FakeHost, Reply, reply


async def collect(host: FakeHost, connections: Connections, plan: Reply) -> bytes:
    """Open a body and read it to its end."""
    host.on(START, plan)
    response = await send(connections.content, HttpRequest(url=START))
    async with open_body(response) as body:
        return b"".join([chunk async for chunk in body.chunks])


async def test_endless_answers_are_cut(
    host: FakeHost, connections: Connections
) -> None:
    """An answer beyond its limit is an error, not a full memory."""
    host.on(START, reply(text="x" * 1001))
    with pytest.raises(PayloadError, match="far too long"):
        await ask(connections)


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
