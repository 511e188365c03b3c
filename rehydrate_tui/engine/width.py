"""How many transfers run at once: up while it helps, down when the host objects.

Small files need many requests under way to hide the round trip, large ones few. Nobody
knows the network beforehand, so a run begins with a few dozen and doubles with each
round trip, as TCP does, until more of them bring nothing more.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

START = 64
"""Transfers at once in the beginning."""

MOST = 400
"""Transfers at once at most: what hides a round trip of 100 ms."""

FEWEST = 4
"""Transfers at once, however slow the answers become."""

MOST_BYTES = 16 * 2**20
"""Bytes that all transfers together may hold in memory."""

_HELD_BYTES = 2**20
_SMALL = 64 * 2**10
_GAIN = 1.1
_SLOWER = 3.0
_SLOWER_SECONDS = 0.05
_SMOOTHING = 8.0
_LEAST_BETWEEN_CUTS = 0.5

Monotonic = Callable[[], float]


class Width:
    """The decision alone; `Gate` makes transfers wait for it.

    Args:
        most: transfers at once at most (`--jobs`).
        clock: seconds.
    """

    def __init__(self, most: int = MOST, clock: Monotonic = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._limit = float(min(START, most))
        self._doubles = True
        self._fastest = 0.0
        self._smooth = 0.0
        self._round = _Round(clock(), 0.0)
        self._arrived = 0
        self._cut_at = -math.inf

    @property
    def limit(self) -> int:
        """How many transfers may run at once now."""
        return int(self._limit)

    @property
    def fastest(self) -> float:
        """Seconds of the quickest small content so far; 0 before the first."""
        return self._fastest

    def admits(self, running: int, held: int, size: int) -> bool:
        """Tell whether one more transfer may begin.

        Args:
            running: transfers under way.
            held: what they may hold in memory, see `held_bytes`.
            size: bytes of the next one.
        """
        if not running:
            return True
        return running < self.limit and held + held_bytes(size) <= MOST_BYTES

    def arrived(self, size: int, seconds: float) -> None:
        """Take note of a content of `size` bytes that came in `seconds`."""
        self._arrived += 1
        if size <= _SMALL:
            self._learn(seconds)
        if self._is_slow():
            self._cut(0.8)
        else:
            more = 1.0 if self._doubles else 1.0 / self._limit
            self._limit = min(self._most, self._limit + more)
        if self._arrived >= self._round.until:
            self._end_round()

    def refused(self) -> None:
        """Take note of an answer that asks to slow down."""
        self._doubles = False
        self._cut(0.5)

    def _learn(self, seconds: float) -> None:
        self._fastest = min(self._fastest or seconds, seconds)
        self._smooth += (seconds - self._smooth) / (_SMOOTHING if self._smooth else 1.0)

    def _is_slow(self) -> bool:
        return self._smooth > self._fastest * _SLOWER + _SLOWER_SECONDS

    def _cut(self, share: float) -> None:
        """Allow fewer, once for all that were asked for before the last cut."""
        now = self._clock()
        if now - self._cut_at < max(self._smooth, _LEAST_BETWEEN_CUTS):
            return
        self._doubles = False
        self._cut_at = now
        fewest = min(FEWEST, self._most)
        self._limit = max(fewest, self._limit * share)

    def _end_round(self) -> None:
        """Go on doubling only if the last doubling brought more in the same time."""
        now = self._clock()
        seconds = now - self._round.began
        rate = self._round.files / seconds if seconds > 0 else 0.0
        if self._doubles and 0.0 < rate < self._round.rate_before * _GAIN:
            self._doubles = False
        self._arrived = 0
        self._round = _Round(now, rate, self.limit)


class _Round:
    """As many arrivals as there are transfers at once."""

    def __init__(self, began: float, rate_before: float, files: int = START) -> None:
        self.began = began
        self.rate_before = rate_before
        self.files = files
        self.until = files


def held_bytes(size: int) -> int:
    """Return what one transfer holds in memory: a small file whole, else a window."""
    return min(size, _HELD_BYTES)


class Gate:
    """Lets transfers begin as far as `width` admits them, in the order of asking.

    Args:
        width: how many may run.
        next_size: tells the bytes of the content that the next transfer would bring;
            which one that is may change while somebody waits.
    """

    def __init__(self, width: Width, next_size: Callable[[], int]) -> None:
        self._width = width
        self._next_size = next_size
        self._running = 0
        self._held = 0
        self._waiting: deque[asyncio.Future[int]] = deque()

    @asynccontextmanager
    async def passing(self) -> AsyncGenerator[None]:
        """Wait for a turn and hold it."""
        held = await self._enter()
        try:
            yield
        finally:
            self._leave(held)

    async def _enter(self) -> int:
        size = self._next_size()
        if not self._waiting and self._width.admits(self._running, self._held, size):
            return self._begin(size)
        turn: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            # It may have been admitted in the same instant.
            if turn.done() and not turn.cancelled():
                self._leave(turn.result())
            raise

    def _begin(self, size: int) -> int:
        held = held_bytes(size)
        self._running += 1
        self._held += held
        return held

    def _leave(self, held: int) -> None:
        self._running -= 1
        self._held -= held
        self._admit()

    def _admit(self) -> None:
        while self._waiting:
            turn = self._waiting[0]
            if not turn.done():
                size = self._next_size()
                if not self._width.admits(self._running, self._held, size):
                    return
                turn.set_result(self._begin(size))
            self._waiting.popleft()
