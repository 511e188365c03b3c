"""The app: which screen follows which, and how it ends."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import ClassVar

from rich.console import RenderableType
from textual import on
from textual.binding import BindingType
from textual.command import Provider
from textual.filter import LineFilter

from rehydrate_tui.domain.manifest import Source
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.engine.opened import OpenRepository
from rehydrate_tui.engine.ports import Clock
from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import RehydrateError
from rehydrate_tui.storage.disk import free_space
from rehydrate_tui.storage.manifest_file import load_manifest
from rehydrate_tui.tui.ascii_filter import AsciiFilter
from rehydrate_tui.tui.base import BaseApp, BaseScreen, FreeSpace
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.handover import farewell, paste_lines
from rehydrate_tui.tui.launch import Launch
from rehydrate_tui.tui.merging import find_source, is_same_commit, is_same_repository
from rehydrate_tui.tui.palette import CommandProvider
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.confirm import ConfirmScreen
from rehydrate_tui.tui.screens.done import DoneScreen
from rehydrate_tui.tui.screens.help import HelpScreen
from rehydrate_tui.tui.screens.problem import ProblemScreen
from rehydrate_tui.tui.screens.progress import ProgressScreen
from rehydrate_tui.tui.screens.save_manifest import Saved, SaveScreen
from rehydrate_tui.tui.screens.start import StartScreen
from rehydrate_tui.tui.themes import DARK, LIGHT
from rehydrate_tui.tui.workspace import Workspace

INTERRUPTED = 130
"""Exit status after a run that was stopped."""

_BOTTOM = 2
"""The blank screen and the start screen, which always stay."""


class RehydrateApp(BaseApp):
    """Leads from an address to files on disk and a manifest; `run()` returns the status."""

    TITLE = "rehydrate-tui"
    # Read once, at the start: a sheet that comes with its screen makes Textual parse
    # all of them again when the screen is first shown.
    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = [
        "app.tcss",
        "screens/start.tcss",
        "screens/browse.tcss",
        "screens/confirm.tcss",
        "screens/progress.tcss",
        "screens/done.tcss",
        "screens/help.tcss",
        "screens/ticked.tcss",
        "screens/diff.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.APP)
    COMMANDS: ClassVar[set[type[Provider]]] = {CommandProvider}  # type: ignore[assignment]  # App leaves room for callables

    def __init__(
        self,
        session: Session,
        launch: Launch,
        *,
        clock: Clock = time.monotonic,
        free_space: FreeSpace = free_space,
    ) -> None:
        super().__init__(session, launch, clock=clock, free_space=free_space)
        self._saved: Path | None = None
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        if self.theme == "textual-dark":
            self.theme = DARK.name

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Draw in ASCII where that was asked for."""
        filters = super().get_line_filters()
        return [*filters, AsciiFilter()] if self.launch.is_ascii else filters

    async def on_mount(self) -> None:
        """Begin with the start screen; Textual's own blank one stays below it."""
        await self.push_screen(StartScreen())

    async def on_unmount(self) -> None:
        """Close the connections while their loop still runs."""
        await self.session.aclose()

    def exit(
        self,
        result: int | None = None,
        return_code: int = 0,
        message: RenderableType | None = None,
    ) -> None:
        """End the app with the status of the last run, and say goodbye."""
        self.farewell = self._make_farewell()
        super().exit(self._status() if result is None else result, return_code, message)

    def action_help(self) -> None:
        """Show the help, what is on the screen first."""
        if isinstance(self.screen, BaseScreen):
            self.push_screen(HelpScreen(self.screen.PLACES))

    def action_leave(self) -> None:
        """Do what `q` means on this screen."""
        if isinstance(self.screen, BaseScreen):
            self.screen.leave()

    def action_redraw(self) -> None:
        """Set the terminal's modes again and draw everything.

        A browser tab that was reloaded has lost the modes, and most of the picture.
        """
        driver = self._driver
        if driver is not None:
            driver.stop_application_mode()
            driver.close()
            driver.start_application_mode()
        self.refresh(layout=True)
        self.screen.refresh(layout=True)

    @on(StartScreen.Opened)
    async def _show_browser(self, event: StartScreen.Opened) -> None:
        if event.choice.manifest_path is not None:
            self.manifest_path = event.choice.manifest_path
        while len(self.screen_stack) > _BOTTOM:
            await self.pop_screen()
        opened = event.opened
        known = self._workspace_of(opened)
        if known is not None:
            await self.push_screen(BrowseScreen(known))
            return
        space = Workspace(opened, self.launch.limits, self._source_of(opened))
        for earlier in self.workspaces:
            if is_same_repository(earlier.opened.repository.id, opened.repository.id):
                space.expand_like(earlier)
        self.workspaces.append(space)
        preselected = space.preselect() if space.source is not None else None
        await self.push_screen(BrowseScreen(space, preselected))

    @on(BrowseScreen.OpenOther)
    def _show_start(self) -> None:
        self.push_screen(StartScreen(can_go_back=True))

    @on(BrowseScreen.OtherChosen)
    async def _show_other(self, event: BrowseScreen.OtherChosen) -> None:
        while len(self.screen_stack) > _BOTTOM:
            await self.pop_screen()
        await self.push_screen(BrowseScreen(event.workspace))

    @on(BrowseScreen.DownloadRequested)
    def _show_review(self, event: BrowseScreen.DownloadRequested) -> None:
        self.clear_notifications()
        self.push_screen(ConfirmScreen(event.workspace))

    @on(ConfirmScreen.Accepted)
    def _show_progress(self, event: ConfirmScreen.Accepted) -> None:
        screen = ProgressScreen(event.workspace, event.plan, event.source)
        self.switch_screen(screen)  # pyright: ignore[reportUnknownMemberType] - Textual leaves the result's type open

    @on(ProgressScreen.Ended)
    def _show_outcome(self, event: ProgressScreen.Ended) -> None:
        self.report = event.report
        self._saved = None
        event.workspace.mark_saved()
        screen = DoneScreen(event.workspace, event.source, event.report)
        self.switch_screen(screen)  # pyright: ignore[reportUnknownMemberType] - Textual leaves the result's type open

    @on(ProgressScreen.Failed)
    async def _show_problem(self, event: ProgressScreen.Failed) -> None:
        while not isinstance(self.screen, BrowseScreen):
            await self.pop_screen()
        await self.push_screen(ProblemScreen(event.error))

    @on(BrowseScreen.SaveRequested)
    def _ask_for_name(self, event: BrowseScreen.SaveRequested) -> None:
        self._save(event.workspace, None)

    @on(DoneScreen.SaveRequested)
    def _ask_for_name_of_run(self, event: DoneScreen.SaveRequested) -> None:
        self._save(event.workspace, event.source)

    def _save(self, workspace: Workspace, source: Source | None) -> None:
        def saved(outcome: Saved | None) -> None:
            if outcome is not None:
                self._after_save(workspace, outcome)

        self.push_screen(SaveScreen(workspace, source), saved)

    def _after_save(self, workspace: Workspace, saved: Saved) -> None:
        workspace.mark_saved()
        self.manifest_path = self._saved = saved.path
        for note in saved.notes:
            self.notify(strip_controls(note), severity="warning", markup=False)
        if isinstance(self.screen, DoneScreen):
            self.screen.show_paste(saved.path)
        else:
            name = strip_controls(str(saved.path))
            self.notify(f"Saved as {name}.", markup=False)

    def _workspace_of(self, opened: OpenRepository) -> Workspace | None:
        """Return the ticks of a repository that was open before."""
        for space in self.workspaces:
            if is_same_commit(space.opened, opened):
                return space
        return None

    def _source_of(self, opened: OpenRepository) -> Source | None:
        """Return what the manifest in hand says of a repository."""
        path = self.manifest_path
        if path is None or not path.exists():
            return None
        try:
            sources = load_manifest(path).sources
        except RehydrateError as error:
            self.notify(strip_controls(str(error)), severity="error", markup=False)
            return None
        return find_source(sources, opened.repository.id, opened.commit.oid)

    def _status(self) -> int:
        report = self.report
        if any(isinstance(each, ProgressScreen) for each in self.screen_stack):
            return INTERRUPTED
        if report is None or report.is_complete:
            return 0
        return INTERRUPTED if report.was_cancelled else 1

    def _make_farewell(self) -> str:
        launch = self.launch
        path = self._saved or launch.destination
        lines = paste_lines(launch.command, path, launch.destination, Path.cwd())
        return farewell(self.report, self._saved, lines)
