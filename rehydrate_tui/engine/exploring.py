"""What a front end asks before anything is chosen: refs, history, people, lists."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.catalog import RepositorySummary, SearchResult
from rehydrate_tui.domain.history import CommitSummary, TreeChanges, compare_trees
from rehydrate_tui.domain.identity import Identity
from rehydrate_tui.domain.objects import DEFAULT_HOST, Commit, RepoId
from rehydrate_tui.domain.references import Ref, RefKind
from rehydrate_tui.engine.offline import not_here
from rehydrate_tui.engine.opened import OpenRepository
from rehydrate_tui.engine.patience import Patience
from rehydrate_tui.engine.ports import Remote
from rehydrate_tui.errors import PayloadError


class Explorer(Protocol):
    """The part of a host that no replay needs; raises `RemoteError`s and no others."""

    def list_refs(
        self, repo: RepoId, kind: RefKind, prefix: str = ""
    ) -> AsyncIterator[tuple[Ref, ...]]:
        """Yield branches or tags: a request for each 100, or one for a prefix."""
        ...

    async def commits_of(
        self, repo: RepoId, ref: str, path: str = "", *, most: int = 30
    ) -> tuple[CommitSummary, ...]:
        """Return the newest commits that touched a path: one request."""
        ...

    async def identity(self) -> Identity:
        """Return who the token speaks for: one request, none without a token."""
        ...

    def repositories_of(
        self, owner: str
    ) -> AsyncIterator[tuple[RepositorySummary, ...]]:
        """Yield an owner's repositories: a request for each 100."""
        ...

    async def search_repositories(self, text: str, *, most: int = 30) -> SearchResult:
        """Return the best matches of a search: one request of its own quota."""
        ...


@runtime_checkable
class Explorable(Protocol):
    """A remote that answers such questions; offline there is none."""

    def explore(self) -> Explorer:
        """Return what answers them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A repository at the newest commit of its ref, and what is other there."""

    newest: OpenRepository
    changes: TreeChanges


class Exploration:
    """The questions of a session; a limit of the API is waited for if anybody watches.

    Args:
        remote_of: returns the remote of a host.
        patience: how long limits are waited for.
        max_requests: what listing a truncated tree may cost.
    """

    def __init__(
        self,
        remote_of: Callable[[str], Remote],
        patience: Patience,
        *,
        max_requests: int,
    ) -> None:
        self._remote_of = remote_of
        self._patience = patience
        self._max_requests = max_requests

    def refs(
        self, opened: OpenRepository, kind: RefKind, prefix: str = ""
    ) -> AsyncIterator[tuple[Ref, ...]]:
        """Yield branches or tags page by page, or at once all that have a prefix.

        Raises:
            RemoteError: a page cannot be had.
        """
        repo = opened.repository.id
        return self._explorer(repo.host).list_refs(repo, kind, prefix)

    async def history(
        self, opened: OpenRepository, path: str = ""
    ) -> tuple[CommitSummary, ...]:
        """Return the newest commits that touched a path, seen from the open commit.

        Raises:
            RemoteError: the API could not say.
        """
        repo = opened.repository.id
        explorer = self._explorer(repo.host)
        return await self._patience.ask(
            lambda: explorer.commits_of(repo, opened.commit.oid, path)
        )

    async def movement(self, opened: OpenRepository) -> Movement:
        """Return what its ref has now: one request, and one more if it has moved on.

        Raises:
            RefNotFoundError: branch or tag is not there any more.
            PayloadError: GitHub did not list one of the trees whole.
            RemoteError: the API could not say.
        """
        repository, commit = opened.repository, opened.commit
        remote = self._remote_of(repository.id.host)
        address = RepoAddress(repo=repository.id, ref=commit.ref)
        at = await self._patience.ask(
            lambda: remote.resolve(address, default_branch=repository.default_branch)
        )
        tree = opened.tree
        if at.oid != commit.oid:
            tree = await self._patience.ask(
                lambda: remote.list_tree(
                    repository.id, at.oid, max_requests=self._max_requests
                )
            )
        if tree.is_truncated or opened.tree.is_truncated:
            raise PayloadError(
                f"{repository.id} is too large for GitHub to list whole, so nobody can "
                "tell what changed.",
                hint="Set GH_TOKEN for a larger quota.",
            )
        newest = replace(opened, commit=Commit(oid=at.oid, ref=commit.ref), tree=tree)
        return Movement(newest=newest, changes=compare_trees(opened.tree, tree))

    async def identity(self, host: str = DEFAULT_HOST) -> Identity:
        """Return who the token for a host speaks for.

        Raises:
            CredentialError: the token was refused.
            RemoteError: the API could not say.
        """
        return await self._patience.ask(self._explorer(host).identity)

    def repositories(
        self, owner: str, host: str = DEFAULT_HOST
    ) -> AsyncIterator[tuple[RepositorySummary, ...]]:
        """Yield the repositories of a user or organisation, last pushed first.

        Raises:
            RemoteError: there is no such owner, or a page cannot be had.
        """
        return self._explorer(host).repositories_of(owner)

    async def search(self, text: str, host: str = DEFAULT_HOST) -> SearchResult:
        """Return the repositories that fit a search best.

        Raises:
            RemoteError: the search is none, or the API could not answer it.
        """
        explorer = self._explorer(host)
        return await self._patience.ask(lambda: explorer.search_repositories(text))

    def _explorer(self, host: str) -> Explorer:
        remote = self._remote_of(host)
        if not isinstance(remote, Explorable):
            raise not_here(host)
        return remote.explore()
