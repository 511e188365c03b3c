"""The manifests of the folder: loading another one, comparing two."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.compare import CompareScreen
from rehydrate_tui.tui.screens.manifests import ManifestsScreen
from rehydrate_tui.tui.screens.start import StartScreen
from tests.tui.conftest import MakeApp
from tests.tui.driving import Driver, app_of, notices, on, screen_text, ticked, until
from tests.tui.memory_remote import COMMIT, MemoryRemote, sized

BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def toml(*paths: str, blob: str = BLOB, repository: str = "ada/notes") -> str:
    """Return a source that pins some files."""
    head = f'[[source]]\nrepository = "{repository}"\ncommit = "{COMMIT}"\n'
    return head + "".join(
        f'[[source.file]]\npath = "{path}"\nblob = "{blob}"\nsize = 1\n'
        for path in paths
    )


@pytest.fixture
def remote() -> MemoryRemote:
    """Three files."""
    return MemoryRemote(entries=[sized(name, 1) for name in "abc"])


@pytest.fixture
def manifests(work: Path) -> Path:
    """Two manifests that differ, and one of two repositories."""
    head = "version = 1\n"
    (work / "one.toml").write_text(head + toml("a", "b"))
    (work / "three.toml").write_text(head + toml("a") + toml("x", repository="bob/o"))
    (work / "two.toml").write_text(head + toml("a", "c"))
    return work


async def open_list(pilot: Driver) -> None:
    """Go to the list of manifests."""
    await on(pilot, BrowseScreen)
    await pilot.press("m")
    await on(pilot, ManifestsScreen)


async def test_another_manifest_is_loaded(
    memory_app: MakeApp, remote: MemoryRemote, manifests: Path
) -> None:
    """Enter opens its repository at its commit, with its ticks, and takes it in hand."""
    async with memory_app(remote).run_test() as pilot:
        await open_list(pilot)
        assert "[ ] one.toml" in screen_text(pilot)
        await pilot.press("down", "down", "enter")
        await on(pilot, BrowseScreen)
        await until(pilot, lambda: ticked(pilot) == ["a", "c"])
        assert app_of(pilot).manifest_path == manifests / "two.toml"


async def test_a_manifest_of_several_repositories_lets_people_choose(
    memory_app: MakeApp, remote: MemoryRemote, manifests: Path
) -> None:
    """The start screen lists its repositories first; the mouse loads as well."""
    async with memory_app(remote).run_test() as pilot:
        await open_list(pilot)
        await pilot.press("down")
        await pilot.click("#load")
        await on(pilot, StartScreen)
        text = screen_text(pilot)
        assert text.index("three.toml  brings  ada") < text.index("one.toml")
        await pilot.press("escape")
        await on(pilot, BrowseScreen)


@pytest.mark.parametrize("by_mouse", [False, True])
async def test_two_manifests_are_compared(
    memory_app: MakeApp, remote: MemoryRemote, manifests: Path, *, by_mouse: bool
) -> None:
    """Mark one, go to another, compare: what was added and removed is listed."""
    async with memory_app(remote).run_test() as pilot:
        await open_list(pilot)
        if by_mouse:
            await pilot.click("#mark")
            await pilot.press("down", "down")
            await pilot.click("#compare")
        else:
            await pilot.press("space", "down", "down", "c")
        await on(pilot, CompareScreen)
        text = screen_text(pilot)
        assert "From one.toml to two.toml" in text
        assert "▼ Added                     1" in text
        assert "added         c" in text
        assert "removed       b" in text
        await pilot.press("escape")
        await on(pilot, ManifestsScreen)


async def test_what_cannot_be_compared_is_said(
    memory_app: MakeApp, remote: MemoryRemote, manifests: Path
) -> None:
    """One manifest is no pair; a broken one is named with its error."""
    (manifests / "bad.toml").write_text('[[source]]\nrepository = "x"\n')
    async with memory_app(remote).run_test() as pilot:
        await open_list(pilot)
        await pilot.press("c")
        await until(pilot, lambda: "Mark one manifest with Space" in notices(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "bad.toml" in screen_text(pilot))
        await until(pilot, lambda: "version" in screen_text(pilot))
        assert isinstance(pilot.app.screen, ManifestsScreen)


async def test_a_manifest_elsewhere_is_added_by_its_path(
    memory_app: MakeApp, remote: MemoryRemote, manifests: Path, tmp_path: Path
) -> None:
    """Its path is typed; then it can be loaded like the others."""
    (tmp_path / "far.toml").write_text("version = 1\n" + toml("b"))
    async with memory_app(remote).run_test() as pilot:
        await open_list(pilot)
        pilot.app.screen.query_one("#path").value = str(tmp_path / "far.toml")  # type: ignore[attr-defined]
        pilot.app.screen.query_one("#path").focus()
        await pilot.press("enter")
        await until(pilot, lambda: "[ ] far.toml" in screen_text(pilot))
        await pilot.press("enter")
        await on(pilot, BrowseScreen)
        await until(pilot, lambda: ticked(pilot) == ["b"])


async def test_an_empty_folder_says_so(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Without a manifest the screen says how to make one."""
    async with memory_app(remote).run_test() as pilot:
        await open_list(pilot)
        assert "There is no manifest in this folder yet" in screen_text(pilot)
        await pilot.press("q")
        await on(pilot, BrowseScreen)
