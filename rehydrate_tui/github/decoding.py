"""The bytes of a body as they travel, counted, and as they are meant.

Content is inflated in pieces of bounded size: a megabyte of gzip may hold a gigabyte.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

import httpx

LARGEST_PIECE = 2**18
"""Bytes that are inflated at once."""

_GZIP = zlib.MAX_WBITS | 16
_CODINGS = {"": False, "identity": False, "gzip": True, "x-gzip": True}


class Wire:
    """Counts what came over the network for one body."""

    def __init__(self) -> None:
        self.count = 0


async def decoded(response: httpx.Response, wire: Wire) -> AsyncIterator[bytes]:
    """Yield the content of a response.

    Raises:
        httpx.DecodingError: it is in a coding that was not asked for, or damaged.
    """
    coding = response.headers.get("content-encoding", "").strip().lower()
    is_zipped = _CODINGS.get(coding)
    if is_zipped is None:
        raise httpx.DecodingError("The coding of the content is unknown.")
    inflate = zlib.decompressobj(_GZIP)
    async for chunk in _chunks(response):
        wire.count += len(chunk)
        if not is_zipped:
            yield chunk
            continue
        while chunk:
            piece, chunk, inflate = _inflated(inflate, chunk)
            if piece:
                yield piece
    if is_zipped and not inflate.eof and wire.count:
        raise httpx.DecodingError("The compressed content ends too early.")


def _inflated(
    inflate: zlib._Decompress, chunk: bytes
) -> tuple[bytes, bytes, zlib._Decompress]:
    """Return a piece, what is left of the chunk, and what goes on with it."""
    try:
        if inflate.eof:
            # Members may follow one another (RFC 1952 §2.2).
            inflate = zlib.decompressobj(_GZIP)
        piece = inflate.decompress(chunk, LARGEST_PIECE)
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from error
    return piece, inflate.unconsumed_tail or inflate.unused_data, inflate


def _chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101 - asked asynchronously
    return stream.__aiter__()
