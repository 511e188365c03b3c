"""Plans and runs against a real server: what they tell, and how they end."""

from __future__ import annotations

import asyncio
import random
import threading
from pathlib import Path
from typing import Any

import pytest

from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.builder import Content
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.domain.manifest import LockedFile, Manifest, Source
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.domain.plan import Action, ConflictPolicy, DownloadPlan
from rehydrate_tui.domain.progress import (
    BytesDiscarded,
    BytesReceived,
    FileFinished,
    FileStarted,
    NullSink,
    WaitingForLimit,
)
from rehydrate_tui.domain.report import Outcome
from rehydrate_tui.engine.planner import make_plan
from rehydrate_tui.errors import (
    ManifestValueError,
    WriteError,
)
from tests.conftest import Serve
from tests.published import publish, tree_of
from tests.unit.engine.conftest import Connect
from tests.unit.engine.watching import Watcher, planned
from tests.virtual_time import VirtualTime

ADA = RepoId("ada", "notes")


# Nothing that compression could make small.
A = random.Random(1).randbytes(3000)


FILES: dict[str, Content] = {"a.txt": A, "b.txt": b"b\n", "c.txt": b"c\n"}


async def test_a_plan_touches_nothing(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    """Planning makes no folder and no request."""
    notes = publish(FILES)
    server = serve(notes)
    dest = tmp_path / "dest"
    plan = await planned(connect(), notes, dest, ConflictPolicy.KEEP)
    assert [each.action for each in plan.files] == [Action.FETCH] * 3
    assert plan.free_bytes > 0
    assert not dest.exists()
    assert server.requests == []


async def test_two_files_for_one_place_have_no_plan(
    connect: Connect, tmp_path: Path
) -> None:
    """Sources that were put together elsewhere are checked here as well."""
    source = Source(
        repository=ADA,
        files=(LockedFile(path=RepoPath("a")), LockedFile(path=RepoPath("a"))),
    )
    with pytest.raises(ManifestValueError, match="already written by"):
        await connect().plan(Manifest(sources=(source,)), tmp_path)


async def test_a_run_tells_what_it_does(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    """Start, bytes and end of every file; a failed try takes its bytes back."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*/a.txt", cut_after=2000, times=1))
    session, watcher = connect(), Watcher()
    plan = await planned(session, notes, tmp_path, ConflictPolicy.KEEP)
    report = await session.start(plan, watcher).wait()
    assert report.is_complete
    events = watcher.events
    started = [each.path for each in events if isinstance(each, FileStarted)]
    assert started[0] == "a.txt"
    assert sorted(started) == sorted(FILES)
    received = sum(e.count for e in events if isinstance(e, BytesReceived))
    discarded = sum(e.count for e in events if isinstance(e, BytesDiscarded))
    assert discarded > 0
    assert received - discarded == plan.bytes_to_fetch
    assert report.bytes_received == sum(each.sent_bytes for each in server.requests)
    ended = [e.outcome.target for e in events if isinstance(e, FileFinished)]
    assert sorted(ended) == sorted(FILES)


async def test_a_cancelled_run_keeps_what_is_whole(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    """Cancelling in the second file: the first is there, no remains, a true report."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*/b.txt", stall_after=1))
    session, watcher = connect(), Watcher()
    plan = await planned(session, notes, tmp_path, ConflictPolicy.KEEP)
    run = session.start(plan, watcher)
    watcher.when = lambda event: event == BytesReceived("b.txt", 1)
    watcher.then = run.cancel
    report = await run.wait()
    ends = {each.target: each.outcome for each in report.outcomes}
    assert ends == {
        "a.txt": Outcome.FETCHED,
        "b.txt": Outcome.CANCELLED,
        "c.txt": Outcome.CANCELLED,
    }
    assert report.was_cancelled
    assert tree_of(tmp_path) == {"a.txt": A}


async def test_a_run_that_is_cancelled_first_does_nothing(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    """Cancel before wait: nothing is fetched, what is there is reported as there."""
    notes = publish(FILES)
    server = serve(notes)
    (tmp_path / "b.txt").write_bytes(b"b\n")
    session = connect()
    plan = await planned(session, notes, tmp_path, ConflictPolicy.KEEP)
    run = session.start(plan, NullSink())
    run.cancel()
    report = await run.wait()
    assert report.count(Outcome.CANCELLED) == 2
    assert report.count(Outcome.PRESENT) == 1
    assert server.requests == []


async def test_the_task_that_waits_may_be_cancelled(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    """A cancelled task leaves no transfer running and no unfinished file."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*/a.txt", stall_after=2000))
    session, watcher = connect(), Watcher()
    plan = await planned(session, notes, tmp_path, ConflictPolicy.KEEP)
    waiting = asyncio.ensure_future(session.start(plan, watcher).wait())
    watcher.when = lambda event: isinstance(event, BytesReceived)
    watcher.then = waiting.cancel
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert tree_of(tmp_path) == {}
    assert len(asyncio.all_tasks()) == 1


@pytest.mark.parametrize("jobs", [1, 3])
async def test_a_bug_is_not_swallowed(
    connect: Connect, serve: Serve, tmp_path: Path, jobs: int
) -> None:
    """An error that nobody foresaw ends the run as itself, without remains."""
    notes = publish(FILES)
    serve(notes)
    session, watcher = connect(jobs), Watcher()

    def fail() -> None:
        raise ZeroDivisionError

    watcher.when = lambda event: isinstance(event, BytesReceived)
    watcher.then = fail
    plan = await planned(session, notes, tmp_path, ConflictPolicy.KEEP)
    with pytest.raises(ZeroDivisionError):
        await session.start(plan, watcher).wait()
    assert tree_of(tmp_path) == {}


async def test_a_copy_whose_original_was_changed_is_fetched(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    """The second place is filled from the first only while that is still right."""
    notes = publish({"one": A, "two": A})
    server = serve(notes)
    session, watcher = connect(), Watcher()
    plan = await planned(session, notes, tmp_path, ConflictPolicy.KEEP)
    watcher.when = lambda event: (
        isinstance(event, FileFinished) and event.outcome.target == "one"
    )
    watcher.then = lambda: (tmp_path / "one").write_bytes(b"edited")
    report = await session.start(plan, watcher).wait()
    assert report.is_complete
    assert tree_of(tmp_path) == {"one": b"edited", "two": A}
    assert len(server.requests) == 2


async def test_a_path_that_is_too_long_here_is_a_failure(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    """A name that the disk refuses fails its file at planning; the others go on."""
    name = "m" * 255 + "/" + "n" * 255
    notes = publish({name: b"x", "b.txt": b"b\n"})
    serve(notes)
    deep = tmp_path / "/".join(["d" * 250] * 15)
    session = connect()
    plan = await planned(session, notes, deep, ConflictPolicy.KEEP)
    report = await session.start(plan, NullSink()).wait()
    (failed,) = report.having(Outcome.FAILED)
    assert failed.path == name
    assert "File name too long" in str(failed.error)


async def test_a_file_that_goes_after_the_plan_is_a_failure(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    """What was in place at planning and is gone at the run is not called present."""
    notes = publish({"a.txt": A})
    serve(notes)
    (tmp_path / "a.txt").write_bytes(A)
    session = connect()
    plan = await planned(session, notes, tmp_path, ConflictPolicy.KEEP)
    (tmp_path / "a.txt").unlink()
    report = await session.start(plan, NullSink()).wait()
    (failed,) = report.having(Outcome.FAILED)
    assert "No such file" in str(failed.error)


async def test_what_appeared_and_cannot_be_read_is_a_failure(
    connect: Connect, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it is the person's edit nobody can tell, so the file counts as missing."""
    notes = publish({"a.txt": A})
    serve(notes)
    session, watcher = connect(), Watcher()
    plan = await planned(session, notes, tmp_path, ConflictPolicy.KEEP)

    def unreadable(*_: object) -> None:
        raise WriteError("“a.txt”: Input/output error.")

    monkeypatch.setattr("rehydrate_tui.engine.landing.local_state", unreadable)
    watcher.when = lambda event: isinstance(event, BytesReceived)
    watcher.then = lambda: (tmp_path / "a.txt").write_bytes(b"mine")
    report = await session.start(plan, watcher).wait()
    assert report.count(Outcome.FAILED) == 1
    assert tree_of(tmp_path) == {"a.txt": b"mine"}


async def test_a_run_does_without_receipts(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    """Without an index everything comes, and what differs is the person's."""
    notes = publish(FILES)
    serve(notes)
    session = connect()
    session._open_receipts = None
    for mine, outcome in ((None, Outcome.FETCHED), (b"mine", Outcome.KEPT)):
        if mine:
            (tmp_path / "a.txt").write_bytes(mine)
        plan = await planned(session, notes, tmp_path, ConflictPolicy.KEEP)
        report = await session.start(plan, NullSink()).wait()
        assert report.is_complete
        assert report.outcomes[0].outcome is outcome


async def test_a_file_that_goes_while_its_successor_comes_is_brought(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    """What was to be updated and is gone at the end is simply put there."""
    notes = publish({"a.txt": A})
    serve(notes)
    session, watcher = connect(), Watcher()
    (tmp_path / "a.txt").write_bytes(b"mine")
    plan = await planned(session, notes, tmp_path, ConflictPolicy.OVERWRITE)
    watcher.when = lambda event: isinstance(event, BytesReceived)
    watcher.then = lambda: (tmp_path / "a.txt").unlink(missing_ok=True)
    report = await session.start(plan, watcher).wait()
    assert report.is_complete
    assert tree_of(tmp_path) == {"a.txt": A}


async def test_who_attends_to_a_run_may_wait_longer(
    connect: Connect, serve: Serve, tmp_path: Path, virtual_time: VirtualTime
) -> None:
    """A limit far beyond the budget is waited for when a person says so."""
    notes = publish({"a.txt": A})
    server = serve(notes)
    server.add_fault(refusals.raw_throttle(retry_after=3000, times=1))
    session, watcher = connect(), Watcher()
    plan = await planned(session, notes, tmp_path, ConflictPolicy.KEEP)
    run = session.start(plan, watcher, is_attended=True)
    watcher.when = lambda event: isinstance(event, WaitingForLimit)
    watcher.then = run.wait_longer
    report = await run.wait()
    assert report.is_complete
    assert 3000 <= sum(virtual_time.waits) < 3010
    assert {request.origin for request in server.requests} == {"raw"}


async def test_planning_leaves_the_event_loop_alone(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan is made in another thread, whatever it costs; a screen goes on meanwhile."""
    threads: list[threading.Thread] = []

    def watched(*arguments: Any) -> DownloadPlan:  # noqa: ANN401 - passed on
        threads.append(threading.current_thread())
        return make_plan(*arguments)

    monkeypatch.setattr("rehydrate_tui.engine.session.make_plan", watched)
    await connect().plan(Manifest(sources=()), tmp_path)
    assert threads != [threading.current_thread()]
    assert len(threads) == 1


async def test_hundreds_of_files_that_are_here_leave_others_their_turn(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    """Reporting on them does not keep the loop from everything else."""
    files: dict[str, Content] = {f"{n}.txt": b"%d\n" % n for n in range(1200)}
    notes = publish(files)
    serve(notes)
    for name, data in files.items():
        assert isinstance(data, bytes)
        (tmp_path / name).write_bytes(data)
    session = connect()
    plan = await planned(session, notes, tmp_path, ConflictPolicy.KEEP)
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    others = asyncio.ensure_future(count_turns())
    watcher = Watcher()
    seen: list[int] = []
    watcher.when = lambda event: isinstance(event, FileFinished)
    watcher.then = lambda: seen.append(turns)
    report = await session.start(plan, watcher).wait()
    others.cancel()
    assert report.count(Outcome.PRESENT) == 1200
    assert len(set(seen)) > 1
