"""The least speed of an answer: one that drips is given up like one that is silent.

A read timeout notices silence only; a host that sends a byte now and then would hold a
connection for days.
"""

from __future__ import annotations

from collections.abc import Callable

import httpx

from rehydrate_tui.errors import TransportTimeoutError
from rehydrate_tui.github.answers import shown_url


class Pace:
    """Measures one answer, over windows of time spent waiting for it.

    What the reader does between two chunks, such as writing to a slow disk, is not the
    host's fault and does not count.

    Args:
        least: bytes a second.
        window: seconds of waiting after which the speed is judged.
        clock: seconds, from any start.
    """

    def __init__(
        self, *, least: float, window: float, clock: Callable[[], float]
    ) -> None:
        self._least = least
        self._window = window
        self._clock = clock
        self._asked_at = 0.0
        self._waited = 0.0
        self._received = 0

    def ask(self) -> None:
        """Begin to wait for the next chunk."""
        self._asked_at = self._clock()

    def take(self, count: int, url: httpx.URL) -> None:
        """Count a chunk that has arrived.

        Raises:
            TransportTimeoutError: the window is over, and too little came in it.
        """
        self._waited += self._clock() - self._asked_at
        self._received += count
        if self._waited < self._window:
            return
        if self._received < self._least * self._waited:
            raise TransportTimeoutError(
                f"{url.host} sends too slowly: {self._received:,} bytes in "
                f"{self._waited:.0f} seconds.",
                url=shown_url(url),
                hint="Trying again may help.",
            )
        self._waited, self._received = 0.0, 0
