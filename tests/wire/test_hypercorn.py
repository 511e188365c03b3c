"""Against hypercorn, a server in Python: another reading of the same standards."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import trustme
from hypercorn.asyncio import serve
from hypercorn.config import Config

from rehydrate_tui.github.wire import LARGE_BODY, WireTransport
from tests.wire.conftest import read, request

CONTENT = random.Random(2).randbytes(300_000)


async def application(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - the shapes of ASGI
    """Answer with as many bytes as the path says, and those of the request."""
    if scope["type"] != "http":
        return
    asked = b""
    while True:
        event = await receive()
        asked += event.get("body", b"")
        if not event.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    body = CONTENT[: int(scope["path"][1:])] + asked
    for begin in range(0, len(body), 50_000):
        part = body[begin : begin + 50_000]
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@pytest_asyncio.fixture
async def base(authority: trustme.CA, tmp_path: Path) -> AsyncIterator[str]:
    """Run hypercorn over TLS; returns the address it answers at."""
    issued = authority.issue_cert("127.0.0.1")
    chain, key = tmp_path / "server.pem", tmp_path / "server.key"
    chain.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(key))
    listening = socket.create_server(("127.0.0.1", 0))
    config = Config()
    config.bind = [f"fd://{listening.fileno()}"]
    config.certfile, config.keyfile = str(chain), str(key)
    config.errorlog = None
    stop = asyncio.Event()

    async def stopped() -> None:
        await stop.wait()

    port = listening.getsockname()[1]
    # The server closes the socket that it is given by number.
    listening.detach()
    running = asyncio.create_task(serve(application, config, shutdown_trigger=stopped))
    yield f"https://127.0.0.1:{port}"
    stop.set()
    await running


@pytest.mark.parametrize("version", ["HTTP/2", "HTTP/1.1"])
async def test_many_bodies(trust: ssl.SSLContext, base: str, version: str) -> None:
    """Bodies of all sizes arrive whole, both ways, in both versions of HTTP."""
    transport = WireTransport(trust)

    async def post(size: int) -> bytes:
        asked = request(f"{base}/{size}", method="POST", content=b"q" * (size // 10))
        if version == "HTTP/1.1":
            asked.extensions[LARGE_BODY] = True
        response = await transport.handle_async_request(asked)
        assert response.http_version == version
        return await read(response)

    sizes = [0, 1, 16_384, 65_535, 65_536, 200_000, 300_000] * 6
    found = await asyncio.gather(*map(post, sizes))
    assert found == [CONTENT[:size] + b"q" * (size // 10) for size in sizes]
    await transport.aclose()
