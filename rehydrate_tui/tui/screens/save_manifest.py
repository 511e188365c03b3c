"""The dialogue that writes the manifest."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import getters, on, work
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Static

from rehydrate_tui.domain.include_rule import include_rule
from rehydrate_tui.domain.manifest import Manifest, Source
from rehydrate_tui.domain.manifest_reader import manifest_from_dict
from rehydrate_tui.domain.portability import portability_notes
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import ManifestError, RehydrateError, UsageError
from rehydrate_tui.storage.manifest_file import load_manifest, save_manifest
from rehydrate_tui.tui.base import BaseModal
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.merging import put_source
from rehydrate_tui.tui.widgets.problem import Problem
from rehydrate_tui.tui.workspace import Workspace

_MOST_NAMED = 2
DEFAULT_NAME = "manifest.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What was written."""

    path: Path
    notes: tuple[str, ...] = ()


class SaveScreen(BaseModal[Saved | None]):
    """Asks for a name and writes the manifest there.

    A manifest that is already in hand keeps its other repositories. Of any other file
    it asks first, and what is no manifest is never overwritten.

    Args:
        workspace: the ticks.
        source: what they were pinned to; None: pin them now.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.DIALOGUE)
    AUTO_FOCUS: ClassVar[str | None] = "#name"

    class Written(Message):
        """The manifest is on disk."""

        def __init__(self, saved: Saved) -> None:
            super().__init__()
            self.saved = saved

    problem = getters.query_one(Problem)
    input = getters.query_one("#name", Input)

    def __init__(self, workspace: Workspace, source: Source | None = None) -> None:
        super().__init__()
        self._workspace = workspace
        self._source = source
        self._notes: tuple[str, ...] = ()

    def compose(self) -> Iterable[Widget]:
        """Put the name above the buttons."""
        count = self._workspace.selection.count()
        field = Input(self._default_name(), id="name", select_on_focus=False)
        field.cursor_blink = False
        with Vertical(classes="dialogue"):
            yield Label("Save the manifest", classes="heading")
            noun = "file" if count == 1 else "files"
            yield Static(f"It pins {count:,} {noun} to this commit.", markup=False)
            yield Static(id="portability", markup=False)
            yield field
            yield Problem(markup=False)
            yield Static(id="existing", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="close", compact=True)
                yield Button("Add to it", id="add", compact=True)
                yield Button(
                    "Replace it", id="replace", variant="warning", compact=True
                )
                yield Button("Save", id="save", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Begin without a question."""
        self.problem.clear()
        self._ask_about("")
        self.query_one("#portability").display = False
        self.warn_of_names()

    @work(exclusive=True, group="names")
    async def warn_of_names(self) -> None:
        """Show which names will not arrive everywhere."""
        notes = await asyncio.to_thread(
            portability_notes, self._targets(), most=_MOST_NAMED
        )
        field = self.query_one("#portability", Static)
        field.update(Content.styled("\n".join(notes), "$text-warning"))
        field.display = bool(notes)

    @on(Input.Changed)
    def _name_changed(self) -> None:
        self.problem.clear()
        self._ask_about("")

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def _save(self) -> None:
        self.write(self._path(), adds=None)

    @on(Button.Pressed, "#add")
    def _add(self) -> None:
        self.write(self._path(), adds=True)

    @on(Button.Pressed, "#replace")
    def _replace(self) -> None:
        self.write(self._path(), adds=False)

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Write nothing."""
        self.dismiss(None)

    @work(exclusive=True, group="save")
    async def write(self, path: Path, *, adds: bool | None) -> None:
        """Pin what is not pinned yet, and write.

        Args:
            path: where to.
            adds: whether an existing manifest is added to; None: ask, if there is one.
        """
        try:
            existing = _existing(path)
            if existing is not None and adds is None:
                if not self._is_in_hand(path):
                    others = len(existing.sources)
                    noun = "repository" if others == 1 else "repositories"
                    self._ask_about(f"This manifest exists, with {others} {noun}.")
                    return
                adds = True
            source = await self._pinned()
            base = existing if existing is not None and adds else Manifest(sources=())
            manifest = put_source(base, source)
            await asyncio.to_thread(_write, manifest, path)
        except RehydrateError as error:
            self.problem.show(error)
            return
        # Closing the dialogue here would cancel this very worker.
        self.post_message(self.Written(Saved(path=path, notes=self._notes)))

    @on(Written)
    def _close_with(self, event: Written) -> None:
        self.dismiss(event.saved)

    async def _pinned(self) -> Source:
        if self._source is None:
            space = self._workspace
            include = await asyncio.to_thread(include_rule, space.selection)
            locked = await self.app.session.lock(
                space.opened, list(space.selection.ticked_files()), include
            )
            self._source = space.adopt(locked.source)
            self._notes = locked.notes
        return self._source

    def _targets(self) -> Sequence[str]:
        if self._source is not None:
            return self._source.targets
        space = self._workspace
        return [space.tree.path(node) for node in space.selection.ticked_files()]

    def _ask_about(self, existing: str) -> None:
        self.query_one("#existing", Static).update(existing)
        self.query_one("#existing").display = bool(existing)
        self.query_one("#add").display = bool(existing)
        self.query_one("#replace").display = bool(existing)
        self.query_one("#save").display = not existing
        if existing:
            self.query_one("#add").focus()

    def _default_name(self) -> str:
        path = self.app.manifest_path
        if path is None:
            return DEFAULT_NAME
        folder = self.app.launch.destination.absolute()
        absolute = path.absolute()
        inside = absolute.is_relative_to(folder)
        return str(absolute.relative_to(folder) if inside else absolute)

    def _path(self) -> Path:
        name = self.input.value.strip() or DEFAULT_NAME
        return self.app.launch.destination / Path(name).expanduser()

    def _is_in_hand(self, path: Path) -> bool:
        known = self.app.manifest_path
        return known is not None and known.absolute() == path.absolute()


def _existing(path: Path) -> Manifest | None:
    """Return the manifest at `path`, if there is a file.

    Raises:
        UsageError: it is something else, which must not be lost.
    """
    if not path.exists():
        return None
    try:
        return load_manifest(path)
    except ManifestError as error:
        raise UsageError(
            f"“{strip_controls(path.name)}” is there and is no usable manifest.",
            hint="Choose another name: it is not overwritten.",
        ) from error


def _write(manifest: Manifest, path: Path) -> None:
    # Two repositories in one manifest may claim the same place; the reader knows.
    manifest_from_dict(manifest.to_dict())
    path.parent.mkdir(parents=True, exist_ok=True)
    save_manifest(manifest, path)
