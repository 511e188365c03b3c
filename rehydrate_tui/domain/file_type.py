"""What type a file is, as far as its name tells."""

from __future__ import annotations

OTHER = "other"
"""The type of names without an extension."""


def type_of(path: str) -> str:
    """Return the extension with its dot, in lower case, or `OTHER`."""
    stem, dot, extension = path.rpartition(".")
    if not dot or "/" in extension or not stem or stem.endswith("/"):
        return OTHER
    return f".{extension.lower()}"
