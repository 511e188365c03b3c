"""A host that answers from a table, under httpx instead of a network."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate

import httpx

from rehydrate_tui.domain.endpoints import endpoints_for
from rehydrate_tui.github import GitHubClient, HttpOptions
from rehydrate_tui.github.answers import Answer
from rehydrate_tui.storage.credentials import Token

API = "https://api.github.com"
RAW = "https://raw.githubusercontent.com"
NOW = 1_800_000_000.0
SECRET = "ghp_0123456789abcdefghijABCDEFGHIJ"
COMMIT = "4bf07a2f5123f78fc6759bc2ade0c74154c1ba86"


def date(seconds_from_now: float) -> str:
    """Return an HTTP date that far from `NOW`."""
    return formatdate(NOW + seconds_from_now, usegmt=True)


class BrokenStream(httpx.AsyncByteStream):
    """Some bytes, then an exception of httpx."""

    def __init__(self, start: bytes, error: Exception) -> None:
        self.start = start
        self.error = error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.start
        raise self.error


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer; a new response is made of it for every request."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    stream: httpx.AsyncByteStream | None = None

    def response(self) -> httpx.Response:
        """Return a fresh response."""
        if self.stream is not None:
            return httpx.Response(
                self.status, headers=dict(self.headers), stream=self.stream
            )
        return httpx.Response(
            self.status, headers=dict(self.headers), content=self.body
        )


def reply(
    document: object = None,
    *,
    status: int = 200,
    text: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Return an answer with JSON or text."""
    kind = "text/plain" if text is not None else "application/json; charset=utf-8"
    body = text if text is not None else json.dumps(document)
    return Reply(
        status=status,
        headers={"content-type": kind, **(headers or {})},
        body=body.encode("utf-8", "surrogatepass"),
    )


def answer(document: object, *, body: bytes | None = None) -> Answer:
    """Return a successful answer."""
    encoded = json.dumps(document).encode() if body is None else body
    return Answer(url=f"{API}/x", status=200, headers=httpx.Headers(), body=encoded)


Plan = Reply | Exception


class FakeHost:
    """Answers by address; an address that was not planned fails the test."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.waits: list[float] = []
        self._plans: defaultdict[str, list[Plan]] = defaultdict(list)

    def on(self, url: str, *plans: Plan) -> None:
        """Answer requests for `url` with `plans` one by one; the last one repeats."""
        self._plans[url].extend(plans)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.requests.append(request)
        plans = self._plans.get(str(request.url))
        assert plans, f"no answer planned for {request.method} {request.url}"
        plan = plans.pop(0) if len(plans) > 1 else plans[0]
        if isinstance(plan, Exception):
            raise plan
        return plan.response()

    @property
    def urls(self) -> list[str]:
        """All addresses that were asked for, in order."""
        return [str(request.url) for request in self.requests]

    @property
    def authorizations(self) -> dict[str, set[str | None]]:
        """The `Authorization` headers that each host has seen."""
        seen: dict[str, set[str | None]] = {}
        for request in self.requests:
            header = request.headers.get("authorization")
            seen.setdefault(request.url.host, set()).add(header)
        return seen

    async def sleep(self, seconds: float) -> None:
        """Remember a wait instead of waiting."""
        self.waits.append(seconds)

    def client(
        self, *, token: str | None = None, host: str = "github.com"
    ) -> GitHubClient:
        """Return a client that can reach nothing but this fake."""
        return GitHubClient(
            endpoints_for(host),
            host=host,
            token=Token(token, "GH_TOKEN") if token is not None else None,
            options=self.options(),
        )

    def options(self) -> HttpOptions:
        """Return options without network, clock, chance or waiting."""
        return HttpOptions(
            transport=httpx.MockTransport(self),
            clock=lambda: NOW,
            sleep=self.sleep,
            jitter=lambda: 0.0,
        )
