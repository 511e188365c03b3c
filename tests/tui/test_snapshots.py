"""How every screen looks, in a small and in a usual notebook terminal.

The pictures are compared as SVG. After a change that is meant, look at the report and
run pytest with `--snapshot-update`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from rehydrate_tui.domain.manifest import Source
from rehydrate_tui.domain.objects import FileMode, RepoId
from rehydrate_tui.domain.quota import Quota
from rehydrate_tui.domain.report import DownloadReport, FileOutcome, Outcome
from rehydrate_tui.errors import NotFoundError
from rehydrate_tui.tui.chosen import Chosen
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.compare import CompareScreen
from rehydrate_tui.tui.screens.confirm import ConfirmScreen
from rehydrate_tui.tui.screens.done import DoneScreen
from rehydrate_tui.tui.screens.export import ExportScreen
from rehydrate_tui.tui.screens.help import HelpScreen
from rehydrate_tui.tui.screens.manifests import ManifestsScreen
from rehydrate_tui.tui.screens.progress import ProgressScreen
from rehydrate_tui.tui.screens.rename import RenameScreen
from rehydrate_tui.tui.screens.save_manifest import SaveScreen
from rehydrate_tui.tui.screens.start import StartScreen
from tests.tui.conftest import MakeApp
from tests.tui.driving import (
    Driver,
    app_of,
    browser,
    filter_by,
    on,
    screen_text,
    until,
)
from tests.tui.memory_remote import MemoryRemote, entry, sized

Compare = Callable[..., bool]
RunBefore = Callable[[Driver], Awaitable[None]]

SMALL, USUAL = (80, 24), (131, 45)
LOOKS = [("dark", SMALL), ("dark", USUAL), ("light", USUAL), ("colourless", SMALL)]
LOOK_NAMES = ["dark-80x24", "dark-131x45", "light-131x45", "colourless-80x24"]
NOWHERE = Path("/nowhere/session")
RECENT = ["jakevdp/PythonDataScienceHandbook", "ada/notes@draft"]
SUGGESTIONS = ["rehydrate/field-notes"]

AUTUMN = """version = 1
[[source]]
repository = "ada/notes"
include = ["*.csv"]
[[source.file]]
path = "rain.csv"
size = 5000
[[source.file]]
path = "wind.csv"
size = 800
"""
SPRING = AUTUMN.replace("wind.csv", "soil.csv")

CONTENTS = {
    "data/rain.csv": b"day,mm\n" * 40_000,
    "data/wind.csv": b"day,km/h\n" * 20_000,
    "data/soil.csv": b"day,%\n" * 90,
}
ENTRIES = [
    *(entry(path, data) for path, data in CONTENTS.items()),
    sized("README.md", 2_345),
    sized("run.sh", 321, FileMode.EXECUTABLE),
    sized("archive/2016.tar", 180_000_000),
    sized("archive/2017.tar", 61_000_000),
    sized("archive/2018.tar", 4_000_000),
    sized("notebooks/01 Überblick.ipynb", 48_000),
    sized("notebooks/02 雨量.ipynb", 112_000),
    sized("notebooks/latest", 20, FileMode.SYMLINK),
    sized("vendor", 0, FileMode.GITLINK),
]
QUOTA = Quota(limit=60, remaining=57, resets_at=1_700_000_000)


@pytest.fixture
def remote() -> MemoryRemote:
    """A repository with something of everything."""
    return MemoryRemote(entries=ENTRIES, contents=CONTENTS, quota=QUOTA)


async def show_start(pilot: Driver) -> None:
    """Stop at the start screen."""
    await on(pilot, StartScreen)


async def show_browser(pilot: Driver) -> None:
    """Open directories and tick some."""
    await on(pilot, BrowseScreen)
    await pilot.press("plus", "down", "down", "space")
    await pilot.press("down", "down", "down", "space", "down")
    await settled(pilot)


async def settled(pilot: Driver) -> None:
    """Wait until the side panel, if there is one, follows the cursor."""
    details = browser(pilot).pane.details
    if details.region.width:
        path = browser(pilot).workspace.tree.path(browser(pilot).pane.tree_view.node)
        await until(pilot, lambda: path in screen_text(pilot))
        await app_of(pilot).workers.wait_for_complete()
    await pilot.pause(0.2)


async def show_filter(pilot: Driver) -> None:
    """Filter."""
    await on(pilot, BrowseScreen)
    await filter_by(pilot, "a >1kB")
    await settled(pilot)


async def show_largest(pilot: Driver) -> None:
    """List the largest files."""
    await on(pilot, BrowseScreen)
    await pilot.press("e", "down")
    await settled(pilot)


async def show_help(pilot: Driver) -> None:
    """Open the help."""
    await on(pilot, BrowseScreen)
    await settled(pilot)
    await pilot.press("question_mark")
    await on(pilot, HelpScreen)


async def show_save(pilot: Driver) -> None:
    """Open the dialogue for the manifest."""
    await show_browser(pilot)
    await pilot.press("w")
    await on(pilot, SaveScreen)
    await until(pilot, lambda: "[[source]]" in screen_text(pilot))


async def show_confirm(pilot: Driver) -> None:
    """Review the ticked files."""
    await on(pilot, BrowseScreen)
    await filter_by(pilot, "!is:link")
    await pilot.press("a", "d")
    await on(pilot, ConfirmScreen)
    await until(pilot, lambda: "Download 10 files" in screen_text(pilot))


async def show_progress(pilot: Driver) -> None:
    """Stand still in the middle of a download."""
    await on(pilot, BrowseScreen)
    await filter_by(pilot, "csv")
    await pilot.press("a", "d")
    await on(pilot, ConfirmScreen)
    await until(pilot, lambda: "Download 3 files" in screen_text(pilot))
    await pilot.press("enter")
    await on(pilot, ProgressScreen)
    await until(pilot, lambda: "140.0 kB of 280.0 kB" in screen_text(pilot))


async def show_background(pilot: Driver) -> None:
    """Browse on while it runs."""
    await show_progress(pilot)
    await pilot.press("b")
    await on(pilot, BrowseScreen)
    await until(pilot, lambda: "t shows it" in screen_text(pilot))
    # The download's worker never ends here, so nobody waits for all workers.
    await pilot.pause(0.3)


async def show_rename(pilot: Driver) -> None:
    """Choose a file to rename."""
    await show_save(pilot)
    await pilot.press("f4")
    await on(pilot, RenameScreen)
    await pilot.press("enter", "enter")
    await until(pilot, lambda: pilot.app.screen.query_one("#to").has_focus)


async def show_export(pilot: Driver) -> None:
    """Look at the two cells."""
    await show_browser(pilot)
    await pilot.press("x")
    await on(pilot, ExportScreen)
    await pilot.press("f")
    await until(pilot, lambda: "%load_ext" in screen_text(pilot))


async def show_manifests(pilot: Driver) -> None:
    """List two manifests of the folder."""
    folder = app_of(pilot).launch.destination
    (folder / "autumn.toml").write_text(AUTUMN, "utf-8")
    (folder / "spring.toml").write_text(SPRING, "utf-8")
    await on(pilot, BrowseScreen)
    await pilot.press("m")
    await on(pilot, ManifestsScreen)
    await pilot.press("space", "down")


async def show_compare(pilot: Driver) -> None:
    """Compare the two."""
    await show_manifests(pilot)
    await pilot.press("c")
    await on(pilot, CompareScreen)


async def show_done(pilot: Driver) -> None:
    """Report on a run that did not go well."""
    await on(pilot, BrowseScreen)
    outcomes = (
        outcome("data/rain.csv", 280_000, Outcome.FETCHED),
        outcome(
            "data/wind.csv", 180_000, Outcome.FAILED, "The raw host has no such file."
        ),
        outcome("data/soil.csv", 540, Outcome.KEPT),
        outcome("README.md", 2_345, Outcome.PRESENT),
    )
    report = DownloadReport(destination=str(NOWHERE), outcomes=outcomes)
    space = browser(pilot).workspace
    chosen = Chosen(
        workspaces=(space,), sources=(Source(repository=RepoId("ada", "notes")),)
    )
    await app_of(pilot).push_screen(DoneScreen(chosen, report))
    await on(pilot, DoneScreen)


def outcome(path: str, size: int, how: Outcome, error: str = "") -> FileOutcome:
    """Return how one file ended."""
    return FileOutcome(
        path=path,
        target=path,
        outcome=how,
        size=size,
        error=NotFoundError(error) if error else None,
    )


@pytest.mark.parametrize(("look", "size"), LOOKS, ids=LOOK_NAMES)
@pytest.mark.parametrize(
    "show",
    [
        show_start,
        show_browser,
        show_filter,
        show_largest,
        show_help,
        show_confirm,
        show_progress,
        show_background,
        show_done,
        show_save,
        show_rename,
        show_export,
        show_manifests,
        show_compare,
    ],
)
def test_screens_look_as_they_did(
    snap_compare: Compare,
    memory_app: MakeApp,
    remote: MemoryRemote,
    monkeypatch: pytest.MonkeyPatch,
    show: RunBefore,
    look: str,
    size: tuple[int, int],
) -> None:
    """Nothing is clipped, moved or recoloured unseen, and nothing said by colour alone."""
    launch: dict[str, object] = {}
    if show is show_start:
        launch = {"address": None, "recent": RECENT, "suggestions": SUGGESTIONS}
    elif show not in {show_progress, show_background, show_manifests, show_compare}:
        launch = {"destination": NOWHERE}
    if show in {show_progress, show_background}:
        remote.holds = asyncio.Event()
    app = memory_app(remote, **launch)
    if look == "colourless":
        monkeypatch.setenv("NO_COLOR", "1")
    if look == "light":
        app.theme = "rehydrate-light"
    assert snap_compare(app, terminal_size=size, run_before=show)


def test_the_colours_of_the_terminal_are_readable(
    snap_compare: Compare, memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """The browser in the sixteen colours that a terminal has of its own."""
    app = memory_app(remote, destination=NOWHERE)
    app.theme = "ansi-dark"
    assert snap_compare(app, run_before=show_browser)
