"""The download while it runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import getters, on, work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Static

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.manifest import Source
from rehydrate_tui.domain.plan import DownloadPlan
from rehydrate_tui.domain.report import DownloadReport
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.engine.download import DownloadRun
from rehydrate_tui.errors import RehydrateError
from rehydrate_tui.tui.base import BaseScreen
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.progress import ProgressPump, Wait, format_time_left
from rehydrate_tui.tui.screens.ask import AskScreen
from rehydrate_tui.tui.widgets.byte_bar import ByteBar
from rehydrate_tui.tui.widgets.line_list import LineList, ListLine
from rehydrate_tui.tui.workspace import Workspace

INTERVAL = 0.5
"""Seconds between two pictures; terminals in browsers replay what was drawn."""


class ProgressScreen(BaseScreen):
    """Runs a plan and shows how far it is; leaving it means cancelling."""

    STEP: ClassVar[str] = "Download"
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.PROGRESS)
    PLACES: ClassVar[tuple[Place, ...]] = (Place.PROGRESS, Place.APP)
    AUTO_FOCUS: ClassVar[str | None] = "#files"

    class Ended(Message):
        """The run is over, good or bad."""

        def __init__(
            self, workspace: Workspace, source: Source, report: DownloadReport
        ) -> None:
            super().__init__()
            self.workspace = workspace
            self.source = source
            self.report = report

    class Failed(Message):
        """The run itself could not go on; files that failed are in a report instead."""

        def __init__(self, error: RehydrateError) -> None:
            super().__init__()
            self.error = error

    bar = getters.query_one(ByteBar)
    files = getters.query_one(LineList)

    def __init__(
        self, workspace: Workspace, plan: DownloadPlan, source: Source
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._plan = plan
        self._source = source
        self._pump = ProgressPump(plan, self.app.clock)
        self._run: DownloadRun | None = None
        self._question: AskScreen | None = None
        self._is_patient = False

    def compose_body(self) -> Iterable[Widget]:
        """Put the bar above the files."""
        yield Static(id="numbers", markup=False)
        yield ByteBar()
        yield Static(id="waits", markup=False)
        yield LineList(id="files")
        with Horizontal(classes="buttons"):
            yield Button("Cancel", id="cancel", compact=True)
            yield Button("Wait longer", id="wait-longer", compact=True)

    def on_mount(self) -> None:
        """Start the run and the clock that reads it."""
        self.title_line.show_repository(self._workspace.opened)
        self.set_interval(INTERVAL, self.draw)
        self.draw()
        self.download()

    @work(exclusive=True, group="download")
    async def download(self) -> None:
        """Carry the plan out."""
        self._run = self.app.session.start(self._plan, self._pump, is_attended=True)
        try:
            report = await self._run.wait()
        except RehydrateError as error:
            self.post_message(self.Failed(error))
            return
        finally:
            self._run = None
        if self._question is not None and self._question.is_active:
            self._question.dismiss(False)  # noqa: FBT003 - there is nothing left to stop
        self.post_message(self.Ended(self._workspace, self._source, report))

    def draw(self) -> None:
        """Show how far it is."""
        pump = self._pump
        pump.measure()
        self.bar.show(pump.done, pump.total)
        self.query_one("#numbers", Static).update(self._numbers())
        waits = Content("\n").join(self._waits())
        self.query_one("#waits", Static).update(waits)
        self.query_one("#wait-longer").display = self._can_wait_longer()
        lines = [*self._failed(), *self._active()]
        self.files.show(lines, lambda line: line)

    def leave(self) -> None:
        """Ask whether to stop."""
        self.action_cancel()

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Ask whether to stop."""
        self._question = AskScreen(
            "Stop the download? What is whole stays, and the next run goes on from there.",
            yes="Stop",
            no="Go on",
        )
        self.app.push_screen(self._question, self._answered)

    @on(Button.Pressed, "#wait-longer")
    def action_wait_longer(self) -> None:
        """Wait for limits as long as they last."""
        if self._run is not None and self._can_wait_longer():
            self._is_patient = True
            self._run.wait_longer()
            self.draw()

    def _can_wait_longer(self) -> bool:
        waits = self._pump.waits()
        return not self._is_patient and any(wait.is_limit for wait in waits)

    def _answered(self, stop: bool | None) -> None:  # noqa: FBT001 - the dialogue's result
        self._question = None
        if stop and self._run is not None:
            self._run.cancel()

    def _numbers(self) -> Content:
        pump = self._pump
        total = len(self._plan.writing)
        parts = [
            f"{pump.finished:,} of {total:,} files",
            f"{format_size(pump.done)} of {format_size(pump.total)}",
        ]
        if pump.rate >= 1:
            parts.append(f"{format_size(round(pump.rate))}/s")
        left = format_time_left(pump.seconds_left)
        if left:
            parts.append(left)
        text = Content(" · ".join(parts))
        if not pump.failed:
            return text
        failed = Content.styled(f" · {len(pump.failed):,} failed", "bold $text-error")
        return Content.assemble(text, failed)

    def _waits(self) -> Iterator[Content]:
        now = self.app.clock()
        for wait in list(self._pump.waits())[:2]:
            seconds = max(1, round(wait.until - now))
            who = strip_controls(wait.path) if wait.path else "all files wait"
            reason = strip_controls(wait.reason)
            text = f"Next try in {seconds} s, {who}: {reason}"
            yield Content.styled(text + self._end_of(wait, now), "$text-warning")

    def _end_of(self, wait: Wait, now: float) -> str:
        if self._is_patient or wait.gives_up_at is None:
            return ""
        seconds = max(0, round(wait.gives_up_at - now))
        return f" Goes on without it in {seconds} s; l waits longer."

    def _failed(self) -> Iterator[ListLine]:
        for outcome in self._pump.failed:
            yield describe_failure(outcome.target, outcome.size, outcome.error)

    def _active(self) -> Iterator[ListLine]:
        for path, active in self._pump.active.items():
            size = f"{format_size(active.received)} of {format_size(active.size)}"
            yield ListLine(
                state="arriving",
                path=strip_controls(path),
                size=size,
                tone="good",
            )


def describe_failure(target: str, size: int, error: RehydrateError | None) -> ListLine:
    """Return the line of a file that could not be brought."""
    return ListLine(
        state="failed",
        path=strip_controls(target),
        size=format_size(size),
        note=strip_controls(error.message) if error else "",
        tone="error",
    )
