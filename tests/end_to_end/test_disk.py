"""Disks that are full, that cannot be written, and that refuse large files."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content, LfsFile
from tests.conftest import Serve
from tests.end_to_end import process
from tests.end_to_end.command import Command, Finished
from tests.end_to_end.conftest import OnContent
from tests.mounts import mounted
from tests.published import publish, tree_of

MIB = 2**20
RESERVE = 64 * MIB
SMALL = b"small\n" * 100
BIG = b"b" * (8 * MIB)
FILES: dict[str, Content] = {"big.bin": BIG, "a.txt": SMALL, "z.txt": b"z\n"}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path | None]:
    """A disk of its own, a little larger than the reserve; None without the right."""
    folder = tmp_path / "disk"
    with mounted(folder, f"size={RESERVE + 10 * MIB}") as is_mounted:
        yield folder if is_mounted else None


def fill(folder: Path) -> None:
    """Take all space but a megabyte, as another program may at any time."""
    usage = os.statvfs(folder)
    free = usage.f_bavail * usage.f_frsize
    with (folder / "filler").open("wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, free - MIB)


def limit_file_size() -> None:
    """Let this process write no file of more than a megabyte."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, MIB))


def fill_up_while_running(
    serve: Serve, on_content: OnContent, manifest: Path, disk: Path
) -> Finished:
    """Replay onto a disk that another program fills when the first file arrives."""
    notes = publish(FILES)
    serve(notes)
    on_content("big.bin", lambda: fill(disk))
    argv = ("--replay", notes.pin(manifest), "--dest", disk / "dest", "--jobs", "1")
    return process.run(*argv)


def test_a_disk_that_fills_up_leaves_nothing_half_done(
    serve: Serve,
    on_content: OnContent,
    manifest: Path,
    tmp_path: Path,
    disk: Path | None,
) -> None:
    """The file that does not fit is named, without remains; what fits arrives: exit 1.

    Where no disk can be mounted, a limit on the size of files takes its place.
    """
    if disk is None:
        notes = publish(FILES)
        serve(notes)
        dest, reason = tmp_path / "dest", "“big.bin”: File too large"
        argv = ("--replay", notes.pin(manifest), "--dest", dest)
        ended = process.run(*argv, before=limit_file_size)
    else:
        dest, reason = disk / "dest", "The disk filled up while writing “big.bin”"
        ended = fill_up_while_running(serve, on_content, manifest, disk)
    assert ended.status == 1
    assert reason in ended.err
    assert tree_of(dest) == {"a.txt": SMALL, "z.txt": b"z\n"}
    assert "1 file missing" in ended.err.splitlines()[-1]


def test_a_limit_on_the_size_of_files_is_named(
    serve: Serve, dest: Path, manifest: Path
) -> None:
    """A quota on single files fails the large file alone, without remains."""
    notes = publish(FILES)
    serve(notes)
    argv = ("--replay", notes.pin(manifest), "--dest", dest)
    ended = process.run(*argv, before=limit_file_size)
    assert ended.status == 1
    assert "“big.bin”: File too large" in ended.err
    assert tree_of(dest) == {"a.txt": SMALL, "z.txt": b"z\n"}


def test_a_large_object_that_nobody_announced_may_not_fit(
    serve: Serve, manifest: Path, tmp_path: Path, disk: Path | None
) -> None:
    """An object whose size the manifest does not tell fails when the disk is full."""
    notes = publish({"model.npy": LfsFile(b"m" * (80 * MIB)), "a.txt": SMALL})
    serve(notes)
    lines = notes.pin(manifest).read_text("utf-8").splitlines()
    manifest.write_text("\n".join(line for line in lines if "lfs =" not in line))
    dest = (disk or tmp_path) / "dest"
    ended = process.run(
        "--replay", manifest, "--dest", dest, before=None if disk else limit_file_size
    )
    assert ended.status == 1
    assert "“model.npy”" in ended.err
    assert tree_of(dest) == {"a.txt": SMALL}


def test_a_full_disk_is_refused_before_anything_is_touched(
    serve: Serve, manifest: Path, disk: Path | None
) -> None:
    """Less free space than the files and the reserve need: exit 3, nothing is asked."""
    notes = publish({"big.bin": BIG * 3})
    server = serve(notes)
    # The kernel's file system of processes has no space at all.
    dest = disk / "dest" if disk else Path("/proc/rehydrate")
    ended = process.run("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 3
    assert "do not fit into" in ended.err
    assert "Free some space" in ended.err
    assert server.requests == []
    assert not dest.exists()


def test_a_destination_on_a_read_only_disk_is_refused(
    command: Command, serve: Serve, manifest: Path, tmp_path: Path
) -> None:
    """Not even root can write there: exit 2, which folder, and what to use instead."""
    notes = publish({"empty.txt": b""})
    server = serve(notes)
    disk = tmp_path / "read-only"
    with mounted(disk, "ro,size=100m") as is_mounted:
        places = [disk, disk / "new"] if is_mounted else [Path("/proc/rehydrate")]
        for place in places:
            ended = command("--replay", notes.pin(manifest), "--dest", place)
            assert ended.status == 2
            assert str(place) in ended.err
            assert "Choose a folder that you may write to with --dest." in ended.err
    assert server.requests == []
