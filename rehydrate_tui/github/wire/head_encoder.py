"""Header blocks of HTTP/2 requests (RFC 7541): plain literals, in no table.

What repeats from request to request is written once; only the path changes.
"""

from __future__ import annotations

from rehydrate_tui.github.wire.requests import Outgoing

_MOST_REMEMBERED = 256
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
