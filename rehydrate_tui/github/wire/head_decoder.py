"""Header blocks of HTTP/2 responses: put together, cut into fields, decoded by hpack.

Our settings ask the peer to keep no table. Then a field means the same wherever it
stands, and one that repeats is decoded once: half the work of a small file would be
undoing Huffman's code of dates and server names. A peer that keeps a table nevertheless
is understood as well.
"""

from __future__ import annotations

import re

from hpack import Decoder, HPACKError

from rehydrate_tui.github.wire.failures import MalformedError
from rehydrate_tui.github.wire.frames import (
    COMPRESSION_ERROR,
    CONTINUATION,
    END_HEADERS,
    TOO_MUCH,
    Frame,
    unpadded,
)

LARGEST_HEAD = 64 * 2**10
"""Bytes of a response's header fields, on the wire and as hpack counts them."""

Headers = list[tuple[bytes, bytes]]
_MOST_REMEMBERED = 1024
_LONGEST_REMEMBERED = 256
_OVERHEAD = 32  # of a field, as RFC 7541 §4.1 counts it
_STATUS = re.compile(rb"[1-9][0-9][0-9]")
_INDEXED, _INCREMENTAL, _TABLE_SIZE = 0x80, 0x40, 0x20


class Block:
    """A header block that arrives in one frame or several."""

    def __init__(self, first: Frame) -> None:
        self.stream_id = first.stream_id
        self.flags = first.flags
        self.is_complete = bool(first.flags & END_HEADERS)
        self.data = bytes(unpadded(first))

    def go_on(self, received: Frame) -> None:
        """Add the next frame.

        Raises:
            MalformedError: it is not the continuation, or the block is too large.
        """
        if received.kind != CONTINUATION or received.stream_id != self.stream_id:
            raise MalformedError("a header block is interrupted")
        self.data += received.payload
        if len(self.data) > LARGEST_HEAD or not received.payload:
            raise MalformedError("a header block is too large", TOO_MUCH)
        self.is_complete = bool(received.flags & END_HEADERS)


class HeadDecoder:
    """Reads the header blocks of one connection."""

    def __init__(self) -> None:
        self._decoder = Decoder(max_header_list_size=LARGEST_HEAD)
        self._known: dict[bytes, Headers] = {}

    def decode(self, block: bytes) -> Headers:
        """Return the fields of a block.

        Raises:
            MalformedError: it is damaged, or too large.
        """
        if self._decoder.header_table_size:
            return self._decoded(block)
        fields: Headers = []
        start = size = 0
        while start < len(block):
            end = _end_of_field(block, start)
            for name, value in self._field(block[start:end]):
                size += len(name) + len(value) + _OVERHEAD
                fields.append((name, value))
            start = end
        if size > LARGEST_HEAD:
            raise MalformedError("a header block is too large", TOO_MUCH)
        return fields

    def _field(self, piece: bytes) -> Headers:
        known = self._known.get(piece)
        if known is None:
            known = self._decoded(piece)
            if (
                len(piece) < _LONGEST_REMEMBERED
                and len(self._known) < _MOST_REMEMBERED
                and not self._decoder.header_table_size
            ):
                self._known[piece] = known
        return known

    def _decoded(self, block: bytes) -> Headers:
        try:
            found = self._decoder.decode(block, raw=True)
        except HPACKError as error:
            raise MalformedError(
                "a header block is damaged", COMPRESSION_ERROR
            ) from error
        return [(bytes(each[0]), bytes(each[1])) for each in found]


def head_of(fields: Headers) -> tuple[int, Headers]:
    """Return the status and the other fields.

    Raises:
        MalformedError: there is no status, or more than one.
    """
    pseudo = [(name, value) for name, value in fields if name[:1] == b":"]
    is_right = len(pseudo) == 1 and pseudo[0][0] == b":status"
    if not is_right or not _STATUS.fullmatch(pseudo[0][1]):
        raise MalformedError("a response has no status")
    return int(pseudo[0][1]), [each for each in fields if each[0][:1] != b":"]


def _end_of_field(block: bytes, start: int) -> int:
    """Return where a field ends; what it means is hpack's business (RFC 7541 §6)."""
    first = block[start]
    if first & _INDEXED:
        return _after_integer(block, start, 7)[1]
    if first & _INCREMENTAL:
        index, at = _after_integer(block, start, 6)
    elif first & _TABLE_SIZE:
        return _after_integer(block, start, 5)[1]
    else:
        index, at = _after_integer(block, start, 4)
    if not index:
        at = _after_string(block, at)
    return _after_string(block, at)


def _after_string(block: bytes, start: int) -> int:
    if start >= len(block):
        return len(block)
    length, at = _after_integer(block, start, 7)
    return at + length


def _after_integer(block: bytes, start: int, bits: int) -> tuple[int, int]:
    """Return a number with a prefix of so many bits, and where it ends."""
    most = (1 << bits) - 1
    number = block[start] & most
    at = start + 1
    if number < most:
        return number, at
    shift = 0
    while at < len(block):
        number += (block[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not block[at - 1] & 0x80:
            break
    return number, at
