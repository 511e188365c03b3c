"""The terminal interface where it is meant to be used: JupyterLab's own terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.server import GitHubServer
from tests.browser.conftest import FILES, Photograph
from tests.browser.jupyter_lab import JupyterLab
from tests.browser.terminal_page import TerminalPage
from tests.browser.waiting import settled
from tests.published import Published, blob_id, tree_of

if TYPE_CHECKING:
    from playwright.async_api import Page


TICKED = ("data/rain.csv", "data/wind.csv", "slow.bin")


def check_files(folder: Path) -> None:
    """Compare what is on disk with what was ticked, blob id by blob id."""
    found = {
        name: blob_id(data)
        for name, data in tree_of(folder).items()
        if isinstance(data, bytes) and name != "manifest.toml"
    }
    assert found == {name: blob_id(FILES[name]) for name in TICKED}


async def check_frame(terminal: TerminalPage) -> None:
    """Wait until the picture fills the terminal from the first line to the last."""
    columns, rows = await terminal.size()

    def is_whole(lines: list[str]) -> bool:
        return (
            [len(line) for line in lines] == [columns] * rows
            and lines[0].startswith(" ada/notes @ main")
            and lines[0].endswith("Browse → Review → Download → Done ")
            and lines[-1].startswith(" Space Tick ")
            and lines[-1].rstrip().endswith("q Quit")
        )

    await settled(terminal.lines, is_whole)


@pytest.fixture
async def browsing(
    notes: Published, lab: JupyterLab, page: Page, photograph: Photograph
) -> TerminalPage:
    """The interface, started in a terminal and taken to a repository by its name."""
    terminal = await TerminalPage.opened(page, lab)
    await terminal.type("rehydrate-tui --dest files\n")
    await terminal.shows("owner/repo, or any address")
    await photograph("terminal-start")
    await terminal.type(f"{notes.name}\n")
    await terminal.shows("q Quit")
    await check_frame(terminal)
    return terminal


async def test_ticks_survive_resizing_reloading_and_a_lost_screen(
    browsing: TerminalPage, photograph: Photograph
) -> None:
    """The picture follows the window; Ctrl+L brings back what a reload has lost."""
    terminal = browsing
    assert await terminal.true_colour_cells(0) > 50
    await terminal.press("ArrowDown", "Space")
    await terminal.shows("2 files · 320.0 kB ticked")
    await terminal.click("[ ]     slow.bin", into=1)
    await terminal.shows("3 files · 620.0 kB ticked")
    await photograph("terminal-browse")
    assert await terminal.resize(900, 500) < (80, 30)
    await terminal.hides("Ticked: 3")
    await check_frame(terminal)
    await terminal.reload()
    await terminal.shows("[x]     slow.bin")
    await check_frame(terminal)
    await photograph("terminal-reloaded")
    await terminal.forget()
    await terminal.press("Control+l")
    await check_frame(terminal)
    await terminal.click("[ ]     read me.txt", into=1)
    await terminal.shows("[x]     read me.txt")
    await terminal.click("[x]     read me.txt", into=1)
    await terminal.shows("3 files · 620.0 kB ticked")
    await photograph("terminal-redrawn")
    await terminal.resize(1280, 800)
    await terminal.shows("Ticked: 3")
    await check_frame(terminal)


async def test_what_was_ticked_comes_is_saved_and_comes_again(
    browsing: TerminalPage,
    server: GitHubServer,
    lab: JupyterLab,
    photograph: Photograph,
) -> None:
    """Tick by key and by mouse, download, save; the manifest replays without the API.

    On the way the window is resized and the tab reloaded, while the download runs.
    """
    terminal = browsing
    slow = server.add_fault(Fault(origin="raw", path="*/slow.bin", stall_after=60_000))
    await terminal.press("ArrowDown", "Space")
    await terminal.shows("2 files · 320.0 kB ticked")
    await terminal.click("[ ]     slow.bin", into=1)
    await terminal.shows("3 files · 620.0 kB ticked")
    await terminal.press("d")
    await terminal.shows("Download 3 files · 620.0 kB")
    await photograph("terminal-review")
    await terminal.click("Download 3 files", into=1)
    await terminal.shows("2 of 3 files")
    await photograph("terminal-progress")
    await pause_and_reload(terminal, photograph)
    slow.remove()
    await terminal.press("c")
    await terminal.shows("Stop the download?")
    await terminal.click(" Stop  ", into=2)
    await terminal.shows("1 of 3 files are not here")
    await terminal.press("r")
    await terminal.shows("in place and verified")
    check_files(lab.folder / "files")
    await save_and_export(terminal, photograph)
    server.clear_requests()
    await terminal.type("rehydrate-tui --replay files/manifest.toml --dest again\n")
    await terminal.shows("complete in again")
    await photograph("terminal-replayed")
    check_files(lab.folder / "again")
    assert {each.origin for each in server.requests} == {"raw"}


async def pause_and_reload(terminal: TerminalPage, photograph: Photograph) -> None:
    """Pause, browse on in a smaller window, lose the tab, come back to the download."""
    await terminal.press("p")
    await terminal.shows("paused: p goes on")
    await terminal.press("b")
    await terminal.shows("t shows it")
    assert await terminal.resize(900, 500) < (80, 30)
    await terminal.shows("Paused")
    await photograph("terminal-background")
    await terminal.reload()
    await terminal.shows("Paused")
    await terminal.click("t shows it", into=1)
    await terminal.shows("paused: p goes on")
    await terminal.resize(1280, 800)
    await photograph("terminal-paused")


async def save_and_export(terminal: TerminalPage, photograph: Photograph) -> None:
    """See the manifest, save it, look at the hand-over, and leave."""
    await terminal.press("w")
    await terminal.shows("It pins 3 files to this commit.")
    await terminal.shows("version = 1")
    await photograph("terminal-save")
    await terminal.press("Enter")
    await terminal.shows("Saved as manifest.toml.")
    await photograph("terminal-done")
    await terminal.press("x")
    await terminal.shows("One notebook cell that needs no installation.")
    await terminal.shows("def _rehydrate(")
    await photograph("terminal-export")
    await terminal.press("b", "q")
    await terminal.shows("The manifest is files/manifest.toml.")
