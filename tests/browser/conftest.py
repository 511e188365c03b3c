"""Every test here drives a real browser, and is asked for with `-m browser`."""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rehydrate_tui.demo.server import GitHubServer
from tests.browser.chromium import open_page
from tests.browser.jupyter_lab import JupyterLab, running_lab
from tests.conftest import Serve
from tests.published import Published, publish

if TYPE_CHECKING:
    from playwright.async_api import Page

Photograph = Callable[[str], Awaitable[None]]

HERE = Path(__file__).parent

FILES = {
    "data/rain.csv": b"day,mm\n" * 40_000,
    "data/wind.csv": b"day,knots\n" * 4_000,
    "read me.txt": b"hello\n",
    # Small files travel compressed; this one must not become smaller by that.
    "slow.bin": random.Random(1).randbytes(300_000),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """The folder that JupyterLab shows."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def notes() -> Published:
    """A repository of four files."""
    return publish(FILES)


@pytest.fixture
def server(serve: Serve, notes: Published) -> GitHubServer:
    """The GitHub that everything below is pointed to."""
    return serve(notes)


@pytest.fixture
async def lab(
    server: GitHubServer, work: Path, tmp_path: Path
) -> AsyncIterator[JupyterLab]:
    """Run a JupyterLab whose kernels and terminals know the GitHub on loopback."""
    home = tmp_path / "home"
    home.mkdir()
    async with running_lab(work, home) as running:
        yield running


@pytest.fixture
async def page(lab: JupyterLab, tmp_path: Path) -> AsyncIterator[Page]:
    """Open a browser; the last thing it showed is kept as `last.png`."""
    async with open_page(tmp_path / "profile") as opened:
        yield opened
        await opened.screenshot(path=tmp_path / "last.png")


@pytest.fixture
def photograph(page: Page, tmp_path: Path) -> Photograph:
    """Keep a picture of the page, in the folder SCREENSHOTS too if that is set."""
    folders = [tmp_path]
    if shared := os.environ.get("SCREENSHOTS"):
        folders.append(Path(shared))
        folders[-1].mkdir(parents=True, exist_ok=True)

    async def take(name: str) -> None:
        for folder in folders:
            await page.screenshot(path=folder / f"{name}.png")

    return take
