"""The difference between what a manifest pins and what it would pin now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from rehydrate_tui.domain.manifest import LockedFile, Manifest, Source


class ChangeKind(Enum):
    """What happens to an entry; the values stand in `--json`."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One entry of the manifest that an update adds, changes or takes out."""

    kind: ChangeKind
    path: str
    """In the repository."""
    target: str
    """Below the destination folder, `/` between segments."""
    old_size: int | None = None
    """Bytes on disk as pinned; None for an added file, or when it was not pinned."""
    size: int | None = None
    """Bytes on disk from now on; None for a removed file."""
    reason: str = ""
    """Why it is removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceUpdate:
    """One source before and after."""

    old: Source
    new: Source
    changes: tuple[FileChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestUpdate:
    """A manifest with new pins, and how it differs from the old one."""

    old: Manifest
    sources: tuple[SourceUpdate, ...]
    notes: tuple[str, ...] = ()

    @property
    def manifest(self) -> Manifest:
        """The manifest with the new pins; unknown keys are kept."""
        return replace(self.old, sources=tuple(each.new for each in self.sources))

    @property
    def is_changed(self) -> bool:
        """Whether the new manifest says anything else than the old one."""
        return self.manifest.to_dict() != self.old.to_dict()

    def changes(self, *kinds: ChangeKind) -> Iterator[FileChange]:
        """Yield the changes of all sources, or those of some kinds."""
        for source in self.sources:
            for change in source.changes:
                if not kinds or change.kind in kinds:
                    yield change

    def count(self, kind: ChangeKind) -> int:
        """Return how many entries have one kind of change."""
        return sum(1 for _ in self.changes(kind))


def compare_sources(old: Source, new: Source, reasons: dict[str, str]) -> SourceUpdate:
    """List what differs, by path; `reasons` says why paths are removed."""
    before = {file.path: file for file in old.files}
    after = {file.path: file for file in new.files}
    changes = [
        change
        for path in sorted(before.keys() | after.keys())
        if (change := _compare(old, new, before.get(path), after.get(path), reasons))
    ]
    return SourceUpdate(old=old, new=new, changes=tuple(changes))


def _compare(
    old: Source,
    new: Source,
    before: LockedFile | None,
    after: LockedFile | None,
    reasons: dict[str, str],
) -> FileChange | None:
    if after is None:
        return None if before is None else _removed(old, before, reasons)
    if before is not None and _content(before) == _content(after):
        return None
    return FileChange(
        kind=ChangeKind.CHANGED if before else ChangeKind.ADDED,
        path=after.path,
        target=new.target(after),
        old_size=_size(before) if before else None,
        size=_size(after),
    )


def _removed(source: Source, file: LockedFile, reasons: dict[str, str]) -> FileChange:
    return FileChange(
        kind=ChangeKind.REMOVED,
        path=file.path,
        target=source.target(file),
        old_size=_size(file),
        reason=reasons.get(file.path, ""),
    )


def _content(file: LockedFile) -> tuple[object, ...]:
    return file.blob, file.executable, file.symlink is None


def _size(file: LockedFile) -> int | None:
    return None if file.size is None and file.lfs is None else file.content_size
