"""Bodies of answers: read whole within limits, or handed out while they arrive."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import httpx

from rehydrate_tui.domain.remote_values import Body
from rehydrate_tui.errors import InterruptedStreamError, PayloadError
from rehydrate_tui.github.answers import Answer, shown_url
from rehydrate_tui.github.decoding import Wire, decoded
from rehydrate_tui.github.pace import Pace
from rehydrate_tui.github.resuming import strong_etag
from rehydrate_tui.github.translate import translating_errors

SMALL_BODY = 64 * 2**10


async def read_body(
    response: httpx.Response, *, limit: int = SMALL_BODY, pace: Pace | None = None
) -> bytes:
    """Read an answer to its end and close it.

    Raises:
        PayloadError: it is longer than `limit`.
        TransportError: it broke off, or drips.
    """
    parts: list[bytes] = []
    size = 0
    try:
        async for part in _parts(response, Wire(), pace):
            parts.append(part)
            size += len(part)
            if size > limit:
                raise PayloadError(
                    f"{response.url.host} sent an answer that is far too long.",
                    url=shown_url(response.url),
                    status=response.status_code,
                )
    finally:
        await close_answer(response)
    return b"".join(parts)


async def read_answer(
    response: httpx.Response, *, limit: int = SMALL_BODY, pace: Pace | None = None
) -> Answer:
    """Read an answer to its end; see `read_body`."""
    body = await read_body(response, limit=limit, pace=pace)
    return Answer(
        url=shown_url(response.url),
        status=response.status_code,
        headers=response.headers,
        body=body,
    )


@asynccontextmanager
async def open_body(
    response: httpx.Response, pace: Pace | None = None, *, offset: int = 0
) -> AsyncGenerator[Body, None]:
    """Hand out the body of an answer while it arrives; closes it in the end.

    `offset` is where it begins in the content.
    """
    size, wire = _promised_size(response.headers), Wire()
    chunks = _chunks(response, size, wire, pace)
    etag = strong_etag(response.headers)
    try:
        yield Body(chunks, size, etag, offset, lambda: wire.count)
    finally:
        await chunks.aclose()
        await close_answer(response)


async def _parts(
    response: httpx.Response, wire: Wire, pace: Pace | None
) -> AsyncIterator[bytes]:
    """Yield the decoded bytes; nothing that httpx raises passes."""
    parts = decoded(response, wire)
    while True:
        if pace is not None:
            pace.ask()
        # The reader's own exceptions must not come through this translation.
        with translating_errors(response.url):
            part = await anext(parts, None)
        if part is None:
            return
        if pace is not None:
            pace.take(len(part))
        yield part


async def _chunks(
    response: httpx.Response, size: int | None, wire: Wire, pace: Pace | None
) -> AsyncGenerator[bytes, None]:
    received = 0
    async for chunk in _parts(response, wire, pace):
        received += len(chunk)
        yield chunk
    if size is not None and received < size:
        raise InterruptedStreamError(
            f"{response.url.host} ended after {received:,} of {size:,} bytes.",
            url=shown_url(response.url),
            hint="Trying again may help.",
        )


async def close_answer(response: httpx.Response) -> None:
    """Let go of an answer, read or not."""
    with translating_errors(response.url):
        await response.aclose()


def _promised_size(headers: httpx.Headers) -> int | None:
    """Return the length of the content; unknown if it travels compressed."""
    length = headers.get("content-length", "")
    is_plain = headers.get("content-encoding", "identity").lower() == "identity"
    is_number = length.isascii() and length.isdigit()
    return int(length) if is_plain and is_number else None
