"""Manifests elsewhere: in a repository, or anywhere on the web."""

from __future__ import annotations

import re

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
from rehydrate_tui.storage.manifest_file import parse_manifest
from rehydrate_tui.storage.toml_io import MAX_BYTES

_WEB = re.compile(r"https?://", re.IGNORECASE)
_RAW_GIST = re.compile(r"https://gist\.githubusercontent\.com/", re.IGNORECASE)


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
