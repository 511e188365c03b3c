"""The manifests of the folder: to load one, or to compare two."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual import getters, on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import RehydrateError
from rehydrate_tui.storage.manifest_file import find_manifests, load_manifest
from rehydrate_tui.tui.base import BaseScreen
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.widgets.problem import Problem


class ManifestsScreen(BaseScreen):
    """Lists manifests; Enter loads one, Space marks one, `c` compares two."""

    STEP: ClassVar[str] = "Manifests"
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.MANIFESTS)
    PLACES: ClassVar[tuple[Place, ...]] = (Place.MANIFESTS, Place.APP)
    AUTO_FOCUS: ClassVar[str | None] = "#manifests"

    class Loaded(Message):
        """A manifest is to be opened."""

        def __init__(self, path: Path) -> None:
            super().__init__()
            self.path = path

    class CompareRequested(Message):
        """Two manifests are to be compared, the older one first."""

        def __init__(
            self, old: tuple[str, Manifest], new: tuple[str, Manifest]
        ) -> None:
            super().__init__()
            self.old = old
            self.new = new

    choices = getters.query_one("#manifests", OptionList)
    problem = getters.query_one(Problem)

    def __init__(self) -> None:
        super().__init__()
        self._paths: list[Path] = []
        self._marked: Path | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Put the list above a field for any other file."""
        field = Input(placeholder="another manifest: its path", id="path", compact=True)
        field.cursor_blink = False
        yield Static("Enter loads a manifest: its files are ticked.", id="what")
        yield OptionList(id="manifests", compact=True)
        yield Problem(markup=False)
        with Horizontal(classes="field"):
            yield Label("Add")
            yield field
        with Horizontal(classes="buttons"):
            yield Button("Back", id="close", compact=True)
            yield Button("Mark", id="mark", compact=True)
            yield Button("Compare", id="compare", compact=True)
            yield Button("Load", id="load", variant="primary", compact=True)

    def on_mount(self) -> None:
        """List what there is; the manifest in hand is marked."""
        self.problem.clear()
        launch, in_hand = self.app.launch, self.app.manifest_path
        self._paths = find_manifests(launch.destination)
        if in_hand is not None and in_hand.exists():
            others = [path for path in self._paths if not path.samefile(in_hand)]
            self._paths = [in_hand, *others]
            self._marked = in_hand
        self._list()

    def leave(self) -> None:
        """Go back."""
        self.action_close()

    @on(OptionList.OptionSelected)
    @on(Button.Pressed, "#load")
    def action_load(self) -> None:
        """Open the manifest under the cursor."""
        path = self._current
        if path is not None and self._read(path) is not None:
            self.post_message(self.Loaded(path))

    @on(Button.Pressed, "#mark")
    def action_mark(self) -> None:
        """Mark the manifest under the cursor as the one to compare with."""
        self._marked = self._current
        self._list()
        self.choices.focus()

    @on(Button.Pressed, "#compare")
    def action_compare(self) -> None:
        """Compare the manifest under the cursor with the marked one."""
        old, new = self._marked, self._current
        if old is None or new is None or old == new:
            self.notify("Mark one manifest with Space, go to another, then compare.")
            return
        one, other = self._read(old), self._read(new)
        if one is not None and other is not None:
            self.post_message(self.CompareRequested((old.name, one), (new.name, other)))

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go back."""
        self.app.pop_screen()

    @on(Input.Submitted, "#path")
    def _add(self, event: Input.Submitted) -> None:
        path = self.app.launch.destination / Path(event.value.strip()).expanduser()
        if event.value.strip() and self._read(path) is not None:
            if path not in self._paths:
                self._paths.append(path)
            self._list()
            self.choices.highlighted = self._paths.index(path)
            self.choices.focus()

    @property
    def _current(self) -> Path | None:
        row = self.choices.highlighted
        return None if row is None or row >= len(self._paths) else self._paths[row]

    def _read(self, path: Path) -> Manifest | None:
        try:
            manifest = load_manifest(path)
        except RehydrateError as error:
            self.problem.show(error)
            return None
        self.problem.clear()
        return manifest

    def _list(self) -> None:
        row = self.choices.highlighted or 0
        self.choices.clear_options()
        self.choices.add_options(Option(self._describe(path)) for path in self._paths)
        if self._paths:
            self.choices.highlighted = min(row, len(self._paths) - 1)
        else:
            text = (
                "There is no manifest in this folder yet: w in the browser saves one."
            )
            self.query_one("#what", Static).update(text)

    def _describe(self, path: Path) -> Content:
        mark = "[x]" if path == self._marked else "[ ]"
        name = f"{mark} {strip_controls(path.name):<24}"
        try:
            manifest = load_manifest(path)
        except RehydrateError as error:
            return Content.assemble(
                name, (strip_controls(error.message), "$text-warning")
            )
        count = manifest.file_count
        files = f"{count:,} file{'' if count == 1 else 's'}"
        names = ", ".join(
            strip_controls(str(source.repository)) for source in manifest.sources
        )
        sums = f" {files} · {format_size(manifest.content_size)} "
        return Content.assemble(name, (sums, "$foreground-muted"), names)
