"""Progress in a kernel: one output of the cell, replaced at most twice a second.

Such an output is saved once, however often it was replaced, so notebooks stay small.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from rehydrate_tui.domain.plan import DownloadPlan
from rehydrate_tui.domain.progress import ProgressEvent, WaitingForLimit
from rehydrate_tui.headless.progress import Tally, incident
from rehydrate_tui.notebook import markup
from rehydrate_tui.notebook.kernel import Bundle, Display, DisplayHandle

INTERVAL = 0.5
"""Seconds between two updates."""


class Timer(Protocol):
    """A call that will be made later."""

    def cancel(self) -> None:
        """Make it never."""
        ...


def call_later(delay: float, callback: Callable[[], None]) -> Timer:
    """Call `callback` after `delay` seconds on the running loop."""
    return asyncio.get_running_loop().call_later(delay, callback)


class DisplaySink:
    """Shows a bar, and in the end the summary in its place.

    Args:
        display: IPython's `display`.
        plan: what the run will do.
        clock: seconds, from any start.
        later: makes a call after some seconds.
    """

    def __init__(
        self,
        display: Display,
        plan: DownloadPlan,
        clock: Callable[[], float] = time.monotonic,
        later: Callable[[float, Callable[[], None]], Timer] = call_later,
    ) -> None:
        self._display = display
        self._handle: DisplayHandle | None = None
        self._tally = Tally(plan)
        self._clock = clock
        self._later = later
        self._timer: Timer | None = None
        self._due = clock()
        self._waiting = ""
        if plan.writing:
            self._show_progress()

    @property
    def sink(self) -> DisplaySink:
        """This is the view and its sink."""
        return self

    def emit(self, event: ProgressEvent) -> None:
        """Take one event."""
        self._tally.take(event)
        self._waiting = incident(event) if isinstance(event, WaitingForLimit) else ""
        left = self._due - self._clock()
        if left <= 0:
            self._show_progress()
        elif self._timer is None:
            # The next event may be a minute away; this one must not stay unseen.
            self._timer = self._later(left, self._show_progress)

    def conclude(self, lines: Sequence[str]) -> None:
        """Show the last words in place of the bar."""
        self._stop_timer()
        plain = "\n".join(markup.plain(line) for line in lines)
        self._show({"text/plain": plain, "text/html": markup.lines(lines)})

    def close(self) -> None:
        """Leave what is shown as it is."""
        self._stop_timer()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _show_progress(self) -> None:
        self._stop_timer()
        self._due = self._clock() + INTERVAL
        text = self._tally.line().strip()
        if self._waiting:
            text = f"{text}; {self._waiting}"
        self._show(
            {
                "text/plain": markup.plain(text),
                "text/html": markup.bar(self._tally.share, text),
            }
        )

    def _show(self, bundle: Bundle) -> None:
        if self._handle is None:
            self._handle = self._display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)
