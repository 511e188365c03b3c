"""The storage origin: large files and release assets, each under its own signature."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from rehydrate_tui.demo.delivery import PiecewiseResponse
from rehydrate_tui.demo.files import send_file
from rehydrate_tui.demo.negotiation import tag_of
from rehydrate_tui.demo.releases import Asset
from rehydrate_tui.demo.repository import LfsObject, Repository
from rehydrate_tui.demo.site import Site

_SERVER = {"server": "AmazonS3"}
_ASSETS = "/github-production-release-asset"


class StorageOrigin:
    """The ASGI application of the storage host."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._router = Router(
            [
                Route("/lfs/{oid}", self._endpoint),
                Route(f"{_ASSETS}/{{repo:int}}/{{asset:int}}", self._asset),
            ],
            redirect_slashes=False,
            default=_absent,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._router(scope, receive, send)

    async def _endpoint(self, request: Request) -> Response:
        oid = request.path_params["oid"]
        scheme, _, signature = request.headers.get("authorization", "").partition(" ")
        if scheme and scheme != "RemoteAuth":
            return _second_signature()
        if not self._site.is_signed(f"lfs {oid}", signature):
            return _error(HTTPStatus.FORBIDDEN, "AccessDenied", "Access Denied")
        item = self._find(oid)
        if item is None:
            return _error(HTTPStatus.NOT_FOUND, "NoSuchKey", "No such key")
        body = await asyncio.to_thread(item.make)
        headers = {**_SERVER, "content-type": "application/octet-stream"}
        return send_file(body, tag_of(oid.encode()), request.headers, headers)

    async def _asset(self, request: Request) -> Response:
        number = request.path_params["asset"]
        if "authorization" in request.headers:
            return _second_signature()
        subject = f"asset {request.path_params['repo']} {number}"
        if not self._site.is_signed(subject, request.query_params.get("sig", "")):
            return _error(HTTPStatus.FORBIDDEN, "AuthenticationFailed", "Expired")
        repository = self._site.numbered(request.path_params["repo"])
        releases = repository.releases if repository else ()
        for release in releases:
            for asset in release.assets:
                if release.asset_id(asset) == number:
                    return await _sent(request, asset)
        return _error(HTTPStatus.NOT_FOUND, "NoSuchKey", "No such key")

    def _find(self, oid: str) -> LfsObject | None:
        objects = (repository.lfs_objects for repository in self._site.repositories)
        return next((held[oid] for held in objects if oid in held), None)


def asset_address(site: Site, repository: Repository, number: int, asset: Asset) -> str:
    """Return the short-lived address of a release asset."""
    signature = site.sign(
        f"asset {repository.id} {number}", site.limits.download_token_seconds
    )
    name = quote(f"attachment; filename={asset.name}", safe="")
    path = f"{_ASSETS}/{repository.id}/{number}"
    return f"{site.addresses.storage}{path}?rscd={name}&sig={signature}"


async def _sent(request: Request, asset: Asset) -> Response:
    body = await asyncio.to_thread(asset.make)
    headers = {
        **_SERVER,
        "content-type": "application/octet-stream",
        "content-disposition": request.query_params.get("rscd", "attachment"),
    }
    return send_file(body, tag_of(b"asset", body), request.headers, headers)


def _second_signature() -> Response:
    # real storage has its own signature and wants no second one
    return _error(
        HTTPStatus.BAD_REQUEST, "InvalidArgument", "Only one auth mechanism allowed"
    )


def _error(status: HTTPStatus, code: str, message: str) -> Response:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    )
    headers = {**_SERVER, "content-type": "application/xml"}
    return PiecewiseResponse(body.encode(), status_code=status, headers=headers)


async def _absent(scope: Scope, receive: Receive, send: Send) -> None:
    await _error(HTTPStatus.NOT_FOUND, "NoSuchKey", "No such key")(scope, receive, send)
