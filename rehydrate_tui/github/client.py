"""The client of one GitHub host: what `engine.ports.Remote` asks for."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from rehydrate_tui.domain.address_parts import RepoAddress
from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.endpoints import Endpoints
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
from rehydrate_tui.errors import NotFoundError, RemoteError
from rehydrate_tui.github.absence import Absence
from rehydrate_tui.github.answers import Caller
from rehydrate_tui.github.api import JSON, RAW, Api
from rehydrate_tui.github.auth import FindToken, HostBoundToken
from rehydrate_tui.github.content import ContentHosts
from rehydrate_tui.github.http import Connections, HttpOptions, parse_url
from rehydrate_tui.github.lfs import LfsServer
from rehydrate_tui.github.payloads import repository_from
from rehydrate_tui.github.resolve import Resolver
from rehydrate_tui.github.routes import Routes
from rehydrate_tui.github.tree_walk import TreeWalk
from rehydrate_tui.storage.credentials import Token
from rehydrate_tui.storage.stored_answers import StoredAnswers

if TYPE_CHECKING:
    from rehydrate_tui.github.exploring import Exploring


class GitHubClient:
    """Reads repositories of one host; opens no connection before the first request.

    Args:
        endpoints: where the host answers.
        host: its web host, such as `github.com`.
        token: sent to the API only, or what finds it when it is first needed; None for
            an anonymous caller.
        options: timeouts, tries, and the seams that tests use.
        answers: what the API said in earlier sessions; None: nothing is kept.

    Raises:
        PayloadError: an endpoint is not a web address.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        *,
        host: str,
        token: Token | FindToken | None = None,
        options: HttpOptions | None = None,
        answers: StoredAnswers | None = None,
    ) -> None:
        options = options or HttpOptions()
        self._host = host
        self._routes = Routes(endpoints)
        self._token = HostBoundToken(token, api=parse_url(endpoints.api), host=host)
        self._connections = Connections(options)
        caller = Caller(host=host, token=self._token, clock=options.clock)
        self._absence = Absence(caller)
        self._api = Api(self._connections, caller, options, answers)
        self._caller = caller
        self._resolver = Resolver(self._api, self._routes, self._absence)
        self._content = ContentHosts(self._connections, self._routes, caller, options)
        self._lfs = LfsServer(self._connections, self._routes, caller, self._absence)

    @property
    def quota(self) -> Quota | None:
        """The API quota as the last answer told it; None before the first."""
        return self._api.quota

    @property
    def is_authenticated(self) -> bool:
        """Whether requests to the API carry a token."""
        return self._token.is_active

    @property
    def notes(self) -> list[str]:
        """Sentences for the person, such as about a token that was refused."""
        return self._token.notes

    def explore(self) -> Exploring:
        """Return the questions that no replay asks: refs, history, releases, lists."""
        from rehydrate_tui.github.exploring import Exploring

        return Exploring(self._api, self._routes, self._absence, self._caller)

    async def repository(self, repo: RepoId) -> Repository:
        """Ask for a repository; follows a rename, so the answer's `id` may differ.

        Raises:
            RepositoryNotFoundError: there is none that this caller may see.
            RemoteError: the API could not say.
        """
        answer = await self._api.get(
            self._routes.repository(repo), self._absence.repository(repo)
        )
        found = repository_from(answer, self._host)
        self._absence.saw(repo, found.id)
        return found

    async def resolve(
        self, address: RepoAddress, *, default_branch: str
    ) -> ResolvedAddress:
        """Find commit and path of an address; ambiguous segments are matched to refs.

        Raises:
            RefNotFoundError: no such branch, tag or commit; the hint names similar ones.
            RemoteError: the API could not say.
        """
        return await self._resolver.resolve(address, default_branch=default_branch)

    async def list_tree(
        self, repo: RepoId, commit: ObjectId, *, max_requests: int
    ) -> RepoTree:
        """List all entries: one request, or up to `max_requests` if it is truncated.

        A tree that needs more comes back with `is_truncated` set.

        Raises:
            RefNotFoundError: the repository has no such commit.
            EmptyRepositoryError: it has no commit at all.
            RemoteError: a request failed.
        """
        walk = TreeWalk(
            self._api, self._routes, self._absence, repo=repo, commit=commit
        )
        return await walk.run(max_requests=max_requests)

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

        Raises:
            PathNotFoundError: the raw host shows no such file.
            RateLimitedError: it throttles this machine.
            RemoteError: the download failed.
        """
        return self._content.open_raw(
            repo, commit, path, resume=resume, size=size, part=part
        )

    @asynccontextmanager
    async def open_archive(
        self, repo: RepoId, commit: ObjectId
    ) -> AsyncGenerator[Body, None]:
        """Open the archive of a commit, gzip-compressed tar: no API quota, no token.

        That of a private repository is asked for through the API: one request.

        Raises:
            NotFoundError: there is none that this caller may see.
            RateLimitedError: the archive host throttles this machine.
            RemoteError: the download failed.
        """
        async with AsyncExitStack() as stack:
            try:
                opening = self._content.open_archive(repo, commit)
                body = await stack.enter_async_context(opening)
            except NotFoundError:
                if not self.is_authenticated:
                    raise
                opening = self._api.stream(
                    self._routes.tarball(repo, commit),
                    self._absence.ref(repo, commit),
                    accept=JSON,
                )
                body = await stack.enter_async_context(opening)
                body = replace(body, needed_token=True)
            yield body

    def open_blob(
        self, repo: RepoId, oid: ObjectId
    ) -> AbstractAsyncContextManager[Body]:
        """Open a blob through the API: costs one request of the quota.

        Raises:
            PathNotFoundError: the repository has no such blob.
            RemoteError: the download failed.
        """
        return self._api.stream(
            self._routes.blob(repo, oid), self._absence.blob(repo, oid), accept=RAW
        )

    async def locate_lfs(
        self, repo: RepoId, pointers: Sequence[LfsPointer]
    ) -> list[LfsDownload | RemoteError]:
        """Ask where LFS objects are, in the order of `pointers`.

        In the place of an object that the server will not give stands why.

        Raises:
            RemoteError: it does not answer, or the quota of the repository is used up.
        """
        return await self._lfs.locate(repo, pointers)

    def open_lfs(
        self,
        download: LfsDownload,
        *,
        resume: Resume | None = None,
        part: ByteRange | None = None,
    ) -> AbstractAsyncContextManager[Body]:
        """Open an LFS object on its storage host, with the headers of its batch only.

        Raises:
            RemoteError: the download failed.
        """
        return self._content.open_lfs(download, resume=resume, part=part)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._connections.aclose()
