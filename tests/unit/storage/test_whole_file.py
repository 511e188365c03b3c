"""Small files: in memory until they are verified, then under their name in one step."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.domain.digest import LfsPointer, blob_oid
from rehydrate_tui.errors import (
    ConflictError,
    DigestMismatchError,
    LocalError,
    SizeMismatchError,
    WriteError,
)
from rehydrate_tui.storage.folder import Folder
from rehydrate_tui.storage.folders import MAX_HELD, Folders
from rehydrate_tui.storage.locks import Lock, lock
from rehydrate_tui.storage.whole_file import WholeFile
from tests.published import tree_of

DATA = b"content\n" * 10


def file_of(destination: Path, target: str = "a.txt", data: bytes = DATA) -> WholeFile:
    """Return the file of some pinned content."""
    return WholeFile(Folders(destination), target, len(data), blob_oid(data))


def bring(file: WholeFile, data: bytes = DATA, *, replace: bool = False) -> None:
    """Let bytes arrive in two pieces, and name the file."""
    with file:
        file.write(data[:7])
        file.write(data[7:])
        file.commit(executable=False, replace=replace)


def test_nothing_is_on_disk_before_all_of_it_is_verified(tmp_path: Path) -> None:
    """Neither a file nor a folder is made for what is still arriving."""
    file = file_of(tmp_path, "deep/er/a.txt")
    with file:
        file.write(DATA)
        file.verify()
        assert tree_of(tmp_path) == {}
        assert not (tmp_path / "deep").exists()
        file.commit(executable=False, replace=False)
    assert tree_of(tmp_path) == {"deep/er/a.txt": DATA}


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
    lfs = WholeFile.for_lfs(Folders(tmp_path), "a.txt", pointer)
    with pytest.raises(error):
        bring(lfs if is_lfs else file_of(tmp_path), data, replace=True)
    assert tree_of(tmp_path) == {"a.txt": b"old"}


def test_a_check_that_was_passed_does_not_cover_more_bytes(tmp_path: Path) -> None:
    """What comes after the check is checked as well."""
    file = file_of(tmp_path)
    with file:
        file.write(DATA)
        file.verify()
        with pytest.raises(SizeMismatchError):
            file.write(b"x")
        with pytest.raises(SizeMismatchError):
            file.commit(executable=False, replace=False)
    assert tree_of(tmp_path) == {}


def test_a_new_try_forgets_what_came_before(tmp_path: Path) -> None:
    """Bytes of a try that failed are not mixed with those of the next."""
    file = file_of(tmp_path)
    with file:
        file.write(b"half")
        file.begin(0, is_kept=False)
        file.write(DATA)
        file.commit(executable=True, replace=False)
    mode = stat.S_IMODE((tmp_path / "a.txt").stat().st_mode)
    assert mode & 0o111 == (mode & 0o444) >> 2
    assert tree_of(tmp_path) == {"a.txt": DATA}


def test_a_taken_name_is_not_taken_over(tmp_path: Path) -> None:
    """Unless told to replace, what stands there stays."""
    (tmp_path / "a.txt").write_bytes(b"mine")
    with pytest.raises(ConflictError, match="appeared during the run"):
        bring(file_of(tmp_path))
    assert tree_of(tmp_path) == {"a.txt": b"mine"}


@pytest.mark.parametrize("replaces", [False, True])
def test_its_part_is_locked_until_it_has_its_name(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    replaces: bool,  # noqa: FBT001 - a table of values
) -> None:
    """Nobody can take it for abandoned, whole as it is, at the instant of its naming."""
    found: list[Lock] = []
    for method in ("rename", "give_name"):
        original = getattr(Folder, method)

        def watched(
            folder: Folder,
            name: str,
            new: str,
            original: Callable[[Folder, str, str], object] = original,
        ) -> object:
            assert (tmp_path / name).read_bytes() == DATA
            with (tmp_path / name).open("rb") as other:
                found.append(lock(other.fileno()))
            return original(folder, name, new)

        monkeypatch.setattr(Folder, method, watched)
    bring(file_of(tmp_path), replace=replaces)
    assert found == [Lock.BUSY]


def test_a_part_that_another_run_removes_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its making and its lock a part looks abandoned; that costs a write only."""
    create = Folder.create
    removed: list[str] = []

    def robbed(folder: Folder, name: str) -> int:
        descriptor = create(folder, name)
        if not removed:
            removed.append(name)
            folder.remove(name)
        return descriptor

    monkeypatch.setattr(Folder, "create", robbed)
    bring(file_of(tmp_path))
    assert tree_of(tmp_path) == {"a.txt": DATA}
    assert len(removed) == 1


def test_a_folder_that_takes_all_parts_away_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who removes every part does not keep a run busy for ever."""
    create = Folder.create

    def robbed(folder: Folder, name: str) -> int:
        descriptor = create(folder, name)
        folder.remove(name)
        return descriptor

    monkeypatch.setattr(Folder, "create", robbed)
    with pytest.raises(LocalError, match="another program removes its parts"):
        bring(file_of(tmp_path))
    assert tree_of(tmp_path) == {}


def test_a_full_disk_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error in the middle of the write removes what was written."""

    def refuse(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", refuse)
    with pytest.raises(LocalError, match="filled up"):
        bring(file_of(tmp_path))
    assert tree_of(tmp_path) == {}


def test_a_short_write_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Systems may take fewer bytes at a time than they are given."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda where, data: write(where, data[:3]))
    bring(file_of(tmp_path))
    assert tree_of(tmp_path) == {"a.txt": DATA}


def test_an_original_that_grew_is_noticed(tmp_path: Path) -> None:
    """A copy reads no more than is pinned and one byte."""
    original = tmp_path / "original"
    original.write_bytes(DATA * 1000)
    with pytest.raises(SizeMismatchError), file_of(tmp_path) as file:
        file.copy(original)


def test_a_held_folder_is_used_again(tmp_path: Path) -> None:
    """The next file in it needs no new walk; more folders than may be held are let go."""
    folders = Folders(tmp_path)
    with folders.above("deep/a") as first:
        pass
    with folders.above("deep/b") as second:
        assert second is first
    for number in range(MAX_HELD + 5):
        with folders.above(f"{number}/a") as folder:
            assert folder.is_in_place()
    assert len(folders._held) == MAX_HELD
    assert first._descriptor is None
    folders.close()
    assert not folders._held


def test_a_held_folder_that_was_moved_away_is_made_anew(tmp_path: Path) -> None:
    """What is written goes where the path leads, not where the folder went."""
    folders = Folders(tmp_path)
    for name in ("a", "b"):
        with WholeFile(folders, f"deep/{name}", len(DATA), blob_oid(DATA)) as file:
            file.write(DATA)
            file.commit(executable=False, replace=False)
        if name == "a":
            (tmp_path / "deep").rename(tmp_path / "moved")
    assert tree_of(tmp_path) == {"moved/a": DATA, "deep/b": DATA}


def test_a_link_in_the_place_of_a_held_folder_is_not_followed(tmp_path: Path) -> None:
    """A link that appears during the run is refused, and nothing goes through it."""
    dest, outside = tmp_path / "dest", tmp_path / "outside"
    outside.mkdir()
    folders = Folders(dest)
    with folders.above("deep/a"):
        pass
    (dest / "deep").rename(dest / "moved")
    (dest / "deep").symlink_to(outside)
    with pytest.raises(WriteError, match="is no folder here"):
        bring(WholeFile(folders, "deep/a", len(DATA), blob_oid(DATA)))
    assert tree_of(outside) == {}
