"""A download that goes on behind other screens: paused, resumed, tried again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.tui.screens.ask import AskScreen
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.confirm import ConfirmScreen
from rehydrate_tui.tui.screens.done import DoneScreen
from rehydrate_tui.tui.screens.progress import ProgressScreen
from rehydrate_tui.tui.widgets.run_line import RunLine
from tests.conftest import Serve
from tests.published import publish
from tests.published import tree_of as files_in
from tests.tui.conftest import MakeApp
from tests.tui.driving import Driver, app_of, notices, on, screen_text, until
from tests.tui.memory_remote import MemoryRemote, entry

DATA = b"day,mm\n" * 1000


@pytest.fixture
def remote() -> MemoryRemote:
    """One file that stops half way until it is let go."""
    return MemoryRemote(
        entries=[entry("rain.csv", DATA)],
        contents={"rain.csv": DATA},
        holds=asyncio.Event(),
    )


async def begin(pilot: Driver, *, files: int = 1) -> None:
    """Download everything."""
    await on(pilot, BrowseScreen)
    await pilot.press("a", "d")
    await on(pilot, ConfirmScreen)
    await until(pilot, lambda: f"Download {files} file" in screen_text(pilot))
    await pilot.press("enter")


async def start(pilot: Driver, *, files: int = 1) -> ProgressScreen:
    """Download everything, and stop at the download screen."""
    await begin(pilot, files=files)
    await on(pilot, ProgressScreen)
    screen = pilot.app.screen
    assert isinstance(screen, ProgressScreen)
    return screen


def let_go(remote: MemoryRemote) -> None:
    """Let the second half of the file come."""
    assert remote.holds is not None
    remote.holds.set()


async def test_browsing_goes_on_and_the_end_is_told_once(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """`b` leaves a line above the tree; the end is a notice, `v` the one summary."""
    async with memory_app(remote).run_test() as pilot:
        await start(pilot)
        await pilot.press("b")
        await on(pilot, BrowseScreen)
        await until(pilot, lambda: "Downloading 50%" in screen_text(pilot))
        await pilot.press("t")
        await on(pilot, ProgressScreen)
        await pilot.press("escape")
        await on(pilot, BrowseScreen)
        let_go(remote)
        await until(pilot, lambda: "in place and verified" in notices(pilot))
        assert isinstance(pilot.app.screen, BrowseScreen)
        await until(pilot, lambda: "Download: 1 file" in screen_text(pilot))
        await pilot.press("t")
        await on(pilot, DoneScreen)
        await pilot.press("b")
        await on(pilot, BrowseScreen)
        assert (
            not pilot.app.screen.query_one(RunLine).display
            or not app_of(pilot).download
        )
        await pilot.press("t")
        await until(pilot, lambda: "There is no download." in notices(pilot))
    assert files_in(work) == {"rain.csv": DATA}


async def test_the_line_and_the_buttons_can_be_clicked(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Browse on, back by the line, pause, go on: all by mouse."""
    async with memory_app(remote).run_test() as pilot:
        await start(pilot)
        await pilot.click("#back")
        await on(pilot, BrowseScreen)
        await until(pilot, lambda: pilot.app.screen.query_one(RunLine).display)
        await pilot.click(RunLine)
        await on(pilot, ProgressScreen)
        await pilot.click("#pause")
        await until(pilot, lambda: "paused: p goes on" in screen_text(pilot))
        await until(pilot, lambda: "Go on" in screen_text(pilot))
        # A button that still shows that it was pressed takes no further click.
        button = pilot.app.screen.query_one("#pause")
        await until(pilot, lambda: not button.has_class("-active"))
        await pilot.click("#pause")
        await until(pilot, lambda: "paused" not in screen_text(pilot))
        let_go(remote)
        await on(pilot, DoneScreen)


async def test_a_pause_holds_the_file_until_it_goes_on(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """While it is paused nothing gets its name, whatever arrives."""
    async with memory_app(remote).run_test() as pilot:
        screen = await start(pilot)
        await until(pilot, lambda: "3.5 kB of 7.0 kB" in screen_text(pilot))
        await pilot.press("p")
        await until(pilot, lambda: "held" in screen_text(pilot))
        let_go(remote)
        # The rest arrives, and is held at the gate.
        await until(pilot, lambda: screen.download.pump.done == len(DATA))
        assert not (work / "rain.csv").exists()
        await pilot.press("b")
        await until(pilot, lambda: "Paused" in screen_text(pilot))
        await pilot.press("t")
        await on(pilot, ProgressScreen)
        await pilot.press("p")
        await on(pilot, DoneScreen)
    assert files_in(work) == {"rain.csv": DATA}


async def test_quitting_asks_while_it_runs(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """`q` asks on every screen; to go on is the careful answer, to stop ends with 130."""
    app = memory_app(remote)
    async with app.run_test() as pilot:
        await start(pilot)
        await pilot.press("q")
        await on(pilot, AskScreen)
        await pilot.press("enter")
        await on(pilot, ProgressScreen)
        await pilot.press("b")
        await on(pilot, BrowseScreen)
        app.workspaces[0].mark_saved()
        await pilot.press("q")
        await on(pilot, AskScreen)
        assert "A download is running" in screen_text(pilot)
        await pilot.click("#yes")
    assert app.return_value == 130
    assert files_in(work) == {}


async def test_one_download_at_a_time(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """A second one is refused with words while the first is running."""
    async with memory_app(remote).run_test() as pilot:
        await start(pilot)
        await pilot.press("b")
        await on(pilot, BrowseScreen)
        await pilot.press("d")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "Another download is running." in screen_text(pilot))
        await pilot.press("t")
        await on(pilot, ProgressScreen)
        let_go(remote)
        await on(pilot, DoneScreen)


@pytest.mark.parametrize("by_mouse", [False, True])
async def test_what_failed_is_tried_again(
    serve: Serve, served_app: MakeApp, work: Path, *, by_mouse: bool
) -> None:
    """After the run, what failed comes; what came before is still called fetched."""
    published = publish({"good": b"1", "bad": b"22"})
    server = serve(published)
    fault = server.add_fault(Fault(origin="raw", path="*/bad", status=404))
    app = served_app(published)
    async with app.run_test() as pilot:
        await begin(pilot, files=2)
        await on(pilot, DoneScreen)
        assert "1 of 2 files could not be brought" in screen_text(pilot)
        fault.remove()
        if by_mouse:
            await pilot.click("#retry")
        else:
            await pilot.press("r")
        await until(pilot, lambda: "2 fetched and verified" in screen_text(pilot))
    assert files_in(work) == {"good": b"1", "bad": b"22"}
    assert app.return_value is None or app.return_value == 0


async def test_what_failed_is_tried_again_in_the_same_run(
    serve: Serve, served_app: MakeApp, work: Path
) -> None:
    """`r` while the rest is still coming: one summary for both tries."""
    published = publish({"bad": b"22", "large": bytes(300_000)})
    server = serve(published)
    bad = server.add_fault(Fault(origin="raw", path="*/bad", status=404))
    slow = server.add_fault(Fault(origin="raw", path="*/large", stall_after=1000))
    async with served_app(published).run_test() as pilot:
        screen = await start(pilot, files=2)
        await until(pilot, lambda: screen.download.pump.failed)
        await until(pilot, lambda: "1 failed" in screen_text(pilot))
        await pilot.press("r")
        await until(pilot, lambda: "tried again at the end" in screen_text(pilot))
        bad.remove()
        slow.remove()
        await pilot.press("p", "c")
        await on(pilot, AskScreen)
        await pilot.press("tab", "enter")
        await on(pilot, DoneScreen)
        assert "Stopped" in screen_text(pilot)
        await pilot.press("r")
        await until(pilot, lambda: "2 fetched and verified" in screen_text(pilot))
    assert set(files_in(work)) == {"bad", "large"}
