"""What is here: words in the rows, the comparison, and one file restored."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.diff import DiffScreen
from rehydrate_tui.tui.screens.restore import RestoreScreen
from tests.tui.conftest import MakeApp
from tests.tui.driving import (
    Driver,
    browser,
    filter_by,
    notices,
    on,
    screen_text,
    shown_rows,
    until,
)
from tests.tui.memory_remote import MemoryRemote, entry

PINNED = b"day,mm\n1,3\n2,0\n"
MINE = b"day,mm\n1,3\n2,7\n"
POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
    b"size 12345\n"
)
CONTENTS = {
    "data/rain.csv": PINNED,
    "data/wind.csv": b"w\n",
    "model.bin": b"\0\1\2",
    "big.bin": POINTER,
}


@pytest.fixture
def remote() -> MemoryRemote:
    """Files with contents."""
    entries = [entry(path, data) for path, data in CONTENTS.items()]
    return MemoryRemote(entries=entries, contents=CONTENTS)


@pytest.fixture
def rain(work: Path) -> Path:
    """The one file that was edited here."""
    (work / "data").mkdir()
    (work / "data/rain.csv").write_bytes(MINE)
    return work / "data/rain.csv"


def contents(path: Path) -> bytes:
    """Return what stands in a file."""
    return path.read_bytes()


def put_right(path: Path) -> None:
    """Write the pinned bytes, as another program would."""
    path.write_bytes(PINNED)


def state(pilot: Driver, path: str) -> str:
    """Return what is known of a file or directory."""
    space = browser(pilot).workspace
    found = space.local.telling(space.tree.node(path))
    return found.value if found else ""


async def on_rain(pilot: Driver) -> None:
    """Put the cursor on the edited file."""
    await on(pilot, BrowseScreen)
    await until(pilot, lambda: state(pilot, "data/rain.csv") == "edited")
    await pilot.press("plus", "down", "down")


async def test_rows_say_what_is_here(
    memory_app: MakeApp, remote: MemoryRemote, rain: Path
) -> None:
    """Edited and present files have a word, directories count them, the filter knows."""
    (rain.parent / "wind.csv").write_bytes(b"w\n")
    async with memory_app(remote).run_test() as pilot:
        await on_rain(pilot)
        rows = screen_text(pilot).split("\n")
        assert any("rain.csv" in row and " edited " in row for row in rows)
        assert any("wind.csv" in row and " have " in row for row in rows)
        assert any("data" in row and " 1 edited " in row for row in rows)
        await filter_by(pilot, "is:edited")
        assert shown_rows(pilot) == ["/", "data", "data/rain.csv"]


async def test_the_folder_is_looked_at_again(
    memory_app: MakeApp, remote: MemoryRemote, rain: Path
) -> None:
    """After the file was put right elsewhere, the palette's command notices."""
    async with memory_app(remote).run_test() as pilot:
        await on_rain(pilot)
        put_right(rain)
        await pilot.press("colon")
        await pilot.press(*"look again")
        await until(pilot, lambda: "Compare the local folder" in screen_text(pilot))
        await pilot.press("enter")
        await on(pilot, BrowseScreen)
        await until(pilot, lambda: state(pilot, "data/rain.csv") == "present")


async def test_an_edit_is_compared(
    memory_app: MakeApp, remote: MemoryRemote, rain: Path
) -> None:
    """`c` shows the lines that differ with their signs; every way out leaves all as it is."""
    async with memory_app(remote).run_test() as pilot:
        await on_rain(pilot)
        await pilot.press("c")
        await on(pilot, DiffScreen)
        await until(pilot, lambda: "1 lines added, 1 removed" in screen_text(pilot))
        assert "- 2,0" in screen_text(pilot)
        assert "+ 2,7" in screen_text(pilot)
        await pilot.press("c")
        await on(pilot, BrowseScreen)
        await pilot.press("c")
        await on(pilot, DiffScreen)
        await pilot.click("#close")
        await on(pilot, BrowseScreen)
        assert contents(rain) == MINE


async def test_what_is_no_text_is_not_compared(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """Of binary files and of Git LFS only the sizes are told."""
    (work / "model.bin").write_bytes(b"\0mine")
    (work / "big.bin").write_bytes(b"mine")
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await until(pilot, lambda: state(pilot, "model.bin") == "edited")
        await pilot.press("g", "m", "c")
        await on(pilot, DiffScreen)
        await until(pilot, lambda: "This is no text" in screen_text(pilot))
        await pilot.press("q")
        await on(pilot, BrowseScreen)
        await pilot.press("g", "b", "c")
        await on(pilot, DiffScreen)
        await until(pilot, lambda: "in Git LFS" in screen_text(pilot))


async def test_a_comparison_that_fails_says_why(
    memory_app: MakeApp, remote: MemoryRemote, rain: Path
) -> None:
    """The pinned file cannot be had: the reason stands where the lines would."""
    async with memory_app(remote).run_test() as pilot:
        await on_rain(pilot)
        remote.contents = {}
        await pilot.press("c")
        await on(pilot, DiffScreen)
        await until(pilot, lambda: "Not found" in screen_text(pilot))
        assert contents(rain) == MINE


async def test_a_file_is_restored_with_a_backup(
    memory_app: MakeApp, remote: MemoryRemote, rain: Path
) -> None:
    """From the comparison, by mouse: the edit becomes a backup, the row says so."""
    async with memory_app(remote).run_test() as pilot:
        await on_rain(pilot)
        await pilot.press("c")
        await on(pilot, DiffScreen)
        await pilot.click("#restore")
        await on(pilot, RestoreScreen)
        await pilot.click("#backup")
        await on(pilot, BrowseScreen)
        await until(pilot, lambda: state(pilot, "data/rain.csv") == "present")
        assert contents(rain) == PINNED
        assert contents(rain.parent / "rain.csv.~1~") == MINE
        assert "Yours is now" in notices(pilot)
        assert not (rain.parent / "wind.csv").exists()


async def test_a_file_is_replaced_only_when_asked(
    memory_app: MakeApp, remote: MemoryRemote, rain: Path
) -> None:
    """`r` asks with the careful answer first; Cancel changes nothing, Replace does."""
    async with memory_app(remote).run_test() as pilot:
        await on_rain(pilot)
        await pilot.press("r")
        await on(pilot, RestoreScreen)
        await pilot.press("enter")
        await on(pilot, BrowseScreen)
        assert contents(rain) == MINE
        await pilot.press("r")
        await on(pilot, RestoreScreen)
        await pilot.click("#overwrite")
        await on(pilot, BrowseScreen)
        await until(pilot, lambda: contents(rain) == PINNED)
        await until(pilot, lambda: state(pilot, "data/rain.csv") == "present")


async def test_a_restore_that_fails_keeps_the_file(
    memory_app: MakeApp, remote: MemoryRemote, rain: Path
) -> None:
    """When the bytes cannot be had, the edit stays and the reason is told."""
    async with memory_app(remote).run_test() as pilot:
        await on_rain(pilot)
        remote.contents = {}
        await pilot.press("r")
        await on(pilot, RestoreScreen)
        await pilot.click("#overwrite")
        await until(pilot, lambda: "Not found" in notices(pilot))
        assert contents(rain) == MINE


async def test_other_rows_are_neither_compared_nor_restored(
    memory_app: MakeApp, remote: MemoryRemote, rain: Path
) -> None:
    """Directories and files that are not here get a sentence."""
    async with memory_app(remote).run_test() as pilot:
        await on_rain(pilot)
        await pilot.press("home", "c")
        await until(pilot, lambda: "can be compared" in notices(pilot))
        await pilot.press("r")
        await until(pilot, lambda: "is restored" in notices(pilot))
