"""The bytes of a body as they travel, counted, and as they are meant.

Content is inflated in pieces of bounded size: a megabyte of gzip may hold a gigabyte.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator

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
    inflater = _Inflater()
    async for chunk in _chunks(response):
        wire.count += len(chunk)
        if not is_zipped:
            yield chunk
            continue
        for piece in inflater.pieces(chunk):
            yield piece
    if is_zipped and wire.count and not inflater.is_at_end:
        raise httpx.DecodingError("The compressed content ends too early.")


class _Inflater:
    """Undoes gzip; members may follow one another (RFC 1952 §2.2)."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP)

    @property
    def is_at_end(self) -> bool:
        """Whether the last member is complete."""
        return self._inflate.eof

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what the chunk holds, at most `LARGEST_PIECE` at once."""
        while chunk:
            if self._inflate.eof:
                self._inflate = zlib.decompressobj(_GZIP)
            try:
                piece = self._inflate.decompress(chunk, LARGEST_PIECE)
            except zlib.error as error:
                raise httpx.DecodingError(str(error)) from error
            chunk = self._inflate.unconsumed_tail or self._inflate.unused_data
            if piece:
                yield piece


def _chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101 - asked asynchronously
    return stream.__aiter__()
