"""Manifests on disk: read with limits, written atomically."""

from __future__ import annotations

import os
from pathlib import Path

from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.manifest_reader import manifest_from_dict
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import ManifestError, ManifestSyntaxError, UsageError
from rehydrate_tui.storage.atomic import write_atomically
from rehydrate_tui.storage.toml_io import MAX_BYTES, format_toml, parse_toml

HEADER = b"# rehydrate-tui --replay %s\n"


def parse_manifest(data: bytes, origin: str) -> Manifest:
    """Read a manifest from its bytes; `origin` is named in every error.

    Raises:
        ManifestError: it cannot be used; the message begins with `origin`.
    """
    try:
        return manifest_from_dict(parse_toml(data))
    except ManifestError as error:
        error.origin = strip_controls(origin)
        raise


def load_manifest(path: Path) -> Manifest:
    """Read the manifest at `path`.

    Raises:
        UsageError: there is no such file, or it cannot be read.
        ManifestError: it cannot be used.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"The manifest “{path}” cannot be read: {os.strerror(error.errno or 0)}.",
            hint="Give the path of a file saved by rehydrate-tui.",
        ) from error
    if len(data) > MAX_BYTES:
        raise ManifestSyntaxError(f"“{path}” is larger than {MAX_BYTES // 2**20} MiB.")
    return parse_manifest(data, str(path))


def manifest_bytes(manifest: Manifest, name: str) -> bytes:
    """Return the text form; the first line is the command that replays `name`."""
    shown = strip_controls(name).encode("utf-8")
    return HEADER % shown + format_toml(manifest.to_dict())


def save_manifest(manifest: Manifest, path: Path) -> None:
    """Write the manifest: either the whole new file is there, or the old one.

    Raises:
        WriteError: the folder is missing or not writable, or the disk is full.
    """
    write_atomically(path, manifest_bytes(manifest, path.name))


def find_manifests(folder: Path) -> list[Path]:
    """Return the files in `folder` that look like manifests, by name."""
    try:
        candidates = sorted(folder.glob("*.toml"))
        return [path for path in candidates if _looks_like_manifest(path)]
    except OSError:
        return []


def _looks_like_manifest(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(4096)
    return b"[[source]]" in head and b"repository" in head
