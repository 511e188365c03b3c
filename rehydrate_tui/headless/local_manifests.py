"""Manifests on this machine: a file, or standard input."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.errors import UsageError
from rehydrate_tui.storage.manifest_file import load_manifest, parse_manifest
from rehydrate_tui.storage.toml_io import MAX_BYTES

STANDARD_INPUT = "-"

# `owner/repo:path` and `owner/repo@ref:path`: no file is meant.
_IN_REPOSITORY = re.compile(r"[^/\s:@]+/[^/\s:@]+(?:@[^:\s]+)?:[^\s].*")


def is_address(name: str) -> bool:
    """Tell whether `name` is an address rather than a path on this machine."""
    if "://" in name:
        return True
    # A name too long for this system is no file; pathlib would raise.
    is_file = os.path.exists(name)  # noqa: PTH110
    return _IN_REPOSITORY.fullmatch(name) is not None and not is_file


def read_local(name: str) -> Manifest:
    """Read a manifest from a file, or from standard input when `name` is `-`.

    Raises:
        UsageError: there is none.
        ManifestError: it cannot be used.
    """
    if name != STANDARD_INPUT:
        return load_manifest(expand_user(name))
    if not sys.stdin:
        raise UsageError(
            "There is no standard input to read a manifest from.",
            hint="Give the path of a file, or connect a pipe.",
        )
    return parse_manifest(sys.stdin.buffer.read(MAX_BYTES + 1), "standard input")


def expand_user(text: str) -> Path:
    """Return the path with a leading `~` or `~name` resolved.

    Raises:
        UsageError: there is no such user.
    """
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise UsageError(
            f"“{text}” begins with the home of a user that this machine does not know.",
            hint="Write the path out, or put ./ in front of it.",
        ) from error
