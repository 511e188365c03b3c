"""Disks with little room: for bytes, for files, for names; and several disks."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content
from rehydrate_tui.domain.limits import SizePolicy
from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.domain.plan import (
    Action,
    ConflictPolicy,
    DownloadPlan,
    LocalState,
    PlannedFile,
    Volume,
    check_plan,
)
from rehydrate_tui.errors import NoSpaceError
from rehydrate_tui.storage.receipts import PartNote
from rehydrate_tui.storage.translate import free_files, local_error
from rehydrate_tui.storage.volumes import measure_volumes
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.end_to_end.conftest import OnContent, command, on_content
from tests.mounts import close_for_writing, mounted
from tests.published import publish, tree_of

__all__ = ["command", "on_content"]

MIB = 2**20


@contextmanager
def disk(folder: Path, options: str) -> Iterator[None]:
    """Have a disk of its own, or skip the test where that is not allowed."""
    with mounted(folder, options) as is_mounted:
        if not is_mounted:
            pytest.skip("no right to mount a disk")
        yield


def test_each_disk_below_the_destination_is_measured(
    command: Command, serve: Serve, dest: Path, tmp_path: Path
) -> None:
    """A small disk mounted below a large one: refused with its name, nothing asked."""
    notes = publish({"small/big.bin": b"b" * (8 * MIB), "a.txt": b"a\n"})
    server = serve(notes)
    with disk(dest / "small", f"size={66 * MIB}"):
        ended = command("--replay", notes.pin(tmp_path / "m.toml"), "--dest", dest)
        assert ended.status == 3
        assert str(dest / "small") in ended.err
        assert (server.requests, tree_of(dest)) == ([], {})


def test_a_disk_without_room_for_files_is_refused(
    command: Command, serve: Serve, dest: Path, tmp_path: Path
) -> None:
    """There are bytes, but no inodes: exit 3, and the message says so."""
    notes = publish({f"{number}.txt": b"x" for number in range(50)})
    server = serve(notes)
    with disk(dest, "size=200m,nr_inodes=20"):
        ended = command("--replay", notes.pin(tmp_path / "m.toml"), "--dest", dest)
        assert ended.status == 3
        assert "has room for" in ended.err
        assert (server.requests, tree_of(dest)) == ([], {})


def test_a_disk_that_runs_out_of_files_says_so(
    command: Command, serve: Serve, on_content: OnContent, dest: Path, tmp_path: Path
) -> None:
    """Another program takes the last inodes: what came is whole, the rest is named."""
    files: dict[str, Content] = {
        f"{number}.txt": b"x%d" % number for number in range(9)
    }
    notes = publish(files)
    serve(notes)

    def fill() -> None:
        with suppress(OSError):
            for number in range(100):
                (dest / f"filler{number}").touch()

    with disk(dest, "size=200m,nr_inodes=30"):
        on_content("0.txt", fill)
        argv = ("--replay", notes.pin(tmp_path / "m.toml"), "--dest", dest)
        ended = command(*argv, "--jobs", "1")
        assert ended.status == 1
        assert "(inodes)" in ended.err
        found = {n: d for n, d in tree_of(dest).items() if not n.startswith("filler")}
        assert all(files[name] == data for name, data in found.items())


def test_a_quota_is_called_a_quota(tmp_path: Path) -> None:
    """The system's word for a used-up quota becomes a sentence about it."""
    error = local_error(OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)), "a.txt")
    assert isinstance(error, NoSpaceError)
    assert "Your quota of the disk was used up" in str(error)
    full = local_error(OSError(errno.ENOSPC, ""), "a.txt", tmp_path)
    assert "The disk filled up" in str(full)


def plan_on(*volumes: Volume) -> DownloadPlan:
    """Return an empty plan with given disks."""
    return DownloadPlan(
        destination="d",
        files=(),
        policy=ConflictPolicy.KEEP,
        free_bytes=0,
        volumes=volumes,
    )


def test_the_reserve_counts_on_every_disk() -> None:
    """One disk with room does not make up for another without."""
    roomy = Volume(folder="d", free_bytes=1000, new_bytes=900)
    limits = SizePolicy(reserve=100)
    check_plan(plan_on(roomy), limits)
    tight = Volume(folder="d/e", free_bytes=1000, new_bytes=901)
    with pytest.raises(NoSpaceError, match="d/e"):
        check_plan(plan_on(roomy, tight), limits)
    idle = Volume(folder="d/f", free_bytes=0, new_bytes=0)
    check_plan(plan_on(roomy, idle), limits)


def test_names_that_are_too_long_for_the_disk_fail_alone(
    command: Command, serve: Serve, tmp_path: Path
) -> None:
    """A path that is legal and too long here is named; the others come: exit 1."""
    long = "/".join(["d" * 250] * 15) + "/x.txt"
    notes = publish({long: b"x\n", "a.txt": b"a\n"})
    serve(notes)
    dest = tmp_path / ("p" * 200) / ("q" * 200)
    ended = command("--replay", notes.pin(tmp_path / "m.toml"), "--dest", dest)
    assert ended.status == 1
    assert "File name too long. Choose a shorter --dest" in ended.err
    assert tree_of(dest) == {"a.txt": b"a\n"}


def test_a_disk_that_does_not_say_is_not_asked_for_more(tmp_path: Path) -> None:
    """How many more files a disk takes is unknown where there is no disk."""
    assert free_files(tmp_path / "none") is None
    assert free_files(tmp_path) != 0


def test_what_is_here_of_a_file_needs_no_room(tmp_path: Path) -> None:
    """A part that will be gone on with is there already; one that has gone is not."""
    file = LockedFile(path=RepoPath("a"), blob=ObjectId("1" * 40), size=1000)
    planned = PlannedFile(
        repo=RepoId("ada", "notes"),
        commit=ObjectId("0" * 40),
        file=file,
        target="a",
        action=Action.FETCH,
        state=LocalState.MISSING,
    )
    (tmp_path / "part").write_bytes(b"x" * 400)
    note = PartNote(planned.content, '"tag"')
    parts = {
        str(tmp_path / "part"): note,
        str(tmp_path / "gone"): note,
        str(tmp_path / "other"): PartNote("2" * 40, '"tag"'),
    }
    (volume,) = measure_volumes(tmp_path, [planned], parts)
    assert (volume.new_bytes, volume.new_files) == (600, 1)


def test_a_quota_that_is_used_up_midway_leaves_nothing_torn(
    command: Command,
    serve: Serve,
    dest: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What fits arrives, what does not is named with what to do, without remains."""
    files: dict[str, Content] = {"big.bin": b"b" * (3 * MIB), "a.txt": b"a\n"}
    notes = publish(files)
    serve(notes)
    write, left = os.write, 2 * MIB

    def limited(descriptor: int, data: bytes, /) -> int:
        nonlocal left
        # What a large file wrote is given back when it goes, so a small one still fits.
        if len(data) > 1000:
            left -= len(data)
            if left < 0:
                raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))
        return write(descriptor, data)

    argv = ("--replay", notes.pin(tmp_path / "m.toml"), "--dest", dest, "--jobs", "1")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", limited)
        ended = command(*argv)
    assert ended.status == 1
    assert "Your quota of the disk was used up while writing “big.bin”" in ended.err
    assert tree_of(dest) == {"a.txt": b"a\n"}
    assert command(*argv).status == 0
    assert tree_of(dest) == files


def test_a_read_only_home_costs_the_index_only(
    command: Command,
    serve: Serve,
    dest: Path,
    state: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An index that cannot be written is still read: nothing is asked twice, or lost."""
    old = publish({"a.txt": b"old\n", "b.txt": b"b\n"})
    serve(old)
    monkeypatch.setenv("REHYDRATE_STATE_DIR", str(state))
    argv = ("--replay", old.pin(tmp_path / "m.toml"), "--dest", dest)
    with disk(state, "size=8m"):
        assert command(*argv).status == 0
        close_for_writing(state)
        (dest / "b.txt").unlink()
        assert command(*argv).status == 0
        (dest / "a.txt").write_bytes(b"mine\n")
        ended = command(*argv)
    assert ended.status == 0
    assert "kept" in ended.err
    assert tree_of(dest) == {"a.txt": b"mine\n", "b.txt": b"b\n"}
