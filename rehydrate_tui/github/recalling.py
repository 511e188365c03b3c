"""Between the API and the answers kept of earlier sessions."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

import httpx

from rehydrate_tui.github.answers import Answer
from rehydrate_tui.github.auth import HostBoundToken
from rehydrate_tui.storage.stored_answers import StoredAnswer, StoredAnswers

_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{1,200}"')
# The rest speaks of one exchange only, such as the quota.
_KEPT_HEADERS = (
    "content-type",
    "link",
    "x-oauth-scopes",
    "github-authentication-token-expiration",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What an answer is asked under: the one that is known, if any."""

    caller: str
    url: str
    accept: str
    known: StoredAnswer | None = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """Return the header of a conditional request."""
        return {} if self.known is None else {"If-None-Match": self.known.etag}


class Recalling:
    """Looks up and keeps the answers of one caller.

    Args:
        answers: where they are kept; None: nowhere, and no request has a condition.
        token: who asks; looked at for each request, because it may be refused.
    """

    def __init__(self, answers: StoredAnswers | None, token: HostBoundToken) -> None:
        self._answers = answers
        self._token = token

    async def condition(self, url: str, accept: str) -> Condition | None:
        """Return what to ask under, None when nothing is kept."""
        answers = self._answers
        if answers is None:
            return None

        def look() -> Condition:
            caller = self._token.name_for(answers.caller)
            known = answers.load(caller, url, accept)
            return Condition(caller=caller, url=url, accept=accept, known=known)

        return await asyncio.to_thread(look)

    async def keep(self, condition: Condition | None, answer: Answer) -> None:
        """Keep a successful answer, if the host named its state."""
        etag = answer.headers.get("etag", "")
        if self._answers is None or condition is None or not _ETAG.fullmatch(etag):
            return
        headers = {
            name: answer.headers[name]
            for name in _KEPT_HEADERS
            if name in answer.headers
        }
        stored = StoredAnswer(etag=etag, headers=headers, body=answer.body)
        await asyncio.to_thread(
            self._answers.save,
            condition.caller,
            condition.url,
            condition.accept,
            stored,
        )


def recalled(unchanged: Answer, known: StoredAnswer) -> Answer:
    """Return the known answer in the place of the one that says “unchanged”."""
    return Answer(
        url=unchanged.url,
        status=httpx.codes.OK,
        headers=httpx.Headers({**unchanged.headers, **known.headers}),
        body=known.body,
    )
