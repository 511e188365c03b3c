"""SIGINT, SIGTERM and SIGHUP end a run cleanly."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from rehydrate_tui.headless.exit_codes import ExitCode

_EXIT_CODES = {
    "SIGINT": ExitCode.INTERRUPTED,
    "SIGTERM": ExitCode.TERMINATED,
    "SIGHUP": ExitCode.HANGUP,
}


@dataclass(slots=True)
class Received:
    """The signal that came, if one did."""

    exit_code: ExitCode | None = None


@contextmanager
def stopping_on_signals(stop: Callable[[], None]) -> Generator[Received]:
    """Call `stop` when a signal asks this process to end.

    Where the event loop cannot watch signals (Windows, other threads) an interrupt
    stays a `KeyboardInterrupt`.
    """
    received = Received()
    loop = asyncio.get_running_loop()
    watched: list[int] = []

    def take(code: ExitCode) -> None:
        received.exit_code = code
        stop()

    for name, code in _EXIT_CODES.items():
        number = getattr(signal, name, None)
        # nohup asks for hang-ups to be ignored, and that is for the caller to say.
        if number is None or signal.getsignal(number) is signal.SIG_IGN:
            continue
        # NotImplementedError: Windows; RuntimeError, ValueError: not the main thread.
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, take, code)
            watched.append(number)
    try:
        yield received
    finally:
        for number in watched:
            loop.remove_signal_handler(number)
