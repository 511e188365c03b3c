"""Where a manifest comes from: a file, standard input, or a repository."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from rehydrate_tui.domain.address import GistAddress, parse_address
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.redact import redact
from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import (
    AddressError,
    NotFoundError,
    OfflineError,
    PayloadError,
    UsageError,
)
from rehydrate_tui.storage.manifest_file import load_manifest, parse_manifest
from rehydrate_tui.storage.toml_io import MAX_BYTES

STANDARD_INPUT = "-"

# `owner/repo:path` and `owner/repo@ref:path`: no file is meant.
_WEB = re.compile(r"https?://", re.IGNORECASE)
_RAW_GIST = re.compile(r"https://gist\.githubusercontent\.com/", re.IGNORECASE)
_IN_REPOSITORY = re.compile(r"[^/\s:@]+/[^/\s:@]+(?:@[^:\s]+)?:[^\s].*")


def is_address(name: str) -> bool:
    """Tell whether `name` is an address rather than a path on this machine."""
    if "://" in name:
        return True
    # A name too long for this system is no file; pathlib would raise.
    is_file = os.path.exists(name)  # noqa: PTH110 - see above
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


async def read_remote(session: Session, name: str, *, host: str) -> Manifest:
    """Read a manifest that lies in a repository or anywhere on the web.

    In a repository that costs three API requests and a raw one. Anywhere else the
    address is asked for as it is, and never with a token.

    Raises:
        UsageError: the address names no file, or there is none.
        RemoteError: it cannot be had.
        ManifestError: it cannot be used.
    """
    try:
        address = parse_address(name, host=host)
    except AddressError:
        if not _WEB.match(name):
            raise
        return await _read_web(session, name)
    if isinstance(address, GistAddress) and _RAW_GIST.match(name):
        return await _read_web(session, name)
    if isinstance(address, GistAddress) or not (address.path or address.ambiguous):
        raise UsageError(
            "The address names no file in a repository.",
            hint="Such as owner/repo@main:manifest.toml, or the page of the file.",
        )
    try:
        opened = await session.open(address)
        data = await session.read(opened, most=MAX_BYTES)
    except (NotFoundError, OfflineError) as error:
        raise UsageError(
            f"The manifest cannot be found: {error.message}", hint=error.hint
        ) from error
    return parse_manifest(data, f"{opened.repository.id}:{opened.path}")


async def _read_web(session: Session, name: str) -> Manifest:
    shown = redact(name.partition("#")[0].partition("?")[0])
    try:
        data = await session.read_document(name, most=MAX_BYTES)
    except (NotFoundError, OfflineError, PayloadError) as error:
        raise UsageError(
            f"There is no manifest to be had. {error.message}", hint=error.hint
        ) from error
    return parse_manifest(data, shown)


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
