"""The end of a run: what arrived, what did not, and what to paste next time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import getters, on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Static

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.report import DownloadReport, FileOutcome, Outcome
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.tui.base import BaseScreen
from rehydrate_tui.tui.chosen import Chosen
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.handover import counts, failures, headline, paste_lines
from rehydrate_tui.tui.screens.progress import describe_failure
from rehydrate_tui.tui.screens.save_manifest import DEFAULT_NAME
from rehydrate_tui.tui.widgets.group_list import Group, GroupList
from rehydrate_tui.tui.widgets.line_list import ListLine

_GROUPS = {
    Outcome.FAILED: ("Failed", "each says why", "error"),
    Outcome.KEPT: ("Kept mine", "edited here, left alone", "warning"),
    Outcome.CANCELLED: ("Not brought", "the run was stopped before", "warning"),
    Outcome.FETCHED: ("Fetched", "verified", "good"),
    Outcome.PRESENT: ("Already here", "verified, not fetched", "muted"),
}

_STATES = {
    Outcome.FETCHED: ("√ fetched", "good"),
    Outcome.PRESENT: ("· here", "muted"),
    Outcome.KEPT: ("kept mine", "warning"),
    Outcome.CANCELLED: ("not brought", "warning"),
}


class DoneScreen(BaseScreen):
    """Reports on a run and offers the manifest."""

    STEP: ClassVar[str] = "Done"
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.DONE)
    PLACES: ClassVar[tuple[Place, ...]] = (Place.DONE, Place.LIST, Place.APP)
    AUTO_FOCUS: ClassVar[str | None] = "#save"

    class SaveRequested(Message):
        """The manifest of this run is wanted."""

        def __init__(self, chosen: Chosen) -> None:
            super().__init__()
            self.chosen = chosen

    class ExportRequested(Message):
        """A hand-over of this run's files is wanted."""

        def __init__(self, chosen: Chosen) -> None:
            super().__init__()
            self.chosen = chosen

    class RetryRequested(Message):
        """What is not here yet is to be tried again."""

    paste = getters.query_one("#paste", Static)

    def __init__(self, chosen: Chosen, report: DownloadReport) -> None:
        super().__init__()
        self._chosen = chosen
        self._report = report

    def compose_body(self) -> Iterable[Widget]:
        """Put the outcome first, then what comes next, then the single files."""
        report = self._report
        yield Static(self._headline(), id="headline", markup=False)
        where = strip_controls(str(Path(report.destination).absolute()))
        yield Static(f"{counts(report)}\nin {where}", id="counts", markup=False)
        with Vertical(id="next"):
            yield Static(id="paste-title", markup=False)
            yield Static(id="paste", markup=False)
        yield GroupList(id="outcomes")
        yield Static(id="detail", markup=False)
        with Horizontal(classes="buttons"):
            yield Button("Save manifest", id="save", variant="primary", compact=True)
            yield Button("Export", id="export", compact=True)
            yield Button("Retry", id="retry", compact=True)
            yield Button("Browse", id="back", compact=True)
            yield Button("Quit", id="quit", compact=True)

    def on_mount(self) -> None:
        """Show the files and the lines to paste."""
        self.title_line.show_repository(self._chosen.workspaces[0].opened)
        self.query_one("#outcomes", GroupList).show(list(_groups(self._report)))
        self.query_one("#retry").display = not self._report.is_complete
        self.show_paste(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        if action == "retry":
            return not self._report.is_complete
        return super().check_action(action, parameters)

    def show_paste(self, saved: Path | None) -> None:
        """Show the lines for the first cell; `saved` is the manifest, once written."""
        app, launch = self.app, self.app.launch
        path = saved or app.manifest_path or launch.destination / DEFAULT_NAME
        lines = paste_lines(launch.command, path, launch.destination, Path.cwd())
        title = "Save the manifest (w); then paste this into the first cell next time:"
        if saved is not None:
            name = strip_controls(saved.name)
            title = f"Saved as {name}. Paste this into the first cell next time:"
            self.query_one("#save", Button).label = "Save again"
        self.query_one("#paste-title", Static).update(title)
        self.paste.update("\n".join(lines))

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Write the manifest."""
        self.post_message(self.SaveRequested(self._chosen))

    @on(Button.Pressed, "#export")
    def action_export(self) -> None:
        """Show these files as a cell or a script."""
        self.post_message(self.ExportRequested(self._chosen))

    @on(Button.Pressed, "#retry")
    def action_retry(self) -> None:
        """Try again what is not here yet."""
        self.post_message(self.RetryRequested())

    @on(GroupList.Highlighted)
    def _tell_more(self, event: GroupList.Highlighted) -> None:
        self.query_one("#detail", Static).update(event.text)

    @on(Button.Pressed, "#back")
    def action_back(self) -> None:
        """Go back to the tree."""
        self.app.pop_screen()

    @on(Button.Pressed, "#quit")
    def leave(self) -> None:
        """Quit."""
        self.app.quit()

    def _headline(self) -> Content:
        report = self._report
        if report.is_complete:
            return Content.styled(f"√ {headline(report)}", "bold $text-success")
        tone = "$text-error" if failures(report) else "$text-warning"
        return Content.styled(headline(report), f"bold {tone}")


def _groups(report: DownloadReport) -> Iterator[Group]:
    for outcome, (title, note, tone) in _GROUPS.items():
        files = list(report.having(outcome))
        if files:
            yield Group(
                title=title,
                count=len(files),
                size=sum(each.size for each in files),
                line=partial(_describe, files),
                note=note,
                tone=tone,
                is_open=outcome is not Outcome.PRESENT,
            )


def _describe(files: Sequence[FileOutcome], index: int) -> ListLine:
    outcome = files[index]
    if outcome.outcome is Outcome.FAILED:
        return describe_failure(outcome.target, outcome.size, outcome.error)
    state, tone = _STATES[outcome.outcome]
    backup = strip_controls(outcome.backup)
    return ListLine(
        state=state,
        path=strip_controls(outcome.target),
        size=format_size(outcome.size),
        note=f"yours is now {backup}" if backup else "",
        tone=tone,
    )
