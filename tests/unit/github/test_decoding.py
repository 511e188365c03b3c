"""Compressed bodies: undone in bounded pieces, counted as they travelled."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import AsyncIterator

import httpx
import pytest

from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.github.decoding import LARGEST_PIECE, Wire, decoded
from tests.unit.github.fake_host import COMMIT, RAW, FakeHost, Reply

WORDS = b"words and words " * 500
FILE = f"{RAW}/o/r/{COMMIT}/x"


class Pieces(httpx.AsyncByteStream):
    """A body in pieces of a size."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data = data
        self._size = size

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._data), self._size):
            yield self._data[start : start + self._size]


def response(data: bytes, coding: str = "gzip", size: int = 2**16) -> httpx.Response:
    """Return a response whose body travels like this."""
    headers = {"content-encoding": coding}
    return httpx.Response(200, headers=headers, stream=Pieces(data, size))


async def content(answer: httpx.Response, wire: Wire) -> bytes:
    """Return what it means."""
    return b"".join([piece async for piece in decoded(answer, wire)])


@pytest.mark.parametrize("size", [1, 7, 2**16])
@pytest.mark.parametrize("coding", ["gzip", "X-GZIP"])
async def test_gzip_is_undone(coding: str, size: int) -> None:
    """However it is cut, and in two members; the count is that of the wire."""
    data, wire = gzip.compress(WORDS) + gzip.compress(b"end"), Wire()
    assert await content(response(data, coding, size), wire) == WORDS + b"end"
    assert wire.count == len(data)


@pytest.mark.parametrize("coding", ["", "identity"])
async def test_what_is_not_compressed(coding: str) -> None:
    """It comes as it is."""
    wire = Wire()
    assert await content(response(WORDS, coding), wire) == WORDS
    assert wire.count == len(WORDS)


@pytest.mark.parametrize(
    ("data", "coding"),
    [
        (b"no gzip at all", "gzip"),
        (gzip.compress(WORDS)[:-9], "gzip"),
        (gzip.compress(WORDS) + b"more", "gzip"),
        (WORDS, "br"),
    ],
    ids=["other bytes", "cut short", "something behind", "another coding"],
)
async def test_what_is_damaged(data: bytes, coding: str) -> None:
    """Damage, and codings that were not asked for, are errors."""
    with pytest.raises(httpx.DecodingError):
        await content(response(data, coding), Wire())


async def test_a_bomb_is_bounded() -> None:
    """A small body that means a large one comes in pieces, never all at once."""
    bomb = gzip.compress(bytes(64 * 2**20))
    pieces = decoded(response(bomb, size=len(bomb)), Wire())
    tracemalloc.start()
    async for piece in pieces:
        assert len(piece) <= LARGEST_PIECE
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8 * 2**20


@pytest.mark.parametrize(
    ("size", "asked"),
    [
        (None, "identity"),
        (100, "identity"),
        (2**10, "gzip"),
        (2**20, "gzip"),
        (2**20 + 1, "identity"),
    ],
)
async def test_which_files_travel_compressed(
    host: FakeHost, size: int | None, asked: str
) -> None:
    """Those of a known size that fill a packet and need not be resumed."""
    headers = {"content-encoding": "gzip"} if asked == "gzip" else {}
    body = gzip.compress(WORDS) if headers else WORDS
    host.on(FILE, Reply(headers=headers, body=body))
    client = host.client()
    opened = client.open_raw(RepoId("o", "r"), ObjectId(COMMIT), "x", size=size)
    async with opened as found:
        assert b"".join([chunk async for chunk in found.chunks]) == WORDS
        assert found.travelled is not None
        assert found.travelled() == len(body)
    assert host.requests[0].headers["accept-encoding"] == asked
