"""Who divides a run between transports: as planned, and when a run finds out more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.limits import DEFAULT_LIMITS
from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.network_seen import Seen
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.domain.plan import (
    Action,
    ConflictPolicy,
    DownloadPlan,
    LocalState,
    PlannedFile,
)
from rehydrate_tui.domain.progress import NullSink, RetryScheduled, WaitingForLimit
from rehydrate_tui.domain.retry import RetryPolicy
from rehydrate_tui.domain.routing import Routing, plan_routes
from rehydrate_tui.domain.transport_cost import (
    Network,
    Transport,
    TransportChoice,
    TreeSize,
)
from rehydrate_tui.engine.allowance import Allowance
from rehydrate_tui.engine.ledger import Ledger
from rehydrate_tui.engine.lfs_links import LfsLinks
from rehydrate_tui.engine.patience import Patience
from rehydrate_tui.engine.routing import LEARNT_FILES, Pace, Router, ThrottleWatch
from rehydrate_tui.engine.transfer_context import TransferContext
from rehydrate_tui.engine.unpacking import Group
from rehydrate_tui.engine.width import Width
from rehydrate_tui.storage.blob_cache import BlobCache
from rehydrate_tui.storage.folders import Folders
from rehydrate_tui.storage.parts import Parts
from tests.published import blob_id
from tests.virtual_time import VirtualTime

REPO, OTHER = RepoId("ada", "notes"), RepoId("ada", "data")
COMMIT = ObjectId("c" * 40)
SMALL, GIANT = TreeSize(files=300, size=2**20), TreeSize(files=10**6, size=10**11)


def planned(number: int, repo: RepoId = REPO, **more: object) -> PlannedFile:
    """Return one file that is to be fetched; its content is its number."""
    data = b"%d" % number
    file = LockedFile(
        path=RepoPath(f"{number}.txt"), blob=ObjectId(blob_id(data)), size=len(data),
        **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return PlannedFile(
        repo=repo,
        commit=COMMIT,
        file=file,
        target=f"{repo.name}/{number}.txt",
        action=Action.FETCH,
        state=LocalState.MISSING,
    )


def router(
    files: list[PlannedFile],
    tmp_path: Path,
    *,
    tree: TreeSize | None = SMALL,
    choice: TransportChoice = TransportChoice.AUTO,
    cache: BlobCache | None = None,
    network: Network | None = None,
) -> Router:
    """Return the router of a plan."""
    virtual_time, network = VirtualTime(), network or Network()
    plan = DownloadPlan(
        destination=str(tmp_path),
        files=tuple(files),
        policy=ConflictPolicy.KEEP,
        free_bytes=10**12,
    )
    routing = Routing(choice=choice, network=network)
    routes = plan_routes(plan.writing, {(REPO, COMMIT): tree}, routing)
    plan = replace(plan, routes=routes)
    context = TransferContext(
        destination=tmp_path,
        policy=plan.policy,
        sink=NullSink(),
        retrying=Patience(
            RetryPolicy(), virtual_time.clock, virtual_time.sleep
        ).retrying(NullSink()),
        links=LfsLinks(plan.writing, virtual_time.clock),
        ledger=Ledger(tmp_path, None),
        parts=Parts(tmp_path, None),
        folders=Folders(tmp_path),
        width=Width(),
        allowance=Allowance(plan, DEFAULT_LIMITS),
        cache=cache,
    )
    return Router(plan=plan, context=context, routing=routing)


def groups(files: list[PlannedFile]) -> list[Group]:
    """Return each file as a content of its own."""
    return [[each] for each in files]


def seen(file_seconds: float) -> Seen:
    """Return what a host shows that answers slowly, all of it its own doing."""
    return Seen(
        files=LEARNT_FILES,
        size=LEARNT_FILES,
        seconds=file_seconds * LEARNT_FILES,
        answer=file_seconds * LEARNT_FILES,
        in_flight=LEARNT_FILES,
    )


def test_a_forced_archive_takes_what_archives_have(tmp_path: Path) -> None:
    """Links and objects of Git LFS are left to those who need no archive."""
    files = [
        planned(0),
        planned(1, symlink="0.txt"),
        planned(2, lfs=LfsPointer("a" * 64, 5)),
        planned(3, keep_pointer=True),
    ]
    made = router(files, tmp_path, choice=TransportChoice.ARCHIVE)
    [job], left = made.split(groups(files))
    assert [group[0] for group in job.groups] == [files[0], files[3]]
    assert [group[0] for group in left] == [files[1], files[2]]
    assert job.longest_answer is None


def test_each_commit_has_its_own_choice(tmp_path: Path) -> None:
    """One source by archive, one file by file, in one run."""
    files = [planned(number) for number in range(1200)]
    others = [planned(number, OTHER) for number in range(5)]
    made = router(files + others, tmp_path)
    kinds = {route.repo: route.transport for route in made.plan.routes}
    assert kinds == {REPO: Transport.ARCHIVE, OTHER: Transport.FILES}
    [job], left = made.split(groups(files + others))
    assert (job.repo, len(job.groups), len(left)) == (REPO, 1200, 5)
    assert job.longest_answer is not None


def test_what_the_cache_has_needs_no_archive(tmp_path: Path) -> None:
    """When nearly all is in the cache, the rest comes singly."""
    files = [planned(number) for number in range(1200)]
    cache = BlobCache(tmp_path / "cache")
    for number in range(1195):
        cache.put_bytes(blob_id(b"%d" % number), b"%d" % number)
    jobs, left = router(files, tmp_path, cache=cache).split(groups(files))
    assert (jobs, len(left)) == ([], 1200)


def test_a_slow_run_turns_to_the_archive_once(tmp_path: Path) -> None:
    """A tenth of a second for each file: three hundred more are worth an archive."""
    files = [planned(number) for number in range(300)]
    made = router(files, tmp_path)
    assert made.split(groups(files))[0] == []
    assert made.reconsider(groups(files), seen(0.001))[0] == []
    [job], left = made.reconsider(groups(files), seen(0.1))
    assert (len(job.groups), left) == (300, [])
    assert made.reconsider(groups(files), seen(0.1))[0] == []


@pytest.mark.parametrize(
    ("tree", "count", "is_archive"),
    [(SMALL, 10, True), (GIANT, 300, False), (None, 300, True), (None, 10, False)],
)
def test_a_throttled_run_turns_to_what_is_not_too_large(
    tmp_path: Path, tree: TreeSize | None, count: int, *, is_archive: bool
) -> None:
    """A minute's wait is worth a small archive, never a giant or an unknown for ten."""
    files = [planned(number) for number in range(count)]
    made = router(files, tmp_path, tree=tree)
    jobs, _ = made.reconsider(groups(files), wait=60.0)
    assert bool(jobs) is is_archive


def test_who_asked_for_files_gets_files(tmp_path: Path) -> None:
    """`--transport files` is not reconsidered."""
    files = [planned(number) for number in range(300)]
    made = router(files, tmp_path, choice=TransportChoice.FILES)
    assert made.reconsider(groups(files), seen(9.0), 600.0)[0] == []


def test_the_pace_is_told_once() -> None:
    """After enough files, and not again."""
    pace = Pace(Width())
    told = [pace.count(10) for _ in range(2 * LEARNT_FILES)]
    assert [what is None for what in told].count(False) == 1
    what = told[LEARNT_FILES - 1]
    assert what is not None
    assert (what.files, what.size) == (LEARNT_FILES, 10 * LEARNT_FILES)


def test_only_the_beginning_of_a_wait_is_news() -> None:
    """The seconds that count down call nobody; every event is passed on."""
    heard: list[float] = []
    seen: list[object] = []

    class Sink:
        def emit(self, event: object) -> None:
            seen.append(event)

    watch = ThrottleWatch(Sink(), heard.append)
    watch.emit(WaitingForLimit(60, "slow down"))
    watch.emit(WaitingForLimit(59, "slow down", 1.0))
    watch.emit(RetryScheduled("a", 2, 1.0, "reset"))
    assert (heard, len(seen)) == ([60], 3)
