"""Git LFS batches: where large objects are (contract §4)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import httpx

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.remote_values import LfsDownload
from rehydrate_tui.errors import CredentialError, RateLimitedError, RemoteError
from rehydrate_tui.github.absence import Absence
from rehydrate_tui.github.answers import Answer, Caller
from rehydrate_tui.github.auth import NO_HEADERS, SecretHeaders
from rehydrate_tui.github.bodies import read_answer
from rehydrate_tui.github.http import (
    Connections,
    HttpRequest,
    parse_url,
    send,
)
from rehydrate_tui.github.lfs_payloads import lfs_downloads_from
from rehydrate_tui.github.rate_limit import parse_retry_after
from rehydrate_tui.github.routes import Routes
from rehydrate_tui.github.statuses import (
    FORBIDDEN,
    NOT_FOUND,
    OK,
    TOO_MANY,
    UNAUTHORIZED,
    api_error,
    web_page_error,
)

OBJECTS_PER_BATCH = 100
_MEDIA_TYPE = "application/vnd.git-lfs+json"
_LONGEST_ANSWER = 8 * 2**20
_OVER_QUOTA = re.compile(r"lfs budget|data quota|bandwidth", re.IGNORECASE)
_BANDWIDTH_EXCEEDED = 509
_NO_LFS = 501


class LfsServer:
    """Asks the Git LFS server of a repository where its objects are."""

    def __init__(
        self,
        connections: Connections,
        routes: Routes,
        caller: Caller,
        absence: Absence,
    ) -> None:
        self._connections = connections
        self._routes = routes
        self._caller = caller
        self._absence = absence

    async def locate(
        self, repo: RepoId, pointers: Sequence[LfsPointer]
    ) -> list[LfsDownload | RemoteError]:
        """Return where the objects are, in the order of `pointers`; one try.

        In the place of an object that the server will not give stands why.

        Raises:
            RemoteError: the server does not answer.
        """
        downloads: list[LfsDownload | RemoteError] = []
        for start in range(0, len(pointers), OBJECTS_PER_BATCH):
            batch = pointers[start : start + OBJECTS_PER_BATCH]
            downloads += await self._locate_batch(repo, batch)
        return downloads

    async def _locate_batch(
        self, repo: RepoId, pointers: Sequence[LfsPointer]
    ) -> list[LfsDownload | RemoteError]:
        answer, needed_token = await self._ask(repo, _batch_request(pointers))
        return lfs_downloads_from(
            answer, pointers, now=self._caller.clock(), needed_token=needed_token
        )

    async def _ask(self, repo: RepoId, content: bytes) -> tuple[Answer, bool]:
        """Return the answer, and whether the server gave it for a token only."""
        url = self._routes.lfs_batch(repo)
        response = await self._send(url, content, NO_HEADERS)
        needed_token = False
        if response.status_code in {UNAUTHORIZED, FORBIDDEN, NOT_FOUND}:
            # Public objects need no token; a private repository looks absent.
            with_token = self._caller.token.lfs_headers(parse_url(url))
            if with_token:
                await read_answer(response)
                response = await self._send(url, content, with_token)
                needed_token = True
        answer = await read_answer(response, limit=_LONGEST_ANSWER)
        if answer.status != OK:
            raise self._error(answer, repo)
        if answer.is_html:
            raise web_page_error(answer)
        return answer, needed_token

    async def _send(
        self, url: str, content: bytes, bound_headers: SecretHeaders
    ) -> httpx.Response:
        request = HttpRequest(
            url=url,
            method="POST",
            headers={"Accept": _MEDIA_TYPE, "Content-Type": _MEDIA_TYPE},
            bound_headers=bound_headers,
            content=content,
        )
        return await send(self._connections.api, request)

    def _error(self, answer: Answer, repo: RepoId) -> RemoteError:
        words = self._caller.words(answer)
        if answer.status == _BANDWIDTH_EXCEEDED or _OVER_QUOTA.search(words):
            return RemoteError(
                f"{repo} has used up its Git LFS quota; GitHub gives no large files.",
                url=answer.url,
                status=answer.status,
                hint="Only its owner can change that; trying again does not help.",
            )
        if answer.status == TOO_MANY:
            return RateLimitedError(
                "The Git LFS server asks to slow down.",
                kind="secondary",
                retry_after=parse_retry_after(answer.headers, now=self._caller.clock()),
                url=answer.url,
                status=answer.status,
            )
        if answer.status == UNAUTHORIZED:
            return CredentialError(
                f"The Git LFS server {answer.host} does not let this caller in.",
                url=answer.url,
                status=answer.status,
                hint=(
                    f"Set {self._caller.token.variable} to a token that may read "
                    f"{repo}; only the server of {self._caller.host} is given it."
                ),
            )
        if answer.status == _NO_LFS:
            return RemoteError(
                f"The server of {repo} has no Git LFS.",
                url=answer.url,
                status=answer.status,
            )
        return api_error(answer, self._caller, self._absence.repository(repo))


def _batch_request(pointers: Sequence[LfsPointer]) -> bytes:
    sizes = {pointer.oid: pointer.size for pointer in pointers}
    document = {
        "operation": "download",
        "transfers": ["basic"],
        "objects": [{"oid": oid, "size": size} for oid, size in sizes.items()],
        "hash_algo": "sha256",
    }
    return json.dumps(document).encode("ascii")
