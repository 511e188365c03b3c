"""A run: carries out a plan with a bounded number of transfers at once."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rehydrate_tui.domain.limits import DEFAULT_LIMITS, SizePolicy, format_size
from rehydrate_tui.domain.plan import Action, DownloadPlan, PlannedFile
from rehydrate_tui.domain.progress import FileFinished, ProgressSink
from rehydrate_tui.domain.report import DownloadReport, FileOutcome, Outcome
from rehydrate_tui.engine.allowance import Allowance
from rehydrate_tui.engine.ledger import Ledger
from rehydrate_tui.engine.lfs_links import LfsLinks
from rehydrate_tui.engine.ports import Remote
from rehydrate_tui.engine.retrying import Retrying
from rehydrate_tui.engine.transfer import Transfer
from rehydrate_tui.engine.transfer_context import TransferContext
from rehydrate_tui.errors import LocalError
from rehydrate_tui.storage.blob_cache import BlobCache
from rehydrate_tui.storage.local_files import restore_mode
from rehydrate_tui.storage.parts import Parts
from rehydrate_tui.storage.receipts import ReceiptIndex

RemoteOf = Callable[[str], Remote]

_SETTLED = {
    Action.SKIP: Outcome.PRESENT,
    Action.KEEP: Outcome.KEPT,
    Action.REFUSE: Outcome.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a run works with."""

    remote_of: RemoteOf
    """Gives the remote of a host."""
    retrying: Retrying
    jobs: int
    """How many transfers run at once."""
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
        self._context = TransferContext(
            destination=destination,
            policy=plan.policy,
            sink=sink,
            retrying=means.retrying,
            links=LfsLinks(plan.writing, means.retrying.clock),
            ledger=Ledger(destination, means.receipts),
            parts=Parts(destination, means.receipts),
            cache=means.cache,
            allowance=Allowance(plan, means.limits),
        )
        self._queue = deque(_group(plan.writing))
        self._workers: list[asyncio.Task[None]] = []
        self._outcomes: dict[str, FileOutcome] = {}
        self._bytes_received = 0
        self._is_cancelled = False

    @property
    def is_paused(self) -> bool:
        """Whether the run stands still."""
        return self._context.gate.is_closed

    def pause(self) -> None:
        """Begin no more transfers, and hold those that run at their next chunk."""
        self._context.gate.close()

    def resume(self) -> None:
        """Go on; a transfer whose connection was given up meanwhile tries again."""
        self._context.gate.open()

    def cancel(self) -> None:
        """Stop; what is whole stays, of the rest much of a large file at most."""
        self._is_cancelled = True
        for worker in self._workers:
            worker.cancel()

    async def wait(self) -> DownloadReport:
        """Run to the end, good or bad, and report on every file of the plan."""
        started = time.monotonic()
        try:
            await self._carry_out()
        finally:
            self._context.ledger.close()
        return DownloadReport(
            destination=self._plan.destination,
            outcomes=tuple(self._outcome_of(each) for each in self._plan.files),
            bytes_received=self._bytes_received,
            seconds=time.monotonic() - started,
            notes=tuple(dict.fromkeys(self._notes())),
        )

    async def _carry_out(self) -> None:
        await asyncio.to_thread(self._prepare)
        self._settle(self._plan.having(Action.SKIP, Action.KEEP, Action.REFUSE))
        width = 0 if self._is_cancelled else min(self._jobs, len(self._queue))
        self._workers = [asyncio.create_task(self._work()) for _ in range(width)]
        try:
            await self._join()
        except asyncio.CancelledError:
            self.cancel()
            await self._join()
            raise

    def _prepare(self) -> None:
        """Tell the receipts what comes, and see what earlier runs left unfinished."""
        self._context.ledger.open(self._plan)
        wanted = {each.target: each.content for each in self._plan.writing}
        self._context.parts.sweep([each.target for each in self._plan.files], wanted)

    def _notes(self) -> Iterator[str]:
        yield from self._plan.notes
        yield from self._means.notes()
        cached = self._context.cached
        if cached:
            size = format_size(sum(cached))
            yield f"From the cache, not from the network: {size} ({len(cached):,} files)."

    async def _join(self) -> None:
        """Wait for the workers; a bug in one of them is raised here."""
        if not self._workers:
            return
        done, pending = await asyncio.wait(
            self._workers, return_when=asyncio.FIRST_EXCEPTION
        )
        for worker in pending:
            worker.cancel()
        if pending:
            await asyncio.wait(pending)
        for worker in done:
            if not worker.cancelled():
                worker.result()

    async def _work(self) -> None:
        while self._queue:
            places = self._queue.popleft()
            transfer = Transfer(
                places, self._means.remote_of(places[0].repo.host), self._context
            )
            try:
                await transfer.run(self._finish)
            finally:
                self._bytes_received += transfer.bytes_received
            await self._context.ledger.flush_if_due()
            await self._context.gate.wait()

    def _settle(self, files: Iterable[PlannedFile]) -> None:
        """Report on the files that need no transfer."""
        for planned in files:
            self._finish(_settled_outcome(planned, self._context.destination))

    def _finish(self, outcome: FileOutcome) -> None:
        self._outcomes[outcome.target] = outcome
        self._sink.emit(FileFinished(outcome))

    def _outcome_of(self, planned: PlannedFile) -> FileOutcome:
        known = self._outcomes.get(planned.target)
        return known or _outcome(planned, Outcome.CANCELLED)


def _group(files: Iterable[PlannedFile]) -> list[list[PlannedFile]]:
    """Put files of the same content together, the largest contents first.

    The largest first keeps all workers busy to the end.
    """
    groups: dict[tuple[str, ...], list[PlannedFile]] = {}
    for planned in files:
        groups.setdefault(planned.content_key, []).append(planned)
    return sorted(groups.values(), key=lambda group: -group[0].file.content_size)


def _settled_outcome(planned: PlannedFile, destination: Path) -> FileOutcome:
    if planned.action is Action.SKIP and planned.file.symlink is None:
        try:
            restore_mode(destination / planned.target, planned.file)
        except LocalError as error:
            return _outcome(planned, Outcome.FAILED, error)
    return _outcome(planned, _SETTLED[planned.action], planned.error)


def _outcome(
    planned: PlannedFile, outcome: Outcome, error: LocalError | None = None
) -> FileOutcome:
    return FileOutcome(
        path=planned.file.path,
        target=planned.target,
        outcome=outcome,
        size=planned.file.content_size,
        error=error,
    )
