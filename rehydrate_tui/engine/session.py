"""What a front end holds: repositories, plans, runs. It opens no socket itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Sequence,
)
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.changes import ManifestUpdate, SourceUpdate
from rehydrate_tui.domain.limits import DEFAULT_LIMITS, SizePolicy
from rehydrate_tui.domain.manifest import Manifest, Source
from rehydrate_tui.domain.manifest_reader import check_targets
from rehydrate_tui.domain.objects import Commit
from rehydrate_tui.domain.plan import ConflictPolicy, DownloadPlan
from rehydrate_tui.domain.portability import portability_notes
from rehydrate_tui.domain.progress import NullSink, ProgressSink
from rehydrate_tui.domain.quota import Quota
from rehydrate_tui.domain.remote_values import ByteRange
from rehydrate_tui.domain.retry import RetryPolicy
from rehydrate_tui.domain.routing import AUTO, Routing
from rehydrate_tui.domain.status import FileState, StatusReport
from rehydrate_tui.engine.download import DownloadRun, Means
from rehydrate_tui.engine.locking import lock_files
from rehydrate_tui.engine.offline import not_here, not_pinned
from rehydrate_tui.engine.opened import Locked, OpenRepository
from rehydrate_tui.engine.parts import FilePart, Parts
from rehydrate_tui.engine.patience import Patience
from rehydrate_tui.engine.pinning import fill_in, wanted_nodes
from rehydrate_tui.engine.planner import make_plan
from rehydrate_tui.engine.ports import Clock, Remote, RemoteFactory
from rehydrate_tui.engine.presence import find_present
from rehydrate_tui.engine.reopening import reopen
from rehydrate_tui.engine.small_blobs import SmallBlobs
from rehydrate_tui.engine.status import read_upstream, take_status
from rehydrate_tui.engine.throttle import Sleep
from rehydrate_tui.engine.update import nodes_to_pin, paths_to_keep, renew
from rehydrate_tui.storage.blob_cache import BlobCache
from rehydrate_tui.storage.receipts import ReceiptIndex

if TYPE_CHECKING:
    from rehydrate_tui.engine.exploring import Exploration

Fetch = Callable[[str, int], Awaitable[bytes]]

WALK_BUDGET = 30
"""API requests that listing a truncated tree may cost without asking: half of what an
anonymous caller has in an hour."""


class Session:
    """The use cases over one set of remotes; closing it closes their connections.

    Args:
        remotes: makes the remote of a host when it is first needed.
        jobs: how many transfers run at once at most.
        retry: when to try again.
        clock: seconds since the epoch.
        sleep: waits a number of seconds.
        cache: contents that are looked up before the network is asked.
        receipts: opens the index of what was written earlier, when it is first needed;
            None: there is none, and every file that differs is taken for an edit.
        fetch: reads a document from the web, up to a number of bytes.
        is_offline: whether nobody may be asked.
        routing: how files come: one by one, by archive, or as the plan finds best.
        watch: hears of waits for limits of the API outside of runs; without one they
            are not waited for but raised.
    """

    def __init__(  # noqa: PLR0913 - keyword-only options
        self,
        remotes: RemoteFactory,
        *,
        jobs: int,
        retry: RetryPolicy | None = None,
        clock: Clock = time.time,
        sleep: Sleep = asyncio.sleep,
        cache: BlobCache | None = None,
        receipts: Callable[[], ReceiptIndex] | None = None,
        watch: ProgressSink | None = None,
        fetch: Fetch | None = None,
        is_offline: bool = False,
        routing: Routing = AUTO,
    ) -> None:
        self._factory = remotes
        self._remotes: dict[str, Remote] = {}
        self._jobs = jobs
        self._patience = Patience(retry or RetryPolicy(), clock, sleep, watch)
        self._cache = cache
        self._open_receipts = receipts
        self._receipts: ReceiptIndex | None = None
        self._fetch = fetch
        self._is_offline = is_offline
        self._routing = routing
        self._parts = Parts(self._remote)

    async def open(self, address: RepoAddress) -> OpenRepository:
        """Find the commit of an address and list its tree: three API requests.

        Raises:
            RemoteError: no such repository or ref, no network, no quota.
        """
        remote = self._remote(address.repo.host)
        repository = await self._patience.ask(lambda: remote.repository(address.repo))
        resolved = await self._patience.ask(
            lambda: remote.resolve(
                replace(address, repo=repository.id),
                default_branch=repository.default_branch,
            )
        )
        tree = await self._patience.ask(
            lambda: remote.list_tree(
                repository.id, resolved.oid, max_requests=WALK_BUDGET
            )
        )
        return OpenRepository(
            repository=repository,
            commit=Commit(oid=resolved.oid, ref=resolved.ref),
            tree=tree,
            path=resolved.path,
            notes=(*address.notes, *remote.notes, *resolved.notes),
        )

    @property
    def exploration(self) -> Exploration:
        """The questions that a person has before choosing anything."""
        from rehydrate_tui.engine.exploring import Exploration

        return Exploration(self._remote, self._patience, max_requests=WALK_BUDGET)

    def quota(self, host: str) -> Quota | None:
        """Return what is left of the API quota, None before the first request."""
        remote = self._remotes.get(host)
        return remote.quota if remote else None

    async def lock(
        self, opened: OpenRepository, nodes: Iterable[int], include: Sequence[str] = ()
    ) -> Locked:
        """Pin files of an open repository; `include` is the rule they came from.

        Raises:
            RemoteError: the text of a symlink cannot be had.
        """
        repo, commit = opened.repository.id, opened.commit
        blobs = SmallBlobs(
            self._remote(repo.host),
            repo,
            commit.oid,
            self._patience.retrying(NullSink()),
        )
        result = await lock_files(opened.tree, nodes, blobs)
        source = Source(
            repository=repo,
            ref=commit.ref,
            commit=commit.oid,
            tree=opened.tree_size,
            include=tuple(include),
            files=result.files,
            refused=result.refused,
        )
        return Locked(source=source, notes=result.notes)

    async def pin(self, manifest: Manifest) -> Manifest:
        """Find out what a hand-written manifest leaves open; costs API requests.

        A manifest that is pinned comes back as it is, without any request.

        Raises:
            RemoteError: a repository, ref or path is not there.
            UsageError: an include rule matches nothing.
        """
        if manifest.is_pinned:
            return manifest
        if self._is_offline:
            raise not_pinned()
        sources: list[Source] = []
        notes: list[str] = []
        for source in manifest.sources:
            if source.is_pinned:
                sources.append(source)
                continue
            ref = source.commit or source.ref
            opened = await self.open(RepoAddress(repo=source.repository, ref=ref))
            nodes = wanted_nodes(opened.tree, source)
            locked = await self.lock(opened, nodes, source.include)
            sources.append(fill_in(source, locked.source))
            notes += (*opened.notes, *locked.notes)
        warnings = (*manifest.warnings, *notes)
        return replace(manifest, sources=tuple(sources), warnings=warnings)

    async def plan(
        self,
        manifest: Manifest,
        destination: Path,
        policy: ConflictPolicy = ConflictPolicy.KEEP,
    ) -> DownloadPlan:
        """Decide about every file of a pinned manifest; touches nothing.

        Raises:
            DestinationError: the destination is a file, or not writable.
        """
        return await asyncio.to_thread(
            make_plan, manifest, destination, policy, self._index(), self._routing
        )

    async def status(
        self, manifest: Manifest, destination: Path, *, remote: bool = False
    ) -> StatusReport:
        """Look at every file of a pinned manifest; changes nothing.

        `remote` asks also what the repositories have now: one API request per ref.

        Raises:
            RemoteError: a repository or ref is not there or cannot be listed.
        """
        upstream = None
        if remote:
            upstream = await read_upstream(
                manifest, self._remote, max_requests=WALK_BUDGET
            )
        return await take_status(manifest, destination, upstream, self._index())

    async def update(self, manifest: Manifest) -> ManifestUpdate:
        """Pin every source anew, at the newest commit of its ref; writes nothing.

        Costs two API requests for each source that names its ref, and raw requests for
        new links and Git LFS pointers.

        Raises:
            RemoteError: a repository or ref is not there.
            UsageError: nothing of a source is left.
            ManifestValueError: two files would have one place.
        """
        updates: list[SourceUpdate] = []
        notes: list[str] = []
        for source in manifest.sources:
            opened = await self._newest(source)
            nodes = nodes_to_pin(opened.tree, source)
            kept = paths_to_keep(source, opened.tree, nodes)
            fresh = [node for node in nodes if opened.tree.path(node) not in kept]
            locked = await self.lock(opened, fresh, source.include)
            updates.append(renew(source, opened.tree, kept, locked.source))
            refused = [str(error) for error in locked.source.refused]
            notes += (*opened.notes, *locked.notes, *refused)
        check_targets([each.new for each in updates])
        return ManifestUpdate(
            old=manifest,
            sources=tuple(updates),
            notes=tuple(
                dict.fromkeys(
                    (
                        *manifest.warnings,
                        *notes,
                        *portability_notes(
                            [each for one in updates for each in one.new.targets]
                        ),
                    )
                )
            ),
        )

    async def _newest(self, source: Source) -> OpenRepository:
        remote = self._remote(source.repository.host)
        opened = await reopen(remote, self._patience, source, max_requests=WALK_BUDGET)
        if opened is not None:
            return opened
        return await self.open(RepoAddress(repo=source.repository, ref=source.ref))

    def find_present(
        self, opened: OpenRepository, destination: Path, source: Source | None = None
    ) -> AsyncIterator[dict[int, FileState]]:
        """Yield what of a repository is in the folder, by node, a few files at a time.

        `source` tells of places that a manifest has chosen. Changes nothing.
        """
        return find_present(opened.tree, destination, source, self._index())

    async def read(
        self, opened: OpenRepository, *, most: int, path: str | None = None
    ) -> bytes:
        """Return a file of an open repository, by default the one its address names.

        Raises:
            PathNotFoundError: there is no such file.
            PayloadError: the file has more than `most` bytes.
            RemoteError: it cannot be had.
        """
        if path is not None:
            opened = replace(opened, path=path)
        entry, repo = opened.file(most), opened.repository.id
        blobs = SmallBlobs(
            self._remote(repo.host),
            repo,
            opened.commit.oid,
            self._patience.retrying(NullSink()),
        )
        return await blobs.read(entry)

    async def read_part(
        self, opened: OpenRepository, node: int, part: ByteRange
    ) -> FilePart:
        """Return some bytes of a file of an open repository, or of its LFS object.

        Costs no API quota, unless the repository is private. The last parts stay in
        memory.

        Raises:
            RemoteError: they cannot be had.
        """
        return await self._parts.read(opened, node, part)

    async def read_document(self, url: str, *, most: int) -> bytes:
        """Return a document from anywhere on the web, asked for without a token.

        Raises:
            RemoteError: it cannot be had, is a web page, or larger than `most`.
        """
        if self._fetch is None or self._is_offline:
            raise not_here(url)
        return await self._fetch(url, most)

    def start(
        self,
        plan: DownloadPlan,
        sink: ProgressSink,
        limits: SizePolicy = DEFAULT_LIMITS,
        *,
        is_attended: bool = False,
    ) -> DownloadRun:
        """Return the run of a plan that has passed `check_plan` under `limits`.

        Where somebody attends to it, limits beyond the budget wait for their answer.
        """
        means = Means(
            remote_of=self._remote,
            retrying=self._patience.retrying(sink, is_attended=is_attended),
            jobs=self._jobs,
            routing=self._routing,
            cache=self._cache,
            limits=limits,
            receipts=self._index(),
            notes=self._remote_notes,
        )
        self._patience.renew()
        return DownloadRun(plan, sink, means)

    async def aclose(self) -> None:
        """Close all connections, and the index."""
        for remote in self._remotes.values():
            await remote.aclose()
        if self._receipts is not None:
            self._receipts.close()
            self._receipts = None

    def _index(self) -> ReceiptIndex | None:
        if self._receipts is None and self._open_receipts is not None:
            self._receipts = self._open_receipts()
        return self._receipts

    def _remote(self, host: str) -> Remote:
        if host not in self._remotes:
            self._remotes[host] = self._factory(host)
        return self._remotes[host]

    def _remote_notes(self) -> Iterator[str]:
        for remote in self._remotes.values():
            yield from remote.notes
