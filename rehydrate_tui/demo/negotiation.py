"""What HTTP lets a client negotiate: compression, conditions, ranges."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime

_LEAST_TO_COMPRESS = 200
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def wants_gzip(accept_encoding: str, size: int) -> bool:
    """Tell whether a body of this size is to be compressed."""
    if size < _LEAST_TO_COMPRESS:
        return False
    for item in accept_encoding.split(","):
        name, _, parameter = item.partition(";")
        if name.strip().lower() in {"gzip", "*"}:
            return parameter.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00"}
    return False


def compressed(body: bytes) -> bytes:
    """Compress a body; equal bodies give equal bytes."""
    return gzip.compress(body, compresslevel=6, mtime=0)


def tag_of(*parts: bytes) -> str:
    """Make a strong entity tag of 64 hex digits."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
        digest.update(b"\0")
    return f'"{digest.hexdigest()}"'


def weak(etag: str) -> str:
    """Make an entity tag weak."""
    return etag if etag.startswith("W/") else f"W/{etag}"


def matches(condition: str, etag: str) -> bool:
    """Compare an If-None-Match header with an entity tag, weakly."""
    opaque = _opaque(etag)
    values = [item.strip() for item in condition.split(",")]
    return "*" in values or any(_opaque(value) == opaque for value in values)


def _opaque(etag: str) -> str:
    return etag.strip().removeprefix("W/").strip('"')


def http_date(seconds: float) -> str:
    """Render a moment for a header."""
    return formatdate(seconds, usegmt=True)


def is_unchanged_since(condition: str, modified: float) -> bool:
    """Compare an If-Modified-Since header with a moment."""
    try:
        since = parsedate_to_datetime(condition)
    except ValueError:
        return False
    return int(modified) <= since.timestamp()


@dataclass(frozen=True, slots=True)
class Span:
    """A run of bytes: start included, stop not."""

    start: int
    stop: int

    def content_range(self, total: int) -> str:
        """Render the Content-Range header of a partial answer."""
        return f"bytes {self.start}-{self.stop - 1}/{total}"


class UnsatisfiableRangeError(Exception):
    """The range begins behind the end."""


def requested_span(
    range_header: str | None, if_range: str | None, etag: str, total: int
) -> Span | None:
    """Find the part of a body that is asked for; None for the whole.

    Several ranges, other units and malformed headers are ignored, as the real
    hosts do. If-Range needs a strong match.

    Raises:
        UnsatisfiableRangeError: No byte of the body is in the range.
    """
    match = _RANGE.fullmatch((range_header or "").replace(" ", ""))
    if match is None or match.group(0) == "bytes=-":
        return None
    if if_range is not None and (if_range != etag or etag.startswith("W/")):
        return None
    first, last = match.groups()
    if not first:
        span = Span(max(0, total - int(last)), total)
    else:
        span = Span(int(first), min(int(last or total), total - 1) + 1)
        if last and int(last) < int(first):
            return None
    if span.start >= total:
        raise UnsatisfiableRangeError
    return span
