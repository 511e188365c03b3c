"""A notebook open in JupyterLab: runs it and looks at what its cells show."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from tests.browser.jupyter_lab import JupyterLab

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

_NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden)"
_IS_READY = """() => {
    const session = window.jupyterapp?.shell.currentWidget?.sessionContext;
    return session?.session?.kernel && session.kernelDisplayStatus === "idle";
}"""
_IS_SAVED = "() => !window.jupyterapp.shell.currentWidget.context.model.dirty"
_DARKEN = """() => window.jupyterapp.commands.execute(
    "apputils:change-theme", {theme: "JupyterLab Dark"})"""
_RED = "application/vnd.jupyter.stderr"


def write_notebook(path: Path, cells: Sequence[str]) -> None:
    """Write a notebook that has never been run."""
    metadata = {
        "kernelspec": {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
    }
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells],
        metadata=metadata,
    )
    nbformat.write(notebook, path)


class NotebookPage:
    """Drives the notebook as a person does, through what is on the page."""

    def __init__(self, page: Page, path: Path) -> None:
        self._page = page
        self._path = path

    @classmethod
    async def opened(cls, page: Page, lab: JupyterLab, name: str) -> NotebookPage:
        """Open a notebook of the lab's folder and wait for its kernel."""
        await page.goto(lab.address(name))
        await page.wait_for_function(_IS_READY)
        return cls(page, lab.folder / name)

    async def start_all(self) -> None:
        """Choose Run All Cells from the menu."""
        menu = self._page.get_by_role("menuitem", name="Run", exact=True)
        await menu.click()
        item = self._page.get_by_role("menuitem", name="Run All Cells", exact=True)
        await item.click()

    async def ended(self) -> None:
        """Wait until each cell has its number: what was started has ended."""
        for number in range(await self.cells.count()):
            prompt = self.cells.nth(number).locator(".jp-InputPrompt")
            await prompt.get_by_text(f"[{number + 1}]:", exact=True).wait_for()

    async def save(self) -> nbformat.NotebookNode:
        """Save with the shortcut and return what is in the file then."""
        await self.cells.first.locator(".jp-InputPrompt").click()
        await self._page.keyboard.press("Control+s")
        await self._page.wait_for_function(_IS_SAVED)
        return nbformat.read(self._path, as_version=4)

    async def darken(self) -> None:
        """Change to the dark theme, as people do who sit in dark rooms."""
        await self._page.evaluate(_DARKEN)
        await self._page.locator('[data-jp-theme-light="false"]').wait_for(
            state="attached"
        )

    @property
    def cells(self) -> Locator:
        """The code cells."""
        return self._page.locator(f"{_NOTEBOOK} .jp-CodeCell")

    async def outputs(self, cell: int) -> int:
        """Count the outputs of one cell."""
        return await self._outputs(cell).count()

    async def red_outputs(self, cell: int) -> int:
        """Count what is painted red: standard error, and the error that ended it."""
        return await self._outputs(cell, f'[data-mime-type="{_RED}"]').count()

    async def text(self, cell: int) -> str:
        """Return what the outputs of one cell read like, without surrounding space."""
        texts = await self._outputs(cell).all_inner_texts()
        return "\n".join(text.rstrip() for text in texts).strip()

    def _outputs(self, cell: int, chosen: str = "") -> Locator:
        return self.cells.nth(cell).locator(f".jp-OutputArea-output{chosen}")
