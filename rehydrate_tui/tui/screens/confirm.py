"""The review: what will be fetched, kept and refused, and what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import getters, on, work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Static

from rehydrate_tui.domain.limits import SizePolicy, format_size
from rehydrate_tui.domain.plan import ConflictPolicy, DownloadPlan, check_plan
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import LimitExceededError, RehydrateError, UsageError
from rehydrate_tui.tui.base import BaseScreen
from rehydrate_tui.tui.chosen import Chosen, pin_ticked
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.review import (
    Fact,
    describe_calls,
    describe_disk,
    describe_time,
    describe_transport,
    measured_again,
    plan_groups,
)
from rehydrate_tui.tui.screens.ask import AskScreen
from rehydrate_tui.tui.widgets.group_list import GroupList
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
    """Shows the plan and starts it.

    Args:
        workspaces: the repositories with ticks, the one on the screen first.
    """

    STEP: ClassVar[str] = "Review"
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.CONFIRM)
    PLACES: ClassVar[tuple[Place, ...]] = (Place.CONFIRM, Place.LIST, Place.APP)
    AUTO_FOCUS: ClassVar[str | None] = "#planned"

    class Accepted(Message):
        """The plan is to be carried out; it has passed `limits`."""

        def __init__(
            self, chosen: Chosen, plan: DownloadPlan, limits: SizePolicy
        ) -> None:
            super().__init__()
            self.chosen = chosen
            self.plan = plan
            self.limits = limits

    problem = getters.query_one(Problem)
    policy_row = getters.query_one(PolicyRow)
    start_button = getters.query_one("#start", Button)

    def __init__(self, workspaces: Sequence[Workspace]) -> None:
        super().__init__()
        self._workspaces = workspaces
        self._chosen: Chosen | None = None
        self._plan: DownloadPlan | None = None
        self._is_above_limit = False

    def compose_body(self) -> Iterable[Widget]:
        """Put the sums above the single files."""
        yield Static("Working out what is here already …", id="sums", markup=False)
        yield Problem(markup=False)
        yield PolicyRow(self.app.launch.policy)
        yield GroupList(id="planned")
        yield Static(id="detail", markup=False)
        with Horizontal(classes="buttons"):
            yield Button("Back", id="back", compact=True)
            yield Button(
                "Start", id="start", variant="primary", compact=True, disabled=True
            )

    def on_mount(self) -> None:
        """Begin to plan."""
        self.title_line.show_repository(self._workspaces[0].opened)
        self.problem.clear()
        self.policy_row.display = False
        self.make_plan(self.app.launch.policy)

    @work(exclusive=True, group="plan")
    async def make_plan(self, policy: ConflictPolicy) -> None:
        """Pin the ticked files and compare them with the disk."""
        app = self.app
        try:
            if self._chosen is None:
                self._chosen = await pin_ticked(app.session, self._workspaces)
            plan = await app.session.plan(
                self._chosen.manifest, app.launch.destination, policy
            )
            self._plan = plan = measured_again(plan, app.free_space)
        except RehydrateError as error:
            self._refuse(error)
            return
        self._show(plan)

    @on(Button.Pressed, "#start")
    def action_start(self) -> None:
        """Carry the plan out; above the limit ask once more."""
        if self.start_button.disabled:
            return
        if not self._is_above_limit:
            self._accept()
            return
        most = format_size(self.app.launch.limits.max_total or 0)
        question = AskScreen(
            f"This is more than the limit of {most} (--max-size).",
            yes="Download anyway",
            no="Stay",
        )
        self.app.push_screen(question, lambda yes: self._accept() if yes else None)

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

    @on(GroupList.Highlighted)
    def _tell_more(self, event: GroupList.Highlighted) -> None:
        self.query_one("#detail", Static).update(event.text)

    @property
    def _limits(self) -> SizePolicy:
        """What the plan passes: without the limit that the person has waived."""
        limits = self.app.launch.limits
        return replace(limits, max_total=None) if self._is_above_limit else limits

    def _accept(self) -> None:
        plan, chosen = self._plan, self._chosen
        if plan is not None and chosen is not None:
            self.post_message(self.Accepted(chosen, plan, self._limits))

    def _show(self, plan: DownloadPlan) -> None:
        limits = self.app.launch.limits
        self.query_one("#sums", Static).update(_lines(self._facts(plan)))
        self.query_one("#planned", GroupList).show(plan_groups(plan, limits))
        has_edits = any(each.state.value == "edited" for each in plan.files)
        self.policy_row.display = has_edits
        self.policy_row.show(plan.policy)
        try:
            self._is_above_limit = False
            check_plan(plan, replace(limits, max_total=None))
            self._check_running()
            check_plan(plan, limits)
        except LimitExceededError as error:
            self._is_above_limit = True
            self.problem.show(error)
        except RehydrateError as error:
            self._refuse(error)
            return
        else:
            self.problem.clear()
        self._offer(plan)

    def _check_running(self) -> None:
        """One download at a time: two would compete for one disk and one quota.

        Raises:
            UsageError: one is running.
        """
        download = self.app.download
        if download is not None and download.is_running:
            raise UsageError(
                "Another download is running.",
                hint="Press t to see it; this one can start when it is over.",
            )

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

    def _facts(self, plan: DownloadPlan) -> Iterator[Fact]:
        app = self.app
        repositories = [space.opened.repository for space in self._workspaces]
        private = {each.id for each in repositories if each.is_private}
        quota = app.session.quota(repositories[0].id.host)
        if len(repositories) > 1:
            yield Fact(
                name="From", text=", ".join(str(each.id) for each in repositories)
            )
        folder = str(app.launch.destination.absolute())
        yield Fact(name="Into", text=strip_controls(folder))
        yield Fact(name="Network", text=_network(plan))
        yield Fact(name="Time", text=describe_time(plan, app.rate))
        for line in describe_transport(plan):
            yield Fact(name="Way", text=line)
        yield Fact(name="API", text=describe_calls(plan, quota, private))
        yield from describe_disk(plan, app.launch.limits)
        notes = (*(self._chosen.notes if self._chosen else ()), *plan.notes)
        for note in notes:
            yield Fact(name="Note", text=strip_controls(note), tone="warning")


def _network(plan: DownloadPlan) -> str:
    fetched = format_size(plan.bytes_to_fetch)
    written = format_size(plan.bytes_to_write)
    if fetched == written:
        return f"{fetched} to fetch"
    return f"{fetched} to fetch, {written} on disk: equal files come once"


def _lines(facts: Iterable[Fact]) -> Content:
    return Content("\n").join(
        Content.assemble(
            (f"{fact.name:<10}", "$foreground-muted"), (fact.text, _TONES[fact.tone])
        )
        for fact in facts
    )
