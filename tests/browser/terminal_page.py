"""A terminal open in JupyterLab: types, clicks, and reads what xterm.js shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.jupyter_lab import JupyterLab
from tests.browser.waiting import settled

if TYPE_CHECKING:
    from playwright.async_api import Page

# JupyterLab's terminal widget keeps the emulator in a private attribute; what is on
# the page itself is a canvas.
_XTERM = "window.jupyterapp?.shell.currentWidget?.content?._term"
_LINES = f"""() => {{
    const term = {_XTERM}, buffer = term?.buffer.active;
    if (!term) return [];
    return Array.from({{length: term.rows}}, (_, row) =>
        buffer.getLine(buffer.viewportY + row)?.translateToString(true, 0, term.cols) ?? "");
}}"""
_COLOURS = f"""row => {{
    const term = {_XTERM}, buffer = term.buffer.active;
    const line = buffer.getLine(buffer.viewportY + row);
    const cells = Array.from({{length: term.cols}}, (_, at) => line.getCell(at));
    return cells.filter(cell => cell.isFgRGB() || cell.isBgRGB()).length;
}}"""
_SIZE = f"() => {{ const term = {_XTERM}; return [term.cols, term.rows]; }}"

_IS_OTHER_SIZE = f"""before => {{
    const term = {_XTERM};
    return term.cols !== before[0] && term.rows !== before[1];
}}"""


class TerminalPage:
    """Drives a terminal as a person does."""

    def __init__(self, page: Page) -> None:
        self._page = page

    @classmethod
    async def opened(cls, page: Page, lab: JupyterLab) -> TerminalPage:
        """Open a terminal from the launcher and wait for its prompt."""
        await page.goto(lab.address())
        await page.locator(".jp-LauncherCard[title*=terminal]").click()
        terminal = cls(page)
        await terminal.shows("$ ")
        return terminal

    async def type(self, text: str) -> None:
        """Type into whatever has the focus there."""
        await self._page.keyboard.type(text)

    async def press(self, *keys: str) -> None:
        """Press keys, named as Playwright names them."""
        for key in keys:
            await self._page.keyboard.press(key)

    async def click(self, text: str, *, into: int = 0) -> None:
        """Click on the first place where `text` stands, `into` cells further right."""
        await self.shows(text)
        lines = await self.lines()
        row = next(number for number, line in enumerate(lines) if text in line)
        column = lines[row].index(text) + into
        columns, rows = await self.size()
        box = await self._page.locator(".xterm-screen").bounding_box()
        assert box is not None
        await self._page.mouse.click(
            box["x"] + (column + 0.5) * box["width"] / columns,
            box["y"] + (row + 0.5) * box["height"] / rows,
        )

    async def shows(self, text: str) -> None:
        """Wait until `text` is on the screen, within one line."""
        await settled(self.screen, lambda screen: text in screen)

    async def hides(self, text: str) -> None:
        """Wait until `text` is nowhere on the screen."""
        await settled(self.screen, lambda screen: text not in screen)

    async def screen(self) -> str:
        """Return the whole screen."""
        return "\n".join(await self.lines())

    async def lines(self) -> list[str]:
        """Return the lines of the screen, of which cells never written are left out."""
        return [str(line) for line in await self._page.evaluate(_LINES)]

    async def size(self) -> tuple[int, int]:
        """Return columns and rows."""
        columns, rows = await self._page.evaluate(_SIZE)
        return int(columns), int(rows)

    async def true_colour_cells(self, row: int) -> int:
        """Count the cells of a row that have a colour of 24 bits."""
        return int(await self._page.evaluate(_COLOURS, row))

    async def resize(self, width: int, height: int) -> tuple[int, int]:
        """Give the window another size; return the columns and rows that come of it."""
        before = await self.size()
        await self._page.set_viewport_size({"width": width, "height": height})
        await self._page.wait_for_function(_IS_OTHER_SIZE, arg=list(before))
        return await self.size()

    async def reload(self) -> None:
        """Reload the tab and go back into the terminal."""
        await self._page.reload()
        await self._page.wait_for_function(f"() => {_XTERM}?.rows > 1")
        await self._page.evaluate(f"() => {_XTERM}.focus()")

    async def forget(self) -> None:
        """Lose picture, screen and mouse, as a reload does after a long session."""
        # Read in the same turn: the app may write at any other time.
        left = await self._page.evaluate(
            f"() => {{ {_XTERM}.reset(); return ({_LINES})() }}"
        )
        assert not any(str(line) for line in left)
