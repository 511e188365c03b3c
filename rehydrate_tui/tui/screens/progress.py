"""The download while it runs; it goes on when another screen is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import getters, on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Static

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import RehydrateError
from rehydrate_tui.tui.base import BaseScreen
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.download import Download
from rehydrate_tui.tui.progress import Wait, format_time_left
from rehydrate_tui.tui.widgets.byte_bar import ByteBar
from rehydrate_tui.tui.widgets.line_list import LineList, ListLine
from rehydrate_tui.tui.widgets.run_line import INTERVAL


class ProgressScreen(BaseScreen):
    """Shows a running download; leaving it does not end it."""

    STEP: ClassVar[str] = "Download"
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.PROGRESS)
    PLACES: ClassVar[tuple[Place, ...]] = (Place.PROGRESS, Place.APP)
    AUTO_FOCUS: ClassVar[str | None] = "#files"
    HAS_RUN_LINE: ClassVar[bool] = False

    class CancelRequested(Message):
        """The person wants it to stop."""

    bar = getters.query_one(ByteBar)
    files = getters.query_one(LineList)

    def __init__(self, download: Download) -> None:
        super().__init__()
        self.download = download

    def compose_body(self) -> Iterable[Widget]:
        """Put the bar above the files."""
        yield Static(id="numbers", markup=False)
        yield ByteBar()
        yield Static(id="waits", markup=False)
        yield LineList(id="files")
        with Horizontal(classes="buttons"):
            yield Button("Cancel", id="cancel", compact=True)
            yield Button("Wait longer", id="wait-longer", compact=True)
            yield Button("Retry failed", id="retry", compact=True)
            yield Button("Browse on", id="back", compact=True)
            yield Button("Pause", id="pause", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Start the clock that reads the numbers."""
        self.title_line.show_repository(self.download.chosen.workspaces[0].opened)
        for name in ("#retry", "#wait-longer"):
            self.query_one(name).display = False
        self.set_interval(INTERVAL, self.draw)
        self.draw()

    def draw(self) -> None:
        """Show how far it is."""
        if not self.is_mounted:
            return
        pump = self.download.pump
        if not self.download.is_paused:
            pump.measure()
        self.bar.show(pump.done, pump.total)
        self.query_one("#numbers", Static).update(self._numbers())
        waits = Content("\n").join(self._waits())
        self.query_one("#waits", Static).update(waits)
        lines = [*self._failed(), *self._active()]
        self.files.show(lines, lambda line: line)
        self.query_one("#wait-longer").display = self.download.can_wait_longer
        self.query_one("#retry").display = bool(pump.failed)
        pause = self.query_one("#pause", Button)
        pause.label = "Go on" if self.download.is_paused else "Pause"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        if action == "retry":
            return bool(self.download.pump.failed)
        if action == "wait_longer":
            return self.download.can_wait_longer
        return super().check_action(action, parameters)

    @on(Button.Pressed, "#wait-longer")
    def action_wait_longer(self) -> None:
        """Wait for limits as long as they last."""
        if self.download.can_wait_longer:
            self.download.wait_longer()
            self.draw()

    @on(Button.Pressed, "#pause")
    def action_pause(self) -> None:
        """Pause, or go on."""
        self.download.toggle_pause()
        self.draw()

    @on(Button.Pressed, "#retry")
    def action_retry(self) -> None:
        """Try again what failed, when the rest is done."""
        self.download.try_again()
        self.draw()

    @on(Button.Pressed, "#back")
    def action_back(self) -> None:
        """Go back; the download goes on."""
        self.app.pop_screen()

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Ask whether to stop."""
        self.post_message(self.CancelRequested())

    def _numbers(self) -> Content:
        pump, download = self.download.pump, self.download
        total = len(download.plan.writing)
        parts = [
            f"{pump.finished:,} of {total:,} files",
            f"{format_size(pump.done)} of {format_size(pump.total)}",
        ]
        if download.is_stopping:
            parts.append("stopping")
        elif download.is_paused:
            parts.append("paused: p goes on")
        else:
            if pump.rate >= 1:
                parts.append(f"{format_size(round(pump.rate))}/s")
            parts.append(format_time_left(pump.seconds_left))
        text = Content(" · ".join(part for part in parts if part))
        if not pump.failed:
            return text
        again = ", tried again at the end" if download.tries_again else ""
        failed = f" · {len(pump.failed):,} failed{again}"
        return Content.assemble(text, (failed, "bold $text-error"))

    def _waits(self) -> Iterator[Content]:
        now = self.app.clock()
        for wait in list(self.download.pump.waits())[:2]:
            seconds = max(1, round(wait.until - now))
            who = strip_controls(wait.path) if wait.path else "all files wait"
            reason = strip_controls(wait.reason)
            text = f"Next try in {seconds} s, {who}: {reason}"
            yield Content.styled(text + self._end_of(wait, now), "$text-warning")

    def _end_of(self, wait: Wait, now: float) -> str:
        if self.download.is_patient or wait.gives_up_at is None:
            return ""
        seconds = max(0, round(wait.gives_up_at - now))
        return f" Goes on without it in {seconds} s; l waits longer."

    def _failed(self) -> Iterator[ListLine]:
        for outcome in self.download.pump.failed:
            yield describe_failure(outcome.target, outcome.size, outcome.error)

    def _active(self) -> Iterator[ListLine]:
        state = "held" if self.download.is_paused else "arriving"
        for path, active in self.download.pump.active.items():
            size = f"{format_size(active.received)} of {format_size(active.size)}"
            yield ListLine(
                state=state, path=strip_controls(path), size=size, tone="good"
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
