"""Requests to the fake host, with secrets that belong to its first address."""

from __future__ import annotations

from rehydrate_tui.github.auth import SecretHeaders
from rehydrate_tui.github.bodies import read_body
from rehydrate_tui.github.http import Connections, HttpRequest, send

START = "https://a.example/start"
SECRETS = SecretHeaders({"Authorization": "Bearer s", "X-Store-Key": "k"})


async def ask(
    connections: Connections, *, method: str = "GET", content: bytes | None = None
) -> str:
    """Send a request with secrets, return the body."""
    request = HttpRequest(
        url=START,
        headers={"X-Plain": "p"},
        bound_headers=SECRETS,
        method=method,
        content=content,
    )
    response = await send(connections.api, request)
    return (await read_body(response, limit=1000)).decode()
