"""A run: carries out a plan with a bounded number of transfers at once."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rehydrate_tui.domain.limits import DEFAULT_LIMITS, SizePolicy, format_size
from rehydrate_tui.domain.plan import Action, DownloadPlan, PlannedFile
from rehydrate_tui.domain.progress import FileFinished, ProgressSink
from rehydrate_tui.domain.report import DownloadReport, FileOutcome, Outcome
from rehydrate_tui.domain.routing import AUTO, Routing
from rehydrate_tui.engine.allowance import Allowance
from rehydrate_tui.engine.archive import ArchiveJob, ArchiveTransfer
from rehydrate_tui.engine.ledger import Ledger
from rehydrate_tui.engine.lfs_links import LfsLinks
from rehydrate_tui.engine.ports import Remote
from rehydrate_tui.engine.retrying import Retrying
from rehydrate_tui.engine.routing import Pace, Router, ThrottleWatch
from rehydrate_tui.engine.settling import prepare, settled_outcome
from rehydrate_tui.engine.transfer import Transfer
from rehydrate_tui.engine.transfer_context import TransferContext
from rehydrate_tui.engine.unpacking import Group
from rehydrate_tui.engine.width import Gate, Width
from rehydrate_tui.errors import RehydrateError
from rehydrate_tui.storage.blob_cache import BlobCache
from rehydrate_tui.storage.folders import Folders
from rehydrate_tui.storage.parts import Parts
from rehydrate_tui.storage.receipts import ReceiptIndex

_ARCHIVES = 2
"""Archives at once: each has a thread of its own."""

RemoteOf = Callable[[str], Remote]

_SETTLED_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a run works with."""

    remote_of: RemoteOf
    """Gives the remote of a host."""
    retrying: Retrying
    jobs: int
    """How many transfers run at once at most."""
    routing: Routing = AUTO
    cache: BlobCache | None = None
    limits: SizePolicy = DEFAULT_LIMITS
    receipts: ReceiptIndex | None = None
    notes: Callable[[], Iterable[str]] = tuple[str]
    """Tells in the end what the remotes want people to read."""


class DownloadRun:
    """One run of a plan; `wait` brings it to its end, `cancel` stops it cleanly.

    Args:
        plan: what to do; it must have passed `check_plan`.
        sink: takes progress events on the loop's thread.
        means: what to do it with.
    """

    def __init__(self, plan: DownloadPlan, sink: ProgressSink, means: Means) -> None:
        self._plan = plan
        self._means = means
        self._sink = sink
        self._jobs = means.jobs
        destination = Path(plan.destination)
        width = Width(means.jobs)
        self._gate = Gate(width, self._next_size)
        self._context = TransferContext(
            destination=destination,
            policy=plan.policy,
            sink=sink,
            retrying=replace(
                means.retrying, sink=ThrottleWatch(means.retrying.sink, self._throttled)
            ),
            links=LfsLinks(plan.writing, means.retrying.clock),
            ledger=Ledger(destination, means.receipts),
            parts=Parts(destination, means.receipts),
            folders=Folders(destination),
            width=width,
            cache=means.cache,
            allowance=Allowance(plan, means.limits),
        )
        self._router = Router(
            plan=plan,
            context=self._context,
            routing=means.routing,
        )
        self._pace = Pace(width)
        self._queue: deque[Group] = deque()
        self._workers: set[asyncio.Task[None]] = set()
        self._archives: set[asyncio.Task[None]] = set()
        self._outcomes: dict[str, FileOutcome] = {}
        self._bytes_received = 0
        self._is_cancelled = False
        self._archive_gate = asyncio.Semaphore(_ARCHIVES)
        self._archive_notes: list[str] = []
        self._limits_seen = 0

    @property
    def is_paused(self) -> bool:
        """Whether the run stands still."""
        return self._context.pause.is_on

    def pause(self) -> None:
        """Begin no more transfers, and hold those that run at their next chunk."""
        self._context.pause.begin()

    def resume(self) -> None:
        """Go on; a transfer whose connection was given up meanwhile tries again."""
        self._context.pause.end()

    def cancel(self) -> None:
        """Stop; what is whole stays, of the rest much of a large file at most."""
        self._is_cancelled = True
        for task in (*self._workers, *self._archives):
            task.cancel()

    def wait_longer(self) -> None:
        """Wait for the limits of hosts as long as they last, whatever the budget."""
        self._means.retrying.wait_longer()

    async def wait(self) -> DownloadReport:
        """Run to the end, good or bad, and report on every file of the plan."""
        started = time.monotonic()
        try:
            await self._carry_out()
        finally:
            self._context.folders.close()
            self._context.ledger.close()
        return DownloadReport(
            destination=self._plan.destination,
            outcomes=tuple(self._outcome_of(each) for each in self._plan.files),
            bytes_received=self._bytes_received,
            seconds=time.monotonic() - started,
            notes=tuple(dict.fromkeys(self._notes())),
        )

    async def _carry_out(self) -> None:
        divided = await asyncio.to_thread(self._prepare)
        await self._settle(self._plan.having(Action.SKIP, Action.KEEP, Action.REFUSE))
        if self._is_cancelled:
            return
        self._divide(*divided)
        try:
            await self._join()
        except asyncio.CancelledError:
            self.cancel()
            await self._join()
            raise

    def _divide(self, archives: list[ArchiveJob], files: list[Group]) -> None:
        """Begin with what is to come by archive; the rest waits in the queue."""
        self._queue = deque(files)
        for job in archives:
            self._archives.add(asyncio.create_task(self._bring_archive(job)))

    def _staff(self) -> None:
        """Have as many workers as there is work for."""
        width = min(self._jobs - len(self._workers), len(self._queue))
        for _ in range(0 if self._is_cancelled else width):
            self._workers.add(asyncio.create_task(self._work()))

    def _notes(self) -> Iterator[str]:
        yield from self._plan.notes
        yield from self._means.notes()
        yield from self._archive_notes
        cached = self._context.cached
        if cached:
            size = format_size(sum(cached))
            yield f"From the cache, not from the network: {size} ({len(cached):,} files)."

    async def _join(self) -> None:
        """Wait until all is brought; a bug in one of the tasks is raised here."""
        self._staff()
        while tasks := self._workers | self._archives:
            done, others = await asyncio.wait(
                tasks, return_when=asyncio.FIRST_COMPLETED
            )
            self._workers -= done
            self._archives -= done
            broken = [
                task for task in done if not task.cancelled() and task.exception()
            ]
            if broken:
                for task in others:
                    task.cancel()
                if others:
                    await asyncio.wait(others)
                broken[0].result()
            self._staff()

    async def _bring_archive(self, job: ArchiveJob) -> None:
        """Bring what an archive has; the rest of its contents comes one by one."""
        transfer = ArchiveTransfer(
            job, self._means.remote_of(job.repo.host), self._context, self._finish
        )
        try:
            async with self._archive_gate:
                await transfer.run()
        finally:
            self._bytes_received += transfer.bytes_received
        self._queue.extend(transfer.rest)
        if transfer.failure is not None:
            self._archive_notes.append(_without_archive(job, transfer.failure))

    async def _work(self) -> None:
        while self._queue:
            async with self._gate.passing():
                # What nobody has begun may meanwhile have gone to an archive.
                if not self._queue:
                    return
                places = self._queue.popleft()
                await self._bring(places)
            if batch := self._context.ledger.take_due():
                await asyncio.to_thread(self._context.ledger.tell, batch)
            self._reconsider(places[0].file.content_size)
            await self._context.pause.wait()

    async def _bring(self, places: Group) -> None:
        remote = self._means.remote_of(places[0].repo.host)
        transfer = Transfer(places, remote, self._context)
        try:
            await transfer.run(self._finish)
        finally:
            self._bytes_received += transfer.bytes_received

    def _next_size(self) -> int:
        return self._queue[0][0].file.content_size if self._queue else 0

    def _reconsider(self, size: int) -> None:
        """Look at the transport again as soon as the pace of single files is known."""
        limited = self._context.retrying.limited
        if len(limited) > self._limits_seen:
            self._limits_seen = len(limited)
            self._throttled(self._means.retrying.policy.wait_budget)
        seen = self._pace.count(size)
        if seen is not None and self._queue:
            self._divide(*self._router.reconsider(self._queue, seen))

    def _throttled(self, seconds: float) -> None:
        """Look at it again when files have to wait; the archive has its own host."""
        if self._queue and not self._is_cancelled:
            self._divide(*self._router.reconsider(self._queue, wait=seconds))

    def _prepare(self) -> tuple[list[ArchiveJob], list[Group]]:
        prepare(self._plan, self._context.ledger, self._context.parts)
        return self._router.split(_group(self._plan.writing))

    async def _settle(self, files: Iterable[PlannedFile]) -> None:
        """Report on the files that need no transfer; others get their turn."""
        for number, planned in enumerate(files, start=1):
            if number % _SETTLED_AT_ONCE == 0:
                await asyncio.sleep(0)
            self._finish(settled_outcome(planned, self._context.destination))

    def _finish(self, outcome: FileOutcome) -> None:
        self._outcomes[outcome.target] = outcome
        self._sink.emit(FileFinished(outcome))

    def _outcome_of(self, planned: PlannedFile) -> FileOutcome:
        known = self._outcomes.get(planned.target)
        return known or _outcome(planned, Outcome.CANCELLED)


def _without_archive(job: ArchiveJob, failure: RehydrateError) -> str:
    return f"Not all of {job.repo} came by archive. {failure.message}"


def _group(files: Iterable[PlannedFile]) -> list[Group]:
    """Put files of the same content together, the largest contents first.

    The largest first keeps all workers busy to the end.
    """
    groups: dict[tuple[object, ...], Group] = {}
    for planned in files:
        groups.setdefault(planned.content_key, []).append(planned)
    return sorted(groups.values(), key=lambda group: -group[0].file.content_size)


def _outcome(planned: PlannedFile, outcome: Outcome) -> FileOutcome:
    return FileOutcome(
        path=planned.file.path,
        target=planned.target,
        outcome=outcome,
        size=planned.file.content_size,
    )
