"""What HTTP/1.1 looks like on the wire (RFC 9112): heads and chunks, no connection."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rehydrate_tui.github.wire.failures import MalformedError
from rehydrate_tui.github.wire.head_decoder import LARGEST_HEAD, Headers
from rehydrate_tui.github.wire.requests import Outgoing

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9][0-9])(?: [^\r\n\x00]*)?")
_FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\r\n\x00]*?)[ \t]*")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n\x00]*)?\r?")
_LENGTH = re.compile(rb"[0-9]{1,18}")
_LONGEST_LINE = 8 * 2**10
_BODILESS = frozenset({204, 304})
_FIRST_FINAL = 200


@dataclass(frozen=True, slots=True)
class Head:
    """The first lines of a response."""

    status: int
    headers: Headers
    is_kept_open: bool
    """Whether the connection may be used again after the body."""

    @property
    def is_interim(self) -> bool:
        """Whether the response itself is still to come."""
        return self.status < _FIRST_FINAL

    def values(self, name: bytes) -> list[bytes]:
        """Return the members of all fields of a name, in lower case."""
        lines = (value for key, value in self.headers if key.lower() == name)
        return [each.strip().lower() for line in lines for each in line.split(b",")]


def request_head(request: Outgoing) -> bytes:
    """Return the first lines of a request."""
    lines = [b"%s %s HTTP/1.1" % (request.method.encode(), request.target)]
    lines.append(b"host: " + request.authority)
    lines += [name + b": " + value for name, value in request.headers]
    return b"\r\n".join((*lines, b"", b""))


def cut_head(buffer: bytearray) -> Head | None:
    """Take a head off the front of what has arrived; None while it is not whole.

    Raises:
        MalformedError: this is no head of HTTP/1.1, or it is too large.
    """
    end = _END_OF_HEAD.search(buffer)
    if (end.start() if end else len(buffer)) > LARGEST_HEAD:
        raise MalformedError("a head is too large")
    if end is None:
        return None
    lines = [
        line.removesuffix(b"\r") for line in bytes(buffer[: end.start()]).split(b"\n")
    ]
    del buffer[: end.end()]
    first = _STATUS_LINE.fullmatch(lines[0])
    fields = [_FIELD.fullmatch(line) for line in lines[1:]]
    if first is None:
        raise MalformedError("a response has no status")
    headers: Headers = []
    for each in fields:
        if each is None:
            raise MalformedError("a header is damaged")
        headers.append((each[1], each[2]))
    head = Head(int(first[2]), headers, is_kept_open=first[1] == b"1")
    if b"close" in head.values(b"connection"):
        return Head(head.status, headers, is_kept_open=False)
    return head


def body_reader(head: Head, method: str) -> BodyReader:
    """Return what finds the end of a body (RFC 9112 §6.3).

    Raises:
        MalformedError: the headers contradict each other.
    """
    if method == "HEAD" or head.status in _BODILESS:
        return BodyReader(0)
    codings = head.values(b"transfer-encoding")
    if codings:
        if codings != [b"chunked"]:
            raise MalformedError("the transfer coding is unknown")
        return ChunkedReader()
    lengths = set(head.values(b"content-length"))
    if not lengths:
        return BodyReader(None)
    length = lengths.pop()
    if lengths or not _LENGTH.fullmatch(length):
        raise MalformedError("the length of the body is unclear")
    return BodyReader(int(length))


class BodyReader:
    """Finds the end of a body of known length; None: it ends with the connection."""

    def __init__(self, length: int | None) -> None:
        self._left = length

    @property
    def is_complete(self) -> bool:
        """Whether all of the body was taken."""
        return self._left == 0

    @property
    def ends_with_connection(self) -> bool:
        """Whether the end of the connection is the end of the body."""
        return self._left is None

    def passes(self, count: int) -> bool:
        """Count bytes that follow what was taken, if all of them are content.

        They need not go through the buffer then, which would copy them twice.
        """
        if self._left is None:
            return True
        if count > self._left:
            return False
        self._left -= count
        return True

    def take(self, buffer: bytearray) -> bytes:
        """Take what belongs to the body off the front of `buffer`."""
        if self._left is None or len(buffer) <= self._left:
            data = bytes(buffer)
            buffer.clear()
        else:
            data = bytes(buffer[: self._left])
            del buffer[: self._left]
        if self._left is not None:
            self._left -= len(data)
        return data


class ChunkedReader(BodyReader):
    """Takes the chunks of a chunked body apart, and drops its trailers."""

    def __init__(self) -> None:
        super().__init__(1)
        self._chunk_left = 0
        self._is_inside = False
        self._is_at_end = False
        self._trailers = 0

    def passes(self, count: int) -> bool:
        """Count bytes that follow what was taken, if all are of the same chunk."""
        if count > self._chunk_left:
            return False
        self._chunk_left -= count
        return True

    def take(self, buffer: bytearray) -> bytes:
        """Take the content off the front of `buffer`; what is half there stays.

        Raises:
            MalformedError: this is no chunked body.
        """
        parts: list[bytes] = []
        while not self.is_complete:
            if self._chunk_left:
                part = bytes(buffer[: self._chunk_left])
                del buffer[: self._chunk_left]
                self._chunk_left -= len(part)
                if not part:
                    break
                parts.append(part)
            elif (line := self._line(buffer)) is None:
                break
            else:
                self._read_line(line)
        return b"".join(parts)

    def _line(self, buffer: bytearray) -> bytes | None:
        end = buffer.find(b"\n", 0, _LONGEST_LINE)
        if end < 0:
            if len(buffer) >= _LONGEST_LINE:
                raise MalformedError("a line between chunks is too long")
            return None
        line = bytes(buffer[:end])
        del buffer[: end + 1]
        return line

    def _read_line(self, line: bytes) -> None:
        if self._is_at_end:
            self._trailers += len(line)
            if self._trailers > LARGEST_HEAD:
                raise MalformedError("the trailers are too large")
            if line in {b"", b"\r"}:
                self._left = 0
            return
        if self._is_inside:
            if line not in {b"", b"\r"}:
                raise MalformedError("a chunk is longer than it says")
            self._is_inside = False
            return
        size = _CHUNK_SIZE.fullmatch(line)
        if size is None:
            raise MalformedError("the size of a chunk is no number")
        self._chunk_left = int(size[1], 16)
        self._is_inside = bool(self._chunk_left)
        self._is_at_end = not self._is_inside
