"""Saving a manifest from the browser and beside others."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, TextArea

from rehydrate_tui.storage.manifest_file import load_manifest
from rehydrate_tui.tui.screens.ask import AskScreen
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.confirm import ConfirmScreen
from rehydrate_tui.tui.screens.rename import RenameScreen
from rehydrate_tui.tui.screens.save_manifest import SaveScreen
from tests.published import tree_of as files_in
from tests.tui.conftest import MakeApp
from tests.tui.driving import Driver, click_row, notices, on, screen_text, until
from tests.tui.memory_remote import COMMIT, MemoryRemote, sized

OTHER = """version = 1
[[source]]
repository = "bob/other"
commit = "8a34a4f653bdbdc01415a94dc20d4e9b97438965"
[[source.file]]
path = "x"
blob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
size = 0
"""
OURS = OTHER.removeprefix("version = 1\n").replace("bob/other", "Ada/Notes")


@pytest.fixture
def remote() -> MemoryRemote:
    """Two files in a directory, and one beside."""
    return MemoryRemote(entries=[sized("data/a", 1), sized("data/b", 2), sized("c", 3)])


async def open_dialogue(pilot: Driver) -> None:
    """Tick the directory and ask for the manifest."""
    await on(pilot, BrowseScreen)
    await click_row(pilot, "data", 3)
    await pilot.press("w")
    await on(pilot, SaveScreen)


def repositories(path: Path) -> list[str]:
    """Return the repositories of a manifest."""
    return [str(source.repository) for source in load_manifest(path).sources]


async def test_w_pins_without_downloading(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """The manifest has commit, rule and files; nothing else is on disk."""
    app = memory_app(remote)
    async with app.run_test() as pilot:
        await open_dialogue(pilot)
        await pilot.press("enter")
        await on(pilot, BrowseScreen)
        await until(pilot, lambda: "Saved as" in notices(pilot))
        await pilot.press("q")
    (source,) = load_manifest(work / "manifest.toml").sources
    assert source.commit == COMMIT
    assert source.include == ("/data/",)
    assert [file.path for file in source.files] == ["data/a", "data/b"]
    assert list(files_in(work)) == ["manifest.toml"]
    assert "!rehydrate-tui --replay manifest.toml" in app.farewell


async def test_another_name_in_another_folder(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """The name is typed; its folder is made."""
    async with memory_app(remote).run_test() as pilot:
        await open_dialogue(pilot)
        pilot.app.screen.query_one("#name").value = "conf/mine.toml"  # type: ignore[attr-defined]  # an Input
        await pilot.click("#save")
        await on(pilot, BrowseScreen)
    assert repositories(work / "conf" / "mine.toml") == ["ada/notes"]


@pytest.mark.parametrize(
    ("button", "expected"),
    [("#add", ["bob/other", "ada/notes"]), ("#replace", ["ada/notes"])],
)
async def test_another_manifest_is_asked_about(
    memory_app: MakeApp,
    remote: MemoryRemote,
    work: Path,
    button: str,
    expected: list[str],
) -> None:
    """A manifest that is not in hand can be added to or replaced, never silently."""
    (work / "manifest.toml").write_text(OTHER)
    async with memory_app(remote).run_test() as pilot:
        await open_dialogue(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "This manifest exists" in screen_text(pilot))
        assert repositories(work / "manifest.toml") == ["bob/other"]
        await pilot.click(button)
        await on(pilot, BrowseScreen)
    assert repositories(work / "manifest.toml") == expected


async def test_the_manifest_in_hand_keeps_its_other_repositories(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """Only this repository's source is replaced; where its files go stays."""
    manifest = work / "m.toml"
    manifest.write_text(
        OTHER + OURS.replace("[[source.file]]", 'into = "in"\n[[source.file]]')
    )
    async with memory_app(remote, manifest_path=manifest).run_test() as pilot:
        await open_dialogue(pilot)
        await pilot.press("enter")
        await on(pilot, BrowseScreen)
    assert repositories(manifest) == ["bob/other", "ada/notes"]
    source = load_manifest(manifest).sources[1]
    assert source.into == "in"
    assert [file.path for file in source.files] == ["data/a", "data/b"]


async def test_what_is_no_manifest_is_never_overwritten(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """Somebody's own file of that name stays, and another name is asked for."""
    (work / "manifest.toml").write_text("[tool]\nmine = true\n")
    async with memory_app(remote).run_test() as pilot:
        await open_dialogue(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "is no usable manifest" in screen_text(pilot))
        await pilot.press("escape")
        await on(pilot, BrowseScreen)
    assert (work / "manifest.toml").read_text() == "[tool]\nmine = true\n"


async def test_two_repositories_for_one_place_are_refused(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """A manifest that could not be replayed is not written."""
    clash = OTHER.replace('path = "x"', 'path = "data/a"')
    (work / "manifest.toml").write_text(clash)
    async with memory_app(remote).run_test() as pilot:
        await open_dialogue(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "This manifest exists" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "data/a" in screen_text(pilot))
        assert isinstance(pilot.app.screen, SaveScreen)
    assert (work / "manifest.toml").read_text() == clash


async def test_ticks_that_would_be_lost_are_asked_about(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """`q` asks while ticks are in no manifest; staying keeps them, quitting quits."""
    app = memory_app(remote)
    async with app.run_test() as pilot:
        await on(pilot, BrowseScreen)
        await click_row(pilot, "data", 3)
        await pilot.press("q")
        await on(pilot, AskScreen)
        assert "2 ticked files are in no manifest" in screen_text(pilot)
        await pilot.press("enter")
        await on(pilot, BrowseScreen)
        await pilot.press("q")
        await on(pilot, AskScreen)
        await pilot.press("tab", "enter")
    assert app.return_value == 0


async def test_names_that_do_not_arrive_everywhere_are_told(
    memory_app: MakeApp,
) -> None:
    """The dialogue warns of what Windows refuses and of what some disks take for one."""
    remote = MemoryRemote(
        entries=[sized("data/a:b", 1), sized("data/c", 2), sized("data/C", 3)]
    )
    async with memory_app(remote).run_test(size=(131, 45)) as pilot:
        await open_dialogue(pilot)
        await until(pilot, lambda: "cannot be brought to Windows" in screen_text(pilot))
        assert "“data/a:b”" in screen_text(pilot)
        assert "differ in case or accents only" in screen_text(pilot)


async def test_ordinary_names_are_no_reason_to_warn(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Nothing is shown where there is nothing to say."""
    async with memory_app(remote).run_test() as pilot:
        await open_dialogue(pilot)
        await pilot.app.workers.wait_for_complete()
        assert not pilot.app.screen.query_one("#notes").display


async def test_the_text_is_shown_before_it_is_written(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """What the preview says is what is saved, byte for byte."""
    async with memory_app(remote).run_test() as pilot:
        await open_dialogue(pilot)
        preview = pilot.app.screen.query_one("#preview", TextArea)
        await until(pilot, lambda: 'path = "data/b"' in preview.text)
        shown = preview.text
        await pilot.press("f2")
        await on(pilot, BrowseScreen)
    assert (work / "manifest.toml").read_text("utf-8").rstrip("\n") == shown


async def test_folder_and_names_are_chosen_before_saving(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """A folder for the repository, a name for a file; the next review goes there."""
    async with memory_app(remote).run_test() as pilot:
        await open_dialogue(pilot)
        screen = pilot.app.screen
        await until(pilot, lambda: screen.query(".into"))
        await pilot.press("tab", "backspace", *"in")
        preview = screen.query_one("#preview", TextArea)
        await until(pilot, lambda: 'into = "in"' in preview.text)
        await pilot.press("f4")
        await on(pilot, RenameScreen)
        await pilot.press("b", "enter", "enter")
        to = pilot.app.screen.query_one("#to", Input)
        await until(pilot, lambda: to.has_focus)
        to.value = "other.b"
        await pilot.click("#rename")
        await until(pilot, lambda: 'to = "other.b"' in preview.text)
        await pilot.click("#save")
        await on(pilot, BrowseScreen)
        await pilot.press("d")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "in/other.b" in screen_text(pilot))
    (source,) = load_manifest(work / "manifest.toml").sources
    assert [source.target(file) for file in source.files] == ["in/data/a", "in/other.b"]


async def test_a_place_outside_is_refused_while_it_is_typed(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """Nothing is written while a place is none."""
    async with memory_app(remote).run_test() as pilot:
        await open_dialogue(pilot)
        screen = pilot.app.screen
        await until(pilot, lambda: screen.query(".into"))
        screen.query_one(".into", Input).value = "../up"
        await until(pilot, lambda: "is refused" in screen_text(pilot))
        await pilot.press("f2")
        await until(pilot, lambda: "is refused" in screen_text(pilot))
        await pilot.click("#close")
        await on(pilot, BrowseScreen)
    assert list(files_in(work)) == []
