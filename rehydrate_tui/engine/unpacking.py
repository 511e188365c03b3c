"""Members of an archive to their places, in a thread: verified, named, told in batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rehydrate_tui.domain.digest import MAX_POINTER_SIZE, LfsPointer, blob_oid
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.domain.plan import ConflictPolicy, PlannedFile, Stamp
from rehydrate_tui.domain.progress import (
    BytesDiscarded,
    BytesReceived,
    FileStarted,
    ProgressEvent,
)
from rehydrate_tui.domain.report import FileOutcome, Outcome
from rehydrate_tui.domain.tar import Member, TarReader
from rehydrate_tui.engine.landing import judge_conflict, land_part
from rehydrate_tui.errors import (
    ConflictError,
    IntegrityError,
    LocalError,
    RehydrateError,
)
from rehydrate_tui.storage.arrival import Arrival
from rehydrate_tui.storage.blob_cache import BlobCache
from rehydrate_tui.storage.folders import Folders
from rehydrate_tui.storage.part_file import PartFile
from rehydrate_tui.storage.whole_file import MAX_WHOLE, WholeFile

Group = list[PlannedFile]
"""Files of one content."""

_BATCH_ITEMS = 64
_BATCH_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file reached its end."""

    outcome: FileOutcome
    content: str
    stamp: Stamp | None = None
    """Its status in its place."""
    shown: int | None = None
    """Bytes of it over the network; None if watchers have been told already."""


@dataclass(frozen=True, slots=True)
class PointerFound:
    """A content is the pointer of an object in Git LFS, which is to be brought."""

    group: Group
    pointer: LfsPointer


News = Arrived | PointerFound | ProgressEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacking:
    """Where members go.

    Attributes:
        destination: the folder that all targets are below.
        folders: those of the run, held open.
        policy: what to do with local files that differ.
        cache: where contents are kept as well.
        tell: takes news, in the thread, a batch at a time.
    """

    destination: Path
    folders: Folders
    policy: ConflictPolicy
    cache: BlobCache | None
    tell: Callable[[list[News]], None]

    def run(self, reader: TarReader, groups: Sequence[Group]) -> Unpacked:
        """Go through an archive until all of `groups` is in place, or it ends.

        Raises:
            PayloadError: the archive is broken; what came before is in place.
        """
        unpacked = Unpacked(self, groups)
        try:
            for member in reader:
                unpacked.take(member, reader)
                if unpacked.is_done(member):
                    break
        finally:
            unpacked.flush()
        return unpacked


class Unpacked:
    """The contents of one archive: which are in place, which are still to come."""

    def __init__(self, means: Unpacking, groups: Sequence[Group]) -> None:
        self._means = means
        self._wanted = {
            place.file.path: group
            for group in groups
            for place in group
            if place.commit == group[0].commit
        }
        self._last = max(map(_in_order, self._wanted), default=b"")
        self._previous = b""
        self._is_sorted = True
        self._news: list[News] = []
        self._told = time.monotonic()

    def is_done(self, member: Member) -> bool:
        """Tell whether nothing wanted can follow.

        `git archive` goes through a tree in the order of its bytes, so what it left
        out need not be waited for.
        """
        here = _in_order(member.path)
        self._is_sorted = self._is_sorted and self._previous < here
        self._previous = here
        return not self._wanted or (self._is_sorted and here >= self._last)

    def take(self, member: Member, reader: TarReader) -> None:
        """Bring one member to its places if it is wanted and right."""
        group = self._wanted.pop(RepoPath(member.path), None)
        if group is None or member.size != group[0].file.size:
            return
        if member.link is None and member.size > MAX_WHOLE:
            self._take_large(group, reader)
            return
        data = reader.content() if member.link is None else member.link
        if not self._take_pointer(group, data):
            self._take_small(group, data)

    def flush(self) -> None:
        """Tell what has not been told yet."""
        news, self._news = self._news, []
        self._told = time.monotonic()
        if news:
            self._means.tell(news)

    def _take_pointer(self, group: Group, data: bytes) -> bool:
        """Note what a pointer stands for: its object comes from elsewhere."""
        file = group[0].file
        if file.keep_pointer or len(data) >= MAX_POINTER_SIZE:
            return False
        pointer = LfsPointer.parse(data)
        if pointer is None or blob_oid(data, like=file.blob or "") != file.blob:
            return False
        self._forget(group)
        if self._means.cache is not None:
            self._means.cache.put_bytes(file.blob or "", data)
        self._add(PointerFound(group, pointer))
        return True

    def _take_small(self, group: Group, data: bytes) -> None:
        for place in group:
            try:
                shown = len(data) if place is group[0] else 0
                self._add(self._bring(place, lambda part: part.write(data), shown))
            except IntegrityError:
                return
        self._forget(group)
        if self._means.cache is not None:
            self._means.cache.put_bytes(group[0].content, data)

    def _take_large(self, group: Group, reader: TarReader) -> None:
        first, *others = group
        size = first.file.content_size
        self._add(FileStarted(first.target, size))
        shown = 0

        def fill(part: Arrival) -> None:
            nonlocal shown
            for piece in reader.pieces():
                part.write(piece)
                shown += len(piece)
                self._add(BytesReceived(first.target, len(piece)))

        try:
            arrived = self._bring(first, fill)
        except RehydrateError as error:
            self._add(BytesDiscarded(first.target, shown))
            if isinstance(error, IntegrityError):
                return
            raise
        self._add(arrived)
        self._forget(group)
        if arrived.outcome.outcome is Outcome.FETCHED:
            self._copy(self._means.destination / first.target, others, first.content)

    def _copy(self, original: Path, places: Group, content: str) -> None:
        """Bring a large content to its further places, and into the cache."""
        with suppress(IntegrityError):  # somebody edited the first one in this instant
            for place in places:
                self._add(self._bring(place, lambda part: part.copy(original), 0))
        if self._means.cache is not None:
            self._means.cache.put(content, original)

    def _bring(
        self,
        place: PlannedFile,
        fill: Callable[[Arrival], None],
        shown: int | None = None,
    ) -> Arrived:
        """Put one file in its place, or say what stands there.

        Raises:
            IntegrityError: the bytes are not the pinned ones.
            PayloadError: the archive ends in the middle.
        """
        means, content = self._means, place.content
        try:
            with _arrival(means, place) as part:
                fill(part)
                landed = land_part(means.destination, place, means.policy, part)
        except ConflictError as error:
            judged = judge_conflict(means.destination, place, means.policy)
            cause = error if judged is Outcome.FAILED else None
            outcome = _outcome(place, judged, error=cause)
            return Arrived(outcome, content, shown=shown)
        except LocalError as error:
            outcome = _outcome(place, Outcome.FAILED, error=error)
            return Arrived(outcome, content, shown=shown)
        outcome = _outcome(place, Outcome.FETCHED, backup=landed.backup)
        return Arrived(outcome, content, landed.stamp, shown)

    def _forget(self, group: Group) -> None:
        for place in group:
            self._wanted.pop(place.file.path, None)

    def _add(self, news: News) -> None:
        self._news.append(news)
        is_old = time.monotonic() - self._told > _BATCH_SECONDS
        if is_old or len(self._news) >= _BATCH_ITEMS:
            self.flush()


def _arrival(means: Unpacking, place: PlannedFile) -> Arrival:
    size, blob = place.file.size or 0, place.file.blob or ""
    if size <= MAX_WHOLE:
        return WholeFile(means.folders, place.target, size, blob)
    return PartFile(means.destination, place.target, size, blob)


def _outcome(
    place: PlannedFile,
    outcome: Outcome,
    *,
    error: RehydrateError | None = None,
    backup: str = "",
) -> FileOutcome:
    return FileOutcome(
        path=place.file.path,
        target=place.target,
        outcome=outcome,
        size=place.file.content_size,
        error=error,
        backup=backup,
    )


def _in_order(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
