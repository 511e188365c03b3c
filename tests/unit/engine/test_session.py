"""The use cases against a real server: opening, locking, running, cancelling."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.builder import Content, LfsFile, Symlink
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.domain.address import RepoAddress
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
    ProgressEvent,
)
from rehydrate_tui.domain.report import Outcome
from rehydrate_tui.engine import locking
from rehydrate_tui.engine.planner import make_plan
from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import ManifestValueError, RefNotFoundError, WriteError
from rehydrate_tui.storage.manifest_file import parse_manifest
from rehydrate_tui.storage.settings import Settings
from rehydrate_tui.wiring import open_session
from tests.conftest import Serve
from tests.published import MANIFEST_VERSION, Published, blob_of, publish, tree_of
from tests.virtual_time import VirtualTime

ADA = RepoId("ada", "notes")
A = b"a" * 3000
FILES: dict[str, Content] = {"a.txt": A, "b.txt": b"b\n", "c.txt": b"c\n"}


Connect = Callable[..., Session]


@pytest_asyncio.fixture
async def connect(virtual_time: VirtualTime) -> AsyncIterator[Connect]:
    """Open a session to the server that the environment names, for some transfers at once."""
    opened: list[Session] = []

    def start(jobs: int = 1) -> Session:
        session = open_session(
            Settings.load(os.environ),
            jobs=jobs,
            clock=virtual_time.clock,
            sleep=virtual_time.sleep,
        )
        opened.append(session)
        return session

    yield start
    for session in opened:
        await session.aclose()


class Watcher:
    """A sink that keeps events and may act on one."""

    def __init__(self) -> None:
        self.events: list[ProgressEvent] = []
        self.when: Callable[[ProgressEvent], bool] = lambda _: False
        self.then: Callable[[], object] = bool

    def emit(self, event: ProgressEvent) -> None:
        """Keep the event."""
        self.events.append(event)
        if self.when(event):
            self.then()


def manifest_of(notes: Published) -> Manifest:
    """Return the pinned manifest of all files."""
    return parse_manifest((MANIFEST_VERSION + notes.toml()).encode(), "m.toml")


async def test_a_repository_opens_with_its_quota(
    connect: Connect, serve: Serve
) -> None:
    """Commit, tree, path, and how many requests are left afterwards."""
    notes = publish(FILES)
    serve(notes)
    session = connect()
    assert session.quota("github.com") is None
    opened = await session.open(RepoAddress(repo=ADA, ref="main", path="a.txt"))
    assert (opened.commit.oid, opened.commit.ref) == (notes.commit, "main")
    assert opened.path == "a.txt"
    assert opened.tree.file_count(0) == 3
    quota = session.quota("github.com")
    assert quota is not None
    assert quota.remaining == 57


async def test_an_unknown_ref_is_no_default_branch(
    connect: Connect, serve: Serve
) -> None:
    """A typing error does not silently open something else."""
    serve(publish(FILES))
    with pytest.raises(RefNotFoundError):
        await connect().open(RepoAddress(repo=ADA, ref="mainx"))


async def test_files_are_locked_with_what_only_their_content_tells(
    connect: Connect, serve: Serve
) -> None:
    """Link texts and LFS pointers are read from the raw host, not from the API."""
    notes = publish(
        {
            ".gitattributes": b"*.npy filter=lfs\n",
            "sub/model.npy": LfsFile(b"m" * 5000),
            "link": Symlink("sub/model.npy"),
            "plain.txt": b"x" * 130,
        }
    )
    server = serve(notes)
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA))
    server.clear_requests()
    locked = await session.lock(opened, opened.tree.files(), ["*"])
    by_path = {file.path: file for file in locked.source.files}
    model = by_path[RepoPath("sub/model.npy")]
    assert model.lfs is not None
    assert model.lfs.size == 5000
    assert by_path[RepoPath("link")].symlink == "sub/model.npy"
    assert by_path[RepoPath("plain.txt")].lfs is None
    assert locked.source.include == ("*",)
    assert locked.notes == ()
    asked = [(each.origin, each.path.rpartition("/")[2]) for each in server.requests]
    assert sorted(asked) == [
        ("raw", ".gitattributes"),
        ("raw", "link"),
        ("raw", "model.npy"),
    ]


async def test_pointers_that_cannot_be_read_are_a_note(
    connect: Connect, serve: Serve
) -> None:
    """Sizes may then be wrong before the download; that is said, and no error."""
    notes = publish(
        {".gitattributes": b"*.npy filter=lfs\n", "m.npy": LfsFile(b"m" * 5000)}
    )
    server = serve(notes)
    server.add_fault(
        Fault(origin="raw", path="*/.gitattributes", status=404, body=b"x")
    )
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA))
    locked = await session.lock(opened, opened.tree.files())
    assert all(file.lfs is None for file in locked.source.files)
    assert "Whether Git LFS files are among them is not known" in locked.notes[0]


@pytest.mark.parametrize("extra", [b"", b"more", b"longer" * 1000])
async def test_a_small_blob_is_verified(
    connect: Connect, serve: Serve, extra: bytes
) -> None:
    """A pointer that is not the tree's own is not believed, however long it is."""
    notes = publish(
        {".gitattributes": b"*.npy filter=lfs\n", "m.npy": LfsFile(b"m" * 5000)}
    )
    server = serve(notes)
    other = blob_of(LfsFile(b"other" * 1000)) + extra
    server.add_fault(Fault(origin="raw", path="*/m.npy", body=other))
    server.add_fault(Fault(origin="api", path="*/git/blobs/*", body=other))
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA))
    locked = await session.lock(opened, opened.tree.files())
    assert "the bytes that arrived are" in locked.notes[0]
    assert all(file.lfs is None for file in locked.source.files)


async def test_a_small_blob_comes_from_the_api_if_need_be(
    connect: Connect, serve: Serve
) -> None:
    """A throttled raw host does not hide what a link points to, or how large files are."""
    notes = publish(
        {
            ".gitattributes": b"*.npy filter=lfs\n",
            "m.npy": LfsFile(b"m" * 5000),
            "link": Symlink("m.npy"),
        }
    )
    server = serve(notes)
    server.add_fault(refusals.raw_throttle(retry_after=3600))
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA))
    locked = await session.lock(opened, opened.tree.files())
    by_path = {str(file.path): file for file in locked.source.files}
    assert by_path["link"].symlink == "m.npy"
    assert by_path["m.npy"].content_size == 5000
    assert locked.notes == ()


async def test_small_blobs_use_a_part_of_the_quota_only(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of pointers behind a closed raw host do not cost thousands of calls."""
    monkeypatch.setattr("rehydrate_tui.engine.small_blobs.MAX_API_CALLS", 3)
    files: dict[str, Content] = {f"{n}.npy": LfsFile(b"%d" % n) for n in range(9)}
    server = serve(publish({".gitattributes": b"*.npy filter=lfs\n", **files}))
    server.add_fault(refusals.raw_throttle(retry_after=3600))
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA))
    locked = await session.lock(opened, opened.tree.files())
    assert "is not known" in locked.notes[0]
    blobs = [each for each in server.requests if "/git/blobs/" in each.path]
    assert len(blobs) <= 3


async def test_very_many_pointers_are_not_all_looked_up(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the limit the sizes show while the files arrive, and that is said."""
    monkeypatch.setattr(locking, "MAX_LOOKUPS", 2)
    files: dict[str, Content] = {f"{n}.npy": LfsFile(b"%d" % n) for n in range(5)}
    serve(publish({".gitattributes": b"*.npy filter=lfs\n", **files}))
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA))
    locked = await session.lock(opened, opened.tree.files())
    assert sum(file.lfs is not None for file in locked.source.files) == 2
    assert locked.notes == ("3 more Git LFS files are not counted in.",)


async def test_attribute_files_of_other_folders_are_not_read(
    connect: Connect, serve: Serve
) -> None:
    """Only the folders at or above a possible pointer can say anything about it."""
    notes = publish(
        {
            "a/.gitattributes": b"*.npy filter=lfs\n",
            "a/b/m.npy": LfsFile(b"m"),
            "c/.gitattributes": b"*.npy filter=lfs\n",
        }
    )
    server = serve(notes)
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA))
    tree = opened.tree
    locked = await session.lock(opened, [tree.node("a/b/m.npy")])
    assert locked.source.files[0].lfs is not None
    raw = [each.path for each in server.requests if each.origin == "raw"]
    assert not any("/c/" in path for path in raw)


async def test_a_pinned_manifest_is_not_looked_up(
    connect: Connect, serve: Serve
) -> None:
    """Pinning what is pinned gives the same object, without a request."""
    notes = publish(FILES)
    server = serve(notes)
    manifest = manifest_of(notes)
    assert await connect().pin(manifest) is manifest
    assert server.requests == []


async def test_what_a_person_wrote_stands(connect: Connect, serve: Serve) -> None:
    """Pinning fills gaps only: places, modes and unknown keys stay as written."""
    notes = publish(FILES)
    other = publish({"x": b"x"}, name="other")
    serve(notes, other)
    text = f"""\
{MANIFEST_VERSION}
[[source]]
repository = "ada/notes"
into = "in"
mood = "good"
[[source.file]]
path = "a.txt"
to = "first"
executable = true
colour = "red"
[[source.file]]
path = "b.txt"
size = 2
lfs = false
{other.toml()}
"""
    manifest = parse_manifest(text.encode(), "m.toml")
    pinned = await connect().pin(manifest)
    assert pinned.is_pinned
    first, second = pinned.sources
    assert second == manifest.sources[1]
    assert (first.commit, first.ref, first.into) == (notes.commit, "main", "in")
    assert first.extra == {"mood": "good"}
    a, b = first.files
    assert (a.to, a.executable, a.extra, a.size) == (
        "first",
        True,
        {"colour": "red"},
        3000,
    )
    assert (b.keep_pointer, b.lfs, b.size) == (True, None, 2)


async def test_a_pinned_commit_is_what_is_listed(
    connect: Connect, serve: Serve
) -> None:
    """A commit without blobs is resolved at that commit, not at the newest one."""
    notes = publish(FILES)
    notes.builder.commit({"a.txt": b"newer\n"})
    serve(notes)
    source = Source(
        repository=ADA, commit=manifest_of(notes).sources[0].commit, include=("a.txt",)
    )
    pinned = await connect().pin(Manifest(sources=(source,)))
    assert pinned.sources[0].commit == notes.commit
    assert pinned.sources[0].files[0].size == len(A)


async def planned(
    session: Session, notes: Published, dest: Path, policy: ConflictPolicy
) -> DownloadPlan:
    """Return the plan of the pinned manifest."""
    return await session.plan(manifest_of(notes), dest, policy)


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
    server.add_fault(Fault(origin="raw", path="*/a.txt", cut_after=1000, times=1))
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
    assert report.bytes_received == received
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
    server.add_fault(Fault(origin="raw", path="*/a.txt", stall_after=1))
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
