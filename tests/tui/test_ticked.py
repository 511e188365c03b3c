"""The list of everything ticked, over several repositories."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.start import StartScreen
from rehydrate_tui.tui.screens.ticked import TickedScreen
from rehydrate_tui.tui.widgets.basket_view import BasketView
from tests.tui.conftest import MakeApp
from tests.tui.driving import Driver, browser, on, screen_text, ticked, until
from tests.tui.memory_remote import MemoryRemote, sized

MARK, EXPANDER = 3, 9


@pytest.fixture
def remote() -> MemoryRemote:
    """Two types in two directories and at the top."""
    return MemoryRemote(
        entries=[
            sized("data/a.csv", 3_000),
            sized("data/b.json", 2_000),
            sized("docs/c.csv", 1_000),
            sized("top.csv", 500),
        ]
    )


async def show_ticked(pilot: Driver) -> None:
    """Tick everything and open the list."""
    await on(pilot, BrowseScreen)
    await pilot.press("a", "v")
    await on(pilot, TickedScreen)


def names(pilot: Driver) -> list[str]:
    """Return what the rows are called."""
    assert isinstance(pilot.app.screen, TickedScreen)
    return [row.name for row in pilot.app.screen._basket.rows]


def sums(pilot: Driver) -> str:
    """Return the line of the sums."""
    return str(pilot.app.screen.query_one("#ticked-sums", Static).render())


async def test_ticks_are_summed_up_by_directory_and_by_type(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """The largest group comes first; `t` and the button change the grouping."""
    async with memory_app(remote).run_test() as pilot:
        await show_ticked(pilot)
        assert names(pilot) == ["ada/notes", "data", "docs", ""]
        assert "5.0 kB" in screen_text(pilot)
        assert sums(pilot) == "4 files · 6.5 kB in 1 repository"
        await pilot.press("t")
        assert names(pilot) == ["ada/notes", ".csv", ".json"]
        assert "By directory" in screen_text(pilot)
        await pilot.click("#regroup")
        assert names(pilot) == ["ada/notes", "data", "docs", ""]


async def test_rows_are_unticked_and_ticked_again(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Space and a click on the mark; the row stays, and the tree shows what is left."""
    async with memory_app(remote).run_test() as pilot:
        await show_ticked(pilot)
        await pilot.press("down", "space")
        assert sums(pilot) == "2 files · 1.5 kB in 1 repository"
        await pilot.click(BasketView, offset=(MARK, 2))
        assert sums(pilot) == "4 files · 6.5 kB in 1 repository"
        await pilot.press("enter", "down", "space")
        assert names(pilot)[2:4] == ["data/a.csv", "data/b.json"]
        await pilot.click(BasketView, offset=(EXPANDER, 2))
        assert "data/a.csv" not in names(pilot)
        await pilot.press("q")
        await on(pilot, BrowseScreen)
        assert ticked(pilot) == ["data/b.json", "docs/c.csv", "top.csv"]
        await until(pilot, lambda: "3 files · 3.5 kB ticked" in screen_text(pilot))
        await pilot.press("u")
        assert len(ticked(pilot)) == 4


@pytest.mark.parametrize("leave", ["escape", "q", "v"])
async def test_nothing_ticked_is_an_empty_list(
    memory_app: MakeApp, remote: MemoryRemote, leave: str
) -> None:
    """The list says so, and every key that leaves does."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("v")
        await on(pilot, TickedScreen)
        assert sums(pilot) == "Nothing is ticked."
        await pilot.press("space", "enter", leave)
        await on(pilot, BrowseScreen)


async def test_several_repositories_are_in_one_list(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Ticks of both are listed, summed up, unticked; Enter goes to the other one."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("down", "space", "o")
        await on(pilot, StartScreen)
        await pilot.press(*"eve/other", "enter")
        await on(pilot, BrowseScreen)
        await pilot.press("a", "v")
        await on(pilot, TickedScreen)
        assert names(pilot)[:2] == ["ada/notes", "data"]
        assert names(pilot)[2:] == ["eve/other", "data", "docs", ""]
        assert sums(pilot) == "6 files · 11.5 kB in 2 repositories"
        await pilot.press("down", "down", "space")
        assert sums(pilot) == "2 files · 5.0 kB in 1 repository"
        await pilot.press("home", "enter")
        await on(pilot, BrowseScreen)
        await until(
            pilot,
            lambda: browser(pilot).workspace.opened.repository.id.owner == "ada",
        )
        assert ticked(pilot) == ["data/a.csv", "data/b.json"]
