"""Waits for conditions, never for time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds, for slow machines; a condition that holds is seen at once."""


async def until(condition: Callable[[], object], what: str) -> None:
    """Wait until `condition` holds; fail with `what` if it never does."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"This did not come: {what}.")
        await asyncio.sleep(0.02)


async def settled(
    look: Callable[[], Awaitable[T]], is_right: Callable[[T], object]
) -> T:
    """Look again and again until what is seen is right; fail with what was seen last."""
    deadline = time.monotonic() + PATIENCE
    while not is_right(seen := await look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"This is what came:\n{seen}")
        await asyncio.sleep(0.02)
    return seen
