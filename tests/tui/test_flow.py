"""From the address to files on disk and back, against the embedded server."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content, Executable, Gitlink, LfsFile, Symlink
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.storage.manifest_file import load_manifest
from rehydrate_tui.tui.screens.ask import AskScreen
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.confirm import ConfirmScreen
from rehydrate_tui.tui.screens.done import DoneScreen
from rehydrate_tui.tui.screens.progress import ProgressScreen
from rehydrate_tui.tui.screens.save_manifest import SaveScreen
from rehydrate_tui.tui.screens.start import StartScreen
from tests.conftest import Serve
from tests.published import Published, blob_id, blob_of, publish
from tests.published import tree_of as files_in
from tests.tui.conftest import MakeApp
from tests.tui.driving import (
    app_of,
    click_row,
    notices,
    on,
    screen_text,
    ticked,
    until,
)

FILES: dict[str, Content] = {
    "README.md": b"# Notes\n",
    "data/rain.csv": b"day,mm\n" * 400,
    "data/same.csv": b"day,mm\n" * 400,
    "data/sound.npy": LfsFile(b"\x93NUMPY" + bytes(4000)),
    "latest": Symlink("data/rain.csv"),
    "run.sh": Executable(b"#!/bin/sh\necho hi\n"),
    "vendor": Gitlink("8a34a4f653bdbdc01415a94dc20d4e9b97438965"),
}


@pytest.fixture
def notes(serve: Serve) -> Published:
    """A repository with every kind of entry, served on loopback."""
    published = publish(FILES)
    serve(published)
    return published


def check_files(work: Path, *but: str) -> None:
    """Compare what is on disk with the repository, blob id by blob id."""
    wanted = {
        path: content
        for path, content in FILES.items()
        if path not in but and not isinstance(content, Gitlink)
    }
    found = files_in(work)
    found.pop("manifest.toml", None)
    assert set(found) == set(wanted)
    for path, content in wanted.items():
        if isinstance(content, Symlink):
            assert found[path] == f"-> {content.target}"
        elif isinstance(content, LfsFile):
            assert found[path] == content.data
        else:
            data = found[path]
            assert isinstance(data, bytes)
            assert blob_id(data) == blob_id(blob_of(content))


async def test_the_whole_way_by_keyboard(
    served_app: MakeApp, notes: Published, work: Path
) -> None:
    """Address, tick, review, download, save, quit: without touching the mouse."""
    app = served_app(suggestions=[notes.name])
    async with app.run_test() as pilot:
        await on(pilot, StartScreen)
        await pilot.press("tab", "tab", "enter")
        await on(pilot, BrowseScreen)
        await pilot.press("space", "d")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "Download 6 files" in screen_text(pilot))
        await pilot.press("enter")
        await on(pilot, DoneScreen)
        assert "in place and verified" in screen_text(pilot)
        await pilot.press("w")
        await on(pilot, SaveScreen)
        await pilot.press("enter")
        await on(pilot, DoneScreen)
        await until(pilot, lambda: "Saved as manifest.toml" in screen_text(pilot))
        await pilot.press("q")
    check_files(work)
    assert app.return_value == 0
    assert app.farewell.splitlines()[-2:] == [
        "  !pip install -q rehydrate-tui",
        "  !rehydrate-tui --replay manifest.toml",
    ]
    source = load_manifest(work / "manifest.toml").sources[0]
    assert (source.include, source.ref, source.commit) == (("*",), "main", notes.commit)


async def test_the_whole_way_by_mouse(
    served_app: MakeApp, notes: Published, work: Path
) -> None:
    """Every step has something to click on."""
    app = served_app(suggestions=[notes.name])
    async with app.run_test() as pilot:
        await on(pilot, StartScreen)
        await pilot.click("#choices", offset=(4, 1))
        await on(pilot, BrowseScreen)
        await click_row(pilot, "/", 3)
        await click_row(pilot, "run.sh", 3)
        await pilot.click("#download")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "Download 5 files" in screen_text(pilot))
        await pilot.click("#start")
        await on(pilot, DoneScreen)
        await pilot.click("#save")
        await on(pilot, SaveScreen)
        await pilot.click("#save")
        await on(pilot, DoneScreen)
        await until(pilot, (work / "manifest.toml").exists)
        await pilot.click("#back")
        await on(pilot, BrowseScreen)
        assert "run.sh" not in ticked(pilot)
    check_files(work, "run.sh")


async def test_a_second_run_fetches_nothing(
    served_app: MakeApp, notes: Published, work: Path
) -> None:
    """What is right on disk is called so before, and is not fetched again."""
    (work / "README.md").write_bytes(b"# Notes\n")
    async with served_app(notes).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await click_row(pilot, "README.md", 3)
        await pilot.press("d")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "Nothing to fetch" in screen_text(pilot))
        assert "Already here" in screen_text(pilot)
        await pilot.press("enter")
        await on(pilot, DoneScreen)
        assert "1 already here" in screen_text(pilot)


@pytest.mark.parametrize(
    ("key", "word", "content"),
    [
        ("k", "kept as they are", b"mine"),
        ("o", "will be replaced", b"# Notes\n"),
        ("u", "renamed to name.~1~", b"# Notes\n"),
    ],
)
async def test_an_edited_file_is_treated_as_chosen(
    served_app: MakeApp,
    notes: Published,
    work: Path,
    key: str,
    word: str,
    content: bytes,
) -> None:
    """The rule for edits is a key on the review, and what it says is what happens."""
    (work / "README.md").write_bytes(b"mine")
    async with served_app(notes).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await click_row(pilot, "README.md", 3)
        await pilot.press("d")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "Edited here" in screen_text(pilot))
        await pilot.press(key)
        await until(pilot, lambda: word in screen_text(pilot))
        await until(pilot, lambda: not pilot.app.screen.query_one("#start").disabled)
        await pilot.press("enter")
        await on(pilot, DoneScreen)
    assert (work / "README.md").read_bytes() == content
    assert (work / "README.md.~1~").exists() is (key == "u")


async def test_the_rule_for_edits_can_be_clicked(
    served_app: MakeApp, notes: Published, work: Path
) -> None:
    """The three rules are buttons as well."""
    (work / "README.md").write_bytes(b"mine")
    async with served_app(notes).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await click_row(pilot, "README.md", 3)
        await pilot.click("#download")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "(x) keep mine" in screen_text(pilot))
        choices = list(pilot.app.screen.query("PolicyChoice"))
        await pilot.click(choices[1])
        await until(pilot, lambda: "(x) overwrite" in screen_text(pilot))
        await until(pilot, lambda: "will be replaced" in screen_text(pilot))


async def test_a_cancelled_run_keeps_what_is_whole(
    serve: Serve, served_app: MakeApp, work: Path
) -> None:
    """Cancelling asks once; whole files stay, half ones leave no trace; status 130."""
    published = publish({"small": b"s", "large": bytes(2_000_000)})
    server = serve(published)
    server.add_fault(Fault(origin="raw", path="*/large", stall_after=1000))
    app = served_app(published)
    async with app.run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("space", "d")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "Download 2 files" in screen_text(pilot))
        await pilot.press("enter")
        await on(pilot, ProgressScreen)
        await until(pilot, (work / "small").exists)
        await pilot.press("c")
        await on(pilot, AskScreen)
        await pilot.press("escape")
        await on(pilot, ProgressScreen)
        await pilot.click("#cancel")
        await on(pilot, AskScreen)
        await pilot.click("#yes")
        await on(pilot, DoneScreen)
        assert "Stopped: 1 of 2 files are not here" in screen_text(pilot)
        await pilot.press("q")
    assert app.return_value == 130
    assert files_in(work) == {"small": b"s"}
    assert "Run it again to go on from there" in app.farewell


async def test_quitting_in_the_middle_of_a_run_stops_it(
    serve: Serve, served_app: MakeApp, work: Path
) -> None:
    """Ctrl+Q ends at once, with status 130 and no half file."""
    published = publish({"large": bytes(2_000_000)})
    serve(published).add_fault(Fault(origin="raw", path="*/large", stall_after=1000))
    app = served_app(published)
    async with app.run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("space", "d")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "Download 1 file" in screen_text(pilot))
        await pilot.press("enter")
        await on(pilot, ProgressScreen)
        await pilot.press("ctrl+q")
    assert app.return_value == 130
    assert files_in(work) == {}


async def test_failures_are_named_with_their_cause(
    serve: Serve, served_app: MakeApp, work: Path
) -> None:
    """What could not be brought is on the last screen and in the farewell; status 1."""
    published = publish({"good": b"1", "bad": b"22"})
    server = serve(published)
    server.add_fault(Fault(origin="raw", path="*/bad", corrupt=True))
    server.add_fault(Fault(origin="api", path="*/git/blobs/*", status=404))
    app = served_app(published)
    async with app.run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("space", "d")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "Download 2 files" in screen_text(pilot))
        await pilot.press("enter")
        await on(pilot, DoneScreen)
        assert "1 of 2 files could not be brought" in screen_text(pilot)
        await pilot.press("q")
    assert app.return_value == 1
    assert "failed: bad:" in app.farewell
    assert files_in(work) == {"good": b"1"}


async def test_a_manifest_ticks_its_files(
    served_app: MakeApp, notes: Published, work: Path
) -> None:
    """`--manifest` preselects, whatever the case of the name, and reports what is gone."""
    manifest = notes.pin(work / "m.toml", "README.md", "run.sh")
    text = manifest.read_text("utf-8").replace("ada/notes", "ADA/Notes")
    gone = '[[source.file]]\npath = "gone.csv"\n'
    manifest.write_text(text + gone, "utf-8")
    async with served_app(notes, manifest_path=manifest).run_test() as pilot:
        await on(pilot, BrowseScreen)
        assert ticked(pilot) == ["README.md", "run.sh"]
        assert "No longer there: gone.csv" in notices(pilot)


async def test_a_manifest_in_the_folder_can_be_chosen(
    served_app: MakeApp, notes: Published, work: Path
) -> None:
    """The start screen lists manifests; choosing one opens its commit with its ticks."""
    notes.pin(work / "mine.toml", "data/rain.csv", ref='"main"')
    notes.builder.commit({"newer": b"x"}, "Later")
    async with served_app().run_test() as pilot:
        await on(pilot, StartScreen)
        assert "mine.toml  brings  ada/notes" in screen_text(pilot)
        await pilot.press("tab", "tab", "enter")
        await on(pilot, BrowseScreen)
        assert ticked(pilot) == ["data/rain.csv"]
        assert f"@ main ({notes.commit[:7]})" in screen_text(pilot)
        assert app_of(pilot).manifest_path == work / "mine.toml"
