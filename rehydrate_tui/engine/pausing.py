"""A pause that a person begins and ends: a run that stands still, without an end."""

from __future__ import annotations

import asyncio


class Pause:
    """Off at first; while it is on, whoever comes to `wait` is held there."""

    def __init__(self) -> None:
        self._off = asyncio.Event()
        self._off.set()

    @property
    def is_on(self) -> bool:
        """Whether nobody gets through."""
        return not self._off.is_set()

    def begin(self) -> None:
        """Hold everybody back from now on."""
        self._off.clear()

    def end(self) -> None:
        """Let everybody through, those who wait first."""
        self._off.set()

    async def wait(self) -> None:
        """Return when there is no pause; at once if there is none."""
        await self._off.wait()
