"""The least speed of a host: one that drips is given up like one that is silent.

A read timeout notices silence only; a host that sends a byte now and then would hold a
connection for days. All answers of a host count together: hundreds of them share a slow
line, and the one that waits for its turn is not dripping.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import httpx

from rehydrate_tui.errors import TransportTimeoutError
from rehydrate_tui.github.answers import shown_url


class Pace:
    """Measures what comes while one answer is waited for, over windows of that time.

    What the reader does between two chunks, such as writing to a slow disk, is not the
    host's fault and does not count.

    Args:
        least: bytes a second.
        window: seconds of waiting after which the speed is judged.
        clock: seconds, from any start.
        url: where the answer comes from.
        arrived: bytes by host, which all answers of a client count in.
    """

    def __init__(
        self,
        *,
        least: float,
        window: float,
        clock: Callable[[], float],
        url: httpx.URL,
        arrived: Counter[str],
    ) -> None:
        self._least = least
        self._window = window
        self._clock = clock
        self._asked_at = 0.0
        self._waited = 0.0
        self._arrived = arrived
        self._url = url
        self._before = arrived[url.host]

    def ask(self) -> None:
        """Begin to wait for the next chunk."""
        self._asked_at = self._clock()

    def take(self, count: int) -> None:
        """Count a chunk that has arrived.

        Raises:
            TransportTimeoutError: the window is over, and too little came in it.
        """
        host = self._url.host
        self._waited += self._clock() - self._asked_at
        self._arrived[host] += count
        if self._waited < self._window:
            return
        received = self._arrived[host] - self._before
        if received < self._least * self._waited:
            raise TransportTimeoutError(
                f"{host} sends too slowly: {received:,} bytes in "
                f"{self._waited:.0f} seconds.",
                url=shown_url(self._url),
                hint="Trying again may help.",
            )
        self._waited, self._before = 0.0, self._arrived[host]
