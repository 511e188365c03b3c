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
from rehydrate_tui.errors import PathNotFoundError, PayloadError
from rehydrate_tui.github.answers import Caller, is_html, shown_url
from rehydrate_tui.github.auth import SecretHeaders, is_private_channel
from rehydrate_tui.github.bodies import close_answer, open_body, read_answer
from rehydrate_tui.github.content_errors import (
    archive_error,
    raw_error,
    storage_error,
)
from rehydrate_tui.github.http import (
    Connections,
    HttpOptions,
    HttpRequest,
    parse_url,
    send,
)
from rehydrate_tui.github.resuming import (
    is_the_part,
    is_the_rest,
    part_headers,
    range_headers,
)
from rehydrate_tui.github.routes import Routes, is_plain_path
from rehydrate_tui.github.statuses import OK

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
            what = f"“{_shown(path)}” in {repo} at {commit[:10]}"
            raise raw_error(answer, self._caller, what=what)
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
            what = f"{repo} at {commit[:10]}"
            raise archive_error(answer, self._caller, what=what)
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
            raise storage_error(answer, self._caller, oid=download.pointer.oid)
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


def _shown(path: str) -> str:
    return shorten(strip_controls(path), 120)
