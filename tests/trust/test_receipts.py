"""The index of what was written: what it knows, and that nothing depends on it."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rehydrate_tui.demo.builder import Content, LfsFile, Symlink
from rehydrate_tui.domain.plan import RACY_NS, LocalFile, Stamp
from rehydrate_tui.storage import local_files
from rehydrate_tui.storage.local_files import stamp_of
from rehydrate_tui.storage.receipts import PartNote, Receipt, ReceiptIndex
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.end_to_end.conftest import command
from tests.published import Published, publish, tree_of
from tests.trust.ground import on_disk

__all__ = ["command"]

STAMP = Stamp(
    size=5, mtime_ns=10**18, ctime_ns=10**18, inode=2**64 - 1, seen_ns=2 * 10**18
)
FOLDER = Path("/some/folder")
FILE = FOLDER / "a.txt"


def test_what_is_recorded_comes_back(tmp_path: Path) -> None:
    """Content and status survive the process; neighbours of the folder do not show."""
    index = ReceiptIndex(tmp_path)
    strange = FOLDER / os.fsdecode(b"not \xff text")
    others = [Path("/some/folder2/a"), Path("/some/folder.txt"), FOLDER]
    index.record((each, "c", STAMP) for each in (FILE, strange, *others))
    index.close()
    index = ReceiptIndex(tmp_path)
    receipt = Receipt(content="c", stamp=STAMP)
    assert index.below(FOLDER) == {str(FILE): receipt, str(strange): receipt}
    assert len(index.below(Path("/"))) == 5
    index.close()
    assert index.below(FOLDER) == {}
    assert not index.is_usable


def test_what_is_announced_is_ours_until_it_is_recorded(tmp_path: Path) -> None:
    """Between announcement and record both contents are ours, and neither is vouched for."""
    index = ReceiptIndex(tmp_path)
    index.record([(FILE, "old", STAMP)])
    index.announce([(FILE, "new"), (FOLDER / "b", "first")])
    receipt = index.below(FOLDER)[str(FILE)]
    assert receipt.ours == {"old", "new"}
    assert not receipt.vouches_for(STAMP)
    assert index.below(FOLDER)[str(FOLDER / "b")].ours == {"first"}
    index.record([(FILE, "new", STAMP)])
    receipt = index.below(FOLDER)[str(FILE)]
    assert receipt.ours == {"new"}
    assert receipt.vouches_for(STAMP)


def test_only_an_unchanged_file_is_vouched_for() -> None:
    """Every number of the status counts, and a racy file is read again."""
    receipt = Receipt(content="c", stamp=STAMP)
    assert receipt.vouches_for(STAMP._replace(seen_ns=3 * 10**18))
    for change in ("size", "mtime_ns", "ctime_ns", "inode"):
        other = STAMP._replace(**{change: getattr(STAMP, change) - 1})
        assert not receipt.vouches_for(other)
    racy = STAMP._replace(seen_ns=STAMP.mtime_ns + RACY_NS)
    assert not Receipt(content="c", stamp=racy).vouches_for(racy)
    assert not Receipt(content="", stamp=STAMP).vouches_for(STAMP)
    assert not Receipt(content="c").vouches_for(STAMP)


def test_parts_are_remembered_and_forgotten(tmp_path: Path) -> None:
    """A note about an unfinished file outlives the process, until it is forgotten."""
    index = ReceiptIndex(tmp_path)
    note = PartNote("content", '"tag"')
    index.remember_part(FOLDER / ".a.part", note)
    index.close()
    index = ReceiptIndex(tmp_path)
    assert index.parts_below(FOLDER) == {str(FOLDER / ".a.part"): note}
    index.forget_parts([FOLDER / ".a.part"])
    assert index.parts_below(FOLDER) == {}


def use(index: ReceiptIndex) -> None:
    """Do all that an index is for."""
    for receipt in index.below(FOLDER).values():
        receipt.vouches_for(STAMP)
    index.parts_below(FOLDER)
    index.announce([(FILE, "new")])
    index.record([(FILE, "new", STAMP)])
    index.remember_part(FOLDER / ".a.part", PartNote("c", "e"))
    index.forget_parts([FOLDER / ".a.part"])
    index.close()


def test_any_damage_is_survived(tmp_path: Path) -> None:
    """A thousand damaged indexes: no error, and a fresh one works afterwards."""
    index = ReceiptIndex(tmp_path)
    index.record((FOLDER / f"{number}.txt", "c" * 40, STAMP) for number in range(30))
    index.remember_part(FOLDER / ".x.part", PartNote("c", '"e"'))
    index.close()
    path = tmp_path / "index.sqlite"
    sound = path.read_bytes()
    for seed in range(1000):
        chance = random.Random(seed)
        data = bytearray(sound)
        for _ in range(chance.choice([1, 5, 20, 200])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if seed % 10 == 0:
            del data[chance.randrange(len(data)) :]
        path.write_bytes(data)
        use(ReceiptIndex(tmp_path))
    path.unlink()
    index = ReceiptIndex(tmp_path)
    assert index.is_usable
    use(index)


def test_damage_that_shows_late_is_survived(tmp_path: Path) -> None:
    """An index that breaks while it is used is given up, and made anew next time."""
    index = ReceiptIndex(tmp_path)
    index.record((FOLDER / f"{number}", "c" * 400, STAMP) for number in range(500))
    path = tmp_path / "index.sqlite"
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    index.close()
    index = ReceiptIndex(tmp_path)
    assert index.below(FOLDER) == {}
    use(index)
    assert ReceiptIndex(tmp_path).is_usable


def of_another_version(state: Path) -> None:
    """Leave an index that a later version made."""
    state.mkdir()
    database = sqlite3.connect(state / "index.sqlite")
    database.execute("PRAGMA user_version = 99")
    database.close()


def a_file_in_the_way(state: Path) -> None:
    """Let there be no folder to keep it in."""
    state.write_bytes(b"")


def a_folder_of_that_name(state: Path) -> None:
    """Let something else have its name."""
    (state / "index.sqlite").mkdir(parents=True)


def read_only(state: Path) -> None:
    """Let the index be there, and closed for writing."""
    ReceiptIndex(state).close()
    database = sqlite3.connect(state / "index.sqlite")
    database.execute(
        "CREATE TRIGGER closed BEFORE INSERT ON receipt BEGIN "
        "SELECT RAISE(ABORT, 'attempt to write a readonly database'); END"
    )
    database.close()


@pytest.mark.parametrize(
    "spoil", [of_another_version, a_file_in_the_way, a_folder_of_that_name, read_only]
)
def test_a_replay_does_without_an_index(
    command: Command,
    serve: Serve,
    dest: Path,
    state: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Path], None],
) -> None:
    """Everything comes, and what differs is kept: nobody knows whose it is."""
    spoil(state)
    monkeypatch.setenv("REHYDRATE_STATE_DIR", str(state))
    old = publish({"a.txt": b"old\n"})
    new = replace(old, commit=old.builder.commit({"a.txt": b"new\n"}))
    new = replace(new, files={"a.txt": b"new\n"})
    serve(old)
    for published in (old, new):
        argv = ("--replay", published.pin(tmp_path / "m.toml"), "--dest", dest)
        assert command(*argv).status == 0
    assert tree_of(dest) == {"a.txt": b"old\n"}


OLD: dict[str, Content] = {
    "a.txt": b"old\n",
    "link": Symlink("a.txt"),
    "to-link": b"file\n",
    "to-file": Symlink("a.txt"),
    "m.npy": LfsFile(b"old" * 100),
    "same.txt": b"same\n",
}
NEW: dict[str, Content] = {
    "a.txt": b"new\n",
    "link": Symlink("same.txt"),
    "to-link": Symlink("same.txt"),
    "to-file": b"file\n",
    "m.npy": LfsFile(b"new" * 100),
    "same.txt": b"same\n",
}


@pytest.mark.parametrize("policy", ["keep", "overwrite", "backup", "fail"])
def test_what_nobody_edited_follows_without_questions(
    command: Command, serve: Serve, dest: Path, tmp_path: Path, policy: str
) -> None:
    """Files, objects and links change, and change their kind, under every policy."""
    old = publish(OLD)
    new = Published(
        repository=old.repository,
        builder=old.builder,
        commit=old.builder.commit(NEW),
        files=NEW,
    )
    serve(old)
    argv = ("--dest", dest, "--on-conflict", policy)
    assert command("--replay", old.pin(tmp_path / "m.toml"), *argv).status == 0
    pinned = new.pin(tmp_path / "m.toml")
    status = command("--status", pinned, "--dest", dest)
    assert status.status == 1
    assert "outdated" in status.out + status.err
    dry = command("--replay", pinned, *argv, "--dry-run")
    assert "5 files" in dry.out
    assert "to update, unedited here" in dry.out
    assert command("--replay", pinned, *argv).status == 0
    assert tree_of(dest) == {name: on_disk(data) for name, data in NEW.items()}


def test_a_file_that_was_found_right_is_ours(
    command: Command, serve: Serve, dest: Path, tmp_path: Path
) -> None:
    """A person put the pinned content there: from then on it follows the pins."""
    old = publish({"a.txt": b"old\n"})
    commit = old.builder.commit({"a.txt": b"new\n"})
    new = replace(old, commit=commit, files={"a.txt": b"new\n"})
    serve(old)
    dest.mkdir()
    (dest / "a.txt").write_bytes(b"old\n")
    for published in (old, new):
        argv = ("--replay", published.pin(tmp_path / "m.toml"), "--dest", dest)
        assert command(*argv).status == 0
    assert tree_of(dest) == {"a.txt": b"new\n"}


def test_a_moved_folder_is_unknown_ground(
    command: Command, serve: Serve, dest: Path, tmp_path: Path
) -> None:
    """What differs in it is kept, although it was ours elsewhere."""
    old = publish({"a.txt": b"old\n"})
    commit = old.builder.commit({"a.txt": b"new\n"})
    new = replace(old, commit=commit, files={"a.txt": b"new\n"})
    serve(old)
    manifest = old.pin(tmp_path / "m.toml")
    assert command("--replay", manifest, "--dest", dest).status == 0
    dest.rename(tmp_path / "moved")
    new.pin(manifest)
    assert command("--replay", manifest, "--dest", tmp_path / "moved").status == 0
    assert tree_of(tmp_path / "moved") == {"a.txt": b"old\n"}


def test_an_unchanged_file_is_not_read_again(
    command: Command,
    serve: Serve,
    dest: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once read in peace, a file is skipped by its status; a touched one is read."""
    notes = publish({f"{number}.txt": b"%d\n" % number for number in range(10)})
    serve(notes)
    argv = ("--replay", notes.pin(tmp_path / "m.toml"), "--dest", dest)
    assert command(*argv).status == 0
    for path in dest.iterdir():
        os.utime(path, (1, 1))
    opened: list[str] = []
    look_into = local_files._look_into

    def noticed(path: Path, *rest: Any) -> LocalFile:  # noqa: ANN401
        opened.append(path.name)
        return look_into(path, *rest)

    monkeypatch.setattr(local_files, "_look_into", noticed)
    assert command(*argv).status == 0
    assert len(opened) == 10
    opened.clear()
    assert command(*argv).status == 0
    assert opened == []
    os.utime(dest / "3.txt", (2, 2))
    assert command(*argv).status == 0
    assert opened == ["3.txt"]


def test_many_at_once_lose_no_receipt(tmp_path: Path) -> None:
    """Eight connections that write at the same time: every row is there."""
    file = tmp_path / "file"
    file.write_bytes(b"x")
    stamp = stamp_of(file.lstat())
    ReceiptIndex(tmp_path).close()

    def write(worker: int) -> None:
        index = ReceiptIndex(tmp_path)
        for number in range(20):
            index.record([(FOLDER / f"{worker}-{number}", "c", stamp)])
        index.close()

    threads = [threading.Thread(target=write, args=(each,)) for each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ReceiptIndex(tmp_path).below(FOLDER)) == 160


@pytest.mark.parametrize("policy", ["keep", "backup"])
def test_an_edit_that_hides_is_found(
    command: Command, serve: Serve, dest: Path, tmp_path: Path, policy: str
) -> None:
    """Same size, same inode, the old time put back: an edit all the same."""
    old = publish({"a.txt": b"old\n"})
    commit = old.builder.commit({"a.txt": b"new\n"})
    new = replace(old, commit=commit, files={"a.txt": b"new\n"})
    serve(old)
    manifest = old.pin(tmp_path / "m.toml")
    argv = ("--replay", manifest, "--dest", dest, "--on-conflict", policy)
    path = dest / "a.txt"
    assert command(*argv).status == 0
    os.utime(path, (1, 1))
    assert command(*argv).status == 0
    with path.open("r+b") as file:
        file.write(b"odd")
    os.utime(path, (1, 1))
    new.pin(manifest)
    assert command(*argv).status == 0
    found = tree_of(dest)
    assert found["a.txt" if policy == "keep" else "a.txt.~1~"] == b"odd\n"
