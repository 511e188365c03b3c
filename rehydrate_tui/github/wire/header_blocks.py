"""Header blocks of HTTP/2: ours as plain literals, the peer's by the library hpack.

Our settings ask the peer to keep no table. A block that repeats is then decoded once; a
peer that keeps a table nevertheless is understood as well.
"""

from __future__ import annotations

import re

from hpack import Decoder, HPACKError, OversizedHeaderListError

from rehydrate_tui.github.wire.failures import MalformedError
from rehydrate_tui.github.wire.frames import COMPRESSION_ERROR, TOO_MUCH
from rehydrate_tui.github.wire.requests import Outgoing

LARGEST_HEAD = 64 * 2**10
"""Bytes of a response's header fields, as hpack counts them and on the wire."""

Headers = list[tuple[bytes, bytes]]
_MOST_REMEMBERED = 256
_STATUS = re.compile(rb"[1-9][0-9][0-9]")
_SCHEMES = {"http": b"\x86", "https": b"\x87"}
# Indexes of RFC 7541, appendix A.
_METHODS = {"GET": b"\x82", "POST": b"\x83"}
_METHOD, _AUTHORITY, _PATH = 2, 1, 4
_NAMES = {
    b"accept-encoding": 16, b"accept": 19, b"content-length": 28,
    b"content-type": 31, b"if-range": 42, b"range": 50, b"user-agent": 58,
}  # fmt: skip
_SECRETS = {b"authorization": 23, b"cookie": 32}
_NEVER_INDEXED = 0x10


class HeadEncoder:
    """Writes the header blocks of requests; such as repeat are written once."""

    def __init__(self) -> None:
        self._written: dict[tuple[object, ...], bytes] = {}

    def encode(self, request: Outgoing) -> bytes:
        """Return the header block of a request."""
        key = (request.method, request.scheme, request.authority, request.headers)
        block = self._written.get(key)
        if block is None:
            block = _constant_block(request)
            if len(self._written) < _MOST_REMEMBERED:
                self._written[key] = block
        # Pseudo-headers come first, and the path is the only part that changes.
        return _field(_PATH, request.target) + block


class HeadDecoder:
    """Reads the header blocks of responses."""

    def __init__(self) -> None:
        self._decoder = Decoder(max_header_list_size=LARGEST_HEAD)
        self._read: dict[bytes, Headers] = {}

    def decode(self, block: bytes) -> Headers:
        """Return the fields of a block.

        Raises:
            MalformedError: it is damaged, or too large.
        """
        known = self._read.get(block)
        if known is not None:
            return known
        try:
            fields = [(each[0], each[1]) for each in self._decoder.decode(block, raw=True)]
        except OversizedHeaderListError as error:
            raise MalformedError("a header block is too large", TOO_MUCH) from error
        except HPACKError as error:
            raise MalformedError("a header block is damaged", COMPRESSION_ERROR) from error
        if not self._decoder.header_table_size and len(self._read) < _MOST_REMEMBERED:
            self._read[block] = fields
        return fields


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


def _constant_block(request: Outgoing) -> bytes:
    method = request.method
    parts = [
        _METHODS.get(method) or _field(_METHOD, method.encode()),
        _SCHEMES[request.scheme],
        _field(_AUTHORITY, request.authority),
    ]
    for name, value in request.headers:
        if name in _SECRETS:
            parts.append(_integer(_SECRETS[name], 4, _NEVER_INDEXED) + _string(value))
        elif name in _NAMES:
            parts.append(_field(_NAMES[name], value))
        else:
            parts.append(b"\0" + _string(name) + _string(value))
    return b"".join(parts)


def _field(index: int, value: bytes) -> bytes:
    """Write a field whose name is known, to be kept in no table."""
    return _integer(index, 4, 0) + _string(value)


def _string(text: bytes) -> bytes:
    return _integer(len(text), 7, 0) + text


def _integer(number: int, bits: int, flags: int) -> bytes:
    """Write a number with a prefix of so many bits (RFC 7541 §5.1)."""
    most = (1 << bits) - 1
    if number < most:
        return bytes((flags | number,))
    out = bytearray((flags | most,))
    number -= most
    while number >= 0x80:  # noqa: PLR2004 - seven bits a byte
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
