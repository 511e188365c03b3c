"""The connections to one origin: few, opened when exchanges ask for them, shared evenly."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import httpx

from rehydrate_tui.github.wire.http1 import Http1Connection
from rehydrate_tui.github.wire.http2 import Http2Connection
from rehydrate_tui.github.wire.link import Link

ALL_WINDOWS = 16 * 2**20
"""Unread bytes of all connections to an origin together."""

# Another connection is worth its handshake when those there carry so many streams.
_STREAMS_BEFORE_NEXT = 8
# Routers and servers forget connections that nobody uses, often without a word.
_LONGEST_IDLE = 30.0

Dial = Callable[[float | None], Awaitable[Link]]
"""Connects to the origin, within so many seconds."""


Connection = Http1Connection | Http2Connection


class Pool:
    """Lends connections to one origin.

    Args:
        dial: makes a link to it.
        most: how many connections may be open when they are shared.
        most_alone: how many when each carries one exchange at a time.
    """

    def __init__(self, dial: Dial, most: int, most_alone: int) -> None:
        self._dial = dial
        self._most = most
        self.most_alone = most_alone
        self._loop = asyncio.get_running_loop()
        self._connections: list[Connection] = []
        self._dialing: set[asyncio.Task[Link]] = set()
        self._waiters: deque[asyncio.Future[Connection]] = deque()
        self._connect_seconds: float | None = None
        self.is_shared: bool | None = None
        """Whether a connection carries many exchanges; None before the first is open."""
        self._has_enough = False

    async def borrow(
        self, connect_seconds: float | None, seconds: float | None
    ) -> Connection:
        """Return a connection that keeps room for one exchange.

        Raises:
            httpx.PoolTimeout: there was none within `seconds`.
            httpx.TransportError: none can be opened.
        """
        self._connect_seconds = connect_seconds
        self._drop_idle()
        waiter: asyncio.Future[Connection] = self._loop.create_future()
        self._waiters.append(waiter)
        self._serve()
        timer = None
        if seconds is not None and not waiter.done():
            timer = self._loop.call_later(seconds, _time_out, waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and not waiter.exception():
                waiter.result().release()
            raise
        finally:
            if timer is not None:
                timer.cancel()

    async def aclose(self) -> None:
        """Close all connections; who still waits gets none."""
        dialing, self._dialing = self._dialing, set()
        for task in dialing:
            task.cancel()
        await asyncio.gather(*dialing, return_exceptions=True)
        for connection in list(self._connections):
            connection.close()

    def _serve(self) -> None:
        """Give room to those who wait, and open connections for the others."""
        self._connections = [each for each in self._connections if each.is_usable]
        while self._waiters:
            if self._waiters[0].done():
                self._waiters.popleft()
            elif (free := self._freest()) is not None:
                free.reserve()
                self._waiters.popleft().set_result(free)
            else:
                break
        if not (self._connections or self._dialing):
            self._has_enough = False
        while self._wants_another():
            self._open()

    def _freest(self) -> Connection | None:
        free = (each for each in self._connections if each.has_room)
        return min(free, key=lambda each: each.load, default=None)

    def _wants_another(self) -> bool:
        exchanges = len(self._waiters) + sum(each.load for each in self._connections)
        is_alone = self.is_shared is False
        spread = 1 if is_alone else _STREAMS_BEFORE_NEXT
        most = self.most_alone if is_alone else self._most
        wanted = min(most, -(-exchanges // spread))
        have = len(self._connections) + len(self._dialing)
        return have < wanted and not self._has_enough

    def _open(self) -> None:
        async def dial() -> Link:
            return await self._dial(self._connect_seconds)

        task = self._loop.create_task(dial())
        self._dialing.add(task)
        task.add_done_callback(self._dialed)

    def _dialed(self, task: asyncio.Task[Link]) -> None:
        is_wanted = task in self._dialing
        self._dialing.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            link = task.result()
            if is_wanted:
                self._connections.append(self._over(link))
            else:
                link.close()
        elif self._connections or self._dialing:
            # The host lets nobody in any more; those inside, or at the door, go on.
            self._has_enough = True
        else:
            self._give_up(error)
        if is_wanted:
            self._serve()

    def _give_up(self, error: BaseException) -> None:
        waiters, self._waiters = self._waiters, deque()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_exception(error)

    def _over(self, link: Link) -> Connection:
        self.is_shared = link.protocol == "h2"
        if self.is_shared:
            return Http2Connection(link, ALL_WINDOWS // self._most, self._serve)
        return Http1Connection(link, self._serve)

    def _drop_idle(self) -> None:
        oldest = self._loop.time() - _LONGEST_IDLE
        for connection in list(self._connections):
            if not connection.load and connection.idle_since < oldest:
                connection.close()


def _time_out(waiter: asyncio.Future[Connection]) -> None:
    if not waiter.done():
        waiter.set_exception(
            httpx.PoolTimeout("All connections are busy for too long.")
        )
