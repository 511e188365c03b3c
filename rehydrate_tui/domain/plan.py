"""What a run will do with every file, decided before anything is touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

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
    DIFFERENT = "edited"
    BLOCKED = "blocked"
    """A folder, link or special file, which is never followed or removed."""


class Action(Enum):
    """What the run does; the values stand in `--json`."""

    FETCH = "fetch"
    OVERWRITE = "overwrite"
    BACKUP = "backup"
    SKIP = "present"
    KEEP = "keep"
    REFUSE = "refuse"


_WRITING = frozenset({Action.FETCH, Action.OVERWRITE, Action.BACKUP})

_ON_DIFFERENT = {
    ConflictPolicy.KEEP: Action.KEEP,
    ConflictPolicy.OVERWRITE: Action.OVERWRITE,
    ConflictPolicy.BACKUP: Action.BACKUP,
    ConflictPolicy.FAIL: Action.REFUSE,
}


def decide_action(state: LocalState, policy: ConflictPolicy) -> Action:
    """Return what to do with a file whose place is in `state`."""
    if state is LocalState.MISSING:
        return Action.FETCH
    if state is LocalState.SAME:
        return Action.SKIP
    if state is LocalState.BLOCKED:
        return Action.REFUSE
    return _ON_DIFFERENT[policy]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """One file of a plan."""

    repo: RepoId
    commit: ObjectId
    file: LockedFile
    target: str
    """Below the destination folder, `/` between segments."""
    action: Action
    state: LocalState
    error: LocalError | None = None
    """Why it is refused."""

    @property
    def content_key(self) -> tuple[str, ...]:
        """What two files share when one transfer serves both."""
        file = self.file
        is_alone = file.symlink is not None or not file.blob
        return (
            str(self.repo),
            file.blob or "",
            file.lfs.oid if file.lfs else str(file.keep_pointer),
            self.target if is_alone else "",
        )

    @property
    def writes(self) -> bool:
        """Whether the run brings this file."""
        return self.action in _WRITING


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadPlan:
    """All files of a run, with what it costs."""

    destination: str
    files: tuple[PlannedFile, ...]
    policy: ConflictPolicy
    free_bytes: int
    """Free space where the files go, before the run."""
    notes: tuple[str, ...] = ()

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
    def writing(self) -> tuple[PlannedFile, ...]:
        """The files that the run brings."""
        return tuple(planned for planned in self.files if planned.writes)

    @property
    def bytes_to_write(self) -> int:
        """Bytes that the run puts on disk; what it replaces is not counted off."""
        return sum(planned.file.content_size for planned in self.writing)

    @property
    def bytes_to_fetch(self) -> int:
        """Bytes over the network: content that several files share comes once.

        Links come with the manifest.
        """
        sizes = {
            planned.content_key: planned.file.content_size
            for planned in self.writing
            if planned.file.symlink is None
        }
        return sum(sizes.values())


def check_plan(plan: DownloadPlan, limits: SizePolicy) -> None:
    """Refuse a plan that must not begin.

    Raises:
        ConflictError: something differs and `--on-conflict fail` was asked for.
        LimitExceededError: more than `limits.max_total` bytes are still to come.
        NoSpaceError: they would not fit, the reserve left out.
    """
    if plan.policy is ConflictPolicy.FAIL:
        _check_conflicts(plan)
    fetched, total = plan.bytes_to_fetch, plan.bytes_to_write
    if limits.max_total is not None and fetched > limits.max_total:
        raise LimitExceededError(
            f"{format_size(fetched)} are still to be fetched, "
            f"more than the limit of {format_size(limits.max_total)}.",
            path=plan.destination,
            hint="Raise --max-size, or pick fewer files.",
        )
    if total and total + limits.reserve > plan.free_bytes:
        raise NoSpaceError(
            f"{format_size(total)} do not fit into “{plan.destination}”: "
            f"{format_size(plan.free_bytes)} are free, "
            f"{format_size(limits.reserve)} of them stay in reserve.",
            path=plan.destination,
            hint="Free some space, or pick fewer files.",
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
