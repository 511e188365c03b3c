"""The host that `--offline` sees: it answers nothing, and no socket is opened."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.objects import ObjectId, RepoId, Repository
from rehydrate_tui.domain.quota import Quota
from rehydrate_tui.domain.redact import redact
from rehydrate_tui.domain.remote_values import (
    Body,
    ByteRange,
    LfsDownload,
    ResolvedAddress,
    Resume,
)
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.errors import OfflineError, RemoteError, UsageError

_HINT = "Run it again without --offline."


class OfflineRemote:
    """Fits `ports.Remote`; every question ends in an `OfflineError`."""

    quota: Quota | None = None
    is_authenticated = False
    notes: Sequence[str] = ()

    async def repository(self, repo: RepoId) -> Repository:
        """Refuse."""
        raise _forbidden(f"{repo} is not asked for")

    async def resolve(
        self, address: RepoAddress, *, default_branch: str
    ) -> ResolvedAddress:
        """Refuse."""
        raise _forbidden(f"{address.repo} is not asked for {default_branch}")

    async def list_tree(
        self, repo: RepoId, commit: ObjectId, *, max_requests: int
    ) -> RepoTree:
        """Refuse."""
        del max_requests
        raise _forbidden(f"{repo} is not listed at {commit}")

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
        """Refuse."""
        del commit, resume, size, part
        return _nothing(f"“{strip_controls(path)}” of {repo} is not in the cache")

    def open_archive(
        self, repo: RepoId, commit: ObjectId
    ) -> AbstractAsyncContextManager[Body]:
        """Refuse."""
        return _nothing(f"The archive of {repo} at {commit} is not asked for")

    def open_blob(
        self, repo: RepoId, oid: ObjectId
    ) -> AbstractAsyncContextManager[Body]:
        """Refuse."""
        return _nothing(f"Object {oid} of {repo} is not in the cache")

    async def locate_lfs(
        self, repo: RepoId, pointers: Sequence[LfsPointer]
    ) -> list[LfsDownload | RemoteError]:
        """Refuse."""
        raise _forbidden(
            f"Git LFS object {pointers[0].oid} of {repo} is not in the cache"
        )

    def open_lfs(
        self,
        download: LfsDownload,
        *,
        resume: Resume | None = None,
        part: ByteRange | None = None,
    ) -> AbstractAsyncContextManager[Body]:
        """Refuse."""
        del resume, part
        return _nothing(f"Git LFS object {download.pointer.oid} is not in the cache")

    async def aclose(self) -> None:
        """Close nothing."""


def not_here(url: str) -> OfflineError:
    """Return the error for a document that lies on the web."""
    shown = strip_controls(redact(url))
    return _forbidden(f"“{shown}” is not on this machine")


def not_pinned() -> UsageError:
    """Return the error for a manifest whose rest only GitHub knows."""
    return UsageError(
        "The manifest is not pinned, and --offline forbids to ask for the rest.",
        hint="Pin it once with --update while there is a network.",
    )


@asynccontextmanager
async def _nothing(what: str) -> AsyncGenerator[Body, None]:
    raise _forbidden(what)
    yield  # pragma: no cover - makes this a generator


def _forbidden(what: str) -> OfflineError:
    return OfflineError(f"{what}, and --offline forbids the network.", hint=_HINT)
