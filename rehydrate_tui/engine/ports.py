"""What the engine needs of the world: a remote host and a clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.objects import ObjectId, RepoId, Repository
from rehydrate_tui.domain.quota import Quota
from rehydrate_tui.domain.tree import RepoTree


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedAddress:
    """Where an address leads: a commit, and the path to show first."""

    oid: ObjectId
    ref: str
    """As chosen, short form: a branch, a tag, or the commit id itself."""
    path: str = ""
    notes: tuple[str, ...] = ()
    """Sentences for the person, such as about a branch and a tag of one name."""


@dataclass(frozen=True, slots=True)
class Body:
    """The content of an answer while it arrives."""

    chunks: AsyncIterator[bytes]
    """Decoded bytes; raises `RemoteError`s when the transfer breaks."""
    size: int | None
    """Bytes that the server promised, None when it did not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LfsDownload:
    """Where one LFS object may be fetched, with the headers that the server gave."""

    pointer: LfsPointer
    href: str
    headers: tuple[tuple[str, str], ...] = ()


class Remote(Protocol):
    """One GitHub host, read only. Every method raises `RemoteError`s and no others."""

    @property
    def quota(self) -> Quota | None:
        """The API quota as the last answer told it; None before the first."""
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
        self, repo: RepoId, commit: ObjectId, path: str
    ) -> AbstractAsyncContextManager[Body]:
        """Open a file at a commit on the raw host: no API quota, no token."""
        ...

    def open_blob(
        self, repo: RepoId, oid: ObjectId
    ) -> AbstractAsyncContextManager[Body]:
        """Open a blob through the API: costs one request of the quota."""
        ...

    async def locate_lfs(
        self, repo: RepoId, pointers: Sequence[LfsPointer]
    ) -> list[LfsDownload]:
        """Ask where LFS objects are; raises for the first that the server lacks."""
        ...

    def open_lfs(self, download: LfsDownload) -> AbstractAsyncContextManager[Body]:
        """Open an LFS object on its storage host."""
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
