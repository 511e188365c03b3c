"""Destinations and sizes that are refused before anything is touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content
from tests.conftest import Serve
from tests.end_to_end.command import Command, one_sentence
from tests.published import MANIFEST_VERSION, publish, tree_of

A = b"a,b\n1,2\n"


FILES: dict[str, Content] = {"data/a.csv": A, "README.md": b"# Notes\n"}


@pytest.mark.parametrize("below", ["", "sub", "sub/deeper"])
def test_a_destination_that_is_a_file_is_refused(
    command: Command, serve: Serve, dest: Path, manifest: Path, below: str
) -> None:
    """Nothing can be put below a file: exit 2, and the file stays what it is."""
    notes = publish(FILES)
    server = serve(notes)
    dest.write_text("mine")
    ended = command("--replay", notes.pin(manifest), "--dest", dest / below)
    assert ended.status == 2
    assert "is no folder" in one_sentence(ended)
    assert str(dest) in ended.err
    assert dest.read_text() == "mine"
    assert not server.requests


@pytest.mark.parametrize("name", ["n" * 300, "d/" * 2100])
def test_a_destination_with_too_long_a_name_is_refused(
    command: Command, serve: Serve, dest: Path, manifest: Path, name: str
) -> None:
    """No disk takes such a name: exit 2, and the name does not fill the screen."""
    notes = publish(FILES)
    serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", dest / name)
    assert ended.status == 2
    assert "is too long for the path of a folder" in one_sentence(ended)
    assert len(ended.err) < 300


def test_a_destination_that_is_a_dangling_link_is_refused(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A link to nowhere is not made into a folder."""
    notes = publish(FILES)
    serve(notes)
    dest.symlink_to("nowhere")
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 2
    assert "is no folder" in one_sentence(ended)


def test_a_destination_that_cannot_be_made_is_refused(
    command: Command, serve: Serve, manifest: Path
) -> None:
    """The kernel's own file system takes no folder, not even from root."""
    notes = publish({"empty.txt": b""})
    server = serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", "/proc/rehydrate")
    assert ended.status == 2
    sentence = one_sentence(ended)
    assert "/proc/rehydrate" in sentence
    assert "--dest" in sentence
    assert not server.requests


def test_a_pick_into_a_bad_destination_saves_nothing(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Refused means that nothing was touched: no manifest either."""
    serve(publish(FILES))
    dest.write_text("mine")
    ended = command("--pick", "ada/notes", "*.csv", "--save", manifest, "--dest", dest)
    assert ended.status == 2
    assert not manifest.exists()


@pytest.mark.parametrize("name", [".", "gone/m.toml", "/"])
def test_a_manifest_that_cannot_be_saved_stops_the_run(
    command: Command,
    serve: Serve,
    dest: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """Without its manifest a pick is not begun: the files could not be brought back."""
    monkeypatch.chdir(tmp_path)
    serve(publish(FILES))
    ended = command("--pick", "ada/notes", "*.csv", "--save", name, "--dest", dest)
    assert ended.status == 1
    assert ended.err.splitlines()[-1].startswith("rehydrate-tui: ")
    assert tree_of(tmp_path) == {}


def test_too_much_is_refused_before_anything_is_touched(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Above --max-size: exit 3, how much it is and how much is allowed."""
    notes = publish(FILES)
    server = serve(notes)
    pinned = notes.pin(manifest)
    ended = command("--replay", pinned, "--dest", dest, "--max-size", "15")
    assert ended.status == 3
    assert "16 B are still to be fetched, more than the limit of 15 B" in ended.err
    assert not dest.exists()
    assert not server.requests
    assert command("--replay", pinned, "--dest", dest, "--max-size", "16").status == 0


def test_the_limit_counts_what_is_still_to_be_fetched(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Content that two files share comes once, and what is here does not count."""
    notes = publish({"one.txt": A, "two.txt": A, "three.txt": b"1234"})
    serve(notes)
    pinned = notes.pin(manifest)
    limit = ("--max-size", str(len(A) + 4))
    assert command("--replay", pinned, "--dest", dest, *limit).status == 0
    (dest / "three.txt").unlink()
    assert command("--replay", pinned, "--dest", dest, "--max-size", "4").status == 0


def test_more_than_the_disk_holds_is_refused(
    command: Command, dest: Path, manifest: Path
) -> None:
    """A manifest of an exabyte: exit 3, how much is free; nothing is asked or made."""
    manifest.write_text(
        MANIFEST_VERSION
        + publish(FILES).toml("data/a.csv").replace("size = 8", f"size = {10**18}")
    )
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == 3
    assert "1.00 EB do not fit into" in one_sentence(ended) or "1.0 EB" in ended.err
    assert not dest.exists()


def test_a_dry_run_says_that_it_would_be_refused(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """The status of a dry run is that of the run, its document is still printed."""
    notes = publish(FILES)
    serve(notes)
    pinned = notes.pin(manifest)
    call = ("--replay", pinned, "--dest", dest, "--max-size", "1", "--dry-run")
    ended = command(*call, "--json")
    assert ended.status == 3
    assert json.loads(ended.out)["dry_run"] is True
    assert not dest.exists()
