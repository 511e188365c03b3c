"""An edited file beside the pinned one, line by line."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import ClassVar

from textual import getters, on, work
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Button, Label, Static

from rehydrate_tui.domain.diff import MAX_BYTES, DiffLine, is_text, unified_diff
from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.engine.presence import locate
from rehydrate_tui.errors import RehydrateError
from rehydrate_tui.storage.local_files import read_local
from rehydrate_tui.tui.base import BaseModal
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.widgets.diff_view import DiffView
from rehydrate_tui.tui.widgets.problem import Problem
from rehydrate_tui.tui.workspace import Workspace


class DiffScreen(BaseModal[bool]):
    """Shows what was changed here; its result is whether to restore the file.

    Args:
        workspace: the repository.
        node: a file of its tree.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.DIFF)
    PLACES: ClassVar[tuple[Place, ...]] = (Place.DIFF,)
    AUTO_FOCUS: ClassVar[str | None] = "DiffView"

    problem = getters.query_one(Problem)
    view = getters.query_one(DiffView)

    def __init__(self, workspace: Workspace, node: int) -> None:
        super().__init__()
        self._workspace = workspace
        self._node = node

    def compose(self) -> Iterable[Widget]:
        """Put the lines between what they are and what can be done."""
        name = strip_controls(self._workspace.tree.path(self._node))
        with Vertical(classes="dialogue whole"):
            yield Label(f"{name}: - pinned, + here", classes="heading", markup=False)
            yield Static("Reading both …", id="diff-summary", markup=False)
            yield Problem(markup=False)
            yield DiffView()
            with Horizontal(classes="buttons"):
                yield Button("Close", id="close", compact=True)
                yield Button("Restore …", id="restore", variant="warning", compact=True)

    def on_mount(self) -> None:
        """Begin to read."""
        self.problem.clear()
        self.compare()

    @work(exclusive=True, group="diff")
    async def compare(self) -> None:
        """Read the pinned file and the local one and show what differs."""
        space = self._workspace
        summary = self.query_one("#diff-summary", Static)
        try:
            target, _ = locate(space.tree, self._node, space.source)
            local = await asyncio.to_thread(
                read_local, self.app.launch.destination, target, most=MAX_BYTES
            )
            pinned = await self.app.session.read(
                space.opened, path=space.tree.path(self._node), most=MAX_BYTES
            )
        except RehydrateError as error:
            summary.update("")
            self.problem.show(error)
            return
        sizes = f"{format_size(len(pinned))} pinned, {format_size(len(local))} here"
        reason = _why_not(pinned, local)
        if reason:
            summary.update(f"{reason} {sizes}.")
            return
        lines = await asyncio.to_thread(unified_diff, pinned, local)
        self.view.show(lines)
        summary.update(_summary(lines, sizes))

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go back and change nothing."""
        self.dismiss(False)  # noqa: FBT003 - the result of the dialogue

    @on(Button.Pressed, "#restore")
    def action_restore(self) -> None:
        """Go on to the question whether to restore."""
        self.dismiss(True)  # noqa: FBT003 - the result of the dialogue


def _why_not(pinned: bytes, local: bytes) -> str:
    if LfsPointer.parse(pinned) is not None:
        return "The file is in Git LFS, so it is not compared line by line."
    if not (is_text(pinned) and is_text(local)):
        return "This is no text, so it is not compared line by line."
    return ""


def _summary(lines: list[DiffLine], sizes: str) -> str:
    if not lines:
        return f"Both are the same: {sizes}."
    removed = sum(line.change.value == "-" for line in lines)
    added = sum(line.change.value == "+" for line in lines)
    return f"{added:,} lines added, {removed:,} removed here ({sizes})."
