"""Files while they arrive: nothing unverified gets a name."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from rehydrate_tui.domain.digest import LfsPointer, blob_oid
from rehydrate_tui.domain.plan import Stamp
from rehydrate_tui.errors import (
    ConflictError,
    DigestMismatchError,
    LocalError,
    SizeMismatchError,
    WriteError,
)
from rehydrate_tui.storage.folder import Folder
from rehydrate_tui.storage.local_files import stamp_of
from rehydrate_tui.storage.locks import Lock, lock
from rehydrate_tui.storage.part_file import PartFile
from rehydrate_tui.storage.placing import back_up, write_symlink
from tests.published import tree_of

DATA = b"content\n" * 10


def part_of(destination: Path, target: str = "a.txt", data: bytes = DATA) -> PartFile:
    """Return the part file of some pinned content."""
    return PartFile(destination, target, len(data), blob_oid(data))


def test_a_verified_file_gets_its_name(tmp_path: Path) -> None:
    """Written in pieces, verified, named; folders are made, nothing else is left."""
    with part_of(tmp_path, "deep/er/a.txt") as part:
        part.write(DATA[:7])
        part.write(DATA[7:])
        part.commit(executable=False, replace=False)
    assert tree_of(tmp_path) == {"deep/er/a.txt": DATA}


def test_an_unfinished_file_is_hidden_and_removed(tmp_path: Path) -> None:
    """While it arrives it has another name; leaving without a commit removes it."""
    with part_of(tmp_path) as part:
        part.write(DATA)
        (name,) = tree_of(tmp_path)
        assert name.startswith(".a.txt.")
        assert name.endswith(".part")
    assert tree_of(tmp_path) == {}


def test_an_error_on_the_way_removes_what_arrived(tmp_path: Path) -> None:
    """Whatever ends the transfer, no remains."""

    def interrupted() -> None:
        with part_of(tmp_path) as part:
            part.write(DATA[:5])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert tree_of(tmp_path) == {}


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (DATA[:-1], SizeMismatchError),
        (b"", SizeMismatchError),
        (DATA + b"x", SizeMismatchError),
        (b"X" + DATA[1:], DigestMismatchError),
    ],
)
@pytest.mark.parametrize("is_lfs", [False, True])
def test_other_bytes_get_no_name(
    tmp_path: Path,
    data: bytes,
    error: type[Exception],
    is_lfs: bool,  # noqa: FBT001 - a table of values
) -> None:
    """Fewer, more or other bytes than pinned: no file, and the old one stays."""
    (tmp_path / "a.txt").write_bytes(b"old")
    pointer = LfsPointer(hashlib.sha256(DATA).hexdigest(), len(DATA))
    part = PartFile.for_lfs(tmp_path, "a.txt", pointer) if is_lfs else part_of(tmp_path)

    def arrive() -> None:
        with part:
            part.write(data)
            part.commit(executable=False, replace=True)

    with pytest.raises(error):
        arrive()
    assert tree_of(tmp_path) == {"a.txt": b"old"}


def test_no_more_is_written_than_pinned(tmp_path: Path) -> None:
    """An endless answer does not fill the disk: the surplus is never written."""
    with part_of(tmp_path) as part:
        with pytest.raises(SizeMismatchError, match="more than the 80"):
            part.write(DATA + b"x" * 10**6)
        (content,) = tree_of(tmp_path).values()
        assert len(content) == 0


def test_the_head_is_kept_for_pointers(tmp_path: Path) -> None:
    """The first kilobyte is at hand, no more."""
    data = bytes(range(256)) * 10
    with part_of(tmp_path, data=data) as part:
        part.write(data[:1000])
        part.write(data[1000:2000])
        part.write(data[2000:])
        assert part.head == data[:1024]


def test_a_taken_name_is_not_taken_over(tmp_path: Path) -> None:
    """Unless told to replace, what stands there stays."""

    def arrive() -> None:
        with part_of(tmp_path) as part:
            part.write(DATA)
            (tmp_path / "a.txt").write_bytes(b"mine")
            part.commit(executable=False, replace=False)

    with pytest.raises(ConflictError, match="appeared during the run"):
        arrive()
    assert tree_of(tmp_path) == {"a.txt": b"mine"}


def test_a_replaced_file_may_be_a_link_that_is_not_followed(tmp_path: Path) -> None:
    """Replacing replaces the name; where a link led is not touched."""
    (tmp_path / "other").write_bytes(b"other")
    (tmp_path / "a.txt").symlink_to("other")
    with part_of(tmp_path) as part:
        part.write(DATA)
        part.commit(executable=False, replace=True)
    assert tree_of(tmp_path) == {"a.txt": DATA, "other": b"other"}


def test_executable_files_are_for_those_who_may_read(tmp_path: Path) -> None:
    """Execute bits follow the read bits."""
    with part_of(tmp_path) as part:
        part.write(DATA)
        part.commit(executable=True, replace=False)
    mode = stat.S_IMODE((tmp_path / "a.txt").stat().st_mode)
    assert mode & 0o111 == (mode & 0o444) >> 2


@pytest.mark.parametrize("target", ["link/a.txt", "link/deep/a.txt", "file/a.txt"])
def test_links_and_files_are_no_folders(tmp_path: Path, target: str) -> None:
    """Below the destination no link is followed, and no file made way for."""
    outside, dest = tmp_path / "outside", tmp_path / "dest"
    outside.mkdir()
    dest.mkdir()
    (dest / "link").symlink_to(outside)
    (dest / "file").write_bytes(b"mine")
    for action in (
        lambda: part_of(dest, target).__enter__(),
        lambda: write_symlink(dest, target, "x"),
    ):
        with pytest.raises(WriteError, match="is no folder here"):
            action()
    assert tree_of(outside) == {}
    assert (dest / "file").read_bytes() == b"mine"


def test_the_longest_name_can_arrive(tmp_path: Path) -> None:
    """A name of 255 bytes has a hidden name as well, in whole characters."""
    name = "é" * 127 + "x"
    with part_of(tmp_path, name) as part:
        part.write(DATA)
        part.commit(executable=False, replace=False)
    assert tree_of(tmp_path) == {name: DATA}


def test_a_link_is_made_once(tmp_path: Path) -> None:
    """A link is made with its text as it is; a taken name stays what it is."""
    write_symlink(tmp_path, "deep/link", "../no/where")
    assert tree_of(tmp_path) == {"deep/link": "-> ../no/where"}
    with pytest.raises(ConflictError):
        write_symlink(tmp_path, "deep/link", "elsewhere")
    assert tree_of(tmp_path) == {"deep/link": "-> ../no/where"}


def test_backups_count_up(tmp_path: Path) -> None:
    """The original keeps its name until it is replaced; older backups stay."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/a.txt").write_bytes(b"mine")
    (tmp_path / "deep/a.txt.~1~").write_bytes(b"older")
    assert back_up(tmp_path, "deep/a.txt") == "deep/a.txt.~2~"
    assert tree_of(tmp_path) == {
        "deep/a.txt": b"mine",
        "deep/a.txt.~1~": b"older",
        "deep/a.txt.~2~": b"mine",
    }
    assert back_up(tmp_path, "deep/a.txt") == "deep/a.txt.~2~", "it is that already"
    (tmp_path / "new").write_bytes(b"new")
    (tmp_path / "new").replace(tmp_path / "deep/a.txt")
    assert back_up(tmp_path, "deep/a.txt") == "deep/a.txt.~3~"
    assert (tmp_path / "deep/a.txt.~2~").read_bytes() == b"mine"


def test_what_is_gone_cannot_be_backed_up(tmp_path: Path) -> None:
    """An edit that was removed meanwhile is an error with its name."""
    with pytest.raises(WriteError, match="No such file"):
        back_up(tmp_path, "a.txt")


def test_a_folder_that_was_replaced_is_noticed(tmp_path: Path) -> None:
    """A held folder that was moved away is not taken for the one at its path."""
    with Folder(tmp_path, "deep/a.txt") as folder:
        folder.check()
        (tmp_path / "deep").rename(tmp_path / "moved")
        (tmp_path / "deep").mkdir()
        with pytest.raises(WriteError, match="its folder was replaced during"):
            folder.check()


def test_a_destination_may_be_reached_through_a_link(tmp_path: Path) -> None:
    """The destination was chosen by a person."""
    (tmp_path / "real").mkdir()
    (tmp_path / "dest").symlink_to("real")
    with Folder(tmp_path / "dest", "a.txt") as folder:
        folder.check()
        assert folder.symlink("x", "a.txt")
    assert tree_of(tmp_path / "real") == {"a.txt": "-> x"}


def test_a_file_that_cannot_be_made_leaves_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that takes no file is an error, and is let go of."""

    def refuse(self: Folder, name: str) -> int:
        raise PermissionError(13, name)

    monkeypatch.setattr(Folder, "create", refuse)
    part = part_of(tmp_path)
    with pytest.raises(WriteError, match="Permission denied"):
        part.__enter__()
    assert part._folder._descriptor is None


def test_without_hard_links_a_taken_name_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where names cannot be shared, they are still not taken over."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    with Folder(tmp_path, "a") as folder:
        assert not folder.give_name("a", "b")
        assert folder.give_name("a", "c")
    assert tree_of(tmp_path) == {"b": b"b", "c": b"a"}


def test_a_folder_without_a_descriptor_is_not_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By name only, a folder that was moved away is noticed when it is used."""
    monkeypatch.setattr("rehydrate_tui.storage.folder._CAN_HOLD", False)
    with Folder(tmp_path, "deep/a.txt") as folder:
        folder.check()
        (tmp_path / "deep").rmdir()
        with pytest.raises(FileNotFoundError):
            folder.create("a.txt")


def test_a_folder_that_cannot_be_entered_is_an_error(tmp_path: Path) -> None:
    """A name that no disk takes is told as the system tells it."""
    with pytest.raises(WriteError, match="File name too long"):
        Folder(tmp_path, f"{'n' * 300}/a").open()


def test_parts_that_somebody_always_takes_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program that grabs every new part is named after a hundred tries."""
    monkeypatch.setattr("rehydrate_tui.storage.part_file.lock", lambda _: Lock.BUSY)
    with pytest.raises(LocalError, match="another program removes its parts"):
        part_of(tmp_path).__enter__()


@pytest.mark.parametrize("leftover", ["gone", "empty", "too-long", "linked", "fifo"])
def test_a_leftover_that_is_of_no_use_is_not_gone_on_with(
    tmp_path: Path, leftover: str
) -> None:
    """A new part is made instead, and what has another name is not written to."""
    (tmp_path / "other").write_bytes(DATA[:20])
    (tmp_path / "empty").touch()
    (tmp_path / "too-long").write_bytes(DATA * 2)
    (tmp_path / "linked").hardlink_to(tmp_path / "other")
    os.mkfifo(tmp_path / "fifo")
    with PartFile(
        tmp_path, "a.txt", len(DATA), blob_oid(DATA), leftover=leftover
    ) as part:
        assert (part.offset, part.name != leftover) == (0, True)
        part.write(DATA)
        part.commit(executable=False, replace=False)
    assert (tmp_path / "a.txt").read_bytes() == DATA
    assert (tmp_path / "other").read_bytes() == DATA[:20]


def test_what_was_here_can_be_forgotten(tmp_path: Path) -> None:
    """An answer that begins at 0 begins the file anew."""
    (tmp_path / "old").write_bytes(b"X" * 20)
    with PartFile(tmp_path, "a.txt", len(DATA), blob_oid(DATA), leftover="old") as part:
        assert sum(part.recall()) == part.offset == 20
        part.begin(0, is_kept=False)
        part.write(DATA)
        part.commit(executable=False, replace=False)
    assert tree_of(tmp_path) == {"a.txt": DATA}


def test_a_link_replaces_only_what_was_expected(tmp_path: Path) -> None:
    """A file that changed since it was looked at stays, and no part is left."""
    (tmp_path / "a").write_bytes(b"old")
    expected = stamp_of((tmp_path / "a").lstat())
    (tmp_path / "a").write_bytes(b"edited")
    with pytest.raises(ConflictError, match="was changed during the run"):
        write_symlink(tmp_path, "a", "x", expected=expected)
    assert tree_of(tmp_path) == {"a": b"edited"}
    expected = stamp_of((tmp_path / "a").lstat())
    assert isinstance(write_symlink(tmp_path, "a", "x", expected=expected), Stamp)
    assert tree_of(tmp_path) == {"a": "-> x"}


def test_a_link_that_another_run_sweeps_away_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link cannot be locked, so its part may be taken for abandoned: once more."""
    (tmp_path / "a").write_bytes(b"old")
    make, made = Folder.symlink, list[str]()

    def swept(folder: Folder, text: str, name: str) -> bool:
        is_new = make(folder, text, name)
        made.append(name)
        if len(made) == 1:
            folder.remove(name)
        return is_new

    monkeypatch.setattr(Folder, "symlink", swept)
    expected = stamp_of((tmp_path / "a").lstat())
    write_symlink(tmp_path, "a", "x", expected=expected)
    assert len(made) == 2
    assert tree_of(tmp_path) == {"a": "-> x"}


def test_a_leftover_in_use_is_left(tmp_path: Path) -> None:
    """What another process holds is not written to; a new part is made."""
    (tmp_path / "old").write_bytes(DATA[:20])
    with (tmp_path / "old").open("rb") as other:
        assert lock(other.fileno()) is Lock.HELD
        with PartFile(
            tmp_path, "a.txt", len(DATA), blob_oid(DATA), leftover="old"
        ) as part:
            assert part.name != "old"
    assert tree_of(tmp_path) == {"old": DATA[:20]}
