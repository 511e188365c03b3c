"""A certificate for loopback, and transports that trust it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
import trustme

from rehydrate_tui.github.wire import WireTransport


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority of the tests."""
    return trustme.CA()


@pytest.fixture(scope="session")
def http2_tls(authority: trustme.CA) -> ssl.SSLContext:
    """What a server needs to speak HTTP/2 over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    context.set_alpn_protocols(["h2"])
    return context


@pytest.fixture
def trust(authority: trustme.CA) -> ssl.SSLContext:
    """What a client needs to trust the server."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest_asyncio.fixture
async def transport(trust: ssl.SSLContext) -> AsyncIterator[WireTransport]:
    """The transport under test, with one connection."""
    made = WireTransport(trust, connections=1)
    yield made
    await made.aclose()


def request(
    url: str,
    *,
    method: str = "GET",
    content: bytes | None = None,
    headers: dict[str, str] | None = None,
    read: float | None = 5.0,
    connect: float | None = 5.0,
    pool: float | None = None,
) -> httpx.Request:
    """Return a request with its timeouts in seconds."""
    timeout = {"connect": connect, "read": read, "write": read, "pool": pool}
    return httpx.Request(
        method,
        url,
        content=content,
        headers=headers,
        extensions={"timeout": timeout},
    )


async def read(response: httpx.Response) -> bytes:
    """Read a body to its end and close it."""
    assert isinstance(response.stream, httpx.AsyncByteStream)
    try:
        return b"".join([part async for part in response.stream])
    finally:
        await response.aclose()


async def fetch(transport: WireTransport, asked: httpx.Request) -> tuple[int, bytes]:
    """Return status and body."""
    response = await transport.handle_async_request(asked)
    return response.status_code, await read(response)
