"""Whatever arrives: the readers take it apart, or say that it is malformed."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.github.wire import frames
from rehydrate_tui.github.wire.failures import MalformedError
from rehydrate_tui.github.wire.head_decoder import HeadDecoder
from rehydrate_tui.github.wire.http1_messages import ChunkedReader, cut_head

PIECES = st.lists(
    st.binary(max_size=40)
    | st.sampled_from(
        [b"HTTP/1.1 200 OK\r\n", b"\r\n", b"\r\n\r\n", b"a: b\r\n", b"5\r\n", b"0\r\n"]
    ),
    max_size=12,
)


def taken(reader: frames.FrameReader, data: bytes) -> list[tuple[int, int, int, bytes]]:
    """Return the frames that are whole after `data`."""
    reader.room()[: len(data)] = data
    return [
        (each.kind, each.flags, each.stream_id, bytes(each.payload))
        for each in reader.take(len(data))
    ]


@given(PIECES)
def test_frames_of_anything(pieces: list[bytes]) -> None:
    """Bytes in any pieces: frames, or a clear refusal."""
    reader = frames.FrameReader()
    with contextlib.suppress(MalformedError):
        for piece in pieces:
            taken(reader, piece)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 255),
            st.integers(0, 255),
            st.integers(0, 2**31 - 1),
            st.binary(max_size=300),
        ),
        max_size=6,
    ),
    st.integers(1, 50),
)
def test_frames_come_back(sent: list[tuple[int, int, int, bytes]], size: int) -> None:
    """What one side writes the other reads, however the bytes are cut."""
    data = b"".join(frames.frame(*each) for each in sent)
    reader = frames.FrameReader()
    found = [
        each
        for start in range(0, len(data), size)
        for each in taken(reader, data[start : start + size])
    ]
    assert found == sent


@given(st.binary(max_size=200), st.booleans())
def test_header_blocks_of_anything(block: bytes, has_table: bool) -> None:  # noqa: FBT001
    """A block is decoded or refused, with the table of the peer or without one."""
    decoder = HeadDecoder()
    if not has_table:
        decoder.decode(b"\x20")
    with contextlib.suppress(MalformedError):
        decoder.decode(block)


@given(PIECES)
def test_heads_of_anything(pieces: list[bytes]) -> None:
    """A head is cut off, or there is none yet, or it is refused."""
    buffer = bytearray()
    with contextlib.suppress(MalformedError):
        for piece in pieces:
            buffer += piece
            head = cut_head(buffer)
            assert head is None or 100 <= head.status <= 999


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=6), st.integers(1, 20))
def test_chunks_come_back(parts: list[bytes], size: int) -> None:
    """However a chunked body arrives, its content is the same, and its end is found."""
    sent = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    sent += b"0\r\nx-trailer: 1\r\n\r\n"
    reader, buffer, found = ChunkedReader(), bytearray(), b""
    for start in range(0, len(sent), size):
        assert not reader.is_complete
        buffer += sent[start : start + size]
        found += reader.take(buffer)
    assert reader.is_complete
    assert not buffer
    assert found == b"".join(parts)
