"""SIGKILL at random instants of a slow replay, a hundred times and more."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

from rehydrate_tui.demo.builder import Content, Executable, LfsFile
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.server import GitHubServer
from tests.conftest import Serve
from tests.published import Published, publish, tree_of
from tests.trust.ground import (
    check_interrupted,
    check_whole,
    on_disk,
    parts_in,
    received,
)
from tests.trust.processes import Job, Nursery

KILLS = 110
MIB = 2**20
JOBS = 3
SPEED = 12 * MIB
OLD: dict[str, Content] = {
    f"small/{number}.txt": b"old %d\n" % number for number in range(12)
}
NEW: dict[str, Content] = {
    **{f"small/{number}.txt": b"new %d\n" % number for number in range(12)},
    "run.sh": Executable(b"#!/bin/sh\n"),
    "large/a.bin": random.Random(1).randbytes(3 * MIB),
    "large/b.bin": random.Random(2).randbytes(2 * MIB),
    "large/model.npy": LfsFile(random.Random(3).randbytes(3 * MIB)),
}
EDITS = {
    "small/3.txt": b"what a person wrote\n",
    "small/7.txt": b"and something else\n",
}


@dataclass
class Tally:
    """What the kills met."""

    kills: int = 0
    rounds: int = 0
    late: int = 0
    resumed: int = 0
    most_parts: int = 0


class Folder:
    """A folder in which one replay after the other is killed until one completes."""

    def __init__(self, nursery: Nursery, server: GitHubServer, root: Path) -> None:
        self.dest = root / "dest"
        self.manifest = root / "m.toml"
        self._nursery = nursery
        self._server = server
        self._state = root / "state"

    def prepare(self, old: Published) -> None:
        """Start anew, with the old files, two of them edited."""
        for folder in (self.dest, self._state):
            shutil.rmtree(folder, ignore_errors=True)
        old.pin(self.manifest)
        ended = self.start().wait()
        assert ended.status == 0, ended.output
        for name, edit in EDITS.items():
            (self.dest / name).write_bytes(edit)

    def start(self) -> Job:
        """Start a replay."""
        self._server.clear_requests()
        argv = ("--replay", self.manifest, "--dest", self.dest, "--jobs", str(JOBS))
        environ = {"REHYDRATE_STATE_DIR": str(self._state)}
        return self._nursery.start(*argv, "--on-conflict", "backup", environ=environ)

    def kill_somewhere(self, chance: random.Random) -> bool:
        """Start a replay and kill it at some point; say whether it was in time."""
        requests, more = chance.randint(1, 8), chance.randint(0, 2 * MIB)
        job = self.start()
        before = received(self.dest)
        if chance.random() < 0.5:
            in_time = job.until(lambda: len(self._server.requests) >= requests)
        else:
            in_time = job.until(lambda: received(self.dest) - before > more)
        job.kill()
        return in_time


def is_resumed(server: GitHubServer) -> bool:
    """Tell whether a request asked for the rest of a file, and got it."""
    return any(
        "range" in request.headers and request.status == 206
        for request in server.requests
    )


def test_a_hundred_kills_lose_nothing(
    nursery: Nursery, serve: Serve, tmp_path: Path
) -> None:
    """After each kill every final name is whole and every edit is there.

    What was received of large files is not received again, and no pile of unfinished
    files grows: at most one for each transfer.
    """
    old = publish(OLD)
    new = old.followed_by(NEW)
    server = serve(old)
    server.add_fault(Fault(path="*", bytes_per_second=SPEED))
    pinned = {name: on_disk(content) for name, content in NEW.items()}
    expected = {**pinned, **{f"{name}.~1~": edit for name, edit in EDITS.items()}}
    chance, tally = random.Random(20240501), Tally()
    folder = Folder(nursery, server, tmp_path)
    while tally.kills < KILLS:
        folder.prepare(old)
        new.pin(folder.manifest)
        before = tree_of(folder.dest)
        for _ in range(chance.randint(2, 8)):
            in_time = folder.kill_somewhere(chance)
            tally.kills += in_time
            tally.late += not in_time
            tally.resumed += is_resumed(server)
            check_interrupted(tree_of(folder.dest), before, pinned, EDITS.values())
            tally.most_parts = max(tally.most_parts, len(parts_in(folder.dest)))
        ended = folder.start().wait()
        assert ended.status == 0, ended.output
        check_whole(tree_of(folder.dest), expected)
        tally.rounds += 1
    assert tally.most_parts <= JOBS
    assert tally.resumed > 0
    print(tally)  # noqa: T201 - for the note
