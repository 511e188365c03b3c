"""Every key of the browser."""

from __future__ import annotations

import pytest

from rehydrate_tui.domain.objects import FileMode
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.start import StartScreen
from rehydrate_tui.tui.tree_rows import SortOrder
from rehydrate_tui.tui.widgets.path_filter import PathFilter
from tests.tui.conftest import MakeApp
from tests.tui.driving import (
    app_of,
    browser,
    cursor,
    filter_by,
    notices,
    on,
    screen_text,
    shown_rows,
    ticked,
    tree_of,
    until,
)
from tests.tui.memory_remote import MemoryRemote, sized

ENTRIES = [
    sized("README.md", 500),
    sized("part10.csv", 10),
    sized("part9.csv", 9),
    sized("data/big.bin", 60_000_000),
    sized("data/raw/deep.csv", 700),
    sized("data/raw/notes.txt", 70),
    sized("notebooks/one.ipynb", 2_000),
    sized("vendor", 0, FileMode.GITLINK),
]

TOP = [
    "/",
    "data",
    "notebooks",
    "part9.csv",
    "part10.csv",
    "README.md",
    "vendor",
]
ALL_FILES = sorted(each.path for each in ENTRIES if each.mode.is_blob)


@pytest.fixture
def remote() -> MemoryRemote:
    """A small repository."""
    return MemoryRemote(entries=ENTRIES)


async def test_directories_come_first_and_numbers_count(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """The rows are sorted as people read names: part9 before part10."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        assert shown_rows(pilot) == TOP


async def test_arrows_pages_home_and_end_move_the_cursor(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """The cursor follows the keys and stops at both ends."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        seen: list[str] = []
        for key in ("up", "down", "end", "down", "home", "pagedown", "pageup"):
            await pilot.press(key)
            seen.append(cursor(pilot))
        assert seen == ["/", "data", "vendor", "vendor", "/", "vendor", "/"]


async def test_right_opens_and_left_closes(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Right opens, then goes in; left goes up, then closes; the root stays open."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("down", "right", "right")
        assert cursor(pilot) == "data/raw"
        await pilot.press("left")
        assert cursor(pilot) == "data"
        await pilot.press("left", "left", "left")
        assert cursor(pilot) == "/"
        assert shown_rows(pilot) == TOP


async def test_enter_opens_directories_and_ticks_files(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Enter does what is nearest: open, close, or tick."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("down", "enter")
        assert "data/big.bin" in shown_rows(pilot)
        await pilot.press("enter")
        assert shown_rows(pilot) == TOP
        await pilot.press("down", "down", "enter")
        assert ticked(pilot) == ["part9.csv"]


async def test_plus_and_minus_open_and_close_everything(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """`+` opens all below the cursor, `-` closes it again."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("plus")
        assert len(shown_rows(pilot)) == len(ENTRIES) + 4
        await pilot.press("minus")
        assert shown_rows(pilot) == TOP


async def test_space_ticks_a_directory_and_undo_takes_it_back(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """All below is ticked, again unticks, `u` goes back step by step."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("down", "space")
        data = ["data/big.bin", "data/raw/deep.csv", "data/raw/notes.txt"]
        assert ticked(pilot) == data
        await pilot.press("space")
        assert ticked(pilot) == []
        await pilot.press("u")
        assert ticked(pilot) == data
        await pilot.press("u", "u")
        assert ticked(pilot) == []


async def test_all_and_invert(memory_app: MakeApp, remote: MemoryRemote) -> None:
    """`a` ticks everything, then nothing; `i` turns the ticks round."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("a")
        assert ticked(pilot) == ALL_FILES
        await pilot.press("a")
        assert ticked(pilot) == []
        await pilot.press("end", "up", "space", "i")
        assert ticked(pilot) == [path for path in ALL_FILES if path != "README.md"]


async def test_a_filter_shows_matches_in_their_directories(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Only what matches is shown, with its directories opened; Esc shows all again."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await filter_by(pilot, "csv !part")
        assert shown_rows(pilot) == ["/", "data", "data/raw", "data/raw/deep.csv"]
        assert cursor(pilot) == "data/raw/deep.csv"
        assert "1 of 7 files · 700 B" in screen_text(pilot)
        await pilot.press("escape")
        assert not browser(pilot).query_one(PathFilter).display
        assert cursor(pilot) == "data/raw/deep.csv"
        assert "README.md" in shown_rows(pilot)


async def test_under_a_filter_only_matches_are_ticked(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Space on a directory, `a` and `i` never touch what is not on the screen."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await filter_by(pilot, "*.csv")
        await pilot.press("home", "down", "space")
        assert ticked(pilot) == ["data/raw/deep.csv"]
        await pilot.press("i")
        assert ticked(pilot) == ["part10.csv", "part9.csv"]
        await pilot.press("a")
        assert ticked(pilot) == ["data/raw/deep.csv", "part10.csv", "part9.csv"]
        await pilot.press("a")
        assert ticked(pilot) == []


@pytest.mark.parametrize("key", ["escape", "backspace"])
async def test_a_filter_is_cleared_from_the_tree(
    memory_app: MakeApp, remote: MemoryRemote, key: str
) -> None:
    """Esc has a companion, because JupyterLab keeps a second Esc to itself."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await filter_by(pilot, "csv")
        await pilot.press(key)
        assert "README.md" in shown_rows(pilot)


async def test_an_empty_filter_goes_away(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Enter without a word is no filter, and the bar does not stay."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await filter_by(pilot, "")
        assert not browser(pilot).query_one(PathFilter).display
        assert tree_of(pilot).has_focus


async def test_a_filter_without_matches_says_so(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Nothing matching is a count of nothing, and ticking it does nothing."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await filter_by(pilot, "zzz")
        assert shown_rows(pilot) == ["/"]
        assert "0 of 7 files" in screen_text(pilot)
        await pilot.press("space")
        assert ticked(pilot) == []


async def test_a_filter_that_is_not_understood_is_explained(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """The unknown property is named beside the filter."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await filter_by(pilot, "is:blue")
        assert "“is:blue” is not known" in screen_text(pilot)


async def test_s_cycles_the_order(memory_app: MakeApp, remote: MemoryRemote) -> None:
    """Name, size, type and name again; the cursor stays where it was."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("end", "up", "s")
        rows = browser(pilot).workspace.rows
        assert rows.sort is SortOrder.SIZE
        assert shown_rows(pilot)[1:4] == ["data", "notebooks", "README.md"]
        assert cursor(pilot) == "README.md"
        await pilot.press("s")
        assert shown_rows(pilot)[3:] == [
            "vendor",
            "part9.csv",
            "part10.csv",
            "README.md",
        ]
        await pilot.press("s")
        assert shown_rows(pilot) == TOP


async def test_e_lists_the_largest_files(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """`e` is one flat list by size; a second `e` finds the file in the tree."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("e")
        assert shown_rows(pilot)[:3] == [
            "data/big.bin",
            "notebooks/one.ipynb",
            "data/raw/deep.csv",
        ]
        await pilot.press("down", "down", "space", "e")
        assert cursor(pilot) == "data/raw/deep.csv"
        assert ticked(pilot) == ["data/raw/deep.csv"]


async def test_a_submodule_cannot_be_ticked(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """It says why, and nothing is ticked."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("end", "space")
        await until(pilot, lambda: "another repository" in notices(pilot))
        assert ticked(pilot) == []


async def test_download_and_save_need_ticks(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Without ticks `d` and `w` explain what to do and go nowhere."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        for key in ("d", "w"):
            await pilot.press(key)
            await until(pilot, lambda: "Tick something first" in notices(pilot))
            assert isinstance(app_of(pilot).screen, BrowseScreen)
            app_of(pilot).clear_notifications()


async def test_o_opens_another_repository_and_ticks_wait(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Ticks of a repository are there again when it is opened again."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("end", "up", "space", "o")
        await on(pilot, StartScreen)
        await pilot.press("escape")
        await on(pilot, BrowseScreen)
        for name in ("b/other", "ada/notes"):
            await pilot.press("o")
            await on(pilot, StartScreen)
            await pilot.press(*name.replace("/", " ").replace(" ", "/"), "enter")
            await until(
                pilot,
                lambda name=name: (  # type: ignore[misc]  # mypy knows no defaults of lambdas
                    isinstance(pilot.app.screen, BrowseScreen)
                    and browser(pilot).workspace.opened.repository.id.full_name == name
                ),
            )
        assert ticked(pilot) == ["README.md"]


async def test_a_path_in_the_address_is_under_the_cursor(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """The tree is open where the address points."""
    remote.path = "data/raw"
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await until(pilot, lambda: tree_of(pilot).has_focus)
        assert cursor(pilot) == "data/raw"
        assert "data/raw" in screen_text(pilot)


async def test_a_path_that_is_not_there_is_named(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """The tree opens at its top, and a notice says what was not found."""
    remote.path = "gone/away"
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await until(pilot, lambda: "no “gone/away”" in notices(pilot))
        assert cursor(pilot) == "/"
