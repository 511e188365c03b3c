"""A destination at planning: what is settled costs one look, what is not is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rehydrate_tui.domain.digest import blob_oid
from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.domain.plan import LocalFile, LocalState
from rehydrate_tui.errors import LocalError
from rehydrate_tui.storage import ground as ground_module
from rehydrate_tui.storage.ground import Ground
from rehydrate_tui.storage.local_files import look, stamp_of
from rehydrate_tui.storage.receipts import ReceiptIndex

OLD = 10**18
DATA = {f"d/{name}.txt": name.encode() * 9 for name in "abc"}


def pinned(path: str, data: bytes) -> LockedFile:
    """Return a file as a manifest pins it."""
    return LockedFile(path=RepoPath(path), blob=blob_oid(data), size=len(data))


PLACES = [(path, pinned(path, data)) for path, data in DATA.items()]


@pytest.fixture
def settled(tmp_path: Path) -> tuple[Path, ReceiptIndex]:
    """Old files that the index knows."""
    dest = tmp_path / "dest"
    (dest / "d").mkdir(parents=True)
    index = ReceiptIndex(tmp_path / "state")
    for path, data in DATA.items():
        (dest / path).write_bytes(data)
        os.utime(dest / path, ns=(OLD, OLD))
        stamp = stamp_of((dest / path).lstat())
        index.record([(dest / path, blob_oid(data), stamp)])
    return dest, index


def states(dest: Path, index: ReceiptIndex | None) -> list[LocalState]:
    """Return the states of all places, however they were found out."""
    found = Ground.survey(dest, index).look_at_all(PLACES)
    assert not any(isinstance(each, LocalError) for each in found)
    return [each.state for each in found if isinstance(each, LocalFile)]


def refuse(*_: object) -> LocalFile:
    """Fail: nobody should read this."""
    pytest.fail("it was read")


def test_what_receipts_vouch_for_is_not_read(
    settled: tuple[Path, ReceiptIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A settled folder is told by status alone, and so is one where nothing is."""
    dest, index = settled
    monkeypatch.setattr(ground_module, "look", refuse)
    assert states(dest, index) == [LocalState.SAME] * 3
    assert states(dest / "elsewhere", index) == [LocalState.MISSING] * 3
    (dest / "d/b.txt").unlink()
    assert states(dest, index)[1] is LocalState.MISSING


@pytest.mark.parametrize("change", ["bytes", "time", "mode", "link", "folder", "racy"])
def test_any_doubt_is_cleared_by_reading(
    settled: tuple[Path, ReceiptIndex],
    monkeypatch: pytest.MonkeyPatch,
    change: str,
) -> None:
    """Whatever differs in its status is looked into, and the answer is that of `look`."""
    dest, index = settled
    path = dest / "d/b.txt"
    if change == "bytes":
        path.write_bytes(b"X" * 9)
    if change == "time":
        os.utime(path, ns=(OLD, OLD + 1))
    if change == "mode":
        path.chmod(0o755)
    if change in {"link", "folder"}:
        path.unlink()
        path.mkdir() if change == "folder" else path.symlink_to("a.txt")
    if change == "racy":
        path.write_bytes(DATA["d/b.txt"])
        stamp = stamp_of(path.lstat())
        index.record([(path, blob_oid(DATA["d/b.txt"]), stamp)])
    read: list[str] = []

    def watched(*arguments: object) -> LocalFile:
        read.append(str(arguments[1]))
        return look(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(ground_module, "look", watched)
    expected = look(dest, *PLACES[1], index.below(dest).get(str(path))).state
    assert states(dest, index) == [LocalState.SAME, expected, LocalState.SAME]
    assert read == ["d/b.txt"]


def test_a_folder_that_is_a_link_blocks_what_is_below(
    settled: tuple[Path, ReceiptIndex], tmp_path: Path
) -> None:
    """A folder is looked at once for all its files, and never followed."""
    dest, index = settled
    (dest / "d").rename(tmp_path / "outside")
    (dest / "d").symlink_to(tmp_path / "outside")
    assert states(dest, index) == [LocalState.BLOCKED] * 3
    assert states(dest, None) == [LocalState.BLOCKED] * 3


def test_much_is_read_by_several_threads_and_told_in_order(
    settled: tuple[Path, ReceiptIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an index all is hashed; what differs is found where it stands."""
    monkeypatch.setattr(ground_module, "_MANY_BYTES", 1)
    dest, _ = settled
    (dest / "d/c.txt").write_bytes(b"other")
    same, different = LocalState.SAME, LocalState.DIFFERENT
    assert states(dest, None) == [same, same, different]


def test_what_is_ours_and_not_pinned_any_more_is_not_read(
    settled: tuple[Path, ReceiptIndex],
) -> None:
    """A receipt vouches for the old content as well: nobody edited it."""
    dest, index = settled
    newer = [(path, pinned(path, b"newer")) for path in DATA]
    found = Ground.survey(dest, index).look_at_all(newer)
    assert [each.state for each in found if isinstance(each, LocalFile)] == (
        [LocalState.OURS] * 3
    )


def test_a_name_that_the_system_does_not_take_is_an_error_of_that_file(
    settled: tuple[Path, ReceiptIndex],
) -> None:
    """The others are looked at all the same."""
    dest, index = settled
    long = f"d/{'x' * 300}/a.txt"
    found = Ground.survey(dest, index).look_at_all([(long, PLACES[0][1]), *PLACES])
    assert isinstance(found[0], LocalError)
    assert [each.state for each in found[1:] if isinstance(each, LocalFile)] == (
        [LocalState.SAME] * 3
    )
