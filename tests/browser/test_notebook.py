"""Cells in a real JupyterLab: what a person sees when the notebook has run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.server import GitHubServer
from tests.browser.conftest import FILES, Photograph
from tests.browser.jupyter_lab import JupyterLab
from tests.browser.notebook_page import NotebookPage, write_notebook
from tests.published import Published, blob_id, tree_of

if TYPE_CHECKING:
    from playwright.async_api import Page

SMALL = 600
"""Bytes of output that a cell may add to the saved notebook."""


@pytest.fixture
def manifest(notes: Published, work: Path) -> str:
    """The text of `manifest.toml`, which pins all files."""
    return notes.pin(work / "manifest.toml").read_text("utf-8")


@pytest.fixture
def broken_manifest(manifest: str, work: Path) -> None:
    """The same with a file that the repository does not have: `broken.toml`."""
    broken = manifest.replace("read me", "read you")
    (work / "broken.toml").write_text(broken, "utf-8")


def check_summary(shown: str, folder: str) -> None:
    """Compare with the last words of a run that brought everything."""
    assert re.fullmatch(
        "4 files [(]620.0 kB[)] fetched and verified\n"
        rf"complete in {folder}: 620.0 kB in place, \d+\.\d kB received in \d+\.\d s",
        shown,
    )


def check_files(folder: Path) -> None:
    """Compare what is on disk with what was published, blob id by blob id."""
    found = {
        name: blob_id(data) if isinstance(data, bytes) else data
        for name, data in tree_of(folder).items()
    }
    assert found == {name: blob_id(data) for name, data in FILES.items()}


async def test_each_way_of_a_cell_ends_tidily(
    manifest: str,
    server: GitHubServer,
    lab: JupyterLab,
    page: Page,
    photograph: Photograph,
) -> None:
    """Call, command and magic: progress while it lasts, then only the summary."""
    # Slow enough that the call and the command show progress more than once.
    server.add_fault(
        Fault(origin="raw", path="*/slow.bin", bytes_per_second=150_000, times=2)
    )
    cells = [
        'import rehydrate_tui\nrehydrate_tui.replay("manifest.toml", "by-call")',
        "!rehydrate-tui --replay manifest.toml --dest by-command",
        "%load_ext rehydrate_tui",
        f"%%rehydrate --dest by-magic\n{manifest}",
    ]
    write_notebook(lab.folder / "lesson.ipynb", cells)
    notebook = await NotebookPage.opened(page, lab, "lesson.ipynb")
    await notebook.start_all()
    moving = notebook.cells.nth(0).locator('progress:not([value="0.000"])')
    await moving.wait_for()
    await photograph("cells-running")
    await notebook.ended()
    await photograph("cells")
    await notebook.darken()
    await photograph("cells-dark")
    check_summary(await notebook.text(0), "by-call")
    line, _, rest = (await notebook.text(1)).partition("\n")
    assert line.rstrip() == "100% 620.0 kB of 620.0 kB, 4 of 4 files"
    check_summary(rest, "by-command")
    assert await notebook.text(2) == ""
    check_summary(await notebook.text(3), "by-magic")
    for cell in range(4):
        assert await notebook.outputs(cell) == bool(await notebook.text(cell))
        assert await notebook.red_outputs(cell) == 0
    for folder in ("by-call", "by-command", "by-magic"):
        check_files(lab.folder / folder)
    saved = await notebook.save()
    assert all(len(json.dumps(cell.outputs)) < SMALL for cell in saved.cells)


async def test_what_is_not_in_place_is_said_below_the_cell(
    broken_manifest: None, lab: JupyterLab, page: Page, photograph: Photograph
) -> None:
    """Reports, kept edits and refusals read as text; only a failure is an error."""
    cells = [
        "import rehydrate_tui\nrehydrate_tui.status('manifest.toml', 'files')",
        "rehydrate_tui.replay('manifest.toml', 'files', dry_run=True)",
        "!mkdir files; echo mine > 'files/read me.txt'",
        "rehydrate_tui.replay('manifest.toml', 'files')",
        "!rehydrate-tui",
        "rehydrate_tui.replay('broken.toml', 'files')",
    ]
    write_notebook(lab.folder / "lesson.ipynb", cells)
    await page.set_viewport_size({"width": 1100, "height": 1000})
    notebook = await NotebookPage.opened(page, lab, "lesson.ipynb")
    await notebook.start_all()
    await notebook.ended()
    await photograph("reports")
    assert "4 missing in files" in await notebook.text(0)
    assert "4 files (620.0 kB) to fetch" in await notebook.text(1)
    assert "kept: read me.txt" in await notebook.text(3)
    assert "Open a terminal, or use --replay" in await notebook.text(4)
    failure = (await notebook.text(5)).splitlines()
    assert "INCOMPLETE in files: 1 file missing; run it again to go on" in failure
    assert failure[-1].startswith("ReplayIncompleteError: 1 of 4 files could not be")
    for cell in range(6):
        assert await notebook.red_outputs(cell) == (cell == 5)


async def test_the_stop_button_stops(
    manifest: str,
    server: GitHubServer,
    lab: JupyterLab,
    page: Page,
    photograph: Photograph,
) -> None:
    """Progress gives way to one sentence, and the same cell goes on from there."""
    server.add_fault(Fault(origin="raw", path="*/slow.bin", stall_after=1000))
    call = "import rehydrate_tui; rehydrate_tui.replay('manifest.toml', 'files')"
    write_notebook(lab.folder / "lesson.ipynb", [call])
    notebook = await NotebookPage.opened(page, lab, "lesson.ipynb")
    await notebook.start_all()
    moving = notebook.cells.nth(0).locator('progress:not([value="0.000"])')
    await moving.wait_for()
    await page.get_by_title("Interrupt the kernel").click()
    await notebook.ended()
    await photograph("stopped")
    assert (await notebook.text(0)).splitlines() == [
        "INTERRUPTED in files: what is whole stays; run it again to go on",
        "KeyboardInterrupt: stopped; what is whole stays, the next call goes on",
    ]
    server.clear_faults()
    await notebook.start_all()
    await notebook.cells.nth(0).get_by_text("complete in files").wait_for()
    check_files(lab.folder / "files")
