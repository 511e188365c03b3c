"""The archive transport: one stream of a commit, unpacked and verified on the fly.

The stream comes in on the event loop; inflating, hashing and writing happen in one
thread, which takes what has arrived from a bounded pipe. What the archive lacks, has
otherwise or breaks off before is left for the other transports.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.plan import PlannedFile
from rehydrate_tui.domain.progress import BytesReceived, FileStarted
from rehydrate_tui.domain.remote_values import Body
from rehydrate_tui.domain.report import FileOutcome, Outcome
from rehydrate_tui.domain.tar import TarReader
from rehydrate_tui.domain.transport_cost import TreeSize
from rehydrate_tui.engine.inflating import Inflating, ReadingAhead
from rehydrate_tui.engine.pipe import Pipe
from rehydrate_tui.engine.ports import Remote
from rehydrate_tui.engine.transfer_context import TransferContext
from rehydrate_tui.engine.unpacking import (
    Arrived,
    Group,
    News,
    PointerFound,
    Unpacking,
)
from rehydrate_tui.errors import (
    LocalError,
    PayloadError,
    RehydrateError,
    RemoteError,
)

LONGEST_TREE = 16 * 2**30
"""Bytes that an archive may become when nobody has counted its commit: git hosts advise
to keep repositories below ten gigabytes."""

_ROOM = 64 * 2**20
_PER_FILE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveJob:
    """What is to be taken out of one archive."""

    repo: RepoId
    commit: ObjectId
    groups: Sequence[Group]
    tree: TreeSize | None = None
    longest_answer: float | None = None
    """Seconds to wait for the first byte; None: as long as the client does."""
    is_too_slow: Callable[[float, int], bool] = lambda _seconds, _arrived: False
    """Tells after so many seconds and bytes whether the other way were quicker."""

    @property
    def most(self) -> int:
        """Bytes that the archive may become; attributes may let files grow."""
        if self.tree is None:
            return LONGEST_TREE
        return 2 * self.tree.size + _PER_FILE * self.tree.files + _ROOM


class ArchiveTransfer:
    """Brings what one archive has; `rest` is what it did not.

    Args:
        job: which archive, and what of it.
        remote: the host of the repository.
        context: what the run shares.
        finish: takes the outcome of each file that reached its end.
    """

    def __init__(
        self,
        job: ArchiveJob,
        remote: Remote,
        context: TransferContext,
        finish: Callable[[FileOutcome], None],
    ) -> None:
        self._job = job
        self._remote = remote
        self._context = context
        self._finish = finish
        self._ended: set[str] = set()
        self._pointers: dict[str, LfsPointer] = {}
        self.bytes_received = 0
        """Bytes of the contents that were taken."""
        self.failure: RehydrateError | None = None
        """Why the archive ended early; what came before is in place."""

    async def run(self) -> None:
        """Bring what the archive has."""
        await self._context.pause.wait()
        try:
            async with self._remote.open_archive(
                self._job.repo, self._job.commit
            ) as body:
                await self._unpack(body)
        except (RemoteError, LocalError) as error:
            self.failure = self.failure or error

    @property
    def rest(self) -> list[Group]:
        """What is still to be brought, pointers already told from contents."""
        groups = (
            [self._learnt(place) for place in group if place.target not in self._ended]
            for group in self._job.groups
        )
        return [group for group in groups if group]

    def _learnt(self, place: PlannedFile) -> PlannedFile:
        pointer = self._pointers.get(place.target)
        return (
            place._replace(file=place.file._replace(lfs=pointer)) if pointer else place
        )

    async def _unpack(self, body: Body) -> None:
        pipe = Pipe()
        pump = asyncio.create_task(self._pump(body.chunks, pipe))
        # A thread cannot be cancelled: it is told to end, and waited for.
        unpacking = asyncio.ensure_future(
            asyncio.to_thread(self._work, pipe, is_shareable=not body.needed_token)
        )
        try:
            await asyncio.shield(unpacking)
        except asyncio.CancelledError:
            pipe.abort()
            with suppress(RehydrateError):
                await unpacking
            raise
        finally:
            pump.cancel()
            with suppress(asyncio.CancelledError):
                await pump

    async def _pump(self, chunks: AsyncIterator[bytes], pipe: Pipe) -> None:
        """Hand over what arrives; what breaks the stream is told, and ends it."""
        started, arrived = time.monotonic(), 0
        try:
            chunk = await self._first(chunks)
            while chunk is not None:
                await pipe.put(chunk)
                if batch := self._context.ledger.take_due():
                    await asyncio.to_thread(self._context.ledger.tell, batch)
                arrived += len(chunk)
                if self._job.is_too_slow(time.monotonic() - started, arrived):
                    raise _slow()
                started += await self._held()
                chunk = await anext(chunks, None)
        except RemoteError as error:
            self.failure = error
        finally:
            pipe.end()

    async def _held(self) -> float:
        """Wait while the run is paused; return the seconds, which are nobody's fault."""
        if not self._context.pause.is_on:
            return 0.0
        began = time.monotonic()
        await self._context.pause.wait()
        return time.monotonic() - began

    async def _first(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        try:
            return await asyncio.wait_for(anext(chunks, None), self._job.longest_answer)
        except asyncio.TimeoutError:
            raise _slow() from None

    def _work(self, pipe: Pipe, *, is_shareable: bool) -> None:
        """Unpack, in a thread.

        Raises:
            PayloadError: the archive is broken.
        """
        cache = self._context.cache
        if cache is not None and not (is_shareable or cache.is_private):
            cache = None
        unpacking = Unpacking(
            destination=self._context.destination,
            folders=self._context.folders,
            policy=self._context.policy,
            cache=cache,
            tell=lambda news: pipe.call(self._hear, news),
        )
        with ReadingAhead(Inflating(pipe.get, self._job.most).read) as blocks:
            try:
                unpacking.run(TarReader(blocks.read), self._job.groups)
            finally:
                pipe.abort()

    def _hear(self, batch: list[News]) -> None:
        """Take news on the event loop."""
        for news in batch:
            if isinstance(news, Arrived):
                self._hear_arrived(news)
            elif isinstance(news, PointerFound):
                self._hear_pointer(news)
            else:
                if isinstance(news, BytesReceived):
                    self.bytes_received += news.count
                self._context.sink.emit(news)

    def _hear_arrived(self, news: Arrived) -> None:
        outcome, sink = news.outcome, self._context.sink
        if news.stamp is not None:
            self._context.ledger.note(outcome.target, news.content, news.stamp)
        if news.shown is not None:
            sink.emit(FileStarted(outcome.target, outcome.size))
            sink.emit(BytesReceived(outcome.target, news.shown))
            self.bytes_received += news.shown
        self._end(outcome)

    def _hear_pointer(self, news: PointerFound) -> None:
        """Hold an object against the limits, whose size nobody knew before."""
        first = news.group[0]
        try:
            self._context.allowance.take(first, news.pointer)
        except LocalError as error:
            for place in news.group:
                self._end(
                    FileOutcome(
                        path=place.file.path,
                        target=place.target,
                        outcome=Outcome.FAILED,
                        size=news.pointer.size,
                        error=error,
                    )
                )
            return
        self._pointers |= {place.target: news.pointer for place in news.group}

    def _end(self, outcome: FileOutcome) -> None:
        self._ended.add(outcome.target)
        self._finish(outcome)


def _slow() -> PayloadError:
    return PayloadError("The archive comes too slowly.")
