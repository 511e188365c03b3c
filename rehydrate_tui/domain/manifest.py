"""The manifest as values: which files, of which commit, to which place.

The text form is TOML; `storage.toml_io` reads and writes it, `manifest_reader` checks
what was read. `to_dict` gives the one order in which a manifest is written, so that
saving the same selection twice gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.objects import DEFAULT_HOST, ObjectId, RepoId
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.errors import UnsafePathError

SCHEMA_VERSION = 1

_NO_EXTRA: Mapping[str, Any] = MappingProxyType({})


class LockedFile(NamedTuple):
    """One file as pinned; what is None is found out at replay.

    A tuple because a manifest can have 200,000 of them.
    """

    path: RepoPath
    blob: ObjectId | None = None
    """Id of the blob as git stores it; for an LFS file, of the pointer."""
    size: int | None = None
    """Bytes of that blob."""
    to: RepoPath | None = None
    """Another local path, below the source's `into`."""
    executable: bool = False
    symlink: str | None = None
    """The link's text, when the entry is a symlink."""
    lfs: LfsPointer | None = None
    keep_pointer: bool = False
    """`lfs = false`: bring the pointer's text, not the object."""
    lfs_extra: Mapping[str, Any] = _NO_EXTRA
    """Keys of a newer minor version inside `lfs`, kept as well."""
    extra: Mapping[str, Any] = _NO_EXTRA
    """Keys of a newer minor version, kept when the manifest is saved."""

    @property
    def content_size(self) -> int:
        """Bytes on disk when the file is in place; 0 while unknown."""
        return self.lfs.size if self.lfs else self.size or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Files of one repository at one commit."""

    repository: RepoId
    ref: str | None = None
    """What was chosen: a branch, a tag or a commit id; None: the default branch."""
    commit: ObjectId | None = None
    include: tuple[str, ...] = ()
    """The rule that was ticked, in gitignore syntax."""
    into: RepoPath | None = None
    """A folder below the destination; None: the destination itself."""
    files: tuple[LockedFile, ...] = ()
    refused: tuple[UnsafePathError, ...] = ()
    """Entries that were chosen but must not be written; they are never saved."""
    extra: Mapping[str, Any] = field(default_factory=lambda: _NO_EXTRA)

    @property
    def is_pinned(self) -> bool:
        """Whether replay needs to ask the API nothing."""
        return bool(self.commit and self.files) and all(
            file.blob and file.size is not None for file in self.files
        )

    def target(self, file: LockedFile) -> str:
        """Return where `file` goes, below the destination folder."""
        local = file.to or file.path
        return f"{self.into}/{local}" if self.into else local


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A whole manifest."""

    sources: tuple[Source, ...]
    warnings: tuple[str, ...] = ()
    """Sentences about keys that this version does not know."""
    extra: Mapping[str, Any] = field(default_factory=lambda: _NO_EXTRA)

    def __post_init__(self) -> None:
        ordered = tuple(
            replace(source, files=tuple(sorted(source.files, key=_order)))
            for source in self.sources
        )
        object.__setattr__(self, "sources", ordered)

    @property
    def is_pinned(self) -> bool:
        """Whether replay needs to ask the API nothing."""
        return all(source.is_pinned for source in self.sources)

    @property
    def file_count(self) -> int:
        """Number of files, all sources together."""
        return sum(len(source.files) for source in self.sources)

    @property
    def content_size(self) -> int:
        """Bytes on disk of all files, as far as known."""
        return sum(
            file.content_size for source in self.sources for file in source.files
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the plain form, in the order in which it is written."""
        sources = [_source_to_dict(source) for source in self.sources]
        return {"version": SCHEMA_VERSION, **self.extra, "source": sources}


def _order(file: LockedFile) -> tuple[str, str]:
    """Order by path; one path may go to several places."""
    return file.path, file.to or ""


def _source_to_dict(source: Source) -> dict[str, Any]:
    repo = source.repository
    optional: dict[str, Any] = {
        "host": repo.host if repo.host != DEFAULT_HOST else None,
        "ref": source.ref,
        "commit": source.commit,
        "include": list(source.include) or None,
        "into": source.into or ".",
        **source.extra,
        "file": [_file_to_dict(file) for file in source.files] or None,
    }
    return {"repository": repo.full_name, **_without_none(optional)}


def _file_to_dict(file: LockedFile) -> dict[str, Any]:
    lfs: dict[str, Any] | bool | None = None
    if file.lfs:
        lfs = {"oid": file.lfs.oid, "size": file.lfs.size, **file.lfs_extra}
    elif file.keep_pointer:
        lfs = False
    optional: dict[str, Any] = {
        "blob": file.blob,
        "size": file.size,
        "to": file.to,
        "executable": file.executable or None,
        "symlink": file.symlink,
        "lfs": lfs,
        **file.extra,
    }
    return {"path": file.path, **_without_none(optional)}


def _without_none(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value is not None}
