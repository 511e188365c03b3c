"""The frames of HTTP/2 (RFC 9113 §4 and §6): bytes in and out, no state of a connection."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rehydrate_tui.github.wire.failures import MalformedError

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS = range(5)
PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(5, 10)

ACK = END_STREAM = 0x1
END_HEADERS, PADDED, HAS_PRIORITY = 0x4, 0x8, 0x20

HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS = 1, 2, 3
INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE = 4, 5, 6

PROTOCOL_ERROR, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR = 1, 3, 6
REFUSED_STREAM, CANCEL, COMPRESSION_ERROR, TOO_MUCH = 7, 8, 9, 11

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DEFAULT_WINDOW = 65_535
DEFAULT_FRAME_SIZE = 16_384
LARGEST_WINDOW = 2**31 - 1
_LARGEST_FRAME_SIZE = 2**24 - 1
_HEAD = struct.Struct(">HBBBI")
_SETTING = struct.Struct(">HI")
_NUMBER = struct.Struct(">I")
_READ_AT_ONCE = 256 * 2**10
_PRIORITY_SIZE = 5


class Frame(NamedTuple):
    """One frame; its payload is gone when room is made for more."""

    kind: int
    flags: int
    stream_id: int
    payload: memoryview


def frame(kind: int, flags: int, stream_id: int, payload: bytes = b"") -> bytes:
    """Return a frame as bytes."""
    size = len(payload)
    return _HEAD.pack(size >> 8, size & 0xFF, kind, flags, stream_id) + payload


def settings_frame(settings: Mapping[int, int]) -> bytes:
    """Return a SETTINGS frame."""
    payload = b"".join(_SETTING.pack(*each) for each in settings.items())
    return frame(SETTINGS, 0, 0, payload)


def window_frame(stream_id: int, count: int) -> bytes:
    """Return a WINDOW_UPDATE frame; stream 0 is the whole connection."""
    return frame(WINDOW_UPDATE, 0, stream_id, _NUMBER.pack(count))


def reset_frame(stream_id: int, code: int) -> bytes:
    """Return a RST_STREAM frame."""
    return frame(RST_STREAM, 0, stream_id, _NUMBER.pack(code))


def goaway_frame(code: int) -> bytes:
    """Return a GOAWAY frame of one who has taken no stream of the peer."""
    return frame(GOAWAY, 0, 0, _NUMBER.pack(0) + _NUMBER.pack(code))


class FrameReader:
    """Cuts what is received into frames.

    Args:
        largest: bytes that a payload may have.
    """

    def __init__(self, largest: int = DEFAULT_FRAME_SIZE) -> None:
        self._largest = largest
        self._view = memoryview(bytearray(_READ_AT_ONCE + largest + _HEAD.size))
        self._start = self._end = 0

    def room(self) -> memoryview:
        """Return where the next bytes are to be written; ends the life of all frames."""
        view, start, end = self._view, self._start, self._end
        if start:
            view[: end - start] = bytes(view[start:end])
            self._start, self._end = 0, end - start
        return view[self._end :]

    def take(self, count: int) -> Iterator[Frame]:
        """Yield the frames that are whole with `count` more bytes in the room.

        Raises:
            MalformedError: a frame is larger than allowed.
        """
        view, start = self._view, self._start
        end = self._end = self._end + count
        while end - start >= _HEAD.size:
            high, low, kind, flags, stream_id = _HEAD.unpack_from(view, start)
            size = high << 8 | low
            if size > self._largest:
                raise MalformedError("a frame is too large", FRAME_SIZE_ERROR)
            first = start + _HEAD.size
            if end - first < size:
                break
            start = self._start = first + size
            yield Frame(kind, flags, stream_id & LARGEST_WINDOW, view[first:start])


def unpadded(received: Frame) -> memoryview:
    """Return the payload of a DATA or HEADERS frame without padding and priority.

    Raises:
        MalformedError: the padding is longer than the frame.
    """
    payload, padding = received.payload, 0
    if received.flags & PADDED:
        if not payload:
            raise MalformedError("a padded frame is empty", FRAME_SIZE_ERROR)
        padding, payload = payload[0], payload[1:]
    if received.kind == HEADERS and received.flags & HAS_PRIORITY:
        payload = payload[_PRIORITY_SIZE:]
    if padding > len(payload):
        raise MalformedError("a frame has more padding than bytes")
    return payload[: len(payload) - padding]


def numbers(received: Frame, count: int) -> tuple[int, ...]:
    """Return the 32-bit numbers that a payload of exactly so many consists of.

    Raises:
        MalformedError: it has another size.
    """
    if len(received.payload) != count * _NUMBER.size:
        raise MalformedError("a frame has the wrong size", FRAME_SIZE_ERROR)
    return struct.unpack(f">{count}I", received.payload)


def settings_of(received: Frame) -> dict[int, int]:
    """Return the settings in a SETTINGS frame, those that are known and right.

    Raises:
        MalformedError: one of them is against the rules.
    """
    if received.stream_id or len(received.payload) % _SETTING.size:
        raise MalformedError("the settings are damaged", FRAME_SIZE_ERROR)
    found: dict[int, int] = dict(_SETTING.iter_unpack(received.payload))
    if found.get(INITIAL_WINDOW_SIZE, 0) > LARGEST_WINDOW:
        raise MalformedError("a window is too large", FLOW_CONTROL_ERROR)
    size = found.get(MAX_FRAME_SIZE, DEFAULT_FRAME_SIZE)
    if not DEFAULT_FRAME_SIZE <= size <= _LARGEST_FRAME_SIZE:
        raise MalformedError("the size of frames is out of range")
    return found
