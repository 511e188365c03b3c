"""The manifest before it is written: its name, its places, and all of its text."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import getters, on, work
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Static, TextArea

from rehydrate_tui.domain.manifest import Manifest, Source
from rehydrate_tui.domain.portability import portability_notes
from rehydrate_tui.domain.text import strip_controls, strip_controls_multiline
from rehydrate_tui.errors import ManifestError, RehydrateError, UsageError
from rehydrate_tui.storage.manifest_file import (
    load_manifest,
    manifest_bytes,
    save_manifest,
)
from rehydrate_tui.tui.base import BaseScreen
from rehydrate_tui.tui.chosen import Chosen, pin_ticked
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.draft import Places, compose, key_of
from rehydrate_tui.tui.screens.rename import Renamed, RenameScreen
from rehydrate_tui.tui.widgets.problem import Problem
from rehydrate_tui.tui.workspace import Workspace

_MOST_NAMED = 2
DEFAULT_NAME = "manifest.toml"

_MAX_LINES = 2000
"""Lines of the preview; what comes below is more of the same."""

_SETTLE = 0.15
"""Seconds without a key after which the preview follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What was written."""

    path: Path
    manifest: Manifest
    chosen: Chosen
    notes: tuple[str, ...] = ()


class SaveScreen(BaseScreen):
    """Shows the manifest as it will be, and writes it.

    A manifest that is already in hand keeps its other repositories. Of any other file
    it asks first, and what is no manifest is never overwritten.

    Args:
        workspaces: the repositories with ticks.
        chosen: what they were pinned to; None: pin them now.
    """

    STEP: ClassVar[str] = "Save"
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.SAVE)
    PLACES: ClassVar[tuple[Place, ...]] = (Place.SAVE, Place.APP)
    AUTO_FOCUS: ClassVar[str | None] = "#name"

    class Written(Message):
        """The manifest is on disk."""

        def __init__(self, saved: Saved) -> None:
            super().__init__()
            self.saved = saved

    problem = getters.query_one(Problem)
    input = getters.query_one("#name", Input)
    preview = getters.query_one("#preview", TextArea)

    def __init__(
        self, workspaces: Sequence[Workspace], chosen: Chosen | None = None
    ) -> None:
        super().__init__()
        self._workspaces = workspaces
        self._chosen = chosen
        self._places = Places()
        self._manifest: Manifest | None = None
        self._adds: bool | None = None
        self._timer: Timer | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Put the text of the manifest between its name and the buttons."""
        field = Input(
            self._default_name(), id="name", select_on_focus=False, compact=True
        )
        field.cursor_blink = False
        with Horizontal(classes="field"):
            yield Label("Manifest")
            yield field
        yield VerticalScroll(id="folders", can_focus=False)
        yield Static(id="contents", markup=False)
        yield TextArea(
            id="preview",
            read_only=True,
            show_cursor=False,
            soft_wrap=False,
            compact=True,
        )
        yield Static(id="notes", markup=False)
        yield Problem(markup=False)
        yield Static(id="existing", markup=False)
        with Horizontal(classes="buttons"):
            yield Button("Close", id="close", compact=True)
            yield Button("Rename", id="rename", compact=True)
            yield Button("Add to it", id="add", compact=True)
            yield Button("Replace it", id="replace", variant="warning", compact=True)
            yield Button("Save", id="save", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Begin without a question."""
        self.title_line.show_repository(self._workspaces[0].opened)
        self.problem.clear()
        self._ask_about("")
        self.make_preview()

    def leave(self) -> None:
        """Go back."""
        self.action_close()

    @on(Input.Changed, "#name")
    def _name_changed(self) -> None:
        self._adds = None
        self._ask_about("")
        self._preview_soon()

    @on(Input.Changed, ".into")
    def _folder_changed(self, event: Input.Changed) -> None:
        if isinstance(event.input, FolderInput):
            key = key_of(event.input.source)
            self._places = self._places.with_into(key, event.value)
            self._preview_soon()

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Write the manifest."""
        self.write(self._path())

    @on(Button.Pressed, "#add")
    def _add(self) -> None:
        self._adds = True
        self.write(self._path())

    @on(Button.Pressed, "#replace")
    def _replace(self) -> None:
        self._adds = False
        self.write(self._path())

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Write nothing."""
        self.app.pop_screen()

    @on(Button.Pressed, "#rename")
    def action_rename(self) -> None:
        """Ask for another local name of a file."""
        if self._manifest is not None:
            self.app.push_screen(RenameScreen(self._manifest), self._renamed)

    @work(exclusive=True, group="save")
    async def make_preview(self) -> None:
        """Show what would be written."""
        try:
            self._manifest = await self._composed(self._path())
        except RehydrateError as error:
            self.problem.show(error)
            return
        self.problem.clear()
        await self._show(self._manifest)

    @work(exclusive=True, group="save")
    async def write(self, path: Path) -> None:
        """Write the manifest; ask first about one that is there."""
        try:
            existing = await asyncio.to_thread(_existing, path)
            is_asked = self._adds is not None or self._is_in_hand(path)
            if existing is not None and not is_asked:
                others = len(existing.sources)
                noun = "repository" if others == 1 else "repositories"
                self._ask_about(f"This manifest exists, with {others} {noun}.")
                return
            manifest = await self._composed(path)
            await asyncio.to_thread(_write, manifest, path)
        except RehydrateError as error:
            self.problem.show(error)
            return
        chosen = await self._pinned()
        # Closing the screen here would cancel this very worker.
        self.post_message(
            self.Written(
                Saved(path=path, manifest=manifest, chosen=chosen, notes=chosen.notes)
            )
        )

    def _preview_soon(self) -> None:
        """Follow when the person stops typing."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_SETTLE, self.make_preview)

    async def _pinned(self) -> Chosen:
        if self._chosen is None:
            self._chosen = await pin_ticked(self.app.session, self._workspaces)
        return self._chosen

    async def _composed(self, path: Path) -> Manifest:
        chosen = await self._pinned()
        existing = await asyncio.to_thread(_existing, path)
        adds = self._is_in_hand(path) if self._adds is None else self._adds
        base = existing if adds else None
        return await asyncio.to_thread(compose, chosen, base, self._places)

    async def _show(self, manifest: Manifest) -> None:
        count, sources = manifest.file_count, manifest.sources
        noun = "file" if count == 1 else "files"
        where = "to this commit" if len(sources) == 1 else f"of {len(sources)} sources"
        self.query_one("#contents", Static).update(f"It pins {count:,} {noun} {where}.")
        data = await asyncio.to_thread(manifest_bytes, manifest, self._path().name)
        lines = strip_controls_multiline(data.decode("utf-8")).split("\n")
        more = len(lines) - _MAX_LINES
        if more > 0:
            lines[_MAX_LINES:] = [f"# … and {more:,} more lines"]
        self.preview.load_text("\n".join(lines))
        await self._show_notes(manifest)
        folders = self.query_one("#folders", VerticalScroll)
        known = [each.source for each in folders.query(FolderInput)]
        if [key_of(each) for each in known] != [key_of(each) for each in sources]:
            await folders.remove_children()
            await folders.mount_all(FolderRow(source) for source in sources)

    async def _show_notes(self, manifest: Manifest) -> None:
        targets = [each for source in manifest.sources for each in source.targets]
        notes = [
            *(self._chosen.notes if self._chosen else ()),
            *await asyncio.to_thread(portability_notes, targets, most=_MOST_NAMED),
        ]
        text = "\n".join(f"Note: {strip_controls(note)}" for note in notes)
        self.query_one("#notes", Static).update(Content.styled(text, "$text-warning"))
        self.query_one("#notes").display = bool(notes)

    def _renamed(self, renamed: Renamed | None) -> None:
        if renamed is not None:
            key = key_of(renamed.source)
            self._places = self._places.with_to(key, renamed.path, renamed.to)
            self.make_preview()

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


class FolderRow(Horizontal):
    """Where the files of one source go."""

    def __init__(self, source: Source) -> None:
        super().__init__(classes="field")
        self._source = source

    def compose(self) -> Iterable[Widget]:
        """Put the folder between its label and the repository."""
        yield Label("Into")
        yield FolderInput(self._source)
        yield Label(f"  {strip_controls(str(self._source.repository))}", markup=False)


class FolderInput(Input):
    """A folder below the destination.

    Args:
        source: whose files go there.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source.into or ".", classes="into", compact=True)
        self.cursor_blink = False
        self.source = source


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
    path.parent.mkdir(parents=True, exist_ok=True)
    save_manifest(manifest, path)
