"""The browser with the mouse alone."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Button
from textual.widgets._footer import FooterKey

from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.confirm import ConfirmScreen
from rehydrate_tui.tui.screens.save_manifest import SaveScreen
from rehydrate_tui.tui.tree_rows import SortOrder
from tests.tui.conftest import MakeApp
from tests.tui.driving import (
    browser,
    click_row,
    cursor,
    on,
    shown_rows,
    ticked,
    tree_of,
    until,
)
from tests.tui.memory_remote import MemoryRemote, sized

MARK, EXPANDER, NAME = 3, 8, 14
HEADING_OF_SIZES = 65


@pytest.fixture
def remote() -> MemoryRemote:
    """A directory and more files than fit on the screen."""
    files = [sized(f"file{number:03}", number) for number in range(200)]
    return MemoryRemote(entries=[sized("data/a", 1), sized("data/b", 2), *files])


async def test_a_click_on_the_mark_ticks(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """The mark of a directory ticks all below it, again unticks."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await click_row(pilot, "data", MARK)
        assert ticked(pilot) == ["data/a", "data/b"]
        await click_row(pilot, "data", MARK)
        assert ticked(pilot) == []


async def test_a_click_on_the_expander_opens(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """The arrow opens and closes; nothing is ticked by it."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await click_row(pilot, "data", EXPANDER)
        assert shown_rows(pilot)[:4] == ["/", "data", "data/a", "data/b"]
        await click_row(pilot, "data", EXPANDER)
        assert shown_rows(pilot)[:3] == ["/", "data", "file000"]
        assert ticked(pilot) == []


async def test_a_click_on_a_row_moves_and_a_second_one_opens(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """One click is the cursor, a double click on a directory opens it."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await click_row(pilot, "file003", NAME)
        assert cursor(pilot) == "file003"
        await click_row(pilot, "data", NAME, times=2)
        assert "data/a" in shown_rows(pilot)


async def test_a_click_below_the_rows_does_nothing(memory_app: MakeApp) -> None:
    """Empty lines belong to no file."""
    remote = MemoryRemote(entries=[sized("only", 1)])
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.click(tree_of(pilot), offset=(MARK, 12))
        assert cursor(pilot) == "/"
        assert ticked(pilot) == []


async def test_headings_sort(memory_app: MakeApp, remote: MemoryRemote) -> None:
    """A click on a heading sorts by that column."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.click(tree_of(pilot), offset=(HEADING_OF_SIZES, 0))
        await until(pilot, lambda: browser(pilot).workspace.rows.sort is SortOrder.SIZE)
        assert shown_rows(pilot)[1] == "file199"
        await pilot.click(tree_of(pilot), offset=(NAME, 0))
        await until(pilot, lambda: browser(pilot).workspace.rows.sort is SortOrder.NAME)


async def test_the_wheel_scrolls_and_clicks_still_hit(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """After scrolling a click means the row that is seen, and the cursor stays."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        tree = tree_of(pilot)
        for _ in range(5):
            await pilot._post_mouse_events(
                [events.MouseScrollDown], tree, offset=(10, 5), button=0
            )
        await until(pilot, lambda: tree.scroll_offset.y > 0)
        assert cursor(pilot) == "/"
        target = shown_rows(pilot)[tree.scroll_offset.y + 3]
        await click_row(pilot, target, MARK)
        assert ticked(pilot) == [target]


async def test_buttons_wake_up_with_the_first_tick(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Save and Download can be pressed when there is something to bring."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        buttons = list(browser(pilot).query("#crumb-row Button").results(Button))
        assert all(button.disabled for button in buttons)
        await click_row(pilot, "data", MARK)
        await until(pilot, lambda: not any(button.disabled for button in buttons))
        await pilot.click("#save")
        await on(pilot, SaveScreen)
        await pilot.click("#close")
        await on(pilot, BrowseScreen)
        await pilot.click("#download")
        await on(pilot, ConfirmScreen)
        await pilot.click("#back")
        await on(pilot, BrowseScreen)


async def test_the_right_button_means_nothing(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """JupyterLab opens its own menu at a right click; nothing is ticked by it."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.click(tree_of(pilot), offset=(MARK, 2), button=3)
        await pilot.pause()
        assert ticked(pilot) == []
        assert cursor(pilot) == "/"


async def test_a_filter_is_opened_and_cleared_with_the_mouse(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """The footer opens the bar, its button clears it."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        keys = list(pilot.app.screen.query("FooterKey").results(FooterKey))
        await pilot.click(next(key for key in keys if key.description == "Filter"))
        await until(pilot, lambda: browser(pilot).pane.path_filter.input.has_focus)
        await pilot.press("a")
        await until(pilot, lambda: len(shown_rows(pilot)) == 4)
        await pilot.click("#clear-filter")
        await until(pilot, lambda: "file000" in shown_rows(pilot))
        assert not browser(pilot).pane.path_filter.display
