"""The review: what will be fetched, kept and refused, and what it costs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import getters, on, work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Static

from rehydrate_tui.domain.include_rule import include_rule
from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.manifest import Manifest, Source
from rehydrate_tui.domain.plan import ConflictPolicy, DownloadPlan, check_plan
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import RehydrateError
from rehydrate_tui.tui.base import BaseScreen
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.review import (
    ReviewRow,
    describe_calls,
    describe_planned,
    describe_transport,
    planned_in_order,
    review_rows,
)
from rehydrate_tui.tui.widgets.line_list import LineList
from rehydrate_tui.tui.widgets.policy_row import PolicyRow
from rehydrate_tui.tui.widgets.problem import Problem
from rehydrate_tui.tui.workspace import Workspace

_TONES = {
    "muted": "$foreground-muted",
    "warning": "$text-warning",
    "error": "bold $text-error",
    "": "",
}


class ConfirmScreen(BaseScreen):
    """Shows the plan and starts it."""

    STEP: ClassVar[str] = "Review"
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.CONFIRM)
    PLACES: ClassVar[tuple[Place, ...]] = (Place.CONFIRM, Place.APP)
    AUTO_FOCUS: ClassVar[str | None] = "#planned"

    class Accepted(Message):
        """The plan is to be carried out."""

        def __init__(
            self, workspace: Workspace, plan: DownloadPlan, source: Source
        ) -> None:
            super().__init__()
            self.workspace = workspace
            self.plan = plan
            self.source = source

    problem = getters.query_one(Problem)
    policy_row = getters.query_one(PolicyRow)
    start_button = getters.query_one("#start", Button)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._source: Source | None = None
        self._plan: DownloadPlan | None = None
        self._notes: tuple[str, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        """Put the sums above the single files."""
        yield Static("Working out what is here already …", id="sums", markup=False)
        yield Problem(markup=False)
        yield PolicyRow(self.app.launch.policy)
        yield LineList(id="planned")
        with Horizontal(classes="buttons"):
            yield Button("Back", id="back", compact=True)
            yield Button(
                "Start", id="start", variant="primary", compact=True, disabled=True
            )

    def on_mount(self) -> None:
        """Begin to plan."""
        self.title_line.show_repository(self._workspace.opened)
        self.problem.clear()
        self.policy_row.display = False
        self.make_plan(self.app.launch.policy)

    @work(exclusive=True, group="plan")
    async def make_plan(self, policy: ConflictPolicy) -> None:
        """Pin the ticked files and compare them with the disk."""
        try:
            if self._source is None:
                self._source = await self._lock()
            plan = await self.app.session.plan(
                Manifest(sources=(self._source,)),
                self.app.launch.destination,
                policy,
            )
            free = self.app.free_space(self.app.launch.destination)
        except RehydrateError as error:
            self._refuse(error)
            return
        self._show(replace(plan, free_bytes=free))

    @on(Button.Pressed, "#start")
    def action_start(self) -> None:
        """Carry the plan out."""
        plan, source = self._plan, self._source
        if plan is not None and source is not None and not self.start_button.disabled:
            self.post_message(self.Accepted(self._workspace, plan, source))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        if action == "policy":
            return self.policy_row.display
        if action == "start":
            return not self.start_button.disabled
        return super().check_action(action, parameters)

    def action_policy(self, name: str) -> None:
        """Plan again with another rule for edited files."""
        policy = ConflictPolicy(name)
        self.start_button.disabled = True
        self.policy_row.show(policy)
        self.make_plan(policy)

    @on(PolicyRow.Chosen)
    def _policy_chosen(self, event: PolicyRow.Chosen) -> None:
        self.action_policy(event.policy.value)

    @on(Button.Pressed, "#back")
    def action_back(self) -> None:
        """Go back to the tree."""
        self.app.pop_screen()

    async def _lock(self) -> Source:
        space = self._workspace
        include = await asyncio.to_thread(include_rule, space.selection)
        locked = await self.app.session.lock(
            space.opened, list(space.selection.ticked_files()), include
        )
        self._notes = locked.notes
        return space.adopt(locked.source)

    def _show(self, plan: DownloadPlan) -> None:
        self._plan = plan
        limits = self.app.launch.limits
        self.query_one("#sums", Static).update(self._sums(plan))
        self.query_one("#planned", LineList).show(
            planned_in_order(plan), partial(describe_planned, limits=limits)
        )
        has_edits = any(each.state.value == "edited" for each in plan.files)
        self.policy_row.display = has_edits
        self.policy_row.show(plan.policy)
        try:
            check_plan(plan, limits)
        except RehydrateError as error:
            self._refuse(error)
            return
        self.problem.clear()
        self._offer(plan)

    def _offer(self, plan: DownloadPlan) -> None:
        files = len(plan.writing)
        label = "Nothing to fetch: check and finish"
        if files:
            noun = "file" if files == 1 else "files"
            label = f"Download {files:,} {noun} · {format_size(plan.bytes_to_write)}"
        self._label_start(label, is_possible=True)

    def _refuse(self, error: RehydrateError) -> None:
        if self._plan is None:
            self.query_one("#sums", Static).update("")
        self.problem.show(error)
        self._label_start("Start", is_possible=False)

    def _label_start(self, label: str, *, is_possible: bool) -> None:
        self.start_button.label = label
        self.start_button.disabled = not is_possible
        # A new label does not make Textual's button wider by itself.
        self.start_button.refresh(layout=True)
        self.refresh_bindings()

    def _sums(self, plan: DownloadPlan) -> Content:
        rows = list(review_rows(plan, self.app.launch.limits))
        opened = self._workspace.opened
        host = opened.repository.id.host
        calls = describe_calls(
            plan,
            self.app.session.quota(host),
            is_private=opened.repository.is_private,
        )
        after = plan.free_bytes - plan.bytes_to_write
        free = f"{format_size(plan.free_bytes)} free now, "
        free += f"{format_size(after)} after" if after >= 0 else "which is too little"
        lines = [
            _pair("Into", strip_controls(str(self.app.launch.destination.absolute()))),
            *(_row(row) for row in rows),
            _pair("Disk", free),
            *(_pair("Transport", line) for line in describe_transport(plan)),
            _pair("API", calls),
            *(
                Content.styled(f"Note: {strip_controls(note)}", "$text-warning")
                for note in (*self._notes, *plan.notes)
            ),
        ]
        return Content("\n").join(lines)


def _pair(name: str, value: str) -> Content:
    return Content.assemble((f"{name:<14}", "$foreground-muted"), value)


def _row(row: ReviewRow) -> Content:
    noun = "file " if row.files == 1 else "files"
    return Content.assemble(
        (f"{row.what:<14}", "$foreground-muted"),
        (f"{row.files:>7,} {noun}{format_size(row.size):>11}", "bold"),
        (f"   {row.note}", _TONES[row.tone]),
    )
