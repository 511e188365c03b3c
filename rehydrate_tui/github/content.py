"""Downloads that the API does not count: raw files and Git LFS storage, no token."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx

from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.remote_values import (
    Body,
    ByteRange,
    LfsDownload,
    Resume,
)
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.errors import (
    ExpiredLinkError,
    NotFoundError,
    PathNotFoundError,
    PayloadError,
    RateLimitedError,
    RemoteError,
)
from rehydrate_tui.github.answers import Answer, Caller, is_html, shown_url
from rehydrate_tui.github.auth import SecretHeaders, is_private_channel
from rehydrate_tui.github.bodies import close_answer, open_body, read_answer
from rehydrate_tui.github.http import (
    Connections,
    HttpOptions,
    HttpRequest,
    parse_url,
    send,
)
from rehydrate_tui.github.rate_limit import parse_retry_after, raw_limit_error
from rehydrate_tui.github.resuming import (
    is_the_part,
    is_the_rest,
    part_headers,
    range_headers,
)
from rehydrate_tui.github.routes import Routes, is_plain_path
from rehydrate_tui.github.statuses import (
    FIRST_SERVER_ERROR,
    FORBIDDEN,
    LEGALLY_BLOCKED,
    NOT_FOUND,
    OK,
    TOO_MANY,
    UNAUTHORIZED,
    blocked_error,
    server_error,
    unexpected,
    web_page_error,
)

# Compressed answers tell no usable length and cannot be resumed (contract §3). That is
# worth it for files that are sooner fetched again than resumed, and fill a packet.
_IDENTITY = {"Accept-Encoding": "identity"}
_GZIP = {"Accept-Encoding": "gzip"}
COMPRESSED_SIZES = range(2**10, 2**20 + 1)
"""Bytes of the contents that may travel compressed."""
LARGE = 4 * 2**20
"""Bytes from which on a content gets a connection of its own, handshake included."""
_PARTIAL = 206
_OUT_OF_RANGE = 416


class ContentHosts:
    """Opens files on the hosts of content."""

    def __init__(
        self,
        connections: Connections,
        routes: Routes,
        caller: Caller,
        options: HttpOptions,
    ) -> None:
        self._connections = connections
        self._routes = routes
        self._caller = caller
        self._options = options

    @asynccontextmanager
    async def open_raw(
        self,
        repo: RepoId,
        commit: ObjectId,
        path: str,
        *,
        resume: Resume | None = None,
        size: int | None = None,
        part: ByteRange | None = None,
    ) -> AsyncGenerator[Body, None]:
        """Open a file at a commit, its rest if it is still the same, or a part of it.

        A content of a small `size` may travel compressed, unless it is resumed
        or only a part of it is wanted.

        Raises:
            RemoteError: the raw host does not give it.
        """
        is_small = size is not None and size in COMPRESSED_SIZES
        may_be_zipped = is_small and resume is None and part is None
        request = HttpRequest(
            url=self._raw_url(repo, commit, path),
            headers=_GZIP if may_be_zipped else _IDENTITY,
            is_large=size is not None and size >= LARGE,
        )
        response, offset, expected = await self._open(request, resume, part)
        if response.status_code != expected or is_html(response.headers):
            answer = await read_answer(response)
            raise self._raw_error(answer, f"{repo} at {commit[:10]}", path)
        pace = self._connections.pace(response.url)
        async with open_body(response, pace, offset=offset) as body:
            yield body

    @asynccontextmanager
    async def open_archive(
        self, repo: RepoId, commit: ObjectId
    ) -> AsyncGenerator[Body, None]:
        """Open the archive of a commit; it has no length and cannot be resumed.

        Raises:
            RemoteError: the archive host does not give it.
        """
        url = self._routes.archive(repo, commit)
        request = HttpRequest(url=url, headers=_IDENTITY)
        response = await send(self._connections.content, request)
        if response.status_code != OK or is_html(response.headers):
            answer = await read_answer(response)
            raise self._archive_error(answer, f"{repo} at {commit[:10]}")
        async with open_body(response, self._connections.pace(response.url)) as body:
            yield body

    @asynccontextmanager
    async def open_lfs(
        self,
        download: LfsDownload,
        *,
        resume: Resume | None = None,
        part: ByteRange | None = None,
    ) -> AsyncGenerator[Body, None]:
        """Open an LFS object with the headers that its batch gave, and no others.

        Raises:
            RemoteError: the storage host does not give it.
        """
        if not is_private_channel(parse_url(download.href)):
            shown = shown_url(download.href)
            raise PayloadError(
                f"The Git LFS server names an address that is not safe: “{shown}”.",
                url=shown,
            )
        request = HttpRequest(
            url=download.href,
            headers=_IDENTITY,
            bound_headers=SecretHeaders(dict(download.headers)),
            is_large=download.pointer.size >= LARGE,
        )
        response, offset, expected = await self._open(request, resume, part)
        if response.status_code != expected:
            answer = await read_answer(response)
            raise self._storage_error(answer, download.pointer.oid)
        pace = self._connections.pace(response.url)
        async with open_body(response, pace, offset=offset) as body:
            yield body

    async def _open(
        self, request: HttpRequest, resume: Resume | None, part: ByteRange | None
    ) -> tuple[httpx.Response, int, int]:
        """Return the answer, where its body begins, and the status that is a success."""
        if part is None:
            response, offset = await self._send(request, resume)
            return response, offset, _PARTIAL if offset else OK
        headers = {**request.headers, **part_headers(part)}
        response = await send(
            self._connections.content, replace(request, headers=headers)
        )
        if response.status_code == _PARTIAL and is_the_part(response.headers, part):
            return response, part.offset, _PARTIAL
        return response, 0, OK

    async def _send(
        self, request: HttpRequest, resume: Resume | None
    ) -> tuple[httpx.Response, int]:
        """Ask for a file; return the answer and where in the file its body begins.

        The rest of a file is only taken if the answer is exactly that; anything odd is
        asked for once more, from the beginning.
        """
        client = self._connections.content
        if resume is not None:
            headers = {**request.headers, **range_headers(resume)}
            response = await send(client, replace(request, headers=headers))
            status = response.status_code
            if status == _PARTIAL and is_the_rest(response.headers, resume):
                return response, resume.offset
            if status not in {_PARTIAL, _OUT_OF_RANGE}:
                return response, 0
            await close_answer(response)
        return await send(client, request), 0

    def _raw_url(self, repo: RepoId, commit: ObjectId, path: str) -> str:
        if is_plain_path(path):
            try:
                return self._routes.raw(repo, commit, path)
            except UnicodeEncodeError:
                pass
        raise PathNotFoundError(
            f"The path “{_shown(path)}” cannot be written as a web address.",
            hint="The file can be fetched by its blob id.",
        )

    def _raw_error(self, answer: Answer, where: str, path: str) -> RemoteError:
        status = answer.status
        if status in {NOT_FOUND, UNAUTHORIZED}:
            return PathNotFoundError(
                f"The raw host shows no “{_shown(path)}” in {where}.",
                url=answer.url,
                status=status,
                hint="It may be gone, or the repository may be private.",
            )
        if answer.is_html and status < FIRST_SERVER_ERROR:
            return web_page_error(answer)
        if status in {FORBIDDEN, TOO_MANY}:
            return raw_limit_error(answer, now=self._caller.clock())
        return _other_error(answer, self._caller)

    def _archive_error(self, answer: Answer, where: str) -> RemoteError:
        status = answer.status
        if status in {NOT_FOUND, UNAUTHORIZED}:
            return NotFoundError(
                f"The archive host shows no {where}.",
                url=answer.url,
                status=status,
                hint="It may be gone, or the repository may be private.",
            )
        if answer.is_html and status < FIRST_SERVER_ERROR:
            return web_page_error(answer)
        if status in {FORBIDDEN, TOO_MANY}:
            return RateLimitedError(
                "The archive host asks to slow down.",
                kind="secondary",
                retry_after=parse_retry_after(answer.headers, now=self._caller.clock()),
                url=answer.url,
                status=status,
            )
        return _other_error(answer, self._caller)

    def _storage_error(self, answer: Answer, oid: str) -> RemoteError:
        status = answer.status
        if status == NOT_FOUND:
            return PathNotFoundError(
                f"The Git LFS storage has no object {oid}.",
                url=answer.url,
                status=status,
            )
        if status in {UNAUTHORIZED, FORBIDDEN}:
            return ExpiredLinkError(
                f"The Git LFS storage refuses object {oid}.",
                url=answer.url,
                status=status,
                hint="Its download link may have expired; trying again makes a new one.",
            )
        if status == TOO_MANY:
            return RateLimitedError(
                "The Git LFS storage asks to slow down.",
                kind="secondary",
                retry_after=parse_retry_after(answer.headers, now=self._caller.clock()),
                url=answer.url,
                status=status,
            )
        return _other_error(answer, self._caller)


def _other_error(answer: Answer, caller: Caller) -> RemoteError:
    if answer.status >= FIRST_SERVER_ERROR:
        return server_error(answer)
    if answer.status == LEGALLY_BLOCKED:
        return blocked_error(answer, caller)
    return unexpected(answer, caller)


def _shown(path: str) -> str:
    return shorten(strip_controls(path), 120)
