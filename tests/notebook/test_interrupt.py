"""The stop button, pressed while a download hangs."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from jupyter_client.manager import AsyncKernelManager

from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.server import GitHubServer
from tests.conftest import Serve
from tests.notebook.conftest import Kernel, texts
from tests.published import publish, tree_of

FILES = {"small.txt": b"s\n", "large.bin": b"0123456789" * 300_000}


@pytest.fixture
def stalling(serve: Serve, tmp_path: Path) -> GitHubServer:
    """A server that falls silent in the middle of `large.bin`."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*/large.bin", stall_after=1000))
    notes.pin(tmp_path / "m.toml")
    return server


async def interrupt(kernel: Kernel) -> None:
    """Do what the stop button does."""
    manager = kernel.client.km
    assert isinstance(manager, AsyncKernelManager)
    await manager.interrupt_kernel()


def press_stop_when(kernel: Kernel, is_time: Callable[[], bool]) -> threading.Thread:
    """Interrupt the kernel as its manager does, once a condition holds."""

    def press() -> None:
        until = time.monotonic() + 30
        while not is_time() and time.monotonic() < until:
            threading.Event().wait(0.01)
        asyncio.run(interrupt(kernel))

    thread = threading.Thread(target=press)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("source", "ename"),
    [
        ("rehydrate_tui.replay('m.toml', 'd', jobs=1)", "KeyboardInterrupt"),
        ("%rehydrate m.toml --dest d --jobs 1", "KeyboardInterrupt"),
        ("await rehydrate_tui.replay_async('m.toml', 'd', jobs=1)", "CancelledError"),
    ],
)
def test_stop_ends_the_run_cleanly(
    stalling: GitHubServer, kernel: Kernel, tmp_path: Path, source: str, ename: str
) -> None:
    """The cell ends in one line, no thread or part file is left, the next run completes."""
    kernel.run("import rehydrate_tui\n%load_ext rehydrate_tui")
    stopper = press_stop_when(
        kernel, lambda: any("large.bin" in each.path for each in stalling.requests)
    )
    cell = kernel.run(source, fails=True)
    stopper.join()
    assert cell.error.ename == ename
    assert cell.error.traceback == [
        f"{ename}: stopped; what is whole stays, the next call goes on"
    ]
    assert "INTERRUPTED in d" in texts([cell])
    left = kernel.run(
        "import threading\n"
        "print([t.name for t in threading.enumerate() if 'rehydrate' in t.name])"
    )
    assert left.stdout == "[]\n"
    assert not [name for name in tree_of(tmp_path / "d") if name.endswith(".part")]
    assert "large.bin" not in tree_of(tmp_path / "d")
    stalling.clear_faults()
    again = kernel.run("rehydrate_tui.replay('m.toml', 'd')")
    assert "complete in d" in texts([again])
    assert tree_of(tmp_path / "d") == FILES
