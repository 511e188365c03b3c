"""Large files go on where they were interrupted, and only if that is surely right."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content, LfsFile
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.server import GitHubServer
from rehydrate_tui.storage.folder import Folder
from rehydrate_tui.storage.locks import Lock, lock
from rehydrate_tui.storage.part_file import PartFile
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.end_to_end.conftest import command
from tests.published import blob_id, publish, tree_of
from tests.trust.ground import check_whole, on_disk, parts_in
from tests.trust.processes import Nursery

__all__ = ["command"]

MIB = 2**20
LARGE = b"".join(b"%15d\n" % number for number in range(3 * MIB // 16))
CUT = 2 * MIB
FILES: list[dict[str, Content]] = [{"f.bin": LARGE}, {"f.bin": LfsFile(LARGE)}]
ORIGINS = {0: "raw", 1: "storage"}


class Interrupted:
    """A folder in which a process was killed in the middle of a large file."""

    def __init__(
        self, nursery: Nursery, command: Command, serve: Serve, root: Path, kind: int
    ) -> None:
        self._command = command
        self.notes = publish(FILES[kind])
        self.server: GitHubServer = serve(self.notes)
        self.dest, self.state = root / "dest", root / "state"
        self.manifest = self.notes.pin(root / "m.toml")
        self.origin = ORIGINS[kind]
        self._nursery = nursery

    def interrupt(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Start a replay whose large file stalls, and end it there."""
        stall = self.server.add_fault(Fault(origin=self.origin, stall_after=CUT))
        job = self._nursery.start(*self._argv, environ=self._environ)
        assert job.until(self._has_stalled)
        job.signal(number)
        job.wait()
        stall.remove()
        self.server.clear_requests()

    def finish(self) -> tuple[int, list[tuple[str, int]]]:
        """Replay once more; return the status, and the large file's requests."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self._environ.items():
                patch.setenv(name, value)
            ended = self._command(*self._argv)
        asked = [
            (request.headers.get("range", ""), request.status)
            for request in self.server.requests
            if request.origin == self.origin and request.sent_bytes != 132  # pointers
        ]
        return ended.status, asked

    @property
    def part(self) -> Path:
        """The one unfinished file."""
        (part,) = parts_in(self.dest)
        return part

    @property
    def _argv(self) -> tuple[str | Path, ...]:
        return ("--replay", self.manifest, "--dest", self.dest)

    @property
    def _environ(self) -> dict[str, str]:
        return {"REHYDRATE_STATE_DIR": str(self.state)}

    def _has_stalled(self) -> bool:
        parts = parts_in(self.dest)
        return bool(parts) and parts[0].stat().st_size >= CUT


@pytest.fixture(params=[0, 1], ids=["file", "large object"])
def interrupted(
    nursery: Nursery,
    command: Command,
    serve: Serve,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Interrupted:
    """A place where something can be interrupted."""
    return Interrupted(nursery, command, serve, tmp_path, request.param)


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
)
def test_the_next_run_asks_for_the_rest_only(
    interrupted: Interrupted, number: signal.Signals
) -> None:
    """However it was ended, two of three megabytes need not come again."""
    interrupted.interrupt(number)
    status, asked = interrupted.finish()
    assert status == 0
    assert asked == [(f"bytes={CUT}-", 206)]
    check_whole(tree_of(interrupted.dest), {"f.bin": LARGE})


def spoil_a_byte(there: Interrupted) -> None:
    """Change a byte of what is here."""
    with there.part.open("r+b") as part:
        part.seek(5000)
        part.write(b"X")


def make_too_long(there: Interrupted) -> None:
    """Make it longer than the file can be."""
    with there.part.open("ab") as part:
        part.write(b"X" * 2 * MIB)


def forget(there: Interrupted) -> None:
    """Lose the index, and with it the ETag."""
    shutil.rmtree(there.state)


def give_it_a_second_name(there: Interrupted) -> None:
    """Make a hard link of it, as a run does that is killed when it finishes."""
    (there.dest / "other").hardlink_to(there.part)


def change_the_tag(there: Interrupted) -> None:
    """Let the server have another answer by now."""
    there.server.add_fault(
        Fault(origin=there.origin, headers={"etag": '"another"'}, times=1)
    )


def answer_416(there: Interrupted) -> None:
    """Let the server take no range."""
    there.server.add_fault(Fault(origin=there.origin, status=416, times=1))


def answer_another_range(there: Interrupted) -> None:
    """Let the server send another part than was asked for."""
    headers = {"content-range": f"bytes 5-{len(LARGE) - 1}/{len(LARGE)}"}
    there.server.add_fault(Fault(origin=there.origin, headers=headers, times=1))


def swap_bytes_on_the_way(there: Interrupted) -> None:
    """Let the rest arrive wrong, once."""
    there.server.add_fault(Fault(origin=there.origin, corrupt=True, times=1))


ODDITIES = [
    spoil_a_byte,
    make_too_long,
    forget,
    give_it_a_second_name,
    change_the_tag,
    answer_416,
    answer_another_range,
    swap_bytes_on_the_way,
]


@pytest.mark.parametrize("spoil", ODDITIES)
def test_anything_odd_starts_the_file_anew(
    interrupted: Interrupted, spoil: Callable[[Interrupted], None]
) -> None:
    """What does not fit exactly is not believed: the whole file comes, and is right."""
    interrupted.interrupt()
    spoil(interrupted)
    status, asked = interrupted.finish()
    assert status == 0
    assert asked[-1] == ("", 200)
    found = tree_of(interrupted.dest)
    other = found.pop("other", LARGE[:CUT])
    check_whole(found, {"f.bin": LARGE})
    assert other == LARGE[:CUT], "what has another name was written to"


@pytest.mark.parametrize("end", [LARGE[CUT:], b"X" * (len(LARGE) - CUT)])
def test_a_part_that_is_whole_needs_no_request(
    interrupted: Interrupted, end: bytes
) -> None:
    """A run that was killed before the renaming left everything, if it is right."""
    interrupted.interrupt()
    with interrupted.part.open("r+b") as part:
        part.truncate(CUT)
        part.seek(CUT)
        part.write(end)
    status, asked = interrupted.finish()
    assert status == 0
    assert asked == ([] if LARGE.endswith(end) else [("", 200)])
    check_whole(tree_of(interrupted.dest), {"f.bin": LARGE})


def test_the_next_try_asks_for_the_rest_only(
    command: Command, serve: Serve, dest: Path, tmp_path: Path
) -> None:
    """A connection that breaks costs what had not arrived, also without an index."""
    notes = publish(FILES[0])
    server = serve(notes)
    server.add_fault(Fault(origin="raw", cut_after=CUT, times=1))
    (tmp_path / "state").write_bytes(b"no folder")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REHYDRATE_STATE_DIR", str(tmp_path / "state"))
        argv = ("--replay", notes.pin(tmp_path / "m.toml"), "--dest", dest)
        assert command(*argv).status == 0
    asked = [request.headers.get("range") for request in server.requests]
    assert asked[0] is None
    assert str(asked[1]).startswith("bytes=")
    check_whole(tree_of(dest), {"f.bin": LARGE})


def test_a_file_that_cannot_come_keeps_what_came(
    command: Command, serve: Serve, dest: Path, tmp_path: Path
) -> None:
    """All tries fail: one part stays for the next run, which needs the rest only."""
    notes = publish(FILES[0])
    server = serve(notes)
    server.add_fault(Fault(origin="raw", cut_after=CUT, times=1))
    block = server.add_fault(Fault(status=503))
    argv = ("--replay", notes.pin(tmp_path / "m.toml"), "--dest", dest)
    assert command(*argv).status == 1
    before = sum(part.stat().st_size for part in parts_in(dest))
    assert len(parts_in(dest)) == 1
    block.remove()
    server.clear_requests()
    assert command(*argv).status == 0
    assert server.requests[0].headers.get("range") == f"bytes={before}-"
    check_whole(tree_of(dest), {"f.bin": LARGE})


def test_a_pin_that_moved_on_takes_nothing_from_an_old_part(
    interrupted: Interrupted, tmp_path: Path
) -> None:
    """A part of other content is removed, not gone on with."""
    interrupted.interrupt()
    new: dict[str, Content] = {"f.bin": b"short now\n"}
    interrupted.notes.followed_by(new).pin(interrupted.manifest)
    interrupted.origin = "raw"
    assert interrupted.finish() == (0, [("", 200)])
    check_whole(tree_of(interrupted.dest), {"f.bin": on_disk(new["f.bin"])})


def test_parts_of_other_runs_are_removed_when_old(
    command: Command, serve: Serve, dest: Path, tmp_path: Path
) -> None:
    """A day old and in nobody's hands: removed; young, or the manifest's own: left."""
    own = ".own.txt.0123456789ab.part"
    notes = publish({"f.txt": b"f\n", own: b"in the repository\n"})
    serve(notes)
    dest.mkdir()
    old, young = ".gone.txt.00000000000a.part", ".gone.txt.00000000000b.part"
    for name in (old, young, own):
        (dest / name).write_bytes(b"in the repository\n")
    for name in (old, own):
        os.utime(dest / name, (1, 1))
    argv = ("--replay", notes.pin(tmp_path / "m.toml"), "--dest", dest)
    assert command(*argv).status == 0
    assert set(tree_of(dest)) == {"f.txt", own, young}


@pytest.mark.parametrize("replaces", [False, True])
def test_a_part_is_locked_until_it_has_its_name(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    replaces: bool,  # noqa: FBT001 - a table of values
) -> None:
    """Nobody can adopt a part, and write into it, at the instant of its renaming."""
    found: list[Lock] = []

    def try_lock(name: str) -> None:
        with (tmp_path / name).open("rb") as other:
            found.append(lock(other.fileno()))

    for method in ("rename", "give_name"):
        original = getattr(Folder, method)

        def watched(
            folder: Folder,
            name: str,
            new: str,
            original: Callable[[Folder, str, str], object] = original,
        ) -> object:
            try_lock(name)
            done = original(folder, name, new)
            try_lock(new)
            return done

        monkeypatch.setattr(Folder, method, watched)
    with PartFile(tmp_path, "a.txt", 4, blob_id(b"new\n")) as part:
        part.write(b"new\n")
        part.commit(executable=False, replace=replaces)
    assert found == [Lock.BUSY, Lock.BUSY]
    try_lock("a.txt")
    assert found[-1] is Lock.HELD
