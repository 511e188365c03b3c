"""What the engine needs of the world: a remote host and a clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.objects import ObjectId, RepoId, Repository
from rehydrate_tui.domain.quota import Quota
from rehydrate_tui.domain.remote_values import (
    Body,
    ByteRange,
    LfsDownload,
    ResolvedAddress,
    Resume,
)
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.errors import RemoteError


class Remote(Protocol):
    """One GitHub host, read only. Every method raises `RemoteError`s and no others."""

    @property
    def quota(self) -> Quota | None:
        """The API quota as the last answer told it; None before the first."""
        ...

    @property
    def is_authenticated(self) -> bool:
        """Whether requests to the API carry a token."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """Sentences for the person, such as about a refused token."""
        ...

    async def repository(self, repo: RepoId) -> Repository:
        """Ask for a repository; follows a rename, so the answer's `id` may differ."""
        ...

    async def resolve(
        self, address: RepoAddress, *, default_branch: str
    ) -> ResolvedAddress:
        """Find commit and path of an address; ambiguous segments are matched to refs."""
        ...

    async def list_tree(
        self, repo: RepoId, commit: ObjectId, *, max_requests: int
    ) -> RepoTree:
        """List all entries: one request, or up to `max_requests` if it is truncated.

        A tree that needs more comes back with `is_truncated` set.
        """
        ...

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
        """Open a file at a commit on the raw host: no API quota, no token.

        With `resume` the body begins there if the host has still the same content, and
        at 0 otherwise. A content whose `size` is known to be small may travel compressed.
        With `part` it is those bytes, or the whole file from a host that knows no ranges:
        `Body.offset` tells.
        """
        ...

    def open_archive(
        self, repo: RepoId, commit: ObjectId
    ) -> AbstractAsyncContextManager[Body]:
        """Open the archive of a commit, gzip-compressed tar: no API quota, no token.

        That of a private repository is asked for through the API: one request.
        """
        ...

    def open_blob(
        self, repo: RepoId, oid: ObjectId
    ) -> AbstractAsyncContextManager[Body]:
        """Open a blob through the API: costs one request of the quota."""
        ...

    async def locate_lfs(
        self, repo: RepoId, pointers: Sequence[LfsPointer]
    ) -> list[LfsDownload | RemoteError]:
        """Ask where LFS objects are, in the order of `pointers`.

        In the place of an object that the server will not give stands why.
        """
        ...

    def open_lfs(
        self,
        download: LfsDownload,
        *,
        resume: Resume | None = None,
        part: ByteRange | None = None,
    ) -> AbstractAsyncContextManager[Body]:
        """Open an LFS object on its storage host; see `open_raw` for the rest."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


class RemoteFactory(Protocol):
    """Makes the remote for a host."""

    def __call__(self, host: str) -> Remote:
        """Return the remote of `host`."""
        ...


Clock = Callable[[], float]
"""Seconds since the epoch."""
