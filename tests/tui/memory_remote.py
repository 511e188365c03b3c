"""A host that answers from memory: for pictures, and for what no server can be made to do."""

# ruff: noqa: ARG002 - the protocol names what this host does not look at

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.digest import LfsPointer, blob_oid
from rehydrate_tui.domain.objects import (
    FileMode,
    ObjectId,
    RepoId,
    Repository,
    TreeEntry,
)
from rehydrate_tui.domain.quota import Quota
from rehydrate_tui.domain.remote_values import (
    Body,
    ByteRange,
    LfsDownload,
    ResolvedAddress,
    Resume,
)
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.errors import NotFoundError, RemoteError

COMMIT = ObjectId("8a34a4f653bdbdc01415a94dc20d4e9b97438965")


def entry(path: str, data: bytes, mode: FileMode = FileMode.REGULAR) -> TreeEntry:
    """Return the entry of a file with the id that git gives to its bytes."""
    return TreeEntry(path, mode, ObjectId(blob_oid(data)), len(data))


def sized(path: str, size: int, mode: FileMode = FileMode.REGULAR) -> TreeEntry:
    """Return the entry of a file whose bytes nobody will ask for."""
    return TreeEntry(
        path, mode, ObjectId("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"), size
    )


@dataclass(kw_only=True)
class MemoryRemote:
    """Serves one repository under every name."""

    entries: Sequence[TreeEntry] = ()
    contents: Mapping[str, bytes] = field(default_factory=dict)
    quota: Quota | None = None
    is_private: bool = False
    is_truncated: bool = False
    is_authenticated: bool = False
    notes: Sequence[str] = ()
    trouble: RemoteError | None = None
    """What the repository's own address answers."""
    limit: RemoteError | None = None
    """What files answer."""
    holds: asyncio.Event | None = None
    """Files stop in the middle until it is set."""
    path: str = ""
    is_closed: bool = False

    async def repository(self, repo: RepoId) -> Repository:
        """Answer, or fail as told."""
        if self.trouble is not None:
            raise self.trouble
        return Repository(id=repo, default_branch="main", is_private=self.is_private)

    async def resolve(
        self, address: RepoAddress, *, default_branch: str
    ) -> ResolvedAddress:
        """Find the one commit."""
        ref = address.ref or default_branch
        return ResolvedAddress(oid=COMMIT, ref=ref, path=address.path or self.path)

    async def list_tree(
        self, repo: RepoId, commit: ObjectId, *, max_requests: int
    ) -> RepoTree:
        """List the entries."""
        return RepoTree(self.entries, is_truncated=self.is_truncated)

    def open_raw(
        self,
        repo: RepoId,
        commit: ObjectId,
        path: str,
        *,
        resume: Resume | None = None,
        size: int | None = None,
        part: ByteRange | None = None,
    ) -> AbstractAsyncContextManager[Body]:
        """Open a file."""
        return self._open(path)

    @asynccontextmanager
    async def open_archive(
        self, repo: RepoId, commit: ObjectId
    ) -> AsyncGenerator[Body, None]:
        """Have none."""
        raise NotFoundError(f"No archive of {repo}.")
        yield  # makes this a generator

    def open_blob(
        self, repo: RepoId, oid: ObjectId
    ) -> AbstractAsyncContextManager[Body]:
        """Open a file by its id."""
        path = next(each.path for each in self.entries if each.oid == oid)
        return self._open(path)

    async def locate_lfs(
        self, repo: RepoId, pointers: Sequence[LfsPointer]
    ) -> list[LfsDownload | RemoteError]:
        """Know no large objects."""
        return [NotFoundError("There are none.") for _ in pointers]

    def open_lfs(
        self,
        download: LfsDownload,
        *,
        resume: Resume | None = None,
        part: ByteRange | None = None,
    ) -> AbstractAsyncContextManager[Body]:
        """Know no large objects."""
        raise NotFoundError("There are none.")

    async def aclose(self) -> None:
        """Remember that the connections were closed."""
        self.is_closed = True

    @asynccontextmanager
    async def _open(self, path: str) -> AsyncIterator[Body]:
        if self.limit is not None:
            raise self.limit
        if path not in self.contents:
            raise NotFoundError("Not found.", url=path, status=404)
        yield Body(self._chunks(self.contents[path]), len(self.contents[path]))

    async def _chunks(self, data: bytes) -> AsyncIterator[bytes]:
        half = len(data) // 2
        yield data[:half]
        if self.holds is not None:
            await self.holds.wait()
        yield data[half:]
