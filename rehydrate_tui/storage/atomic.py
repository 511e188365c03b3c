"""Whole files or none: write beside, then rename over."""

from __future__ import annotations

import os
from pathlib import Path

from rehydrate_tui.errors import WriteError
from rehydrate_tui.storage.translate import translating_os_errors


def part_stem(name: str) -> str:
    """Return what the unfinished names of the file `name` have in common.

    They stay within 255 bytes; a cut in a multi-byte character is dropped.
    """
    return name.encode("utf-8", "surrogateescape")[:200].decode("utf-8", "ignore")


def part_name(name: str) -> str:
    """Return a fresh name for the unfinished file `name`, hidden in its folder."""
    return f".{part_stem(name)}.{os.urandom(6).hex()}.part"


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path`, so that a reader sees the old file or the whole new one.

    Raises:
        WriteError: no name, or the folder is missing or not writable.
        NoSpaceError: the disk is full.
    """
    if not path.name:
        raise WriteError(
            f"“{path}” is no name of a file.",
            path=str(path),
            hint="Such as manifest.toml.",
        )
    part = path.with_name(part_name(path.name))
    with translating_os_errors(str(path)):
        try:
            part.write_bytes(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
