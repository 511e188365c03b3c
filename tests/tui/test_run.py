"""The download screen when things go wrong or slowly, and the panel beside the tree."""

from __future__ import annotations

import asyncio

import pytest
from textual.widgets import Static

from rehydrate_tui.domain.limits import SizePolicy
from rehydrate_tui.domain.objects import FileMode
from rehydrate_tui.domain.progress import RetryScheduled, WaitingForLimit
from rehydrate_tui.domain.report import DownloadReport
from rehydrate_tui.engine.download import DownloadRun
from rehydrate_tui.errors import NoSpaceError, RateLimitedError, WriteError
from rehydrate_tui.tui.screens.ask import AskScreen
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.confirm import ConfirmScreen
from rehydrate_tui.tui.screens.done import DoneScreen
from rehydrate_tui.tui.screens.problem import ProblemScreen
from rehydrate_tui.tui.screens.progress import ProgressScreen
from tests.tui.conftest import MakeApp
from tests.tui.driving import Driver, on, screen_text, until
from tests.tui.memory_remote import MemoryRemote, entry, sized

DATA = b"day,mm\n" * 1000


@pytest.fixture
def remote() -> MemoryRemote:
    """One file that stops half way until it is let go."""
    return MemoryRemote(
        entries=[entry("rain.csv", DATA)],
        contents={"rain.csv": DATA},
        holds=asyncio.Event(),
    )


async def start(pilot: Driver) -> ProgressScreen:
    """Download everything, and stop at the download screen."""
    await on(pilot, BrowseScreen)
    await pilot.press("a", "d")
    await on(pilot, ConfirmScreen)
    await until(pilot, lambda: "Download 1 file" in screen_text(pilot))
    await pilot.press("enter")
    await on(pilot, ProgressScreen)
    screen = pilot.app.screen
    assert isinstance(screen, ProgressScreen)
    return screen


async def test_what_arrives_is_shown(memory_app: MakeApp, remote: MemoryRemote) -> None:
    """The active file, its bytes and the share of the whole are on the screen."""
    async with memory_app(remote).run_test() as pilot:
        await start(pilot)
        await until(pilot, lambda: "3.5 kB of 7.0 kB" in screen_text(pilot))
        text = screen_text(pilot)
        assert "0 of 1 files · 3.5 kB of 7.0 kB" in text
        assert "50%" in text
        assert remote.holds is not None
        remote.holds.set()
        await on(pilot, DoneScreen)


async def test_waits_are_counted_down(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """A retry and a limit are named with their seconds and their reason."""
    async with memory_app(remote).run_test(size=(131, 45)) as pilot:
        screen = await start(pilot)
        pump = screen.download.pump
        pump.emit(RetryScheduled("rain.csv", 2, 4.0, "The line was \x1bcut."))
        pump.emit(WaitingForLimit(30.0, "Too many requests."))
        screen.draw()
        await until(pilot, lambda: "Next try in 4 s, rain.csv" in screen_text(pilot))
        assert "Next try in 30 s, all files wait: Too many requests." in screen_text(
            pilot
        )
        assert "\x1b" not in screen_text(pilot)


async def test_a_limit_can_be_waited_for(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """A wait beyond the budget says when it ends and is prolonged by a key or a button."""
    remote.limit = RateLimitedError("Too many requests.", kind="raw", retry_after=900)
    async with memory_app(remote).run_test(size=(131, 45)) as pilot:
        screen = await start(pilot)
        await until(pilot, lambda: "all files wait: Too many" in screen_text(pilot))
        assert "l waits longer" in screen_text(pilot)
        assert screen.query_one("#wait-longer").display
        await pilot.press("l")
        await until(pilot, lambda: "l waits longer" not in screen_text(pilot))
        assert not screen.query_one("#wait-longer").display
        run = screen.download._run
        assert run is not None
        assert run._means.retrying.throttle.close(900)
        await pilot.press("c")
        await on(pilot, AskScreen)
        await pilot.press("tab", "enter")
        await on(pilot, DoneScreen)


async def test_without_a_limit_there_is_nothing_to_wait_for(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """The button is not there, and the key does nothing."""
    async with memory_app(remote).run_test() as pilot:
        screen = await start(pilot)
        assert not screen.query_one("#wait-longer").display
        await pilot.press("l")
        assert not screen.download.is_patient
        assert remote.holds is not None
        remote.holds.set()
        await on(pilot, DoneScreen)


async def test_the_question_goes_away_when_the_run_ends_first(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Nobody is asked whether to stop what is over."""
    async with memory_app(remote).run_test() as pilot:
        await start(pilot)
        await pilot.press("q")
        await on(pilot, AskScreen)
        assert remote.holds is not None
        remote.holds.set()
        await on(pilot, DoneScreen)
        assert "in place and verified" in screen_text(pilot)


async def test_a_run_that_cannot_go_on_is_explained(
    memory_app: MakeApp, remote: MemoryRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of the run itself is a panel over the tree, which is closed by a key."""

    async def fail(_run: DownloadRun) -> DownloadReport:
        raise WriteError("The folder is gone.", hint="Make it again.")

    monkeypatch.setattr(DownloadRun, "wait", fail)
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("a", "d")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "Download 1 file" in screen_text(pilot))
        await pilot.press("enter")
        await on(pilot, ProblemScreen)
        assert "The folder is gone." in screen_text(pilot)
        assert "Make it again." in screen_text(pilot)
        await pilot.press("q")
        await on(pilot, BrowseScreen)


async def test_the_review_explains_what_it_cannot_find_out(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """An error while planning is shown in place; there is only a way back."""
    app = memory_app(remote)
    async with app.run_test() as pilot:
        await on(pilot, BrowseScreen)

        def broken(_path: object) -> int:
            raise NoSpaceError("The disk does not answer.", hint="Look at it.")

        app.free_space = broken
        await pilot.press("a", "d")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "The disk does not answer." in screen_text(pilot))
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, ConfirmScreen)
        await pilot.press("b")
        await on(pilot, BrowseScreen)
        await until(pilot, lambda: " free" not in screen_text(pilot))


async def test_the_panel_tells_of_the_row_under_the_cursor(
    memory_app: MakeApp,
) -> None:
    """Size, files, the largest ones and types of a directory; id and warnings of a file."""
    remote = MemoryRemote(
        entries=[
            sized("data/big.bin", 150_000_000),
            sized("data/noext", 5),
            *(sized(f"data/{number}.csv", number) for number in range(1, 9)),
            sized("data/.git", 1),
            sized("module", 0, FileMode.GITLINK),
            *(sized(f"top{number}", 1) for number in range(7)),
        ]
    )
    async with memory_app(remote).run_test(size=(131, 45)) as pilot:
        await on(pilot, BrowseScreen)

        async def see(*lines: str) -> None:
            await until(
                pilot, lambda: all(line in screen_text(pilot) for line in lines)
            )

        await pilot.press("p", "down", "right")
        await see("data", "Files  11", "big.bin", "150.0 MB", "Types", ".bin", "other")
        await pilot.press("right")
        await see("data/.git", "unsafe path: git keeps")
        await pilot.press("end", "home", "a")
        await see("Ticked: 18", "data/ (11)", "3 more")
        await pilot.press("e")
        await see("data/big.bin", "huge file", "Blob   e69de29bb2d1")
        await pilot.press("e", "home", "left", "end")
        await pilot.press(*["up"] * 7)
        await see("module", "submodule", "Its files are in another")


async def test_above_the_limit_it_asks(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """More than --max-size needs a second yes; no leaves things as they are."""
    assert remote.holds is not None
    remote.holds.set()
    app = memory_app(remote, limits=SizePolicy(max_total=1000))
    async with app.run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("a", "d")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "more than the limit" in screen_text(pilot))
        await pilot.press("enter")
        await on(pilot, AskScreen)
        await pilot.press("escape")
        await on(pilot, ConfirmScreen)
        await pilot.click("#start")
        await on(pilot, AskScreen)
        await pilot.click("#yes")
        await on(pilot, DoneScreen)
        assert "in place and verified" in screen_text(pilot)


async def test_the_plan_says_what_it_costs(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Bytes, time at the last rate, transport and why, API calls, disk before and after."""
    app = memory_app(remote, rate=100.0)
    async with app.run_test(size=(131, 45)) as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("a", "d")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "Download 1 file" in screen_text(pilot))
        text = screen_text(pilot)
        for line in (
            "Network   7.0 kB to fetch",
            "Time      about 2 min at 100 B/s, as last time",
            "Way       file by file, about 1 s: 1 file, as many requests",
            "API       no requests",
            "Disk      81.20 GB free now, 81.20 GB after",
        ):
            assert line in text
        await pilot.press("left")
        await until(pilot, lambda: "▶ To fetch" in screen_text(pilot))
        await pilot.click("#planned", offset=(4, 1))
        await until(pilot, lambda: "▼ To fetch" in screen_text(pilot))
        await pilot.press("down")
        detail = pilot.app.screen.query_one("#detail", Static)
        await until(pilot, lambda: str(detail.render()) == "rain.csv")
