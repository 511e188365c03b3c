"""How long a key takes until its effect is painted, on a tree of any size.

    python tests/bench/tui_scale.py [ENTRIES | TREE.json.gz]

Prints a table in milliseconds: to the paint (median, worst), CPU of that (median), and how
long the event loop was held at most.
Times run from the key to the end of the paint that shows its effect, at 131x45 and
without a terminal. A tree is a recorded answer of GitHub, or a number of made-up entries.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.objects import FileMode, ObjectId, RepoId, TreeEntry
from rehydrate_tui.engine.session import Session
from rehydrate_tui.tui.app import RehydrateApp
from rehydrate_tui.tui.launch import Launch
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.widgets.repo_tree import RepoTreeView
from tests.tui.memory_remote import MemoryRemote

SIZE = (131, 45)
BEAT = 0.001
QUIET = 0.25
OID = ObjectId("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")


def read_tree(path: Path) -> list[TreeEntry]:
    """Return the entries of a recorded answer."""
    with gzip.open(path) as opened:
        document: Any = json.load(opened)
    return [
        TreeEntry(
            each["path"],
            FileMode.from_git(each["mode"]),
            ObjectId(each["sha"]),
            each.get("size") or 0,
        )
        for each in document["response"]["tree"]
    ]


def make_tree(count: int) -> list[TreeEntry]:
    """Return made-up files, twenty in a folder, forty folders at the top."""
    return [
        TreeEntry(
            f"area{number % 40}/site{number // 800 % 20}/day{number // 800}/"
            f"sample-{number}.{'csv' if number % 3 else 'json'}",
            FileMode.REGULAR,
            OID,
            number * 37 % 90_000,
        )
        for number in range(count)
    ]


class Watch:
    """Notes when lines of the tree are drawn, when paints end, and when the loop lags."""

    def __init__(self, pilot: Pilot[int]) -> None:
        self.pilot = pilot
        self.painted = 0.0
        self.drawn = 0
        self.lag = 0.0
        self._wrap(pilot.app)
        self._beat = asyncio.create_task(self._count())

    def _wrap(self, app: Any) -> None:
        display, draw = app._display, RepoTreeView.render_line
        seen = 0

        def show(*arguments: Any) -> None:
            nonlocal seen
            display(*arguments)
            if self.drawn > seen:
                seen, self.painted = self.drawn, time.perf_counter()

        def render_line(view: RepoTreeView, y: int) -> Any:
            self.drawn += 1
            return draw(view, y)

        app._display = show
        RepoTreeView.render_line = render_line  # type: ignore[method-assign, assignment]

    async def _count(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(BEAT)
            self.lag = max(self.lag, time.perf_counter() - before - BEAT)

    async def key(self, name: str) -> tuple[float, float, float]:
        """Press a key; return the seconds to the paint, of CPU, and of the longest lag."""
        self.lag, since, cpu = 0.0, time.perf_counter(), time.process_time()
        self.pilot.app.simulate_key(name)
        while self.painted < since:
            await asyncio.sleep(BEAT)
        took, cpu = self.painted - since, time.process_time() - cpu
        await asyncio.sleep(QUIET)
        return took, cpu, self.lag


def show(name: str, times: Sequence[tuple[float, float, float]]) -> None:
    """Print a row of the table."""
    took, cpu, lag = (
        [1000 * each for each in column] for column in zip(*times, strict=True)
    )
    numbers = (statistics.median(took), max(took), statistics.median(cpu), max(lag))
    row = "".join(f"{number:8.1f}" for number in numbers)
    print(f"{name:32}{row}   {len(times)}")


async def measure(watch: Watch) -> None:
    """Press everything that may be slow."""

    async def row(name: str, *keys: str) -> None:
        show(name, [await watch.key(key) for key in keys])

    await row("cursor down", *["down"] * 20)
    await row("page down", "pagedown", "pageup")
    await row("tick root", *["space"] * 4)
    await row("tick all, invert, undo", "a", "i", "u", "u")
    await row("sort", "s", "s", "s")
    await row("largest first, and back", "e", "e", "e", "e")
    await row("open all below", "plus")
    await row("cursor down, all open", *["down"] * 10)
    await row("end, home", "end", "home")
    await row("close all below", "minus")
    watch.pilot.app.simulate_key("slash")
    await asyncio.sleep(QUIET)
    await row("filter: first key", "a")
    await row("filter: further keys", *"rea0")
    await row("filter: taking back", *["backspace"] * 3)
    watch.pilot.app.simulate_key("enter")
    await asyncio.sleep(QUIET)
    watch.pilot.app.simulate_key("home")
    await asyncio.sleep(QUIET)
    await row("tick under a filter", "space", "space")
    await row("clear the filter", "escape")


async def main(entries: list[TreeEntry]) -> None:
    """Run the app over the entries and print the table."""
    remote = MemoryRemote(entries=entries)
    app = RehydrateApp(
        Session(lambda _host: remote, jobs=1),
        Launch(address=RepoAddress(repo=RepoId("ada", "notes")), destination=Path()),
    )
    began = time.perf_counter()
    async with app.run_test(size=SIZE) as pilot:
        while not isinstance(app.screen, BrowseScreen):
            await asyncio.sleep(BEAT)
        watch = Watch(pilot)
        await pilot.pause(2)
        print(
            f"start to idle in {time.perf_counter() - began - 2:.2f} s, tree included"
        )
        print(f"{'key':32}{'median':>8}{'worst':>8}{'CPU':>8}{'lag':>8}   n")
        await measure(watch)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"{len(entries):,} entries, {peak:,.0f} MB at most")


if __name__ == "__main__":
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    wanted = sys.argv[1] if len(sys.argv) > 1 else "60000"
    listed = make_tree(int(wanted)) if wanted.isdecimal() else read_tree(Path(wanted))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        asyncio.run(main(listed))
