"""Telling text from bytes, and the content types that follow."""

from __future__ import annotations

_IMAGES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
}
PLAIN = "text/plain; charset=utf-8"
BINARY = "application/octet-stream"


def is_text(data: bytes) -> bool:
    """Tell whether bytes are UTF-8 text."""
    if b"\0" in data:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def content_type(path: str, data: bytes) -> str:
    """Name the content type of the raw host: every text is plain text there."""
    if is_text(data):
        return PLAIN
    dot = path.rfind(".")
    return _IMAGES.get(path[dot:].lower(), BINARY)
