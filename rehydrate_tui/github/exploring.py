"""What a person looks at before choosing: refs, history, releases, lists.

The half of the client that no replay needs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from rehydrate_tui.domain.catalog import (
    LanguageShare,
    Readme,
    RepositorySummary,
    SearchResult,
)
from rehydrate_tui.domain.gists import Gist
from rehydrate_tui.domain.history import CommitSummary, Distance
from rehydrate_tui.domain.identity import Identity
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.references import Ref, RefKind
from rehydrate_tui.domain.releases import Release, ReleaseAsset
from rehydrate_tui.domain.remote_values import Body
from rehydrate_tui.github.absence import Absence
from rehydrate_tui.github.answers import Caller
from rehydrate_tui.github.api import Api
from rehydrate_tui.github.catalog import Catalog
from rehydrate_tui.github.gists import read_gist
from rehydrate_tui.github.history import History
from rehydrate_tui.github.identity import read_identity
from rehydrate_tui.github.references import list_refs
from rehydrate_tui.github.releases import Releases
from rehydrate_tui.github.routes import Routes


class Exploring:
    """Questions about repositories, people and gists of one host."""

    def __init__(
        self, api: Api, routes: Routes, absence: Absence, caller: Caller
    ) -> None:
        self._asking = api, routes, absence
        self._caller = caller
        self._history = History(*self._asking)
        self._releases = Releases(*self._asking)
        self._catalog = Catalog(*self._asking, host=caller.host)

    def list_refs(
        self, repo: RepoId, kind: RefKind, prefix: str = ""
    ) -> AsyncIterator[tuple[Ref, ...]]:
        """Yield branches or tags: a request for each 100, or one for a prefix.

        Raises:
            EmptyRepositoryError: the repository has no commit yet.
            RemoteError: a page cannot be had.
        """
        return list_refs(*self._asking, repo, kind=kind, prefix=prefix)

    async def commits_of(
        self, repo: RepoId, ref: str, path: str = "", *, most: int = 30
    ) -> tuple[CommitSummary, ...]:
        """Return the newest commits that touched a path: one request.

        Raises:
            RefNotFoundError: no such branch, tag or commit.
            RemoteError: the API could not say.
        """
        return await self._history.commits_of(repo, ref, path, most=most)

    async def distance(self, repo: RepoId, base: str, head: str) -> Distance:
        """Return how many commits lie between two refs: one request.

        Raises:
            RefNotFoundError: one of them is not there any more.
            RemoteError: the API could not say.
        """
        return await self._history.distance(repo, base, head)

    def list_releases(self, repo: RepoId) -> AsyncIterator[tuple[Release, ...]]:
        """Yield releases, newest first: one request for each 30.

        Raises:
            RemoteError: a page cannot be had.
        """
        return self._releases.all(repo)

    async def release(self, repo: RepoId, tag: str) -> Release:
        """Return the release of a tag: one request.

        Raises:
            NotFoundError: there is none.
            RemoteError: the API could not say.
        """
        return await self._releases.of_tag(repo, tag)

    async def release_assets(
        self, repo: RepoId, release: int
    ) -> tuple[ReleaseAsset, ...]:
        """Return all assets of a release: one request for each 100.

        Raises:
            NotFoundError: there is no such release.
            RemoteError: a page cannot be had.
        """
        return await self._releases.assets(repo, release)

    async def release_asset(self, repo: RepoId, asset: int) -> ReleaseAsset:
        """Return what is known about one asset: one request.

        Raises:
            NotFoundError: there is no such asset.
            RemoteError: the API could not say.
        """
        return await self._releases.asset(repo, asset)

    def open_asset(self, repo: RepoId, asset: int) -> AbstractAsyncContextManager[Body]:
        """Open the bytes of an asset: one API request; storage gets no token.

        Raises:
            NotFoundError: there is no such asset.
            RemoteError: the download failed.
        """
        return self._releases.open(repo, asset)

    async def gist(self, gist: str, revision: str = "") -> Gist:
        """Return a gist at a revision, or the newest: one request.

        Raises:
            NotFoundError: there is no such gist or revision.
            RemoteError: the API could not say.
        """
        return await read_gist(*self._asking, gist, revision)

    async def identity(self) -> Identity:
        """Return who the token speaks for: one request, none without a token.

        Raises:
            CredentialError: the token was refused.
            RemoteError: the API could not say.
        """
        return await read_identity(*self._asking, self._caller.token.kind)

    def repositories_of(
        self, owner: str
    ) -> AsyncIterator[tuple[RepositorySummary, ...]]:
        """Yield an owner's repositories, last pushed first: a request for each 100.

        Raises:
            NotFoundError: there is no such user or organisation.
            RemoteError: a page cannot be had.
        """
        return self._catalog.repositories_of(owner)

    async def search_repositories(self, text: str, *, most: int = 30) -> SearchResult:
        """Return the best matches of a search: one request of its own quota.

        Raises:
            RemoteError: the search is none, or the API could not answer it.
        """
        return await self._catalog.search(text, most=most)

    async def languages(self, repo: RepoId) -> tuple[LanguageShare, ...]:
        """Return the languages of a repository, largest first: one request.

        Raises:
            RepositoryNotFoundError: there is none that this caller may see.
            RemoteError: the API could not say.
        """
        return await self._catalog.languages(repo)

    async def readme(self, repo: RepoId, ref: str, folder: str = "") -> Readme:
        """Return the README of a folder, verified: one request.

        Raises:
            NotFoundError: the folder has none.
            RemoteError: it is larger than 1 MB, or cannot be had.
        """
        return await self._catalog.readme(repo, ref, folder)
