"""The last step of a transfer: what is in the way, and the final name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rehydrate_tui.domain.plan import (
    Action,
    ConflictPolicy,
    LocalState,
    PlannedFile,
    Stamp,
)
from rehydrate_tui.domain.report import Outcome
from rehydrate_tui.errors import LocalError
from rehydrate_tui.storage.arrival import Arrival
from rehydrate_tui.storage.local_files import local_state, look
from rehydrate_tui.storage.placing import back_up_file, changed, write_symlink
from rehydrate_tui.storage.receipts import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A file in its place."""

    stamp: Stamp
    backup: str = ""
    """Where the local file that was in the way now is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """What may be replaced by the final rename."""

    expected: Stamp | None = None
    """The status of the file that may be replaced; None: nothing may be there."""
    backup: str = ""


def land_part(
    destination: Path, place: PlannedFile, policy: ConflictPolicy, part: Arrival
) -> Landed:
    """Put a whole part under its name.

    Raises:
        IntegrityError: it is not what was pinned.
        ConflictError: what stands there is not what the plan was made for.
        LocalError: the operating system refuses.
    """
    part.verify()
    way = _clear_way(destination, place, policy)
    stamp = part.commit(
        executable=place.file.executable,
        replace=way.expected is not None,
        expected=way.expected,
    )
    return Landed(stamp=stamp, backup=way.backup)


def land_link(
    destination: Path, place: PlannedFile, policy: ConflictPolicy, text: str
) -> Landed:
    """Make a symlink under its name; see `land_part`."""
    way = _clear_way(destination, place, policy)
    stamp = write_symlink(destination, place.target, text, expected=way.expected)
    return Landed(stamp=stamp, backup=way.backup)


def judge_conflict(
    destination: Path, place: PlannedFile, policy: ConflictPolicy
) -> Outcome:
    """Judge a file that somebody else wrote since the plan was made."""
    try:
        state = local_state(destination, place.target, place.file)
    except LocalError:
        return Outcome.FAILED
    if state is LocalState.SAME:
        return Outcome.PRESENT
    is_edit = state is LocalState.DIFFERENT
    is_kept = is_edit and policy is ConflictPolicy.KEEP
    return Outcome.KEPT if is_kept else Outcome.FAILED


def _clear_way(destination: Path, place: PlannedFile, policy: ConflictPolicy) -> _Way:
    """Look once more at what will be replaced: it may have been edited meanwhile."""
    if place.action is Action.FETCH:
        return _Way()
    local = place.local
    receipt = Receipt(content=local.content, stamp=local.stamp) if local else None
    now = look(destination, place.target, place.file, receipt)
    if now.state is LocalState.MISSING:
        return _Way()
    if now.state is LocalState.OURS:
        return _Way(expected=now.stamp)
    if now.state is LocalState.DIFFERENT:
        if policy is ConflictPolicy.BACKUP:
            backup, stamp = back_up_file(destination, place.target)
            return _Way(expected=stamp, backup=backup)
        if policy is ConflictPolicy.OVERWRITE:
            return _Way(expected=now.stamp)
    raise changed(place.target)
