"""One content from the network to its places: tries, transports, checks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from rehydrate_tui.domain.content import lfs_content
from rehydrate_tui.domain.digest import MAX_POINTER_SIZE, LfsPointer
from rehydrate_tui.domain.objects import ObjectId
from rehydrate_tui.domain.plan import LocalState, PlannedFile
from rehydrate_tui.domain.progress import BytesReceived, FileStarted
from rehydrate_tui.domain.report import FileOutcome, Outcome
from rehydrate_tui.engine.cached import take_from_cache
from rehydrate_tui.engine.landing import Landed, judge_conflict, land_link, land_part
from rehydrate_tui.engine.ports import Remote
from rehydrate_tui.engine.receiving import Opener, Reception
from rehydrate_tui.engine.transfer_context import TransferContext
from rehydrate_tui.engine.transports import check_link_text, may_differ_elsewhere, worst
from rehydrate_tui.errors import (
    ConflictError,
    ExpiredLinkError,
    IntegrityError,
    RateLimitedError,
    RehydrateError,
    RemoteError,
    ServerError,
)
from rehydrate_tui.storage.arrival import Arrival
from rehydrate_tui.storage.blob_cache import BlobCache
from rehydrate_tui.storage.local_files import local_state
from rehydrate_tui.storage.part_file import PartFile
from rehydrate_tui.storage.whole_file import MAX_WHOLE, WholeFile

T = TypeVar("T")

_RAW = "raw files"
_API = "API"


class Transfer:
    """Brings one content to every place of the plan that wants it.

    Args:
        places: planned files of one repository with the same content; the first is
            fetched, the others are copied from it and verified again.
        remote: the host of that repository.
        context: what the run shares.
    """

    def __init__(
        self, places: Sequence[PlannedFile], remote: Remote, context: TransferContext
    ) -> None:
        self._places = places
        self._remote = remote
        self._context = context
        self._pointer = places[0].file.lfs
        self._is_shareable = True
        self.bytes_received = 0

    async def run(self, finish: Callable[[FileOutcome], None]) -> None:
        """Bring the content everywhere; `finish` takes each outcome, errors included."""
        source: PlannedFile | None = None
        for place in self._places:
            self._context.sink.emit(FileStarted(place.target, place.file.content_size))
            outcome = await self._bring(place, source)
            if source is None and outcome.outcome is Outcome.FETCHED:
                source = place
            finish(outcome)

    async def _bring(
        self, place: PlannedFile, source: PlannedFile | None
    ) -> FileOutcome:
        try:
            backup = None
            if source is not None:
                backup = await self._copy_aside(source, place)
            if backup is None:
                backup = await self._fetch(place)
        except ConflictError as error:
            return self._appeared(place, error)
        except RehydrateError as error:
            return self._outcome(place, Outcome.FAILED, error=error)
        return self._outcome(place, Outcome.FETCHED, backup=backup)

    def _outcome(
        self,
        place: PlannedFile,
        outcome: Outcome,
        *,
        error: RehydrateError | None = None,
        backup: str = "",
    ) -> FileOutcome:
        size = self._pointer.size if self._pointer else place.file.content_size
        return FileOutcome(
            path=place.file.path,
            target=place.target,
            outcome=outcome,
            size=size,
            error=error,
            backup=backup,
        )

    def _appeared(self, place: PlannedFile, error: ConflictError) -> FileOutcome:
        outcome = judge_conflict(self._context.destination, place, self._context.policy)
        is_failed = outcome is Outcome.FAILED
        return self._outcome(place, outcome, error=error if is_failed else None)

    async def _fetch(self, place: PlannedFile) -> str:
        """Fetch one file; return where the local one that was in the way now is."""
        if place.file.symlink is not None:
            return self._make_link(place, place.file.symlink)
        backup = await self._from_cache(place)
        if backup is None:
            backup = await self._from_network(place)
            if self._context.cache is not None:
                await asyncio.to_thread(self._keep, self._context.cache, place)
        return backup

    async def _from_network(self, place: PlannedFile) -> str:
        if self._pointer is None:
            pointer, backup = await self._fetch_blob(place)
            if pointer is None:
                return backup
            self._learn(place, pointer)
            self._pointer = pointer
        return await self._fetch_lfs(place, self._pointer)

    def _learn(self, place: PlannedFile, pointer: LfsPointer) -> None:
        """Hold an object against the limits, whose size nobody knew before."""
        self._context.allowance.take(place, pointer)

    @property
    def _content(self) -> str:
        """The content id that is looked for; a pointer's while nobody knows more."""
        if self._pointer is not None:
            return lfs_content(self._pointer.oid)
        return self._places[0].file.blob or ""

    async def _from_cache(self, place: PlannedFile) -> str | None:
        """Take one file out of the cache; None if the network has to be asked."""
        cache = self._context.cache
        if cache is None:
            return None
        found = await asyncio.to_thread(
            take_from_cache,
            cache,
            self._content,
            partial(self._part_file, place),
            partial(self._conclude, place),
        )
        if found is None:
            return None
        pointer, backup = found
        if pointer is not None:
            self._learn(place, pointer)
            self._pointer = pointer
            return await self._from_cache(place)
        size = self._pointer.size if self._pointer else place.file.size or 0
        self._context.cached.append(size)
        self._context.sink.emit(BytesReceived(place.target, size))
        return backup

    def _keep(self, cache: BlobCache, place: PlannedFile) -> None:
        """Put what has arrived into the cache.

        What was given for a token only is kept where only its owner can read it.
        """
        if self._is_shareable or cache.is_private:
            cache.put(self._content, self._context.destination / place.target)

    def _make_link(self, place: PlannedFile, text: str) -> str:
        check_link_text(place, text)
        landed = land_link(self._context.destination, place, self._context.policy, text)
        return self._note(place, place.content, landed)

    async def _fetch_blob(self, place: PlannedFile) -> tuple[LfsPointer | None, str]:
        """Try one transport after the other; a pointer is not written but returned."""
        failures: list[RehydrateError] = []
        for way, opener in self._openers(place):
            self._is_shareable = way == _RAW or not self._remote.is_authenticated
            try:
                return await self._context.retrying.run(
                    place.target,
                    partial(self._receive_blob, place, opener, resumes=way == _RAW),
                    way=f"{way} of {place.repo.host}",
                )
            except (IntegrityError, RemoteError) as error:
                failures.append(error)
                if not may_differ_elsewhere(error, self._remote):
                    break
        raise worst(failures)

    def _openers(self, place: PlannedFile) -> Iterator[tuple[str, Opener]]:
        repo, path, oid = place.repo, place.file.path, ObjectId(place.file.blob or "")
        yield (
            _RAW,
            lambda rest: self._remote.open_raw(
                repo, place.commit, path, resume=rest, size=place.file.size
            ),
        )
        yield _API, lambda _: self._remote.open_blob(repo, oid)

    async def _receive_blob(
        self, place: PlannedFile, opener: Opener, *, resumes: bool
    ) -> tuple[LfsPointer | None, str]:
        conclude = partial(self._conclude, place)
        began = time.monotonic()
        try:
            found = await self._receive(place, opener, conclude, resumes=resumes)
        except (RateLimitedError, ServerError):
            self._context.width.refused()
            raise
        self._context.width.arrived(place.file.content_size, time.monotonic() - began)
        return found

    async def _receive(
        self,
        place: PlannedFile,
        opener: Opener,
        conclude: Callable[[Arrival], T],
        *,
        resumes: bool = True,
    ) -> T:
        """Receive a content; what an earlier try left is used if it proves right."""
        reception = Reception(
            target=place.target,
            content=self._content,
            parts=self._context.parts,
            sink=self._context.sink,
            count=self._count,
            resumes=resumes,
            pause=self._context.pause,
        )
        while True:
            with self._part_file(place, reception.leftover) as part:
                try:
                    await reception.stream(part, opener)
                    return conclude(part)
                except IntegrityError:
                    # What was here need not be what it was taken for: once more.
                    if not part.was_resumed:
                        raise
            self._context.parts.forget(place.target)

    def _count(self, size: int) -> None:
        self.bytes_received += size

    def _conclude(
        self, place: PlannedFile, part: Arrival
    ) -> tuple[LfsPointer | None, str]:
        """Put a whole part under its name, unless it is the pointer of an object."""
        may_be_pointer = self._pointer is None and not place.file.keep_pointer
        if may_be_pointer and (place.file.size or 0) < MAX_POINTER_SIZE:
            pointer = LfsPointer.parse(part.head)
            if pointer is not None:
                part.verify()
                if self._context.cache is not None:
                    self._context.cache.put_bytes(self._content, part.head)
                return pointer, ""
        return None, self._commit(place, part)

    async def _fetch_lfs(self, place: PlannedFile, pointer: LfsPointer) -> str:
        return await self._context.retrying.run(
            place.target, partial(self._receive_lfs, place, pointer)
        )

    async def _receive_lfs(self, place: PlannedFile, pointer: LfsPointer) -> str:
        links = self._context.links
        link = await links.find(self._remote, place.repo, pointer)
        self._is_shareable = not link.needed_token
        try:
            return await self._receive(
                place,
                lambda rest: self._remote.open_lfs(link, resume=rest),
                partial(self._commit, place),
            )
        except ExpiredLinkError:
            links.forget(place.repo, pointer)
            raise

    def _commit(self, place: PlannedFile, part: Arrival) -> str:
        landed = land_part(self._context.destination, place, self._context.policy, part)
        self._context.parts.forget(place.target)
        return self._note(place, self._content, landed)

    def _note(self, place: PlannedFile, content: str, landed: Landed) -> str:
        self._context.ledger.note(place.target, content, landed.stamp)
        return landed.backup

    async def _copy_aside(self, source: PlannedFile, place: PlannedFile) -> str | None:
        """Copy in a thread where that takes longer than to begin a thread."""
        if place.file.content_size <= MAX_WHOLE:
            return self._copy(source, place)
        return await asyncio.to_thread(self._copy, source, place)

    def _copy(self, source: PlannedFile, place: PlannedFile) -> str | None:
        """Copy what was just fetched; None if it is no longer the pinned content.

        Otherwise returns where the local file that was in the way now is.
        """
        destination = self._context.destination
        file = source.file._replace(lfs=self._pointer)
        if local_state(destination, source.target, file) is not LocalState.SAME:
            return None
        with self._part_file(place) as part:
            part.copy(destination / source.target)
            return self._commit(place, part)

    def _part_file(self, place: PlannedFile, leftover: str = "") -> Arrival:
        folder, folders = self._context.destination, self._context.folders
        target, file = place.target, place.file
        if self._pointer:
            if self._pointer.size <= MAX_WHOLE:
                return WholeFile.for_lfs(folders, target, self._pointer)
            return PartFile.for_lfs(folder, target, self._pointer, leftover=leftover)
        size, blob = file.size or 0, file.blob or ""
        if size <= MAX_WHOLE:
            return WholeFile(folders, target, size, blob)
        return PartFile(folder, target, size, blob, leftover=leftover)
