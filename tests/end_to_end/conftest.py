"""The command line, in this process with virtual time or in a process of its own."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.demo.delivery import PiecewiseResponse
from rehydrate_tui.wiring import open_session
from tests.end_to_end.command import Command
from tests.virtual_time import VirtualTime


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    virtual_time: VirtualTime,
) -> Command:
    """Run `cli.main`; only its clock is ours."""
    timed = functools.partial(
        open_session, clock=virtual_time.clock, sleep=virtual_time.sleep
    )
    monkeypatch.setattr("rehydrate_tui.cli.sessions.open_session", timed)
    return Command(capsys)


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    """Where files go; it does not exist yet."""
    return tmp_path / "dest"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Where the manifest will be."""
    return tmp_path / "manifest.toml"


OnContent = Callable[[str, Callable[[], object]], None]


@pytest.fixture
def on_content(monkeypatch: pytest.MonkeyPatch) -> OnContent:
    """Do something, once, when the server begins to answer with a certain file.

    A plan is made by then, and the file has no final name yet.
    """

    def arrange(name: str, action: Callable[[], object]) -> None:
        answer = PiecewiseResponse.__call__
        lock = threading.Lock()

        async def interrupted(
            self: PiecewiseResponse,
            scope: dict[str, str],
            *channels: object,
        ) -> None:
            if scope["path"].endswith(name) and lock.acquire(blocking=False):
                action()
            await answer(self, scope, *channels)  # type: ignore[arg-type]

        monkeypatch.setattr(PiecewiseResponse, "__call__", interrupted)

    return arrange
