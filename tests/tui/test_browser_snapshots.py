"""How the screens of the browser look: dark, light and without colours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from rehydrate_tui.domain.objects import FileMode
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.diff import DiffScreen
from rehydrate_tui.tui.screens.restore import RestoreScreen
from rehydrate_tui.tui.screens.ticked import TickedScreen
from tests.tui.conftest import MakeApp
from tests.tui.driving import Driver, app_of, browser, on, screen_text, until
from tests.tui.memory_remote import MemoryRemote, entry, sized

Compare = Callable[..., bool]
RunBefore = Callable[[Driver], Awaitable[None]]

SMALL, USUAL = (80, 24), (131, 45)
LOOKS = [("dark", SMALL), ("dark", USUAL), ("light", USUAL), ("colourless", SMALL)]
LOOK_NAMES = ["dark-80x24", "dark-131x45", "light-131x45", "colourless-80x24"]
PINNED = b"".join(b"day %d: nothing\n" % day for day in range(40))
CONTENTS = {"data/notes.txt": PINNED, "data/rain.csv": b"day,mm\n" * 4_000}


@pytest.fixture
def remote(work: Path) -> MemoryRemote:
    """A repository with names from everywhere, of which one file was edited here."""
    (work / "data").mkdir()
    (work / "data/rain.csv").write_bytes(CONTENTS["data/rain.csv"])
    edited = PINNED.replace(b"day 7: nothing", "day 7: 雨".encode())
    (work / "data/notes.txt").write_bytes(edited + b"the end\n")
    return MemoryRemote(
        entries=[
            *(entry(path, data) for path, data in CONTENTS.items()),
            sized("archive/2016.tar", 180_000_000),
            sized("notebooks/01 Überblick e\u0301.ipynb", 48_000),
            sized("notebooks/02 雨量.ipynb", 112_000),
            sized("notebooks/\U0001f680 launch.ipynb", 9_000),
            sized("run.sh", 321, FileMode.EXECUTABLE),
        ],
        contents=CONTENTS,
    )


async def show_states(pilot: Driver) -> None:
    """Show the tree with what is here, two files ticked."""
    await on(pilot, BrowseScreen)
    await pilot.press("plus", "down", "down", "space", "g", "n", "space", "down")
    await until(pilot, lambda: " edited" in screen_text(pilot))
    await app_of(pilot).workers.wait_for_complete()
    details = browser(pilot).pane.details
    if details.region.width:
        await until(pilot, lambda: "data/rain.csv" in screen_text(pilot))
    await pilot.pause(0.2)


async def show_ticked(pilot: Driver) -> None:
    """List the ticks, one group open."""
    await show_states(pilot)
    await pilot.press("a", "v")
    await on(pilot, TickedScreen)
    await pilot.press("down", "down", "enter", "down", "space")
    await pilot.pause(0.1)


async def show_diff(pilot: Driver) -> None:
    """Compare the edited file."""
    await show_states(pilot)
    await pilot.press("up", "c")
    await on(pilot, DiffScreen)
    await until(pilot, lambda: "lines added" in screen_text(pilot))


async def show_restore(pilot: Driver) -> None:
    """Ask before the edited file is replaced."""
    await show_states(pilot)
    await pilot.press("up", "r")
    await on(pilot, RestoreScreen)


@pytest.mark.parametrize(("look", "size"), LOOKS, ids=LOOK_NAMES)
@pytest.mark.parametrize("show", [show_states, show_ticked, show_diff, show_restore])
def test_the_browser_looks_as_it_did(
    snap_compare: Compare,
    memory_app: MakeApp,
    remote: MemoryRemote,
    monkeypatch: pytest.MonkeyPatch,
    show: RunBefore,
    look: str,
    size: tuple[int, int],
) -> None:
    """Columns stay aligned, states have words, and nothing needs its colour."""
    if look == "colourless":
        monkeypatch.setenv("NO_COLOR", "1")
    app = memory_app(remote, recent=["ada/notes"])
    if look == "light":
        app.theme = "rehydrate-light"
    assert snap_compare(app, terminal_size=size, run_before=show)


@pytest.mark.parametrize("show", [show_states, show_ticked])
def test_ascii_looks_as_it_did(
    snap_compare: Compare, memory_app: MakeApp, remote: MemoryRemote, show: RunBefore
) -> None:
    """The same in nothing but ASCII."""
    app = memory_app(remote, recent=["ada/notes"], is_ascii=True)
    assert snap_compare(app, run_before=show)
