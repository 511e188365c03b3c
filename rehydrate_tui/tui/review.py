"""A plan in words: what the review screen tells. Knows no widget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rehydrate_tui.domain.limits import SizePolicy, format_size
from rehydrate_tui.domain.plan import Action, ConflictPolicy, DownloadPlan, PlannedFile
from rehydrate_tui.domain.quota import Quota
from rehydrate_tui.domain.routing import describe_route
from rehydrate_tui.domain.text import strip_controls
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

_ORDER = (
    Action.REFUSE,
    Action.KEEP,
    Action.OVERWRITE,
    Action.BACKUP,
    Action.UPDATE,
    Action.FETCH,
    Action.SKIP,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """One line of the sums."""

    what: str
    files: int
    size: int
    note: str = ""
    tone: str = ""


def review_rows(plan: DownloadPlan, limits: SizePolicy) -> Iterator[ReviewRow]:
    """Sum the plan up; what does not occur is left out, except what is to come."""
    yield ReviewRow(
        what="To fetch",
        files=plan.count(Action.FETCH),
        size=plan.size(Action.FETCH),
        note=_large_note(plan, limits),
        tone="warning",
    )
    edited = (Action.KEEP, Action.OVERWRITE, Action.BACKUP)
    here = (
        ("To update", (Action.UPDATE,), "unedited, replaced by the new one", ""),
        ("Already here", (Action.SKIP,), "not fetched again", "muted"),
        ("Edited here", edited, _ON_EDITED[plan.policy], "warning"),
        ("Refused", (Action.REFUSE,), "see below", "error"),
    )
    for what, actions, note, tone in here:
        files = plan.count(*actions)
        if files:
            size = plan.size(*actions)
            yield ReviewRow(what=what, files=files, size=size, note=note, tone=tone)


def _large_note(plan: DownloadPlan, limits: SizePolicy) -> str:
    words = [limits.size_word(each.file.content_size) for each in plan.writing]
    notes = [f"{words.count(word)} {word}" for word in ("huge", "large")]
    return ", ".join(note for note in notes if not note.startswith("0 "))


def planned_in_order(plan: DownloadPlan) -> list[PlannedFile]:
    """Return the files, what needs eyes first, then the largest."""
    rank = {action: position for position, action in enumerate(_ORDER)}
    return sorted(
        plan.files,
        key=lambda each: (rank[each.action], -each.file.content_size, each.target),
    )


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


def describe_calls(plan: DownloadPlan, quota: Quota | None, *, is_private: bool) -> str:
    """Say what the run costs of the API quota."""
    if not is_private:
        return "no requests: files and archives are not counted"
    contents = len({each.file.blob for each in plan.writing})
    left = f", {quota.remaining:,} are left" if quota else ""
    return f"up to {contents:,} requests, because the repository is private{left}"
