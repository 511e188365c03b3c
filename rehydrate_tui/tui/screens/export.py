"""The hand-over: what brings the files where this program is not, to select or to keep."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import getters, on, work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Button, Static, TextArea

from rehydrate_tui.domain.text import strip_controls, strip_controls_multiline
from rehydrate_tui.errors import RehydrateError
from rehydrate_tui.export.access import check_access
from rehydrate_tui.export.forms import Form, cells_of, text_of
from rehydrate_tui.export.notebook_file import put_first
from rehydrate_tui.export.pinned import Pinned
from rehydrate_tui.export.writing import write_export
from rehydrate_tui.tui.base import BaseScreen
from rehydrate_tui.tui.chosen import Chosen, pin_ticked
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.screens.name import NameScreen
from rehydrate_tui.tui.widgets.problem import Problem
from rehydrate_tui.tui.workspace import Workspace

_NAMES = {
    Form.CELL: "rehydrate_cell.py",
    Form.MAGIC: "rehydrate_magic.py",
    Form.CURL: "fetch.sh",
    Form.PYTHON: "fetch.py",
}

_WHAT = {
    Form.CELL: "One notebook cell that needs no installation.",
    Form.MAGIC: "Two cells: load the extension, then %%rehydrate with the manifest.",
    Form.CURL: "A shell script: POSIX sh and curl.",
    Form.PYTHON: "A script for Python 3.8 and newer, nothing else.",
}


class ExportScreen(BaseScreen):
    """Shows the ticked files as code.

    Args:
        workspaces: the repositories with ticks.
        chosen: what they were pinned to; None: pin them now.
    """

    STEP: ClassVar[str] = "Export"
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.EXPORT)
    PLACES: ClassVar[tuple[Place, ...]] = (Place.EXPORT, Place.APP)
    AUTO_FOCUS: ClassVar[str | None] = "#code"

    problem = getters.query_one(Problem)
    code = getters.query_one("#code", TextArea)

    def __init__(
        self, workspaces: Sequence[Workspace], chosen: Chosen | None = None
    ) -> None:
        super().__init__()
        self._workspaces = workspaces
        self._chosen = chosen
        self._form = Form.CELL
        self._pinned: Pinned | None = None
        self._text = ""

    def compose_body(self) -> Iterable[Widget]:
        """Put the code between the forms and the buttons."""
        with Horizontal(id="forms"):
            for form in Form:
                yield Button(form.value, id=f"form-{form.value}", compact=True)
        yield Static(id="what", markup=False)
        yield Problem(markup=False)
        yield TextArea(
            id="code", read_only=True, show_cursor=False, soft_wrap=False, compact=True
        )
        yield Static(id="told", markup=False)
        with Horizontal(classes="buttons"):
            yield Button("Back", id="close", compact=True)
            yield Button("Into a notebook", id="insert", compact=True)
            yield Button("To a file", id="write", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Begin with the cell."""
        self.title_line.show_repository(self._workspaces[0].opened)
        self._choose(Form.CELL)

    def leave(self) -> None:
        """Go back."""
        self.action_close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        if action == "insert":
            return bool(self._text) and self._form.is_for_notebooks
        if action == "write":
            return bool(self._text)
        return super().check_action(action, parameters)

    def action_next_form(self) -> None:
        """Show the next form."""
        forms = list(Form)
        self._choose(forms[(forms.index(self._form) + 1) % len(forms)])

    @on(Button.Pressed, "#forms Button")
    def _form_pressed(self, event: Button.Pressed) -> None:
        self._choose(Form(str(event.button.id).removeprefix("form-")))

    @on(Button.Pressed, "#write")
    def action_write(self) -> None:
        """Ask for a name, then write the file."""
        if self._text:
            question = NameScreen("Write it to", _NAMES[self._form], verb="Write")
            self.app.push_screen(question, self._write)

    @on(Button.Pressed, "#insert")
    def action_insert(self) -> None:
        """Ask for a notebook, then put the cells first into it."""
        if not self._text:
            return
        notebooks = find_notebooks(self.app.launch.destination, Path.cwd())
        question = NameScreen(
            "Put the cells first into the notebook",
            notebooks[0] if notebooks else "",
            verb="Put it there",
            choices=notebooks,
        )
        self.app.push_screen(question, self._insert)

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go back."""
        self.app.pop_screen()

    @work(exclusive=True, group="export")
    async def make_code(self, form: Form) -> None:
        """Ask whether the files can be had without a token, then show the code."""
        try:
            if self._pinned is None:
                self._pinned = await self._pin()
            notes = await asyncio.to_thread(check_access, self._pinned, form)
            self._text = await asyncio.to_thread(text_of, self._pinned, form)
        except RehydrateError as error:
            self.problem.show(error)
        else:
            self._tell(" ".join(notes))
            self.code.load_text(strip_controls_multiline(self._text))
        self._offer()

    async def _pin(self) -> Pinned:
        app = self.app
        if self._chosen is None:
            self._chosen = await pin_ticked(app.session, self._workspaces)
        folder = app.launch.destination
        is_here = folder.absolute() == Path.cwd()
        return Pinned(
            manifest=self._chosen.manifest,
            settings=app.launch.settings,
            into="." if is_here else str(folder),
        )

    def _choose(self, form: Form) -> None:
        self._form, self._text = form, ""
        for button in self.query("#forms Button").results(Button):
            is_chosen = button.id == f"form-{form.value}"
            name = str(button.id).removeprefix("form-")
            button.label = f"({'x' if is_chosen else ' '}) {name}"
        self.query_one("#what", Static).update(_WHAT[form])
        self.problem.clear()
        self._tell("")
        self.code.load_text("")
        self._offer()
        self.make_code(form)

    def _offer(self) -> None:
        has_text = bool(self._text)
        self.query_one("#write", Button).disabled = not has_text
        is_possible = has_text and self._form.is_for_notebooks
        self.query_one("#insert", Button).disabled = not is_possible
        self.refresh_bindings()

    def _write(self, name: str | None) -> None:
        if not name:
            return
        path = Path.cwd() / Path(name).expanduser()
        if path.exists():
            self._tell(f"“{strip_controls(name)}” is there: choose another name.")
            return
        try:
            write_export(path, self._text, self._form)
        except RehydrateError as error:
            self.problem.show(error)
            return
        self._tell(f"Written to {strip_controls(str(path))}.")

    def _insert(self, name: str | None) -> None:
        if not name or self._pinned is None:
            return
        path = Path.cwd() / Path(name).expanduser()
        try:
            has_changed = put_first(path, cells_of(self._pinned, self._form))
        except RehydrateError as error:
            self.problem.show(error)
            return
        words = "Put first into" if has_changed else "Already in"
        self._tell(f"{words} {strip_controls(str(path))}.")

    def _tell(self, text: str) -> None:
        told = self.query_one("#told", Static)
        told.update(text)
        told.display = bool(text)


def find_notebooks(*folders: Path) -> list[str]:
    """Return the notebooks in some folders, as they are called from here."""
    here = Path.cwd()
    found: dict[Path, str] = {}
    for folder in folders:
        try:
            paths = sorted(folder.absolute().glob("*.ipynb"))
        except OSError:
            continue
        for path in paths:
            inside = path.is_relative_to(here)
            found[path] = str(path.relative_to(here) if inside else path)
    return list(found.values())
