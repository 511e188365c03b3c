"""The app: which screen follows which, and how it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path, PurePath
from typing import ClassVar

from rich.console import RenderableType
from textual import on, work
from textual.binding import BindingType
from textual.command import Provider
from textual.filter import LineFilter
from textual.worker import Worker, WorkerError

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
from rehydrate_tui.tui.chosen import ticked_with
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.download import Download
from rehydrate_tui.tui.handover import farewell, headline, paste_lines
from rehydrate_tui.tui.launch import Launch
from rehydrate_tui.tui.merging import find_source, is_same_commit, is_same_repository
from rehydrate_tui.tui.palette import CommandProvider
from rehydrate_tui.tui.screens.ask import AskScreen
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.compare import CompareScreen
from rehydrate_tui.tui.screens.confirm import ConfirmScreen
from rehydrate_tui.tui.screens.done import DoneScreen
from rehydrate_tui.tui.screens.export import ExportScreen
from rehydrate_tui.tui.screens.help import HelpScreen
from rehydrate_tui.tui.screens.manifests import ManifestsScreen
from rehydrate_tui.tui.screens.problem import ProblemScreen
from rehydrate_tui.tui.screens.progress import ProgressScreen
from rehydrate_tui.tui.screens.save_manifest import SaveScreen
from rehydrate_tui.tui.screens.start import StartScreen
from rehydrate_tui.tui.themes import DARK, LIGHT
from rehydrate_tui.tui.widgets.run_line import RunLine
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
        "screens/save_manifest.tcss",
        "screens/export.tcss",
        "screens/manifests.tcss",
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
        self._last: Download | None = None
        self._worker: Worker[None] | None = None
        self._question: AskScreen | None = None
        self._ascii = AsciiFilter()
        self._ascii.enabled = launch.is_ascii
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        if self.theme == "textual-dark":
            self.theme = DARK.name

    async def on_mount(self) -> None:
        """Begin with the start screen; Textual's own blank one stays below it."""
        await self.push_screen(StartScreen())

    async def on_unmount(self) -> None:
        """Stop what runs, and close the connections while their loop still runs."""
        if self._worker is not None and self._worker.is_running:
            self._worker.cancel()
            with suppress(WorkerError):
                await self._worker.wait()
        await self.session.aclose()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what changes lines on their way out; ASCII comes last."""
        filters = super().get_line_filters()
        return [*filters, self._ascii] if self._ascii.enabled else filters

    def quit(self) -> None:
        """End the app; ask first while a download is running."""
        if self.download is None or not self.download.is_running:
            self.exit()
            return
        self._ask_to_stop(
            "A download is running. Stop it and quit?",
            yes="Stop and quit",
            then=self.exit,
        )

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

    def action_show_download(self) -> None:
        """Show the download in the background, or how it ended."""
        download = self.download
        if download is None:
            self.notify("There is no download.")
        elif isinstance(self.screen, BaseScreen):
            self._push_download(download)

    def action_toggle_ascii(self) -> None:
        """Draw in plain ASCII, or as before."""
        self._ascii.enabled = not self._ascii.enabled
        self.action_redraw()

    @on(StartScreen.Opened)
    async def _show_browser(self, event: StartScreen.Opened) -> None:
        if event.choice.manifest_path is not None:
            self.manifest_path = event.choice.manifest_path
        while len(self.screen_stack) > _BOTTOM:
            await self.pop_screen()
        opened = event.opened
        known = self._workspace_of(opened)
        if known is not None:
            is_loaded = event.choice.manifest_path is not None
            source = self._source_of(opened) if is_loaded else None
            preselected = known.load(source) if source is not None else None
            await self.push_screen(BrowseScreen(known, preselected))
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

    @on(BrowseScreen.ManifestsRequested)
    def _show_manifests(self) -> None:
        self.push_screen(ManifestsScreen())

    @on(ManifestsScreen.Loaded)
    async def _load(self, event: ManifestsScreen.Loaded) -> None:
        await self.pop_screen()
        self.push_screen(StartScreen(can_go_back=True, manifest_path=event.path))

    @on(ManifestsScreen.CompareRequested)
    def _compare(self, event: ManifestsScreen.CompareRequested) -> None:
        self.push_screen(CompareScreen(event.old, event.new))

    @on(BrowseScreen.DownloadRequested)
    def _show_review(self, event: BrowseScreen.DownloadRequested) -> None:
        self.clear_notifications()
        self.push_screen(ConfirmScreen(ticked_with(event.workspace, self.workspaces)))

    @on(ConfirmScreen.Accepted)
    async def _begin_download(self, event: ConfirmScreen.Accepted) -> None:
        download = Download(event.chosen, event.plan, event.limits, self.clock)
        self._saved = None
        await self._begin(download)

    @on(DoneScreen.RetryRequested)
    async def _retry(self) -> None:
        if self._last is not None:
            self._last.try_again()
            await self._begin(self._last)

    async def _begin(self, download: Download) -> None:
        self.download = self._last = download
        screen = ProgressScreen(download)
        await self.switch_screen(screen)  # pyright: ignore[reportUnknownMemberType]
        self._worker = self.carry_out(download)

    @work(exclusive=True, group="download")
    async def carry_out(self, download: Download) -> None:
        """Run a download to its end, whichever screen is shown."""
        try:
            self.report = await download.carry_out(self.session)
        except RehydrateError as error:
            self.download = None
            await self._close_progress()
            await self.push_screen(ProblemScreen(error))
            return
        download.chosen.mark_saved()
        if download.rate is not None:
            self.rate = download.rate
            self.launch.save_rate(download.rate)
        if await self._close_progress():
            self._push_download(download)
            return
        is_good = self.report.is_complete
        self.notify(
            f"{headline(self.report)} Press t for the summary.",
            title="The download is over",
            severity="information" if is_good else "error",
            markup=False,
        )

    async def _close_progress(self) -> bool:
        """Take the progress screen away, and what lies over it; tell if it was there."""
        if self._question is not None and self._question.is_active:
            # There is nothing left to stop.
            self._question.dismiss(False)  # noqa: FBT003 - the result of the dialogue
            self._question = None
        was_there = False
        while any(isinstance(each, ProgressScreen) for each in self.screen_stack):
            was_there = True
            await self.pop_screen()
        return was_there

    def _push_download(self, download: Download) -> None:
        if download.is_running:
            if not isinstance(self.screen, ProgressScreen):
                self.push_screen(ProgressScreen(download))
        elif download.report is not None:
            # Seen once, it needs no line on every screen.
            self.download = None
            self.push_screen(DoneScreen(download.chosen, download.report))

    @on(RunLine.Clicked)
    def _run_line_clicked(self) -> None:
        self.action_show_download()

    @on(ProgressScreen.CancelRequested)
    def _ask_to_cancel(self) -> None:
        self._ask_to_stop(
            "Stop the download? What is whole stays, and the next run goes on from there.",
            yes="Stop",
            then=self._stop,
        )

    def _stop(self) -> None:
        if self.download is not None:
            self.download.cancel()

    def _ask_to_stop(self, text: str, *, yes: str, then: Callable[[], None]) -> None:
        self._question = AskScreen(text, yes=yes, no="Go on")
        self.push_screen(self._question, lambda stop: then() if stop else None)

    @on(BrowseScreen.SaveRequested)
    def _ask_for_name(self, event: BrowseScreen.SaveRequested) -> None:
        self.push_screen(SaveScreen(ticked_with(event.workspace, self.workspaces)))

    @on(DoneScreen.SaveRequested)
    def _ask_for_name_of_run(self, event: DoneScreen.SaveRequested) -> None:
        self.push_screen(SaveScreen(event.chosen.workspaces, event.chosen))

    @on(BrowseScreen.ExportRequested)
    def _show_export(self, event: BrowseScreen.ExportRequested) -> None:
        self.push_screen(ExportScreen(ticked_with(event.workspace, self.workspaces)))

    @on(DoneScreen.ExportRequested)
    def _show_export_of_run(self, event: DoneScreen.ExportRequested) -> None:
        self.push_screen(ExportScreen(event.chosen.workspaces, event.chosen))

    @on(SaveScreen.Written)
    async def _after_save(self, event: SaveScreen.Written) -> None:
        saved = event.saved
        await self.pop_screen()
        saved.chosen.mark_saved()
        for space in saved.chosen.workspaces:
            space.source = find_source(
                saved.manifest.sources,
                space.opened.repository.id,
                space.opened.commit.oid,
            )
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
        if self.download is not None and self.download.is_running:
            return INTERRUPTED
        if report is None or report.is_complete:
            return 0
        return INTERRUPTED if report.was_cancelled else 1

    def _make_farewell(self) -> str:
        launch = self.launch
        path = self._saved or launch.destination
        lines = paste_lines(launch.command, path, launch.destination, Path.cwd())
        return farewell(self.report, self._saved, lines)
