"""The browser: what is in the repository, what of it is ticked, what that costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar, Literal

from textual import getters, on, work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.dom import DOMNode
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Static

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.plan import ConflictPolicy
from rehydrate_tui.domain.report import Outcome
from rehydrate_tui.domain.status import FileState
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.domain.tree import ROOT
from rehydrate_tui.errors import PathNotFoundError, RehydrateError
from rehydrate_tui.tui.base import BaseScreen
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.restoring import restore_file
from rehydrate_tui.tui.screens.ask import AskScreen
from rehydrate_tui.tui.screens.diff import DiffScreen
from rehydrate_tui.tui.screens.restore import RestoreScreen
from rehydrate_tui.tui.screens.ticked import TickedScreen
from rehydrate_tui.tui.widgets.breadcrumbs import Breadcrumbs
from rehydrate_tui.tui.widgets.status_line import Status, StatusLine
from rehydrate_tui.tui.widgets.tree_pane import TreePane
from rehydrate_tui.tui.workspace import Preselected, Workspace

_MAX_NAMED = 3

HINT = "Space ticks · → opens · / filters · v lists the ticks · ? shows all keys"
"""For people who are here for the first time; it goes with the first tick."""


class BrowseScreen(BaseScreen):
    """Browses and ticks one repository."""

    STEP: ClassVar[str] = "Browse"
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.BASKET)
    PLACES: ClassVar[tuple[Place, ...]] = (
        Place.BROWSE,
        Place.BASKET,
        Place.TREE,
        Place.APP,
    )

    class OpenOther(Message):
        """The person wants another repository."""

    class DownloadRequested(Message):
        """The ticked files are wanted."""

        def __init__(self, workspace: Workspace) -> None:
            super().__init__()
            self.workspace = workspace

    class OtherChosen(Message):
        """Another repository that is open already is to be browsed."""

        def __init__(self, workspace: Workspace) -> None:
            super().__init__()
            self.workspace = workspace

    class SaveRequested(Message):
        """The ticked files are to be written into a manifest."""

        def __init__(self, workspace: Workspace) -> None:
            super().__init__()
            self.workspace = workspace

    class ExportRequested(Message):
        """A hand-over of the ticked files is wanted."""

        def __init__(self, workspace: Workspace) -> None:
            super().__init__()
            self.workspace = workspace

    class ManifestsRequested(Message):
        """The person wants to load or compare manifests."""

    pane = getters.query_one(TreePane)
    crumb = getters.query_one("#crumb", Breadcrumbs)

    def __init__(
        self, workspace: Workspace, preselected: Preselected | None = None
    ) -> None:
        super().__init__()
        self.workspace = workspace
        self._preselected = preselected
        self._free: int | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Put what is ticked below the tree."""
        if not self.app.launch.recent:
            yield Static(HINT, id="hint", markup=False)
        read_part = partial(self.app.session.read_part, self.workspace.opened)
        yield TreePane(self.workspace, read_part)
        with Horizontal(id="crumb-row"):
            yield Breadcrumbs(id="crumb")
            yield Button("Save", id="save", compact=True)
            yield Button("Download", id="download", variant="primary", compact=True)
        yield StatusLine()

    def on_mount(self) -> None:
        """Show the tree, the cursor where the address points."""
        opened = self.workspace.opened
        self.title_line.show_repository(opened)
        self.measure_space()
        self.pane.focus_tree(self._first_node())
        self.look_around()
        for note in opened.notes:
            self.notify(strip_controls(note), markup=False)
        if self._preselected is not None:
            self._tell(self._preselected)

    def on_screen_resume(self) -> None:
        """Look at the disk again: a download may have filled it."""
        if self.is_mounted:
            self.measure_space()
            self.look_around()

    @work(exclusive=True, group="present")
    async def look_around(self) -> None:
        """Find out, in a thread, what of the repository is in the folder."""
        space, found = self.workspace, dict[int, FileState]()
        looking = self.app.session.find_present(
            space.opened, self.app.launch.destination, space.source
        )
        async for states in looking:
            found.update(states)
            space.local.update(states)
            self.pane.show_local()
        if found != space.local.states:
            space.local.replace(found)
            self.pane.show_local()

    def measure_space(self) -> None:
        """Ask how much space is free."""
        try:
            self._free = self.app.free_space(self.app.launch.destination)
        except RehydrateError:
            self._free = None
        self.show_status()

    @on(TreePane.CursorMoved)
    def show_path(self, event: TreePane.CursorMoved) -> None:
        """Write the whole path of the row under the cursor."""
        name = self.workspace.opened.repository.id.name
        self.crumb.show(self.workspace.tree, event.node, name)

    @on(Breadcrumbs.Chosen)
    def go_up(self, event: Breadcrumbs.Chosen) -> None:
        """Go to the directory that was clicked."""
        self.pane.go_to(event.node)

    def target_of(self, place: Place) -> DOMNode:
        """Return who understands the commands of `place`."""
        targets: dict[Place, DOMNode] = {
            Place.BROWSE: self.pane,
            Place.TREE: self.pane.tree_view,
        }
        return targets.get(place, self)

    def leave(self) -> None:
        """Quit; ask first if ticks would be lost."""
        self._unless_lost("Quit", self.app.quit)

    @on(Button.Pressed, "#download")
    def action_download(self) -> None:
        """Go on to the review."""
        if self._has_ticks():
            self.post_message(self.DownloadRequested(self.workspace))

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Write a manifest without downloading."""
        if self._has_ticks():
            self.post_message(self.SaveRequested(self.workspace))

    def action_export(self) -> None:
        """Show the ticked files as a cell or a script."""
        if self._has_ticks():
            self.post_message(self.ExportRequested(self.workspace))

    def action_manifests(self) -> None:
        """Show the manifests of the folder."""
        self.post_message(self.ManifestsRequested())

    def action_open_other(self) -> None:
        """Open another repository; the ticks stay until it is open."""
        self.post_message(self.OpenOther())

    def action_show_ticked(self) -> None:
        """List what is ticked, in all repositories."""
        self.app.push_screen(TickedScreen(self.app.workspaces), self._after_ticked)

    @on(TreePane.LookRequested)
    def _look_again(self) -> None:
        self.look_around()

    @on(TreePane.CompareRequested)
    def _compare(self, event: TreePane.CompareRequested) -> None:
        node = event.node

        def answered(restore: bool | None) -> None:  # noqa: FBT001 - the result
            if restore:
                self._ask_to_restore(node)

        self.app.push_screen(DiffScreen(self.workspace, node), answered)

    @on(TreePane.RestoreRequested)
    def _restore(self, event: TreePane.RestoreRequested) -> None:
        self._ask_to_restore(event.node)

    def _ask_to_restore(self, node: int) -> None:
        tree = self.workspace.tree
        state = self.workspace.local.telling(node)
        if state is None:
            return

        def answered(policy: ConflictPolicy | None) -> None:
            if policy is not None:
                self.restore(node, policy)

        name = strip_controls(tree.path(node))
        size = format_size(tree.size(node))
        self.app.push_screen(RestoreScreen(name, size, state), answered)

    @work(exclusive=True, group="restore")
    async def restore(self, node: int, policy: ConflictPolicy) -> None:
        """Bring one file back, and say how that ended."""
        launch = self.app.launch
        try:
            outcome = await restore_file(
                self.app.session,
                self.workspace,
                node,
                launch.destination,
                policy,
                launch.limits,
            )
        except RehydrateError as error:
            self.notify(strip_controls(str(error)), severity="error", markup=False)
            return
        is_there = outcome.outcome in {Outcome.FETCHED, Outcome.PRESENT}
        text = f"{outcome.target} is back as pinned."
        if outcome.backup:
            text += f" Yours is now {outcome.backup}."
        if not is_there:
            text = str(outcome.error or f"{outcome.target} was not restored.")
        severity: Literal["information", "error"] = (
            "information" if is_there else "error"
        )
        self.notify(strip_controls(text), severity=severity, markup=False)
        self.look_around()

    def _after_ticked(self, chosen: Workspace | None) -> None:
        self.pane.show_ticks()
        if chosen is not None and chosen is not self.workspace:
            self.post_message(self.OtherChosen(chosen))

    @on(TreePane.TicksChanged)
    def show_status(self) -> None:
        """Tell the sums anew."""
        space, app = self.workspace, self.app
        status = Status(
            files=space.selection.count(),
            size=space.selection.size(),
            free=self._free,
            reserve=app.launch.limits.reserve,
            quota=app.session.quota(space.opened.repository.id.host),
            is_truncated=space.tree.is_truncated,
        )
        self.query_one(StatusLine).show_status(status)
        if status.files:
            self.query("#hint").remove()
        for button in self.query("#crumb-row Button").results(Button):
            button.disabled = not status.files

    def _first_node(self) -> int:
        path = self.workspace.opened.path
        if not path or self.workspace.cursor:
            return self.workspace.cursor
        try:
            return self.workspace.tree.node(path) if path else ROOT
        except PathNotFoundError as error:
            self.notify(strip_controls(error.message), markup=False)
            return ROOT

    def _has_ticks(self) -> bool:
        if not self.workspace.selection.count():
            self.notify("Tick something first: Space on a file or a directory.")
            return False
        return True

    def _tell(self, preselected: Preselected) -> None:
        """Say what became of the manifest's files."""
        sentences = [f"{preselected.found:,} files are ticked as in the manifest."]
        if preselected.changed:
            sentences.append(f"{preselected.changed:,} of them changed since then.")
        if preselected.missing:
            named = ", ".join(
                shorten(strip_controls(path), 40)
                for path in preselected.missing[:_MAX_NAMED]
            )
            more = len(preselected.missing) - _MAX_NAMED
            rest = f" and {more:,} more" if more > 0 else ""
            sentences.append(f"No longer there: {named}{rest}.")
        self.notify(
            " ".join(sentences),
            severity="warning" if preselected.missing else "information",
            markup=False,
        )

    def _unless_lost(self, verb: str, go_on: Callable[[], None]) -> None:
        unsaved = [each for each in self.app.workspaces if each.has_unsaved_ticks]
        if not unsaved:
            go_on()
            return
        count = sum(each.selection.count() for each in unsaved)
        question = AskScreen(
            f"{count:,} ticked files are in no manifest and were not downloaded.",
            yes=verb,
            no="Stay",
        )
        self.app.push_screen(question, lambda yes: go_on() if yes else None)
