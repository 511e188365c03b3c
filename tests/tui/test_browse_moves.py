"""Moving about: jumps, siblings, parents, breadcrumbs, what is remembered."""

from __future__ import annotations

import pytest

from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.start import StartScreen
from rehydrate_tui.tui.widgets.breadcrumbs import Breadcrumbs
from tests.tui.conftest import MakeApp
from tests.tui.driving import (
    browser,
    click_row,
    cursor,
    filter_by,
    on,
    screen_text,
    shown_rows,
    ticked,
    tree_of,
    until,
)
from tests.tui.memory_remote import MemoryRemote, sized


@pytest.fixture
def remote() -> MemoryRemote:
    """Directories in directories, with names that begin alike."""
    paths = ["data/raw/deep.csv", "data/soil.csv", "docs/a.md", "rain.csv", "run.sh"]
    return MemoryRemote(entries=[sized(path, 10) for path in paths])


async def test_g_and_a_letter_jump(memory_app: MakeApp, remote: MemoryRemote) -> None:
    """The next row that begins with the letter, round the end; a command key is a letter."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("g")
        assert "Jump to: type a letter" in screen_text(pilot)
        await pilot.press("r")
        assert cursor(pilot) == "rain.csv"
        await pilot.press("g", "r")
        assert cursor(pilot) == "run.sh"
        await pilot.press("g", "d")
        assert cursor(pilot) == "data"
        # Both wait in the queue at once, as after quick typing.
        for key in "gr":
            pilot.app.simulate_key(key)
        await until(pilot, lambda: cursor(pilot) == "rain.csv")
        await pilot.press("g", "d")
        await pilot.press("g", "z")
        assert cursor(pilot) == "data"
        await pilot.press("g", "escape")
        assert "Jump to" not in screen_text(pilot)
        assert ticked(pilot) == []


async def test_siblings_and_parents(memory_app: MakeApp, remote: MemoryRemote) -> None:
    """`j` and `k` stay in the directory, `h` leaves it."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("plus", "down")
        seen: list[str] = []
        for key in ("j", "j", "j", "j", "k", "k", "k", "k", "right", "j", "h", "h"):
            await pilot.press(key)
            seen.append(cursor(pilot))
        assert seen[:8] == [
            *["docs", "rain.csv", "run.sh", "run.sh"],
            *["rain.csv", "docs", "data", "data"],
        ]
        assert seen[8:] == ["data/raw", "data/soil.csv", "data", "/"]


async def test_siblings_under_a_filter_are_those_shown(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """What the filter hides is no neighbour."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await filter_by(pilot, "csv")
        await pilot.press("home", "down", "j")
        assert cursor(pilot) == "rain.csv"


async def test_breadcrumbs_lead_up(memory_app: MakeApp, remote: MemoryRemote) -> None:
    """A click on a directory of the path goes there, one beside it does nothing."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("plus", "down", "down", "down")
        assert cursor(pilot) == "data/raw/deep.csv"
        await until(pilot, lambda: "notes/data/raw/deep.csv" in screen_text(pilot))
        await pilot.click(Breadcrumbs, offset=(40, 0))
        assert cursor(pilot) == "data/raw/deep.csv"
        await pilot.click(Breadcrumbs, offset=(8, 0))
        await until(pilot, lambda: cursor(pilot) == "data")
        await until(pilot, lambda: "deep.csv" not in screen_text(pilot).split("\n")[-3])
        await pilot.click(Breadcrumbs, offset=(2, 0))
        await until(pilot, lambda: cursor(pilot) == "/")


async def test_a_narrow_terminal_shows_the_end_of_the_path(
    memory_app: MakeApp,
) -> None:
    """What does not fit is cut at the beginning, and clicks still hit."""
    deep = "/".join(f"directory{number}" for number in range(9))
    remote = MemoryRemote(entries=[sized(f"{deep}/file.csv", 1)])
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("plus", "end")
        await until(
            pilot, lambda: "/directory7/directory8/file.csv" in screen_text(pilot)
        )
        await pilot.click(Breadcrumbs, offset=(4, 0))
        await until(pilot, lambda: cursor(pilot).count("/") < 9)


async def test_earlier_filters_come_back(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Up takes older filters, down newer ones, and after the newest comes the tree."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        for text in ("csv", "rain"):
            await filter_by(pilot, text)
            await pilot.press("escape")
        await pilot.press("slash")
        field = browser(pilot).pane.path_filter.input
        await until(pilot, lambda: field.has_focus)
        seen: list[str] = []
        for key in ("up", "up", "up", "down"):
            await pilot.press(key)
            seen.append(field.value)
        assert seen == ["rain", "csv", "csv", "rain"]
        await until(pilot, lambda: shown_rows(pilot) == ["/", "rain.csv"])
        await pilot.press("down")
        await until(pilot, lambda: tree_of(pilot).has_focus)
        assert "1 of 5 files · 10 B" in screen_text(pilot)


async def test_a_repository_is_found_as_it_was_left(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Opened again, it has its open directories, its filter, its cursor and ticks."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await click_row(pilot, "data", 3)
        await pilot.press("right")
        await filter_by(pilot, "csv")
        await pilot.press("end")
        for name in ("eve/other", "ada/notes"):
            await pilot.press("o")
            await on(pilot, StartScreen)
            await pilot.press(*name, "enter")
            await on(pilot, BrowseScreen)
            await until(
                pilot,
                lambda name=name: (  # type: ignore[misc]
                    browser(pilot).workspace.opened.repository.id.full_name == name
                ),
            )
            await pilot.pause()
        assert cursor(pilot) == "rain.csv"
        assert "3 of 5 files" in screen_text(pilot)
        await pilot.press("escape")
        assert "data/raw" in shown_rows(pilot)
        assert ticked(pilot) == ["data/raw/deep.csv", "data/soil.csv"]


async def test_a_hint_greets_the_first_time(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """It stands above the tree until something is ticked; people who know it have none."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        assert "Space ticks" in screen_text(pilot)
        assert "? shows all keys" in screen_text(pilot)
        await pilot.press("space")
        await until(pilot, lambda: "Space ticks" not in screen_text(pilot))
    async with memory_app(remote, recent=["ada/notes"]).run_test() as pilot:
        await on(pilot, BrowseScreen)
        assert "Space ticks" not in screen_text(pilot)
