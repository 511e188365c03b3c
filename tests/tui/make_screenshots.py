"""Makes `screenshots/`: every screen of the demo as SVG and PNG.

    python tests/tui/make_screenshots.py [FOLDER]

The PNGs need the `screenshots` extra, libcairo and the font Fira Code; the SVGs nothing.
The day begins at noon and the disk never fills, so that only progress differs.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import cairosvg
from textual.pilot import Pilot
from textual.screen import Screen

from rehydrate_tui.cli.demo import SAMPLE
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.sample import sample_repositories
from rehydrate_tui.demo.server import GitHubServer
from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.routing import Routing
from rehydrate_tui.domain.transport_cost import TransportChoice
from rehydrate_tui.storage.settings import Settings
from rehydrate_tui.tui.app import RehydrateApp
from rehydrate_tui.tui.launch import Launch
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.confirm import ConfirmScreen
from rehydrate_tui.tui.screens.done import DoneScreen
from rehydrate_tui.tui.screens.help import HelpScreen
from rehydrate_tui.tui.screens.progress import ProgressScreen
from rehydrate_tui.tui.screens.save_manifest import SaveScreen
from rehydrate_tui.tui.screens.start import StartScreen
from rehydrate_tui.wiring import Connecting, open_session

OWNER, _, NAME = SAMPLE.partition("/")
ADDRESS = RepoAddress(repo=RepoId(OWNER, NAME))
NOON = 1_792_843_200.0
FREE = 81_200_000_000
HOME = "/home/jovyan/lab-of-the-field-course-in-spring-2016"
"""Stands in the pictures for the temporary folder, cut to the same width."""
WIDE, NARROW = (118, 34), (80, 24)
_PATIENCE = 60.0


class Album:
    """Drives the app and keeps pictures of it."""

    def __init__(self, folder: Path, server: GitHubServer) -> None:
        self._folder = folder
        self._server = server
        self._started = time.monotonic()

    @asynccontextmanager
    async def app(
        self, size: tuple[int, int], address: RepoAddress | None
    ) -> AsyncIterator[Pilot[int]]:
        """Run the app in an empty folder."""
        environ = {**os.environ, **self._server.environment()}
        with tempfile.TemporaryDirectory() as work:
            os.chdir(work)
            app = RehydrateApp(
                # File by file, there is a slow one to take a picture of.
                open_session(
                    Settings.load(environ),
                    jobs=4,
                    connecting=Connecting(
                        routing=Routing(choice=TransportChoice.FILES)
                    ),
                ),
                Launch(
                    address=address,
                    destination=Path("files"),
                    recent=("jakevdp/PythonDataScienceHandbook", SAMPLE),
                ),
                clock=lambda: NOON + time.monotonic() - self._started,
                free_space=lambda _path: FREE,
            )
            async with app.run_test(size=size) as pilot:
                yield pilot

    def take(self, pilot: Pilot[int], name: str) -> None:
        """Save what is on the screen."""
        svg = pilot.app.export_screenshot(title="rehydrate-tui")
        here = str(Path.cwd())
        svg = svg.replace(here, HOME[: len(here)])
        (self._folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        cairosvg.svg2png(
            bytestring=svg.encode(), write_to=str(self._folder / f"{name}.png")
        )
        print(f"{name}.svg, {name}.png")


async def until(pilot: Pilot[int], holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"still on {pilot.app.screen!r}")
        await pilot.pause(0.02)
    await pilot.pause()


async def on(pilot: Pilot[int], screen: type[Screen[Any]]) -> None:
    """Wait for a screen."""
    await until(pilot, lambda: isinstance(pilot.app.screen, screen))
    await pilot.pause(0.3)


async def browse(pilot: Pilot[int], album: Album, suffix: str) -> None:
    """Tick a few things and show the tree."""
    await on(pilot, BrowseScreen)
    await pilot.press(
        "down", "right", "space", "down", "down", "right", "down", "space"
    )
    await pilot.pause(0.5)
    album.take(pilot, f"browse{suffix}")


async def filtered(pilot: Pilot[int], album: Album) -> None:
    """Show the filter at work."""
    await pilot.press("slash", *"ext:csv")
    await pilot.press("space", "greater_than_sign", *"1kB", "enter")
    await pilot.pause(0.5)
    album.take(pilot, "filter")
    await pilot.press("slash", "escape")


async def whole_flow(album: Album, server: GitHubServer) -> None:
    """Take every step of the main job, wide."""
    async with album.app(WIDE, ADDRESS) as pilot:
        await browse(pilot, album, "")
        await filtered(pilot, album)
        await pilot.press("question_mark")
        await on(pilot, HelpScreen)
        album.take(pilot, "help")
        await pilot.press("escape")
        await on(pilot, BrowseScreen)
        await pilot.press("d")
        await on(pilot, ConfirmScreen)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause(0.5)
        album.take(pilot, "confirm")
        slow = server.add_fault(
            Fault(origin="raw", path="*logger-2016.csv", bytes_per_second=8_000_000)
        )
        await pilot.press("enter")
        await on(pilot, ProgressScreen)
        await until(pilot, lambda: slow.fired)
        await pilot.pause(1.4)
        album.take(pilot, "progress")
        slow.remove()
        await on(pilot, DoneScreen)
        await pilot.press("w")
        await on(pilot, SaveScreen)
        album.take(pilot, "save")
        await pilot.press("enter")
        await on(pilot, DoneScreen)
        album.take(pilot, "done")


async def first_steps(album: Album) -> None:
    """Take the start screen, and the browser at 80x24."""
    async with album.app(WIDE, None) as pilot:
        await on(pilot, StartScreen)
        album.take(pilot, "start")
    async with album.app(NARROW, ADDRESS) as pilot:
        await browse(pilot, album, "-80x24")


async def main(folder: Path) -> None:
    """Make all pictures."""
    server = GitHubServer(sample_repositories(), clock=lambda: NOON)
    with server.running():
        album = Album(folder, server)
        await first_steps(album)
        await whole_flow(album, server)


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    default = Path(__file__).parents[2] / "screenshots"
    chosen = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else default
    chosen.mkdir(exist_ok=True)
    asyncio.run(main(chosen))
