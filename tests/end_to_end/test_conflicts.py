"""Local files that differ: nothing of the person's is lost under any policy."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content, Symlink
from rehydrate_tui.demo.faults import Fault
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.end_to_end.conftest import OnContent
from tests.published import publish, tree_of

A = b"upstream\n" * 30
MINE = b"my own edit\n"
FILES: dict[str, Content] = {"a.txt": A, "b.txt": b"other\n"}
BOTH = {"a.txt": A, "b.txt": b"other\n"}


@pytest.fixture
def edited(dest: Path) -> Path:
    """A destination where one file is the person's own."""
    dest.mkdir()
    (dest / "a.txt").write_bytes(MINE)
    return dest


def test_keep_is_the_default_and_counts_as_in_place(
    command: Command, serve: Serve, edited: Path, manifest: Path
) -> None:
    """An edit stays, is named, and the run is complete."""
    notes = publish(FILES)
    serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", edited)
    assert ended.status == 0
    assert tree_of(edited) == {**BOTH, "a.txt": MINE}
    assert "kept: a.txt" in ended.err


def test_overwrite_replaces_the_edit(
    command: Command, serve: Serve, edited: Path, manifest: Path
) -> None:
    """Asked to overwrite, it overwrites; no backup is left."""
    notes = publish(FILES)
    serve(notes)
    pinned = notes.pin(manifest)
    ended = command("--replay", pinned, "--dest", edited, "--on-conflict", "overwrite")
    assert ended.status == 0
    assert tree_of(edited) == BOTH


def test_overwrite_keeps_the_edit_until_the_file_is_there(
    command: Command, serve: Serve, edited: Path, manifest: Path
) -> None:
    """A download that fails replaces nothing, also under overwrite and backup."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(path="*/a.txt", status=404, body=b"no"))
    for policy in ("overwrite", "backup"):
        pinned = notes.pin(manifest)
        ended = command("--replay", pinned, "--dest", edited, "--on-conflict", policy)
        assert ended.status == 1
        assert tree_of(edited) == {**BOTH, "a.txt": MINE}


def test_backup_moves_the_edit_away_and_never_over_an_older_one(
    command: Command, serve: Serve, edited: Path, manifest: Path
) -> None:
    """Edits become a.txt.~1~, then a.txt.~2~; each is named."""
    notes = publish(FILES)
    serve(notes)
    call = ("--replay", notes.pin(manifest), "--dest", edited)
    ended = command(*call, "--on-conflict", "backup")
    assert ended.status == 0
    assert tree_of(edited) == {**BOTH, "a.txt.~1~": MINE}
    assert "backup: a.txt is now a.txt.~1~" in ended.err
    (edited / "a.txt").write_bytes(b"second edit")
    ended = command(*call, "--on-conflict", "backup")
    assert ended.status == 0
    assert tree_of(edited) == {
        **BOTH,
        "a.txt.~1~": MINE,
        "a.txt.~2~": b"second edit",
    }


def test_every_backup_is_named_also_of_shared_content(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Of two places with one blob, both edits are backed up and told."""
    notes = publish({"one": A, "two": A})
    serve(notes)
    dest.mkdir()
    (dest / "one").write_bytes(b"1")
    (dest / "two").write_bytes(b"2")
    call = ("--replay", notes.pin(manifest), "--dest", dest)
    ended = command(*call, "--on-conflict", "backup")
    assert ended.status == 0
    assert tree_of(dest) == {"one": A, "two": A, "one.~1~": b"1", "two.~1~": b"2"}
    assert "backup: one is now one.~1~" in ended.err
    assert "backup: two is now two.~1~" in ended.err


def test_fail_touches_nothing(
    command: Command, serve: Serve, edited: Path, manifest: Path
) -> None:
    """One conflict stops everything before it begins: exit 4, no request, no file."""
    notes = publish(FILES)
    server = serve(notes)
    pinned = notes.pin(manifest)
    ended = command("--replay", pinned, "--dest", edited, "--on-conflict", "fail")
    assert ended.status == 4
    assert tree_of(edited) == {"a.txt": MINE}
    assert "“a.txt” differ" in ended.err
    assert "Use --on-conflict keep, backup or overwrite" in ended.err
    assert server.requests == []


def make_folder(path: Path) -> None:
    """Put a folder there."""
    path.mkdir(parents=True)


def make_link(path: Path) -> None:
    """Put a link to an existing file there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    target = path.parent.parent / "target-of-link"
    target.write_bytes(MINE)
    path.symlink_to(target)


def make_pipe(path: Path) -> None:
    """Put a named pipe there, which blocks whoever opens it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)


@pytest.mark.parametrize("make", [make_folder, make_link, make_pipe])
@pytest.mark.parametrize("policy", ["keep", "overwrite", "backup"])
def test_what_is_no_file_is_never_followed_or_removed(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    make: Callable[[Path], None],
    policy: str,
) -> None:
    """A folder, a link or a pipe in the way fails that file under every policy."""
    notes = publish(FILES)
    serve(notes)
    make(dest / "a.txt")
    before = (dest / "a.txt").lstat()
    pinned = notes.pin(manifest)
    ended = command("--replay", pinned, "--dest", dest, "--on-conflict", policy)
    assert ended.status == 1
    assert "At “a.txt” a folder, a link or a special file is in the way" in ended.err
    assert (dest / "a.txt").lstat().st_ino == before.st_ino
    assert (dest / "b.txt").read_bytes() == b"other\n"
    if make is make_link:
        assert (dest.parent / "target-of-link").read_bytes() == MINE


def test_what_is_no_file_is_a_conflict_under_fail(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Under fail, a folder in the way is a conflict like any other."""
    notes = publish(FILES)
    serve(notes)
    (dest / "a.txt").mkdir(parents=True)
    pinned = notes.pin(manifest)
    ended = command("--replay", pinned, "--dest", dest, "--on-conflict", "fail")
    assert ended.status == 4
    assert tree_of(dest) == {}


def test_a_link_to_the_same_text_is_no_file(
    command: Command, serve: Serve, dest: Path, manifest: Path, tmp_path: Path
) -> None:
    """A link whose text is the file's content is in the way, and its target untouched."""
    outside = tmp_path / "outside"
    outside.write_bytes(MINE)
    outside.chmod(0o755)
    notes = publish({"a.txt": str(outside).encode()})
    serve(notes)
    dest.mkdir()
    (dest / "a.txt").symlink_to(outside)
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert outside.stat().st_mode & 0o777 == 0o755


def test_a_file_that_appears_during_the_run_is_kept(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    on_content: OnContent,
) -> None:
    """Between plan and rename the person writes the file: theirs stays, and is named."""
    notes = publish({"a.txt": A})
    serve(notes)
    on_content("a.txt", lambda: (dest / "a.txt").write_bytes(MINE))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == {"a.txt": MINE}
    assert "kept: a.txt" in ended.err


def test_the_right_file_that_appears_during_the_run_is_fine(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    on_content: OnContent,
) -> None:
    """Two replays at once into one folder both end well."""
    notes = publish({"a.txt": A})
    serve(notes)
    on_content("a.txt", lambda: (dest / "a.txt").write_bytes(A))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == {"a.txt": A}
    assert "already here" in ended.err


@pytest.mark.parametrize("policy", ["overwrite", "backup", "fail"])
def test_a_file_that_appears_is_not_replaced_under_any_policy(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    on_content: OnContent,
    policy: str,
) -> None:
    """The plan did not know it, so nobody agreed to lose it: exit 1, and why."""
    notes = publish({"a.txt": A})
    serve(notes)
    on_content("a.txt", lambda: (dest / "a.txt").write_bytes(MINE))
    pinned = notes.pin(manifest)
    ended = command("--replay", pinned, "--dest", dest, "--on-conflict", policy)
    assert ended.status == 1
    assert tree_of(dest) == {"a.txt": MINE}
    assert "“a.txt” appeared during the run" in ended.err


def test_a_folder_that_appears_during_the_run_fails_the_file(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    on_content: OnContent,
) -> None:
    """A folder is no edit of a file: it stays, and the file is missing."""
    notes = publish({"a.txt": A})
    serve(notes)
    on_content("a.txt", (dest / "a.txt").mkdir)
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert (dest / "a.txt").is_dir()
    assert tree_of(dest) == {}


def test_a_folder_that_becomes_a_link_during_the_run_is_not_followed(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    tmp_path: Path,
    on_content: OnContent,
) -> None:
    """The folder is swapped for a link while its file arrives: nothing goes through."""
    notes = publish({"data/a.txt": A, "data/z.txt": b"later\n"})
    serve(notes)
    outside = tmp_path / "outside"
    outside.mkdir()

    def swap() -> None:
        if (dest / "data").exists():
            (dest / "data").rename(tmp_path / "moved")
        (dest / "data").symlink_to(outside)

    on_content("a.txt", swap)
    call = ("--replay", notes.pin(manifest), "--dest", dest, "--jobs", "1")
    ended = command(*call)
    assert ended.status == 1
    assert tree_of(outside) == {}
    assert tree_of(tmp_path / "moved") == {}
    assert "2 files missing" in ended.err.splitlines()[-1]


def test_a_link_that_appears_during_the_run_is_not_replaced(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    on_content: OnContent,
) -> None:
    """Links are made under the same rule: what appeared at their place stays."""
    notes = publish({"a.txt": A, "z/link": Symlink("../a.txt")})
    serve(notes)

    def appear() -> None:
        (dest / "z").mkdir()
        (dest / "z/link").write_bytes(MINE)

    on_content("a.txt", appear)
    call = ("--replay", notes.pin(manifest), "--dest", dest, "--jobs", "1")
    ended = command(*call)
    assert ended.status == 1
    assert tree_of(dest) == {"a.txt": A, "z/link": MINE}


def test_platforms_without_descriptors_of_folders_work_by_name(
    command: Command,
    serve: Serve,
    edited: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on Windows: files, links and backups arrive, and no link is followed."""
    monkeypatch.setattr("rehydrate_tui.storage.folder._CAN_HOLD", False)
    notes = publish({**FILES, "sub/c": Symlink("../a.txt"), "linked/d": b"d"})
    serve(notes)
    (edited.parent / "outside").mkdir()
    (edited / "linked").symlink_to(edited.parent / "outside")
    pinned = notes.pin(manifest)
    ended = command("--replay", pinned, "--dest", edited, "--on-conflict", "backup")
    assert ended.status == 1
    assert tree_of(edited.parent / "outside") == {}
    (edited / "linked").unlink()
    assert command("--replay", pinned, "--dest", edited).status == 0
    assert tree_of(edited) == {
        **BOTH,
        "a.txt.~1~": MINE,
        "sub/c": "-> ../a.txt",
        "linked/d": b"d",
    }


def test_disks_without_hard_links_keep_files_too(
    command: Command,
    serve: Serve,
    edited: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the file system has no hard links, files arrive and backups are made."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    notes = publish(FILES)
    serve(notes)
    pinned = notes.pin(manifest)
    ended = command("--replay", pinned, "--dest", edited, "--on-conflict", "backup")
    assert ended.status == 0
    assert tree_of(edited) == {**BOTH, "a.txt.~1~": MINE}
