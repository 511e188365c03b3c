"""Inflating: bounded blocks, with and without the faster library, errors in one form."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest

from rehydrate_tui.engine import inflating
from rehydrate_tui.engine.inflating import (
    BLOCK,
    Inflating,
    ReadingAhead,
    inflating_module,
)
from rehydrate_tui.errors import PayloadError

MODULES = ["isal.isal_zlib", "no.such.module"]


@pytest.fixture(params=MODULES, autouse=True)
def _module(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use each library; where the faster one is missing, the standard one twice."""
    monkeypatch.setattr(inflating, "_FASTER", request.param)


def pieces(data: bytes, size: int = 1000) -> Callable[[], bytes]:
    """Return what hands out a stream piece by piece."""
    parts = iter([data[at : at + size] for at in range(0, len(data), size)])
    return lambda: next(parts, b"")


def inflate(data: bytes, most: int = 2**30) -> list[bytes]:
    """Inflate to the end."""
    stream = Inflating(pieces(data), most)
    return list(iter(stream.read, b""))


def test_a_stream_comes_in_bounded_blocks() -> None:
    """A hundred megabytes of zeros never stand in memory at once."""
    blocks = inflate(gzip.compress(bytes(10 * BLOCK)))
    assert sum(map(len, blocks)) == 10 * BLOCK
    assert max(map(len, blocks)) <= BLOCK


def test_reading_ahead_gives_the_same_blocks() -> None:
    """In their order, and the end again and again."""
    data = bytes(3 * BLOCK) + b"end"
    with ReadingAhead(Inflating(pieces(gzip.compress(data)), 2**30).read) as blocks:
        assert b"".join(iter(blocks.read, b"")) == data
        assert blocks.read() == b""


def test_what_follows_the_stream_is_not_looked_at() -> None:
    """Junk behind an archive is no part of it."""
    assert b"".join(inflate(gzip.compress(b"whole") + b"junk" * 900)) == b"whole"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<!DOCTYPE html>" * 99, id="a page"),
        pytest.param(gzip.compress(b"x" * 9999)[:-9], id="cut"),
        pytest.param(gzip.compress(b"x" * 9999)[:-8] + bytes(8), id="wrong sum"),
        pytest.param(zlib.compress(b"x" * 9999), id="zlib"),
    ],
)
def test_other_streams_are_refused(data: bytes) -> None:
    """Whatever the library raises, it is this program's error."""
    with pytest.raises(PayloadError):
        inflate(data)


def test_a_bomb_ends_at_its_bound() -> None:
    """A stream may become as long as its commit allows, and no longer."""
    bomb = gzip.compress(bytes(50 * BLOCK))
    with pytest.raises(PayloadError, match="far longer"):
        inflate(bomb, most=3 * BLOCK)


def test_the_standard_library_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the standard `zlib` does it."""
    monkeypatch.setattr(inflating, "_FASTER", "no.such.module")
    assert inflating_module() is zlib
