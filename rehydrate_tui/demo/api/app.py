"""The API origin: identifies the caller, finds the repository, calls the handler."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from rehydrate_tui.demo.accounts import BadCredentialsError, identify
from rehydrate_tui.demo.api import (
    archives,
    blobs,
    branches,
    catalog,
    commits,
    compare,
    contents,
    gists,
    languages,
    refs,
    releases,
    repositories,
    service,
    trees,
)
from rehydrate_tui.demo.api.call import (
    NEW_VERSION,
    OLD_VERSION,
    ApiError,
    Call,
    Reply,
    RepositoryHandler,
    encode,
    not_found,
)
from rehydrate_tui.demo.api.conclude import Context, conclude
from rehydrate_tui.demo.api.quota import check_quota
from rehydrate_tui.demo.delivery import PiecewiseResponse
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.site import MADE_UP, Moved, Site, may_read

_MEDIA = re.compile(
    r"application/vnd\.github\.(?:v3\.|VERSION\.)?(raw|object|sha|html)\b"
)
_FAMILIES = (
    repositories.ROUTES,
    branches.ROUTES,
    refs.ROUTES,
    commits.ROUTES,
    trees.ROUTES,
    contents.ROUTES,
    blobs.ROUTES,
    archives.ROUTES,
    compare.ROUTES,
    languages.ROUTES,
    releases.ROUTES,
)
_NO_AGENT = (
    "Request forbidden by administrative rules. Please make sure your request has a "
    "User-Agent header (https://docs.github.com/en/rest/overview/resources-in-the-"
    "rest-api#user-agent-required). Check https://developer.github.com for other "
    "possible causes."
)
Endpoint = Callable[[Request], Awaitable[Response]]


class ApiOrigin:
    """The ASGI application of the API host."""

    def __init__(self, site: Site) -> None:
        self._site = site
        routes: list[Route] = []
        for suffix, handler in (route for family in _FAMILIES for route in family):
            endpoint = self._endpoint(self._for_repository(handler))
            routes.append(Route(f"/repos/{{owner}}/{{repo}}{suffix}", endpoint))
            routes.append(Route(f"/repositories/{{id:int}}{suffix}", endpoint))
        for path, answer in (*service.ROUTES, *catalog.ROUTES, *gists.ROUTES):
            routes.append(Route(path, self._endpoint(answer)))
        self._router = Router(
            routes, redirect_slashes=False, default=self._unknown_endpoint
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._router(scope, receive, send)

    async def _unknown_endpoint(
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        def absent(_context: Context, _request: Request) -> Reply:
            raise not_found()

        response = self._answer(Request(scope), absent)
        await response(scope, receive, send)

    def _endpoint(self, answer: service.Answer) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            # a big tree takes long to render; other requests go on meanwhile
            return await asyncio.to_thread(self._answer, request, answer)

        return endpoint

    def _answer(self, request: Request, answer: service.Answer) -> Response:
        if not request.headers.get("user-agent"):
            return _forbid_agent()
        context = Context(site=self._site, headers=request.headers)
        try:
            context = self._identify(request)
            reply = answer(context, request)
        except ApiError as error:
            reply = error.reply()
        return conclude(reply, context)

    def _identify(self, request: Request) -> Context:
        headers = request.headers
        try:
            account = identify(self._site.tokens, headers.get("authorization"))
        except BadCredentialsError:
            raise ApiError(HTTPStatus.UNAUTHORIZED, "Bad credentials") from None
        match = _MEDIA.search(headers.get("accept", ""))
        return Context(
            site=self._site,
            headers=headers,
            account=account,
            version=_version(headers.get("x-github-api-version")),
            media=match.group(1) if match else "",
        )

    def _for_repository(self, handler: RepositoryHandler) -> service.Answer:
        def answer(context: Context, request: Request) -> Reply:
            check_quota(context)
            found = self._find(request)
            repository = found.repository if isinstance(found, Moved) else found
            if repository is None or not may_read(context.account, repository):
                raise not_found()
            if isinstance(found, Moved):
                raise self._moved(found.repository, request)
            call = Call(
                site=self._site,
                request=request,
                repository=repository,
                account=context.account,
                version=context.version,
                media=context.media,
            )
            return _marked(handler(call), repository)

        return answer

    def _find(self, request: Request) -> Repository | Moved | None:
        parameters = request.path_params
        if "id" in parameters:
            return self._site.numbered(parameters["id"])
        return self._site.find(parameters["owner"], parameters["repo"])

    def _moved(self, repository: Repository, request: Request) -> ApiError:
        sent = request.scope["raw_path"].decode("latin-1")
        below = "".join(f"/{part}" for part in sent.split("/")[4:])
        query = f"?{request.url.query}" if request.url.query else ""
        base = f"{self._site.addresses.api}/repositories/{repository.id}"
        location = f"{base}{below}{query}"
        return ApiError(
            HTTPStatus.MOVED_PERMANENTLY,
            "Moved Permanently",
            headers={"location": location},
            url=location,
        )


def _marked(reply: Reply, repository: Repository) -> Reply:
    if not repository.made_up_bytes:
        return reply
    return replace(reply, headers={**reply.headers, **MADE_UP})


def _version(asked: str | None) -> str:
    if asked is None:
        return OLD_VERSION
    if asked not in {OLD_VERSION, NEW_VERSION}:
        raise ApiError(
            HTTPStatus.BAD_REQUEST, f'"{asked}" is not a supported API version.'
        )
    return asked


def _forbid_agent() -> PiecewiseResponse:
    # recorded: JSON text, but not under its content type
    return PiecewiseResponse(
        encode({"message": _NO_AGENT}),
        status_code=HTTPStatus.FORBIDDEN,
        headers={"content-type": "application/octet-stream", "server": "github.com"},
    )
