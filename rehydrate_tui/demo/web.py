"""The web origin: Git LFS batches, device logins, and the redirects of github.com."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from rehydrate_tui.demo.delivery import PiecewiseResponse
from rehydrate_tui.demo.device_flow import DeviceFlow
from rehydrate_tui.demo.lfs import LfsBatch
from rehydrate_tui.demo.site import Site
from rehydrate_tui.demo.storage import asset_address

_HTML = "text/html; charset=utf-8"


class WebOrigin:
    """The ASGI application of the web host."""

    def __init__(self, site: Site) -> None:
        self._addresses = site.addresses
        self._site = site
        batch, flow = LfsBatch(site), DeviceFlow(site)
        self._router = Router(
            [
                Route(batch.PATH, batch.answer, methods=["POST"]),
                Route(flow.CODE, flow.start, methods=["POST"]),
                Route(flow.TOKEN, flow.poll, methods=["POST"]),
                Route(
                    "/{owner}/{repo}/releases/download/{tag:path}/{name}",
                    self._to_asset,
                ),
                Route("/{owner}/{repo}/raw/{rest:path}", self._to_raw),
                Route("/{owner}/{repo}/archive/{rest:path}", self._to_codeload),
            ],
            redirect_slashes=False,
            default=_absent,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._router(scope, receive, send)

    async def _to_raw(self, request: Request) -> Response:
        owner, repo, rest = _parts(request)
        return _redirect(f"{self._addresses.raw}/{owner}/{repo}/{rest}")

    async def _to_asset(self, request: Request) -> Response:
        owner, repo, _ = _parts(request)
        repository = self._site.follow(owner, repo)
        if repository is None or repository.private:
            return _not_found()
        tag, name = request.path_params["tag"], request.path_params["name"]
        for release in repository.releases:
            for asset in release.assets:
                if (release.tag, asset.name) == (tag, name) and not release.draft:
                    number = release.asset_id(asset)
                    return _redirect(
                        asset_address(self._site, repository, number, asset)
                    )
        return _not_found()

    async def _to_codeload(self, request: Request) -> Response:
        owner, repo, rest = _parts(request)
        for form in ("tar.gz", "zip"):
            if rest.endswith(f".{form}"):
                ref = rest.removesuffix(f".{form}")
                base = f"{self._addresses.codeload}/{owner}/{repo}"
                return _redirect(f"{base}/{form}/{ref}")
        return _not_found()


def _parts(request: Request) -> tuple[str, str, str]:
    """Split the path as it was sent: what is encoded stays encoded."""
    sent = request.scope["raw_path"].decode("latin-1")
    _, owner, repo, _word, rest = sent.split("/", 4)
    return owner, repo, rest


def _redirect(location: str) -> Response:
    body = (
        f'<html><body>You are being <a href="{location}">redirected</a>.</body></html>'
    )
    return PiecewiseResponse(
        body.encode(),
        status_code=HTTPStatus.FOUND,
        headers={
            "location": location,
            "content-type": _HTML,
            "cache-control": "no-cache",
            "server": "github.com",
        },
    )


def _not_found() -> Response:
    return PiecewiseResponse(
        b"<!DOCTYPE html><html><body><h1>404</h1>Not Found</body></html>\n",
        status_code=HTTPStatus.NOT_FOUND,
        headers={"content-type": _HTML, "server": "github.com"},
    )


async def _absent(scope: Scope, receive: Receive, send: Send) -> None:
    await _not_found()(scope, receive, send)
