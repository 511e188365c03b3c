"""The REST API as one object: token, quota, retries and errors of every request."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import httpx

from rehydrate_tui.domain.quota import Quota
from rehydrate_tui.domain.remote_values import Body
from rehydrate_tui.github.answers import Answer, Caller, Missing
from rehydrate_tui.github.auth import origin_of
from rehydrate_tui.github.bodies import open_body, read_answer
from rehydrate_tui.github.http import (
    Connections,
    HttpOptions,
    HttpRequest,
    parse_url,
    send,
)
from rehydrate_tui.github.rate_limit import parse_quota
from rehydrate_tui.github.recalling import Condition, Recalling, recalled
from rehydrate_tui.github.retrying import retrying
from rehydrate_tui.github.statuses import (
    NOT_MODIFIED,
    OK,
    UNAUTHORIZED,
    api_error,
    web_page_error,
)
from rehydrate_tui.storage.stored_answers import StoredAnswers

JSON = "application/vnd.github+json"
SHA = "application/vnd.github.sha"
RAW = "application/vnd.github.raw+json"

# A recursive tree is documented to end at 7 MB; anything near this is no answer.
_LONGEST_ANSWER = 128 * 2**20


class Api:
    """Sends GET requests to the API of one host."""

    def __init__(
        self,
        connections: Connections,
        caller: Caller,
        options: HttpOptions,
        answers: StoredAnswers | None = None,
    ) -> None:
        self.quota: Quota | None = None
        self._recalling = Recalling(answers, caller.token)
        self._connections = connections
        self._caller = caller
        self._options = options

    async def get(self, url: str, missing: Missing, *, accept: str = JSON) -> Answer:
        """Return a successful answer.

        Raises:
            RemoteError: there was none; `missing` says what a 404 means.
        """

        async def attempt() -> Answer:
            condition = await self._recalling.condition(url, accept)
            response = await self._open(url, accept, missing, condition)
            pace = self._connections.pace(response.url)
            answer = await read_answer(response, limit=_LONGEST_ANSWER, pace=pace)
            if answer.status == NOT_MODIFIED and condition and condition.known:
                return recalled(answer, condition.known)
            if answer.is_html:
                raise web_page_error(answer)
            if not self._caller.token.is_refused:
                await self._recalling.keep(condition, answer)
            return answer

        return await retrying(attempt, self._options)

    @asynccontextmanager
    async def stream(
        self, url: str, missing: Missing, *, accept: str
    ) -> AsyncGenerator[Body, None]:
        """Open the body of a successful answer; one try, downloads are repeated above.

        Raises:
            RemoteError: there was none; `missing` says what a 404 means.
        """
        response = await self._open(url, accept, missing)
        async with open_body(response, self._connections.pace(response.url)) as body:
            yield body

    async def _open(
        self,
        url: str,
        accept: str,
        missing: Missing,
        condition: Condition | None = None,
    ) -> httpx.Response:
        known: Mapping[str, str] = condition.headers if condition else {}
        response = await self._send(url, accept, known)
        token = self._caller.token
        if response.status_code == UNAUTHORIZED and _carried_token(response):
            await read_answer(response)
            token.refuse()
            known = {}
            response = await self._send(url, accept, known)
        is_known = bool(known) and response.status_code == NOT_MODIFIED
        if response.status_code != OK and not is_known:
            raise api_error(await read_answer(response), self._caller, missing)
        if token.is_refused:
            token.note_refusal()
        return response

    async def _send(
        self, url: str, accept: str, known: Mapping[str, str]
    ) -> httpx.Response:
        request = HttpRequest(
            url=url,
            # No API version: the default suits, and servers refuse versions that
            # they do not know.
            headers={"Accept": accept, **known},
            bound_headers=self._caller.token.api_headers(parse_url(url)),
        )
        response = await send(self._connections.api, request)
        if origin_of(response.url) == origin_of(parse_url(url)):
            quota = parse_quota(response.headers)
            # Searches are counted apart, in minutes.
            if quota is not None and quota.resource == "core":
                self.quota = quota
        return response


def _carried_token(response: httpx.Response) -> bool:
    return "authorization" in response.request.headers
