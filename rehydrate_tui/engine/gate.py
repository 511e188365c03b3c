"""A gate that a person closes and opens: a run that stands still, without an end."""

from __future__ import annotations

import asyncio


class Gate:
    """Open at first; while it is closed, whoever comes to `wait` is held there."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()

    @property
    def is_closed(self) -> bool:
        """Whether nobody gets through."""
        return not self._open.is_set()

    def close(self) -> None:
        """Hold everybody back from now on."""
        self._open.clear()

    def open(self) -> None:
        """Let everybody through, those who wait first."""
        self._open.set()

    async def wait(self) -> None:
        """Return when the gate is open; at once if it is."""
        await self._open.wait()
