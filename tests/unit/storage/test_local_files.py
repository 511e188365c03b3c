"""What stands on disk, compared with what is pinned."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rehydrate_tui.demo.builder import LfsFile
from rehydrate_tui.domain.content import lfs_content, pointer_blob
from rehydrate_tui.domain.digest import LfsPointer, blob_oid
from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.objects import ObjectId
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.domain.plan import LocalState
from rehydrate_tui.errors import WriteError
from rehydrate_tui.storage.disk import free_space, nearest_folder
from rehydrate_tui.storage.folder import Folder
from rehydrate_tui.storage.local_files import (
    local_state,
    look,
    remove_file,
    restore_mode,
)
from rehydrate_tui.storage.receipts import Receipt
from tests.published import blob_of

DATA = b"content\n"
MODEL = b"model" * 100


def become_a_pipe(path: Path) -> None:
    """Put a pipe in the place of a file."""
    path.unlink()
    os.mkfifo(path)


def pinned(data: bytes = DATA, **keys: Any) -> LockedFile:  # noqa: ANN401 - any field
    """Return a pinned file."""
    return LockedFile(path=RepoPath("a"), blob=blob_oid(data), size=len(data), **keys)


@pytest.mark.parametrize(
    ("on_disk", "state"),
    [
        (DATA, LocalState.SAME),
        (b"Content\n", LocalState.DIFFERENT),
        (b"", LocalState.DIFFERENT),
        (DATA + b"x", LocalState.DIFFERENT),
    ],
)
def test_files_are_compared_by_content(
    tmp_path: Path, on_disk: bytes, state: LocalState
) -> None:
    """Same means every byte."""
    (tmp_path / "a").write_bytes(on_disk)
    assert local_state(tmp_path, "a", pinned()) is state


def test_what_is_not_there_is_missing(tmp_path: Path) -> None:
    """Also below folders that are not there."""
    assert local_state(tmp_path, "a", pinned()) is LocalState.MISSING
    assert local_state(tmp_path / "gone", "x/y/a", pinned()) is LocalState.MISSING


def test_without_a_blob_nothing_is_the_same(tmp_path: Path) -> None:
    """An unpinned file is nobody's copy."""
    (tmp_path / "a").write_bytes(DATA)
    file = LockedFile(path=RepoPath("a"))
    assert local_state(tmp_path, "a", file) is LocalState.DIFFERENT


def test_without_a_size_the_blob_decides(tmp_path: Path) -> None:
    """A size is a shortcut, not a condition."""
    (tmp_path / "a").write_bytes(DATA)
    file = LockedFile(path=RepoPath("a"), blob=blob_oid(DATA))
    assert local_state(tmp_path, "a", file) is LocalState.SAME


def test_ids_of_sha256_repositories_are_understood(tmp_path: Path) -> None:
    """The algorithm follows from the length of the id."""
    (tmp_path / "a").write_bytes(DATA)
    file = LockedFile(
        path=RepoPath("a"), blob=blob_oid(DATA, like="0" * 64), size=len(DATA)
    )
    assert local_state(tmp_path, "a", file) is LocalState.SAME


def test_an_object_is_compared_by_its_own_hash(tmp_path: Path) -> None:
    """With `lfs` the disk should hold the object, not the pointer."""
    lfs = LfsPointer(hashlib.sha256(MODEL).hexdigest(), len(MODEL))
    file = pinned(blob_of(LfsFile(MODEL)), lfs=lfs)
    (tmp_path / "a").write_bytes(MODEL)
    assert local_state(tmp_path, "a", file) is LocalState.SAME
    (tmp_path / "a").write_bytes(MODEL[::-1])
    assert local_state(tmp_path, "a", file) is LocalState.DIFFERENT
    (tmp_path / "a").write_bytes(blob_of(LfsFile(MODEL)))
    assert local_state(tmp_path, "a", file) is LocalState.DIFFERENT


def test_an_object_is_known_by_the_pointer_it_has(tmp_path: Path) -> None:
    """Without `lfs` the object on disk is right if its pointer is the pinned blob."""
    file = pinned(blob_of(LfsFile(MODEL)))
    (tmp_path / "a").write_bytes(MODEL)
    assert local_state(tmp_path, "a", file) is LocalState.SAME
    (tmp_path / "a").write_bytes(MODEL[::-1])
    assert local_state(tmp_path, "a", file) is LocalState.DIFFERENT
    (tmp_path / "a").write_bytes(MODEL * 100)
    assert local_state(tmp_path, "a", file) is LocalState.DIFFERENT
    kept = pinned(blob_of(LfsFile(MODEL)), keep_pointer=True)
    (tmp_path / "a").write_bytes(MODEL)
    assert local_state(tmp_path, "a", kept) is LocalState.DIFFERENT


def test_links_are_compared_by_text(tmp_path: Path) -> None:
    """A link is right if its text is; it is never followed."""
    file = pinned(b"b", symlink="b")
    (tmp_path / "a").symlink_to("b")
    assert local_state(tmp_path, "a", file) is LocalState.SAME
    (tmp_path / "b").write_bytes(DATA)
    assert local_state(tmp_path, "a", pinned()) is LocalState.BLOCKED
    assert local_state(tmp_path, "a", pinned(b"c", symlink="c")) is LocalState.BLOCKED
    assert local_state(tmp_path, "b", file) is LocalState.BLOCKED


def test_a_link_is_no_file_with_its_text(tmp_path: Path) -> None:
    """A regular file is pinned, a link of that text stands there: in the way."""
    (tmp_path / "a").symlink_to("content")
    assert local_state(tmp_path, "a", pinned(b"content")) is LocalState.BLOCKED


def test_special_files_and_folders_are_in_the_way(tmp_path: Path) -> None:
    """Nothing is opened that could block, and nothing below a link is looked at."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(DATA)
    (tmp_path / "link").symlink_to("folder")
    for target in ("pipe", "folder", "link/a", "link/b/c", "file/a", "file/b/c"):
        assert local_state(tmp_path, target, pinned()) is LocalState.BLOCKED


def test_a_name_that_the_disk_refuses_is_an_error(tmp_path: Path) -> None:
    """What cannot even be looked at is told with the name and the reason."""
    with pytest.raises(WriteError, match="File name too long"):
        local_state(tmp_path, "n" * 300, pinned())


@pytest.mark.parametrize(
    ("before", "executable", "after"),
    [
        (0o644, True, 0o755), (0o640, True, 0o750), (0o600, True, 0o700),
        (0o755, True, 0o755), (0o700, True, 0o700), (0o755, False, 0o644),
        (0o644, False, 0o644), (0o651, False, 0o651), (0o751, False, 0o640),
    ],
)  # fmt: skip
def test_modes_are_restored_where_they_differ(
    tmp_path: Path,
    before: int,
    executable: bool,  # noqa: FBT001 - a table of values
    after: int,
) -> None:
    """Only the owner's execute bit decides; other bits stay as they are."""
    path = tmp_path / "a"
    path.write_bytes(DATA)
    path.chmod(before)
    restore_mode(tmp_path, "a", pinned(executable=executable))
    assert stat.S_IMODE(path.stat().st_mode) == after


def test_the_mode_of_nothing_is_an_error(tmp_path: Path) -> None:
    """A file that has gone meanwhile is named."""
    with pytest.raises(WriteError, match="No such file"):
        restore_mode(tmp_path, "a", pinned())


def test_a_mode_that_became_right_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is the file that is held, not the one that was seen."""
    path = tmp_path / "a"
    path.write_bytes(DATA)
    path.chmod(0o640)
    hold = Folder.open

    def then_changed(folder: Folder) -> None:
        path.chmod(0o700)
        hold(folder)

    monkeypatch.setattr(Folder, "open", then_changed)
    restore_mode(tmp_path, "a", pinned(executable=True))
    assert stat.S_IMODE(path.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("meanwhile", "state"),
    [(Path.unlink, LocalState.MISSING), (become_a_pipe, LocalState.BLOCKED)],
)
def test_what_changes_between_two_looks_is_taken_as_it_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Callable[[Path], object],
    state: LocalState,
) -> None:
    """A file that goes, or becomes a pipe, after its status was read is no error."""
    path = tmp_path / "a"
    path.write_bytes(DATA)
    look = Path.lstat

    def then_gone(seen: Path) -> os.stat_result:
        status = look(seen)
        if seen == path:
            meanwhile(path)
        return status

    monkeypatch.setattr(Path, "lstat", then_gone)
    assert local_state(tmp_path, "a", pinned()) is state


def test_an_object_that_its_pointer_announced_is_ours(tmp_path: Path) -> None:
    """A run that was killed after it wrote an object had only told its pointer."""
    (tmp_path / "a").write_bytes(MODEL)
    oid = hashlib.sha256(MODEL).hexdigest()
    announced = Receipt(content="", pending=pointer_blob(oid, len(MODEL), like=""))
    found = look(tmp_path, "a", pinned(b"newer\n"), announced)
    assert (found.state, found.content) == (LocalState.OURS, lfs_content(oid))


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A folder whose `sub` has become a link to a folder with somebody else's file."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a").write_bytes(DATA)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "sub").symlink_to(outside)
    (inside / "link").symlink_to(outside / "a")
    return inside


@pytest.mark.parametrize(
    ("target", "mode", "executable"), [("sub/a", 0o600, True), ("link", 0o700, False)]
)
def test_a_mode_is_not_set_through_a_link(
    planted: Path,
    target: str,
    mode: int,
    executable: bool,  # noqa: FBT001 - a table of values
) -> None:
    """A link that was planted after the look is an error, and its target stays."""
    (planted / "sub" / "a").chmod(mode)
    with pytest.raises(WriteError):
        restore_mode(planted, target, pinned(executable=executable))
    assert stat.S_IMODE((planted / "sub" / "a").stat().st_mode) == mode


def test_a_mode_is_set_by_name_where_folders_cannot_be_held(
    planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without descriptors of folders a link is still looked for."""
    monkeypatch.setattr("rehydrate_tui.storage.folder._CAN_HOLD", False)
    (planted / "real").mkdir()
    (planted / "real" / "a").write_bytes(DATA)
    restore_mode(planted, "real/a", pinned(executable=True))
    assert os.access(planted / "real" / "a", os.X_OK)
    with pytest.raises(WriteError):
        restore_mode(planted, "sub/a", pinned(executable=True))


def test_nothing_is_removed_through_a_link(planted: Path) -> None:
    """A link among the folders is an error; a link as the file is removed itself."""
    with pytest.raises(WriteError):
        remove_file(planted, "sub/a")
    remove_file(planted, "link")
    assert not (planted / "link").is_symlink()
    assert (planted / "sub" / "a").read_bytes() == DATA


def test_looking_for_a_file_makes_no_folder(tmp_path: Path) -> None:
    """What is not there is an error, and nothing is made on the way."""
    with pytest.raises(WriteError, match="No such file"):
        remove_file(tmp_path, "gone/a")
    with pytest.raises(WriteError, match="No such file"):
        restore_mode(tmp_path, "gone/a", pinned())
    assert not (tmp_path / "gone").exists()


def test_a_file_is_removed_by_its_target(tmp_path: Path) -> None:
    """The demo loses files like this; what is not there is an error."""
    (tmp_path / "a").write_bytes(DATA)
    remove_file(tmp_path, "a")
    assert not (tmp_path / "a").exists()
    with pytest.raises(WriteError):
        remove_file(tmp_path, "a")


def test_space_is_asked_of_what_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is still to be made has the space of the one above."""
    assert nearest_folder(tmp_path / "a/b/c") == tmp_path
    assert free_space(tmp_path / "a/b") > 0
    monkeypatch.chdir(tmp_path)
    assert nearest_folder(Path()) == Path()
    assert nearest_folder(Path("gone/x")) == tmp_path


def test_an_oid_is_text() -> None:
    """Ids compare as plain text."""
    assert blob_oid(b"") == ObjectId("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
