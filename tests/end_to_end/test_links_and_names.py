"""Links and names that must not harm anybody: each fails alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content, Symlink
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.published import (
    MANIFEST_VERSION,
    publish,
    tree_of,
)
from tests.samples import A

ESCAPING = ["/etc/passwd", "../outside", "a/../../x", "C:\\x", "..\\x"]


@pytest.mark.parametrize("target", ESCAPING)
def test_a_link_that_leads_out_fails_alone(
    command: Command, serve: Serve, dest: Path, manifest: Path, target: str
) -> None:
    """A link out of the destination is not made: exit 1; the others arrive."""
    notes = publish({"bad": Symlink(target), "good": Symlink("a.csv"), "a.csv": A})
    serve(notes)
    pinned = notes.pin(manifest)
    pinned.write_text(pinned.read_text("utf-8").replace("\\", "\\\\"), "utf-8")
    ended = command("--replay", pinned, "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == {"good": "-> a.csv", "a.csv": A}
    assert "“bad” is a link to" in ended.err
    assert (
        command(
            "--pick", "ada/notes", "*", "--dest", dest, "--on-conflict", "fail"
        ).status
        == 1
    )


def test_a_link_whose_text_is_not_the_pinned_one_fails_alone(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """The link's text in the manifest is checked against its blob id."""
    notes = publish({"link": Symlink("a.csv"), "a.csv": A})
    serve(notes)
    pinned = notes.pin(manifest)
    text = pinned.read_text("utf-8").replace('symlink = "a.csv"', 'symlink = "b.csv"')
    pinned.write_text(text, "utf-8")
    ended = command("--replay", pinned, "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == {"a.csv": A}
    assert "“link”: the link's text is" in ended.err


def test_nothing_is_written_through_a_linked_folder(
    command: Command, serve: Serve, dest: Path, manifest: Path, tmp_path: Path
) -> None:
    """A folder that is a link leads elsewhere: its files fail, elsewhere is untouched."""
    notes = publish({"data/a.csv": A, "b.txt": b"b", "data/sub/c": Symlink("d")})
    serve(notes)
    outside = tmp_path / "outside"
    outside.mkdir()
    dest.mkdir()
    (dest / "data").symlink_to(outside)
    for policy in ("keep", "overwrite", "backup"):
        pinned = notes.pin(manifest)
        ended = command("--replay", pinned, "--dest", dest, "--on-conflict", policy)
        assert ended.status == 1
        assert "“data/a.csv” a folder, a link or a special file" in ended.err
    assert tree_of(outside) == {}
    assert tree_of(dest) == {"b.txt": b"b", "data": f"-> {outside}"}


def test_the_destination_itself_may_be_a_link(
    command: Command, serve: Serve, dest: Path, manifest: Path, tmp_path: Path
) -> None:
    """The person chose the destination; only what is below it is not trusted."""
    notes = publish({"data/a.csv": A})
    serve(notes)
    (tmp_path / "disk").mkdir()
    dest.symlink_to("disk")
    assert command("--replay", notes.pin(manifest), "--dest", dest).status == 0
    assert tree_of(tmp_path / "disk") == {"data/a.csv": A}


HOSTILE: dict[str, Content] = {
    "ok.txt": b"fine\n",
    "bad\x1b]0;title\x07.txt": b"1\n",
    "two\nlines.txt": b"2\n",
    "c1\x9b31m.txt": b"3\n",
    "bidi\u202etxt.exe": b"4\n",
    "ghost\u200b.txt": b"5\n",
}


def test_hostile_names_do_nothing_to_a_terminal(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Names with escape sequences are shown harmless, and refused where unsafe."""
    serve(publish(HOSTILE))
    listed = command("--list", "ada/notes")
    assert listed.status == 0
    assert len(listed.out.splitlines()) == len(HOSTILE)
    assert "bad␛]0;title�.txt" in listed.out
    document = json.loads(command("--list", "ada/notes", "--json").out)
    assert {each["path"] for each in document["files"]} == set(HOSTILE)
    picked = command("--pick", "ada/notes", "*", "--save", manifest, "--dest", dest)
    assert picked.status == 1
    assert set(tree_of(dest)) == {"ok.txt", "bidi\u202etxt.exe", "ghost\u200b.txt"}
    assert "is refused: it holds control characters" in picked.err
    assert "3 files missing" in picked.err.splitlines()[-1]
    assert command("--replay", manifest, "--dest", dest).status == 0


def test_unsafe_names_fail_alone_under_a_rule(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A rule that matches what must not be written brings the rest, and ends with 1."""
    serve(publish({"ok.txt": b"fine\n", "sub/.git/hooks/post-checkout": b"evil\n"}))
    manifest.write_text(
        MANIFEST_VERSION + '[[source]]\nrepository = "ada/notes"\ninclude = ["*"]\n'
    )
    ended = command("--replay", manifest, "--dest", dest, "--on-conflict", "fail")
    assert ended.status == 1
    assert tree_of(dest) == {"ok.txt": b"fine\n"}
    assert "git keeps its own data under that name" in ended.err
    call = ("--pick", "ada/notes", "*", "--dest", dest, "--dry-run", "--json")
    document = json.loads(command(*call).out)
    assert document["complete"] is False
    assert document["totals"]["refuse"]["files"] == 1


class Undecodable(str):
    """A text that git stores as bytes that are no UTF-8."""

    __slots__ = ()

    def encode(self, *_: str) -> bytes:
        """Return those bytes."""
        return b"\xff\xfe"


def test_a_link_text_that_is_no_text_fails_alone(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A manifest cannot hold such a link; it is named, the rest is saved and brought."""
    notes = publish({"ok.txt": b"fine\n", "link": Symlink(Undecodable("?"))})
    serve(notes)
    ended = command("--pick", "ada/notes", "*", "--save", manifest, "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == {"ok.txt": b"fine\n"}
    assert "“link” is refused" in ended.err
    assert command("--replay", manifest, "--dest", dest).status == 0


def test_names_that_some_disks_take_for_one_are_told(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Names that differ in case only arrive where the disk keeps them apart, with a note."""
    notes = publish({"data": b"1", "Data": b"2"})
    serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == {"data": b"1", "Data": b"2"}
    assert "differ in case or accents only" in ended.err
