"""One line on every screen about the download that goes on behind it."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.content import Content
from textual.message import Message

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.tui.download import Download
from rehydrate_tui.tui.handover import headline
from rehydrate_tui.tui.progress import format_time_left
from rehydrate_tui.tui.widgets.split_line import SplitLine

INTERVAL = 0.5
"""Seconds between two pictures; terminals in browsers replay what was drawn."""


class RunLine(SplitLine):
    """Hidden while there is no download; a click asks for its screen.

    Args:
        find: gives the download, if there is one.
    """

    class Clicked(Message):
        """The download's screen is wanted."""

    def __init__(self, find: Callable[[], Download | None]) -> None:
        super().__init__()
        self._find = find

    def on_mount(self) -> None:
        """Begin to look."""
        self.follow()
        self.set_interval(INTERVAL, self.follow)

    def follow(self) -> None:
        """Tell how far it is."""
        download = self._find()
        self.display = download is not None
        if download is not None:
            if not download.is_paused:
                download.pump.measure()
            self.show(describe_run(download), Content("t shows it"))

    def on_click(self, event: events.Click) -> None:
        """Ask for the screen."""
        event.stop()
        self.post_message(self.Clicked())


def describe_run(download: Download) -> Content:
    """Say in one line how far a download is, or how it ended."""
    report = download.report
    if report is not None and not download.is_running:
        tone = "$text-success" if report.is_complete else "bold $text-error"
        return Content.styled(f"Download: {headline(report)}", tone)
    pump = download.pump
    percent = 100 * pump.done // pump.total if pump.total else 100
    parts = [
        f"{'Paused' if download.is_paused else 'Downloading'} {percent}%",
        f"{format_size(pump.done)} of {format_size(pump.total)}",
    ]
    if not download.is_paused:
        parts.append(format_time_left(pump.seconds_left))
    text = Content(" · ".join(part for part in parts if part))
    if not pump.failed:
        return text
    failed = Content.styled(f" · {len(pump.failed):,} failed", "bold $text-error")
    return Content.assemble(text, failed)
