"""A plan in words: what the review screen tells. Knows no screen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rehydrate_tui.domain.limits import SizePolicy, format_size
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.plan import (
    Action,
    ConflictPolicy,
    DownloadPlan,
    PlannedFile,
    Volume,
)
from rehydrate_tui.domain.quota import Quota
from rehydrate_tui.domain.routing import describe_route
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.tui.progress import format_duration
from rehydrate_tui.tui.widgets.group_list import Group
from rehydrate_tui.tui.widgets.line_list import ListLine

_ON_EDITED = {
    ConflictPolicy.KEEP: "kept as they are",
    ConflictPolicy.OVERWRITE: "will be replaced",
    ConflictPolicy.BACKUP: "renamed to name.~1~, then replaced",
    ConflictPolicy.FAIL: "nothing starts while they differ",
}

_STATES = {
    Action.FETCH: ("fetch", ""),
    Action.UPDATE: ("update", ""),
    Action.OVERWRITE: ("replace", "warning"),
    Action.BACKUP: ("back up", "warning"),
    Action.SKIP: ("already here", "muted"),
    Action.KEEP: ("keep mine", "warning"),
    Action.REFUSE: ("refused", "error"),
}

_SMALL_FILE = 50_000
"""Bytes below which a file costs more by being asked for than by its size."""
_MANY_FILES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of what a plan costs."""

    name: str
    text: str
    tone: str = ""
    """`muted`, `warning` or `error`; an empty text is plain."""


def measured_again(
    plan: DownloadPlan, free_space: Callable[[Path], int]
) -> DownloadPlan:
    """Return the plan with the free space of each file system as it is now."""
    volumes = tuple(
        replace(volume, free_bytes=free_space(Path(volume.folder)))
        for volume in plan.volumes
    )
    free = free_space(Path(plan.destination))
    return replace(plan, free_bytes=free, volumes=volumes)


def plan_groups(plan: DownloadPlan, limits: SizePolicy) -> list[Group]:
    """Sort the files by what happens to them, what needs eyes first.

    What does not occur is left out, except what is to come.
    """
    edited = (Action.KEEP, Action.OVERWRITE, Action.BACKUP)
    kinds = (
        ("Refused", (Action.REFUSE,), "each says why", "error"),
        ("Edited here", edited, _ON_EDITED[plan.policy], "warning"),
        ("To fetch", (Action.FETCH,), _large_note(plan, limits), "warning"),
        ("To update", (Action.UPDATE,), "unedited, replaced by the new one", ""),
        ("Already here", (Action.SKIP,), "not fetched again", "muted"),
    )
    groups: list[Group] = []
    for title, actions, note, tone in kinds:
        files = sorted(
            plan.having(*actions),
            key=lambda each: (-each.file.content_size, each.target),
        )
        if files or Action.FETCH in actions:
            groups.append(_group(title, files, limits, note=note, tone=tone))
    return groups


def _group(
    title: str,
    files: Sequence[PlannedFile],
    limits: SizePolicy,
    *,
    note: str,
    tone: str,
) -> Group:
    return Group(
        title=title,
        count=len(files),
        size=sum(each.file.content_size for each in files),
        line=lambda index: describe_planned(files[index], limits),
        note=note,
        tone=tone,
        # What is wrong, or short, need not be asked for.
        is_open=title in {"Refused", "Edited here", "To fetch"},
    )


def _large_note(plan: DownloadPlan, limits: SizePolicy) -> str:
    words = [limits.size_word(each.file.content_size) for each in plan.writing]
    notes = [f"{words.count(word)} {word}" for word in ("huge", "large")]
    lfs = [each for each in plan.writing if each.file.lfs]
    if lfs:
        notes.append(f"{len(lfs):,} LFS")
    return ", ".join(note for note in notes if not note.startswith("0 "))


def describe_planned(planned: PlannedFile, limits: SizePolicy) -> ListLine:
    """Return the line of one file."""
    state, tone = _STATES[planned.action]
    word = limits.size_word(planned.file.content_size) if planned.writes else ""
    if word:
        state, tone = f"{state}, {word}", "warning"
    return ListLine(
        state=state,
        path=strip_controls(planned.target),
        size=format_size(planned.file.content_size),
        note=strip_controls(planned.error.message) if planned.error else "",
        tone=tone,
    )


def describe_transport(plan: DownloadPlan) -> Iterator[str]:
    """Say how the files of each commit come."""
    for route in plan.routes:
        which = f"{route.repo}: " if len(plan.routes) > 1 else ""
        yield f"{which}{describe_route(route)}"


def describe_time(plan: DownloadPlan, rate: float | None) -> str:
    """Say how long it may take, at the rate of the last download.

    Args:
        plan: what is to come.
        rate: bytes a second; None: nothing was measured yet.
    """
    size = plan.bytes_to_fetch
    if not size:
        return "nothing to wait for"
    if rate is None:
        estimate = "; the way's is an estimate" if plan.routes else ""
        return f"not measured here yet{estimate}"
    text = (
        f"{format_duration(size / rate)} at {format_size(round(rate))}/s, as last time"
    )
    files = len(plan.writing)
    is_many_small = files > _MANY_FILES and size / files < _SMALL_FILE
    return f"{text}; many small files may take longer" if is_many_small else text


def describe_disk(plan: DownloadPlan, limits: SizePolicy) -> Iterator[Fact]:
    """Say of each file system what is free before and after."""
    whole = Volume(
        folder=plan.destination,
        free_bytes=plan.free_bytes,
        new_bytes=plan.bytes_to_write,
    )
    volumes = plan.volumes or (whole,)
    for volume in volumes:
        after = volume.free_bytes - volume.new_bytes
        text = f"{format_size(volume.free_bytes)} free now, "
        text += f"{format_size(after)} after" if after >= 0 else "which is too little"
        if len(volumes) > 1:
            text += f", at {strip_controls(volume.folder)}"
        is_short = bool(volume.new_bytes) and after < limits.reserve
        yield Fact(name="Disk", text=text, tone="error" if is_short else "")


def describe_calls(
    plan: DownloadPlan, quota: Quota | None, private: Collection[RepoId]
) -> str:
    """Say what the run costs of the API quota.

    Args:
        plan: what is to come.
        quota: what is left, if it is known.
        private: the repositories that only the API gives.
    """
    contents = {each.file.blob for each in plan.writing if each.repo in private}
    if not contents:
        return "no requests: files and archives are not counted"
    left = f", {quota.remaining:,} are left" if quota else ""
    word = "request" if len(contents) == 1 else "requests"
    return f"up to {len(contents):,} {word}{left}"
