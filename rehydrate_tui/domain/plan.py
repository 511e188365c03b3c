"""What a run will do with every file, decided before anything is touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from rehydrate_tui.domain.content import content_of
from rehydrate_tui.domain.limits import SizePolicy, format_size
from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.errors import (
    ConflictError,
    LimitExceededError,
    LocalError,
    NoSpaceError,
)


class ConflictPolicy(Enum):
    """What to do with a local file that differs (`--on-conflict`)."""

    KEEP = "keep"
    OVERWRITE = "overwrite"
    BACKUP = "backup"
    FAIL = "fail"


class LocalState(Enum):
    """What stands where a file should go."""

    MISSING = "missing"
    SAME = "present"
    """The pinned content, byte for byte."""
    OURS = "ours"
    """Other content, which this program put there: nobody edited it."""
    DIFFERENT = "edited"
    BLOCKED = "blocked"
    """A folder, link or special file, which is never followed or removed."""


class Action(Enum):
    """What the run does; the values stand in `--json`."""

    FETCH = "fetch"
    UPDATE = "update"
    """Replaces what this program put there and nobody edited."""
    OVERWRITE = "overwrite"
    BACKUP = "backup"
    SKIP = "present"
    KEEP = "keep"
    REFUSE = "refuse"


_WRITING = (Action.FETCH, Action.UPDATE, Action.OVERWRITE, Action.BACKUP)

RACY_NS = 2 * 10**9
"""A file modified less than this before it was looked at may change once more without
a trace: FAT keeps times in steps of two seconds."""

_WHEN_SEEN = 4
"""Where a `Stamp` begins to tell about the look, not about the file."""

_ON_DIFFERENT = {
    ConflictPolicy.KEEP: Action.KEEP,
    ConflictPolicy.OVERWRITE: Action.OVERWRITE,
    ConflictPolicy.BACKUP: Action.BACKUP,
    ConflictPolicy.FAIL: Action.REFUSE,
}


_ON_STATE = {
    LocalState.MISSING: Action.FETCH,
    LocalState.SAME: Action.SKIP,
    LocalState.OURS: Action.UPDATE,
    LocalState.BLOCKED: Action.REFUSE,
}


def decide_action(state: LocalState, policy: ConflictPolicy) -> Action:
    """Return what to do with a file whose place is in `state`."""
    return _ON_STATE.get(state) or _ON_DIFFERENT[policy]


def is_racy(mtime_ns: int, seen_ns: int) -> bool:
    """Tell whether a file that was seen so soon after a change may change unseen."""
    return mtime_ns + RACY_NS >= seen_ns


class Stamp(NamedTuple):
    """The status of a local file at the moment when its content was read.

    As in git, a file whose status is still the same has still the same content, unless
    it was modified in the very instant in which it was read ("racy").
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    seen_ns: int
    """When it was looked at, in nanoseconds since the epoch."""

    @property
    def is_racy(self) -> bool:
        """Whether a later change may be invisible."""
        return is_racy(self.mtime_ns, self.seen_ns)

    def agrees_with(self, other: Stamp | None) -> bool:
        """Tell whether both are the status of one unchanged file."""
        return other is not None and other[:_WHEN_SEEN] == self[:_WHEN_SEEN]


class LocalFile(NamedTuple):
    """What stands where a file should go."""

    state: LocalState
    stamp: Stamp | None = None
    content: str = ""
    """Its content id, as far as it is pinned or ours."""
    is_news: bool = False
    """Whether the receipts do not tell `content` yet: it was read."""
    is_executable: bool | None = None
    """Whether its owner may execute it; None if that was not looked at."""


class PlannedFile(NamedTuple):
    """One file of a plan; a tuple because a plan can have 200,000 of them."""

    repo: RepoId
    commit: ObjectId
    file: LockedFile
    target: str
    """Below the destination folder, `/` between segments."""
    action: Action
    state: LocalState
    error: LocalError | None = None
    """Why it is refused."""
    local: LocalFile | None = None
    """What stood there when the plan was made."""

    @property
    def content(self) -> str:
        """Return the content id that the file will have."""
        return content_of(self.file)

    @property
    def content_key(self) -> tuple[object, ...]:
        """What two files share when one transfer serves both."""
        file = self.file
        is_alone = file.symlink is not None or not file.blob
        return (
            self.repo,
            file.blob or "",
            file.lfs.oid if file.lfs else file.keep_pointer,
            self.target if is_alone else "",
        )

    @property
    def writes(self) -> bool:
        """Whether the run brings this file."""
        return self.action in _WRITING


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """One file system that a run writes to."""

    folder: str
    """Where it was met."""
    free_bytes: int
    new_bytes: int
    """What the run puts there; what it replaces is not counted off."""
    free_files: int | None = None
    """How many more files it takes; None where it has no such limit."""
    new_files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadPlan:
    """All files of a run, with what it costs."""

    destination: str
    files: tuple[PlannedFile, ...]
    policy: ConflictPolicy
    free_bytes: int
    """Free space where the files go, before the run."""
    notes: tuple[str, ...] = ()
    volumes: tuple[Volume, ...] = ()
    """The file systems below the destination, if there are several or files count."""
    writing: tuple[PlannedFile, ...] = field(init=False, repr=False)
    """The files that the run brings."""
    bytes_to_fetch: int = field(init=False, repr=False)
    """Bytes over the network: content that several files share comes once.

    Links come with the manifest.
    """

    def __post_init__(self) -> None:
        writing = tuple(planned for planned in self.files if planned.action in _WRITING)
        sizes = {
            planned.content_key: planned.file.content_size
            for planned in writing
            if planned.file.symlink is None
        }
        object.__setattr__(self, "writing", writing)
        object.__setattr__(self, "bytes_to_fetch", sum(sizes.values()))

    def having(self, *actions: Action) -> Iterator[PlannedFile]:
        """Yield the files with one of `actions`."""
        return (planned for planned in self.files if planned.action in actions)

    def count(self, *actions: Action) -> int:
        """Return how many files have one of `actions`."""
        return sum(1 for _ in self.having(*actions))

    def size(self, *actions: Action) -> int:
        """Return the bytes on disk of the files with one of `actions`."""
        return sum(planned.file.content_size for planned in self.having(*actions))

    @property
    def bytes_to_write(self) -> int:
        """Bytes that the run puts on disk; what it replaces is not counted off."""
        return sum(planned.file.content_size for planned in self.writing)


def check_plan(plan: DownloadPlan, limits: SizePolicy) -> None:
    """Refuse a plan that must not begin.

    Raises:
        ConflictError: something differs and `--on-conflict fail` was asked for.
        LimitExceededError: more than `limits.max_total` bytes are still to come.
        NoSpaceError: they would not fit on a file system, the reserve left out.
    """
    if plan.policy is ConflictPolicy.FAIL:
        _check_conflicts(plan)
    fetched = plan.bytes_to_fetch
    if limits.max_total is not None and fetched > limits.max_total:
        raise LimitExceededError(
            f"{format_size(fetched)} are still to be fetched, "
            f"more than the limit of {format_size(limits.max_total)}.",
            path=plan.destination,
            hint="Raise --max-size, or pick fewer files.",
        )
    whole = Volume(
        folder=plan.destination,
        free_bytes=plan.free_bytes,
        new_bytes=plan.bytes_to_write,
    )
    for volume in plan.volumes or (whole,):
        _check_volume(volume, limits)


def _check_volume(volume: Volume, limits: SizePolicy) -> None:
    if volume.new_bytes and volume.new_bytes + limits.reserve > volume.free_bytes:
        raise NoSpaceError(
            f"{format_size(volume.new_bytes)} do not fit into “{volume.folder}”: "
            f"{format_size(volume.free_bytes)} are free, "
            f"{format_size(limits.reserve)} of them stay in reserve.",
            path=volume.folder,
            hint="Free some space, or pick fewer files.",
        )
    if volume.free_files is not None and volume.new_files > volume.free_files:
        raise NoSpaceError(
            f"{volume.new_files:,} files do not fit into “{volume.folder}”: its file "
            f"system has room for {volume.free_files:,} more, however small.",
            path=volume.folder,
            hint="Remove files that nobody needs, or pick fewer.",
        )


def _check_conflicts(plan: DownloadPlan) -> None:
    in_the_way = (LocalState.DIFFERENT, LocalState.BLOCKED)
    conflicts = [planned for planned in plan.files if planned.state in in_the_way]
    if not conflicts:
        return
    others = len(conflicts) - 1
    verb = f"and {others:,} more differ" if others else "differs"
    raise ConflictError(
        f"“{conflicts[0].target}” {verb} from the manifest.",
        path=conflicts[0].target,
        hint="Nothing was touched. Use --on-conflict keep, backup or overwrite.",
    )
