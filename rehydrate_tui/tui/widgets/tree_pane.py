"""The tree with all that belongs to it: filter, path of the cursor, details."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable
from typing import ClassVar

from textual import getters, on, work
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from rehydrate_tui.domain.filter import parse_filter
from rehydrate_tui.domain.objects import FileMode
from rehydrate_tui.domain.status import FileState
from rehydrate_tui.domain.tree import ROOT
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.preview.loading import ReadPart
from rehydrate_tui.tui.tree_rows import SortOrder
from rehydrate_tui.tui.widgets.details import Details
from rehydrate_tui.tui.widgets.path_filter import PathFilter
from rehydrate_tui.tui.widgets.preview_pane import PreviewPane
from rehydrate_tui.tui.widgets.repo_tree import RepoTreeView
from rehydrate_tui.tui.workspace import Workspace

_SETTLE = 0.08
"""Seconds that the cursor stands still before the side panel follows."""

_SLICE = 50
"""Directories between two looks at what else there is to do: a few milliseconds."""


class TreePane(Vertical):
    """Browses and ticks one repository; says `TicksChanged` when the basket changes."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.BROWSE)

    class TicksChanged(Message):
        """Other files are ticked than before."""

    class CursorMoved(Message):
        """The cursor stands on another row."""

        def __init__(self, node: int) -> None:
            super().__init__()
            self.node = node

    class LookRequested(Message):
        """The local folder is to be looked at again."""

    class CompareRequested(Message):
        """A file is to be compared with what is here."""

        def __init__(self, node: int) -> None:
            super().__init__()
            self.node = node

    class RestoreRequested(Message):
        """A file is to be brought back as it is pinned."""

        def __init__(self, node: int) -> None:
            super().__init__()
            self.node = node

    tree_view = getters.query_one(RepoTreeView)
    path_filter = getters.query_one(PathFilter)
    details = getters.query_one(Details)
    preview = getters.query_one(PreviewPane)

    def __init__(self, workspace: Workspace, read_part: ReadPart) -> None:
        super().__init__(classes="-previewing")
        self._workspace = workspace
        self._read_part = read_part
        self._details_timer: Timer | None = None

    def compose(self) -> Iterable[Widget]:
        """Put the tree beside the details."""
        space = self._workspace
        name = space.opened.repository.id.name
        yield PathFilter(space.filter_history)
        with Horizontal(id="browser"):
            yield RepoTreeView(
                space.rows, space.selection, space.policy, space.local, name
            )
            with Vertical(id="side"):
                yield PreviewPane(space.tree, self._read_part, space.policy, name)
                yield Details(space.selection, space.policy, name)

    def on_mount(self) -> None:
        """Show the tree, with the filter that holds already, if there is one."""
        space = self._workspace
        self.path_filter.conceal()
        if space.filter:
            self.path_filter.restore(space.filter_text)
            self._show_outcome()
        self.prepare()

    @work(exclusive=True, group="prepare")
    async def prepare(self) -> None:
        """Do in spare moments what the first filter would otherwise wait for."""
        space = self._workspace
        await asyncio.sleep(_SETTLE)
        space.prepare_filter()
        for number, node in enumerate(space.tree.directories):
            space.rows.prepare(node)
            if not number % _SLICE:
                await asyncio.sleep(0.001)
        space.rows.prepare_whole()
        # The tree stays; looking through its entries again and again for garbage would
        # now and then cost a key a tenth of a second.
        gc.freeze()

    def go_to(self, node: int) -> None:
        """Put the cursor on `node`, opening what is above it."""
        if not self._workspace.rows.is_flat:
            self._workspace.rows.reveal(node)
        self.tree_view.show(node=node)
        self.tree_view.focus()

    def show_ticks(self) -> None:
        """Draw the ticks anew, and say that they changed."""
        self.tree_view.refresh()
        self._show_details_soon()
        self.post_message(self.TicksChanged())

    def show_local(self) -> None:
        """Draw what is known of the local folder by now."""
        self.tree_view.refresh()

    def focus_tree(self, node: int) -> None:
        """Put the cursor on `node` and the focus into the tree."""
        self._workspace.rows.reveal(node)
        self.tree_view.show(node=node)
        self.tree_view.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the filter a slash is a slash."""
        if action == "filter":
            return not self.path_filter.input.has_focus
        return super().check_action(action, parameters)

    def action_tick(self) -> None:
        """Tick or untick what is under the cursor."""
        self._tick(self.tree_view.node)

    def action_tick_visible(self) -> None:
        """Tick or untick everything that the filter lets through."""
        self._workspace.toggle_visible()
        self.show_ticks()

    def action_invert(self) -> None:
        """Invert the ticks within the filter."""
        self._workspace.invert()
        self.show_ticks()

    def action_undo(self) -> None:
        """Take the last tick back."""
        if not self._workspace.undo():
            self.notify("There is nothing to undo.")
        self.show_ticks()

    def action_filter(self) -> None:
        """Show the filter bar."""
        self.path_filter.reveal()

    @on(PathFilter.Cleared)
    def action_clear_filter(self) -> None:
        """Show everything again."""
        if self._workspace.rows.matches is not None:
            self._apply_filter("")
        self.path_filter.conceal()
        self.tree_view.focus()

    def action_sort(self) -> None:
        """Take the next order."""
        self._sort(self._workspace.rows.sort.following)

    def action_largest(self) -> None:
        """Change between the tree and the list of the largest files."""
        rows = self._workspace.rows
        node = self.tree_view.node
        rows.set_flat(is_flat=not rows.is_flat)
        if rows.is_flat:
            node = rows.rows[0] if rows.rows else ROOT
        else:
            rows.reveal(node)
        self.tree_view.show(node=node)

    def action_compare(self) -> None:
        """Show what was edited in the file under the cursor."""
        node = self.tree_view.node
        state = self._workspace.local.telling(node)
        if self._workspace.tree.is_directory(node) or state in {
            None,
            FileState.MISSING,
        }:
            self.notify("Only a file that is in the folder here can be compared.")
        else:
            self.post_message(self.CompareRequested(node))

    def action_restore(self) -> None:
        """Ask whether to bring the file under the cursor back."""
        node = self.tree_view.node
        state = self._workspace.local.telling(node)
        is_file = not self._workspace.tree.is_directory(node)
        if is_file and state not in {None, FileState.PRESENT}:
            self.post_message(self.RestoreRequested(node))
        else:
            self.notify("Only a file that is edited, outdated or missing is restored.")

    def action_look_again(self) -> None:
        """Ask for another look at the local folder."""
        self.post_message(self.LookRequested())

    def action_preview(self) -> None:
        """Show or hide the preview: beside the tree, or instead of it if it is narrow."""
        if self.screen.has_class("-wide") and not self.has_class("-full"):
            self.toggle_class("-previewing")
        else:
            self._zoom()

    @on(PreviewPane.ZoomRequested)
    def _zoom(self) -> None:
        is_full = self.toggle_class("-full").has_class("-full")
        if is_full:
            self.preview.view.focus()
        else:
            self.tree_view.focus()

    @on(PreviewPane.Left)
    def _leave_preview(self) -> None:
        self.remove_class("-full")
        self.tree_view.focus()

    @on(PreviewPane.MoveRequested)
    def _move_from_preview(self, event: PreviewPane.MoveRequested) -> None:
        event.stop()
        self.tree_view.go_to(self.tree_view.cursor + event.by)

    @on(PathFilter.Changed)
    def _filter_changed(self, event: PathFilter.Changed) -> None:
        event.stop()
        self._apply_filter(event.text)

    @on(PathFilter.Accepted)
    def _filter_accepted(self, event: PathFilter.Accepted) -> None:
        event.stop()
        if not self.path_filter.input.value.strip():
            self.path_filter.conceal()
        self.tree_view.focus()

    @on(RepoTreeView.CursorMoved)
    def _cursor_moved(self, event: RepoTreeView.CursorMoved) -> None:
        event.stop()
        self._workspace.cursor = event.node
        self.post_message(self.CursorMoved(event.node))
        self.preview.follow(event.node)
        self._show_details_soon()

    @on(RepoTreeView.TickRequested)
    def _tick_requested(self, event: RepoTreeView.TickRequested) -> None:
        event.stop()
        self._tick(event.node)

    @on(RepoTreeView.SortRequested)
    def _sort_requested(self, event: RepoTreeView.SortRequested) -> None:
        event.stop()
        self._sort(event.sort)

    def _tick(self, node: int) -> None:
        if self._workspace.toggle(node):
            self.show_ticks()
            return
        is_module = self._workspace.tree.entry(node).mode is FileMode.GITLINK
        self.notify(
            "A submodule's files are in another repository. Opening it from here comes "
            "later; its commit is in the details."
            if is_module
            else "There are no files below it.",
            title="Not tickable",
        )

    def _sort(self, sort: SortOrder) -> None:
        node = self.tree_view.node
        self._workspace.rows.set_sort(sort)
        self.tree_view.show(node=node)
        self.prepare()

    def _apply_filter(self, text: str) -> None:
        space = self._workspace
        node = self.tree_view.node
        parsed = parse_filter(text)
        space.set_filter(parsed, text)
        if space.rows.matches is None:
            space.rows.reveal(node)
        else:
            node = self._first_match()
        self._show_outcome()
        self.tree_view.show(node=node, words=parsed.words)

    def _show_outcome(self) -> None:
        space, bar = self._workspace, self.path_filter
        matches = space.rows.matches
        if matches is None:
            bar.show_outcome(Content())
        else:
            size = sum(map(space.tree.sizes.__getitem__, matches))
            bar.show_matches(len(matches), space.tree.file_count(ROOT), size)
        if space.filter.problems:
            bar.show_problem(space.filter.problems[0])

    def _first_match(self) -> int:
        tree = self._workspace.tree
        rows = self._workspace.rows.rows
        return next((node for node in rows if not tree.is_directory(node)), ROOT)

    def _show_details_soon(self) -> None:
        if self._details_timer is not None:
            self._details_timer.stop()
        self._details_timer = self.set_timer(_SETTLE, self._show_details)

    def _show_details(self) -> None:
        if self.is_mounted and self.details.region.width:
            self.details.show(self.tree_view.node)
