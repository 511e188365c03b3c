"""A manifest before it is saved: other places for its files.

Knows no widget.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rehydrate_tui.domain.manifest import LockedFile, Manifest, Source
from rehydrate_tui.domain.manifest_reader import manifest_from_dict
from rehydrate_tui.domain.paths import (
    RepoPath,
    check_repo_path,
)
from rehydrate_tui.tui.chosen import Chosen
from rehydrate_tui.tui.merging import put_source

Key = tuple[str, str]
"""Repository and commit: what a source is known by."""


def key_of(source: Source) -> Key:
    """Return what a source is known by."""
    return str(source.repository).casefold(), source.commit or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where files go, as the person has said it last."""

    into: Mapping[Key, str] = field(default_factory=dict[Key, str])
    """Folders below the destination."""
    to: Mapping[tuple[Key, str], str] = field(
        default_factory=dict[tuple[Key, str], str]
    )
    """Local paths, by source and path in the repository."""

    def with_into(self, key: Key, folder: str) -> Places:
        """Return the places with another folder for one source."""
        return replace(self, into={**self.into, key: folder})

    def with_to(self, key: Key, path: str, to: str) -> Places:
        """Return the places with another local path for one file."""
        return replace(self, to={**self.to, (key, path): to})


def compose(chosen: Chosen, base: Manifest | None, places: Places) -> Manifest:
    """Return the manifest to save: what is chosen, over `base`, at its places.

    Raises:
        UnsafePathError: a place is outside of the destination, or no path.
        ManifestError: it could not be replayed: two files would have one place.
    """
    manifest = base or Manifest(sources=())
    for source in chosen.sources:
        manifest = put_source(manifest, source)
    sources = tuple(_placed(source, places) for source in manifest.sources)
    manifest = replace(manifest, sources=sources)
    # What is written must be readable; the reader knows every rule.
    manifest_from_dict(manifest.to_dict())
    return manifest


def _placed(source: Source, places: Places) -> Source:
    key = key_of(source)
    into = source.into
    if key in places.into:
        folder = places.into[key].strip().strip("/")
        into = None if folder in {"", "."} else check_repo_path(folder)
    files = tuple(
        _renamed(file, places.to[key, file.path])
        if (key, file.path) in places.to
        else file
        for file in source.files
    )
    return replace(source, into=into, files=files)


def _renamed(file: LockedFile, to: str) -> LockedFile:
    to = to.strip()
    is_own = to in {"", file.path}
    return file._replace(to=None if is_own else RepoPath(check_repo_path(to)))
