"""Which contents of a run come by archive: as planned, and as a run finds out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from rehydrate_tui.domain.network_seen import Seen, observed
from rehydrate_tui.domain.plan import DownloadPlan
from rehydrate_tui.domain.progress import (
    ProgressEvent,
    ProgressSink,
    WaitingForLimit,
)
from rehydrate_tui.domain.routing import (
    CommitKey,
    Routing,
    choose_route,
    commit_key,
    is_in_archive,
)
from rehydrate_tui.domain.transport_cost import (
    CLEAR_ADVANTAGE,
    Route,
    Transport,
    TransportChoice,
    TreeSize,
    Wanted,
    estimate_archive,
    estimate_files,
    is_too_slow,
)
from rehydrate_tui.engine.archive import ArchiveJob
from rehydrate_tui.engine.transfer_context import TransferContext
from rehydrate_tui.engine.unpacking import Group
from rehydrate_tui.engine.width import Width

LEARNT_FILES = 64
"""Files after which the pace of a run says something."""

_LONGEST_ANSWER = 10.0
"""Seconds without a byte after which files are quicker to begin with."""
_FEW = 50
"""Files for which an archive of unknown size is never worth its price."""


@dataclass(slots=True, kw_only=True)
class Router:
    """Divides the contents of a run between the transports.

    Every commit is tried by archive once at most.
    """

    plan: DownloadPlan
    context: TransferContext
    routing: Routing
    _tried: set[CommitKey] = field(default_factory=set[CommitKey])

    def split(self, groups: Iterable[Group]) -> tuple[list[ArchiveJob], list[Group]]:
        """Return what archives are asked for, and what comes by itself.

        The plan chose before anybody looked into the cache, so it is asked again.
        """
        groups = list(groups)
        chosen = {
            key: places
            for key, places in self._by_commit(groups).items()
            if self._route(key, places).transport is Transport.ARCHIVE
        }
        return self._divide(groups, chosen)

    def reconsider(
        self, groups: Iterable[Group], seen: Seen | None = None, wait: float = 0.0
    ) -> tuple[list[ArchiveJob], list[Group]]:
        """Divide what is left anew, when a run is not what the plan took it for.

        Args:
            groups: what has not begun.
            seen: how the first files came, if that is why.
            wait: seconds that the raw host wants to be left alone.
        """
        groups = list(groups)
        if self.routing.choice is not TransportChoice.AUTO:
            return [], groups
        chosen = {
            key: places
            for key, places in self._by_commit(groups).items()
            if self._would_be_sooner(key, places, seen, wait)
        }
        return self._divide(groups, chosen)

    def _would_be_sooner(
        self, key: CommitKey, places: list[Group], seen: Seen | None, wait: float
    ) -> bool:
        wanted = self._wanted(key, places)
        if wanted.tree is None and (wanted.files < _FEW or not wait):
            return False
        network = self.routing.network
        files = estimate_files(wanted, network).seconds
        if seen is not None:
            network = observed(network, seen)
            files = max(files, wanted.files * seen.file_seconds)
        archive = estimate_archive(wanted, network).seconds
        return archive * CLEAR_ADVANTAGE < files + wait

    def _divide(
        self, groups: list[Group], chosen: dict[CommitKey, list[Group]]
    ) -> tuple[list[ArchiveJob], list[Group]]:
        self._tried |= set(chosen)
        taken = {id(group) for places in chosen.values() for group in places}
        left = [group for group in groups if id(group) not in taken]
        return [self._job(key, places) for key, places in chosen.items()], left

    def _job(self, key: CommitKey, places: list[Group]) -> ArchiveJob:
        route = self._route(key, places)
        job = ArchiveJob(
            repo=route.repo,
            commit=route.commit,
            groups=places,
            tree=route.wanted.tree,
        )
        if self.routing.choice is not TransportChoice.AUTO:
            return job
        return replace(
            job,
            longest_answer=_LONGEST_ANSWER,
            is_too_slow=partial(is_too_slow, route.wanted, self.routing.network),
        )

    def _by_commit(self, groups: Iterable[Group]) -> dict[CommitKey, list[Group]]:
        found: dict[CommitKey, list[Group]] = {}
        for group in groups:
            if self._is_for_archives(group):
                found.setdefault(commit_key(group[0]), []).append(group)
        return {key: places for key, places in found.items() if key not in self._tried}

    def _is_for_archives(self, group: Group) -> bool:
        """Tell whether nothing of a content is here already."""
        first = group[0]
        cache, parts = self.context.cache, self.context.parts
        return (
            is_in_archive(first)
            and parts.leftover(first.target, first.content) is None
            and not (cache is not None and cache.holds(first.content))
        )

    def _route(self, key: CommitKey, places: list[Group]) -> Route:
        return choose_route(key, self._wanted(key, places), self.routing)

    def _wanted(self, key: CommitKey, places: list[Group]) -> Wanted:
        """Sum up groups: each of them is one content."""
        size = sum(group[0].file.content_size for group in places)
        return Wanted(files=len(places), size=size, tree=self._tree(key))

    def _tree(self, key: CommitKey) -> TreeSize | None:
        return next(
            (
                each.wanted.tree
                for each in self.plan.routes
                if (each.repo, each.commit) == key
            ),
            None,
        )


class Pace:
    """How the first files of a run come, all transfers together."""

    def __init__(self, width: Width) -> None:
        self._width = width
        self._started = time.monotonic()
        self._files = 0
        self._size = 0

    def count(self, size: int) -> Seen | None:
        """Count a file of so many bytes; tells what was seen when there is enough."""
        if not self._files:
            # The first one waits for certificates and connections.
            self._started = time.monotonic()
        self._files += 1
        self._size += size
        if self._files != LEARNT_FILES:
            return None
        return Seen(
            files=self._files,
            size=self._size,
            seconds=time.monotonic() - self._started,
            answer=self._width.fastest,
            in_flight=self._width.limit,
        )


class ThrottleWatch:
    """Passes events on, and calls when a wait for a limit begins."""

    def __init__(self, sink: ProgressSink, call: Callable[[float], None]) -> None:
        self._sink = sink
        self._call = call

    def emit(self, event: ProgressEvent) -> None:
        """Take one event."""
        self._sink.emit(event)
        if isinstance(event, WaitingForLimit) and not event.waited:
            self._call(event.delay)
