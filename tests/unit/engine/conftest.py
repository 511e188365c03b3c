"""Sessions to a served GitHub, in virtual time."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable

import pytest_asyncio

from rehydrate_tui.engine.session import Session
from rehydrate_tui.storage.settings import Settings
from rehydrate_tui.wiring import open_session
from tests.virtual_time import VirtualTime

Connect = Callable[..., Session]


@pytest_asyncio.fixture
async def connect(virtual_time: VirtualTime) -> AsyncIterator[Connect]:
    """Open a session to the server that the environment names, for some transfers at once."""
    opened: list[Session] = []

    def start(jobs: int = 1) -> Session:
        session = open_session(
            Settings.load(os.environ),
            jobs=jobs,
            clock=virtual_time.clock,
            sleep=virtual_time.sleep,
        )
        opened.append(session)
        return session

    yield start
    for session in opened:
        await session.aclose()
