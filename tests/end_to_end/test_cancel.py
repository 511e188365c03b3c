"""Signals to a real process in the middle of a download."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.server import GitHubServer
from tests.conftest import Serve
from tests.end_to_end import process
from tests.end_to_end.command import Command
from tests.end_to_end.conftest import OnContent
from tests.published import Published, publish, tree_of
from tests.virtual_time import VirtualTime

FIRST = b"first and whole\n" * 4000
# Nothing that compression could make small.
SLOW = random.Random(1).randbytes(40_000)
FILES: dict[str, Content] = {
    "first.bin": FIRST,
    "slow.bin": SLOW,
    "last.txt": b"last\n",
}
WHOLE = {"first.bin": FIRST, "slow.bin": SLOW, "last.txt": b"last\n"}


class Download:
    """A process whose second file has begun to arrive and stopped."""

    def __init__(
        self, notes: Published, server: GitHubServer, on_content: OnContent
    ) -> None:
        self._notes = notes
        self._server = server
        self._asked = threading.Event()
        self.stall = server.add_fault(
            Fault(origin="raw", path="*/slow.bin", stall_after=1000)
        )
        on_content("slow.bin", self._asked.set)

    def start(self, manifest: Path, dest: Path, *more: str) -> subprocess.Popen[bytes]:
        """Start a replay, one file after the other; return when the second one hangs."""
        argv = ("--replay", self._notes.pin(manifest), "--dest", dest, "--jobs", "1")
        started = process.start(*argv, *more)
        assert self._asked.wait(process.PATIENCE)
        return started

    def finish_later(self, manifest: Path, dest: Path) -> list[str]:
        """Run it again without the stall; return the paths that were asked for."""
        self.stall.remove()
        self._server.clear_requests()
        again = process.run("--replay", manifest, "--dest", dest)
        assert again.status == 0
        return [request.path.rpartition("/")[2] for request in self._server.requests]


@pytest.fixture
def download(serve: Serve, on_content: OnContent) -> Download:
    """A download that hangs in its second file."""
    notes = publish(FILES)
    return Download(notes, serve(notes), on_content)


@pytest.mark.parametrize(
    ("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)]
)
def test_a_signal_ends_the_run_cleanly(
    download: Download, dest: Path, manifest: Path, name: str, status: int
) -> None:
    """What was verified stays, nothing unfinished is left, and a second run goes on."""
    started = download.start(manifest, dest)
    started.send_signal(signal.Signals[name])
    ended = process.finish(started)
    assert ended.status == status
    assert tree_of(dest) == {"first.bin": FIRST}
    assert "2 files (40.0 kB) not brought, the run was stopped" in ended.err
    assert ended.err.splitlines()[-1].startswith("INCOMPLETE")
    asked = download.finish_later(manifest, dest)
    assert tree_of(dest) == WHOLE
    assert sorted(asked) == ["last.txt", "slow.bin"]


def test_a_signal_leaves_a_local_edit_alone(
    download: Download, dest: Path, manifest: Path
) -> None:
    """A file that was to be overwritten is the old one until the new one is whole."""
    dest.mkdir()
    (dest / "slow.bin").write_bytes(b"mine")
    started = download.start(manifest, dest, "--on-conflict", "overwrite")
    started.send_signal(signal.SIGINT)
    assert process.finish(started).status == 130
    assert tree_of(dest) == {"first.bin": FIRST, "slow.bin": b"mine"}


def test_a_killed_run_damages_nothing(
    download: Download, dest: Path, manifest: Path
) -> None:
    """After kill -9 every final name is whole or as before; a second run completes."""
    dest.mkdir()
    (dest / "last.txt").write_bytes(b"mine")
    started = download.start(manifest, dest)
    started.kill()
    process.finish(started)
    found = tree_of(dest)
    unfinished = [name for name in found if name.endswith(".part")]
    assert len(unfinished) <= 1
    assert all(name.startswith(".slow.bin.") for name in unfinished)
    named = {name: data for name, data in found.items() if name not in unfinished}
    assert named == {"first.bin": FIRST, "last.txt": b"mine"}
    download.finish_later(manifest, dest)
    assert (dest / "slow.bin").read_bytes() == SLOW
    assert (dest / "last.txt").read_bytes() == b"mine"


def test_a_hangup_that_is_ignored_stays_ignored(
    download: Download, dest: Path, manifest: Path
) -> None:
    """Under nohup the end of the terminal is not the end of the download."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        started = download.start(manifest, dest)
    finally:
        signal.signal(signal.SIGHUP, before)
    started.send_signal(signal.SIGHUP)
    started.send_signal(signal.SIGTERM)
    assert process.finish(started).status == 143


def test_an_interrupt_before_the_first_file_is_an_interrupt(
    serve: Serve, dest: Path, manifest: Path
) -> None:
    """While the repository is still looked at, SIGINT ends with 130 and one word."""
    server = serve(publish(FILES))
    asked = threading.Event()
    wait = server._clock

    def clock() -> float:
        asked.set()
        return wait()

    server.stop()
    server = GitHubServer(server.repositories, clock=clock)
    with server.running():
        server.add_fault(Fault(origin="api", path="*/git/trees/*", stall_after=10))
        started = process.start(
            "--pick",
            "ada/notes",
            "*",
            "--save",
            manifest,
            "--dest",
            dest,
            environ=server.environment(),
        )
        assert asked.wait(process.PATIENCE)
        started.send_signal(signal.SIGINT)
        ended = process.finish(started)
    assert ended.status == 130
    assert ended.err == "interrupted\n"
    assert not dest.exists()
    assert not manifest.exists()


def test_a_signal_in_this_process_is_handled_and_forgotten(
    command: Command, serve: Serve, on_content: OnContent, dest: Path, manifest: Path
) -> None:
    """The handlers last as long as the run: afterwards the old ones are back."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*/slow.bin", stall_after=1000))
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    on_content("slow.bin", lambda: os.kill(os.getpid(), signal.SIGTERM))
    pinned = notes.pin(manifest)
    ended = command("--replay", pinned, "--dest", dest, "--jobs", "1", "--json")
    assert ended.status == 143
    assert json.loads(ended.out)["totals"]["cancelled"]["files"] == 2
    assert tree_of(dest) == {"first.bin": FIRST}
    after = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    assert after == before


def test_an_interrupt_while_waiting_for_the_api(
    command: Command, serve: Serve, virtual_time: VirtualTime
) -> None:
    """An interrupt between two tries is an interrupt, not an error of the server."""
    server = serve(publish(FILES))
    server.add_fault(Fault(origin="api", status=503))
    virtual_time.on_wait = lambda: os.kill(os.getpid(), signal.SIGINT)
    ended = command("--list", "ada/notes")
    assert (ended.status, ended.out, ended.err) == (130, "", "interrupted\n")
