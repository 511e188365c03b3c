"""What a manifest lists, against what is on disk and what the repository has now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.objects import ObjectId
from rehydrate_tui.domain.plan import LocalState


class FileState(Enum):
    """One word about a file; the values stand in `--json`."""

    PRESENT = "present"
    """Here, byte for byte as pinned."""
    MISSING = "missing"
    EDITED = "edited"
    """Something else is in its place."""
    OUTDATED = "outdated"
    """Here and unedited, but the manifest pins something newer, or (with `--remote`)
    the repository has moved on."""


class Upstream(Enum):
    """What became of a pinned file in the repository; the values stand in `--json`."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


_LOCAL = {
    LocalState.MISSING: FileState.MISSING,
    LocalState.SAME: FileState.PRESENT,
    LocalState.OURS: FileState.OUTDATED,
    LocalState.DIFFERENT: FileState.EDITED,
    LocalState.BLOCKED: FileState.EDITED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStatus:
    """One file of a manifest."""

    path: str
    """In the repository."""
    target: str
    """Below the destination folder, `/` between segments."""
    size: int
    """Bytes on disk when the pinned file is in place."""
    state: FileState
    upstream: Upstream | None = None
    """None when the repository was not asked."""
    note: str = ""
    """What else is to be said, such as that a folder is in the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """All files of a manifest, in its order."""

    destination: str
    files: tuple[FileStatus, ...]
    notes: tuple[str, ...] = ()

    def having(self, state: FileState) -> Iterator[FileStatus]:
        """Yield the files in `state`."""
        return (file for file in self.files if file.state is state)

    def count(self, state: FileState) -> int:
        """Return how many files are in `state`."""
        return sum(1 for _ in self.having(state))

    @property
    def is_clean(self) -> bool:
        """Whether every file is in place and, if it was asked for, up to date."""
        return all(file.state is FileState.PRESENT for file in self.files)


def decide_state(local: LocalState, upstream: Upstream | None) -> FileState:
    """Return the one word; what is wrong here comes before what is new there."""
    state = _LOCAL[local]
    if state is FileState.PRESENT and upstream in {Upstream.CHANGED, Upstream.GONE}:
        return FileState.OUTDATED
    return state


def compare_upstream(file: LockedFile, blobs: Mapping[str, ObjectId]) -> Upstream:
    """Compare a pinned file with the blobs that the repository has now, by path."""
    found = blobs.get(file.path)
    if found is None:
        return Upstream.GONE
    return Upstream.SAME if found == file.blob else Upstream.CHANGED
