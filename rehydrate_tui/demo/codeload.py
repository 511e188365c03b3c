"""The archive origin: one stream per commit, without a length and without ranges."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from rehydrate_tui.demo.accounts import BadCredentialsError, identify
from rehydrate_tui.demo.archive import tar_gz
from rehydrate_tui.demo.delivery import PiecewiseResponse, StreamedResponse
from rehydrate_tui.demo.negotiation import matches, tag_of, weak
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.site import MADE_UP, Site, may_read
from rehydrate_tui.demo.zipping import zipped

_FIXED = {
    "access-control-allow-origin": "https://render.githubusercontent.com",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
    "strict-transport-security": "max-age=31536000",
    "vary": "Authorization,Accept-Encoding,Origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "deny",
    "x-xss-protection": "1; mode=block",
}
_FORMS = {
    "legacy.tar.gz": ("application/x-gzip", "tar.gz"),
    "tar.gz": ("application/x-gzip", "tar.gz"),
    "legacy.zip": ("application/zip", "zip"),
    "zip": ("application/zip", "zip"),
}


class CodeloadOrigin:
    """The ASGI application of the archive host."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._router = Router(
            [Route("/{owner}/{repo}/{form}/{ref:path}", self._endpoint)],
            redirect_slashes=False,
            default=_absent,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._router(scope, receive, send)

    async def _endpoint(self, request: Request) -> PiecewiseResponse | StreamedResponse:
        parameters = request.path_params
        repository = self._site.follow(parameters["owner"], parameters["repo"])
        form, ref = parameters["form"], parameters["ref"]
        if repository is None or form not in _FORMS:
            return _not_found()
        oid = repository.resolve(ref)
        if oid is None or not self._is_allowed(request, repository):
            return _not_found()
        commit = repository.objects.commit(oid)
        content_type, suffix = _FORMS[form]
        top = _top(repository, form, ref, oid)
        headers = {
            **_FIXED,
            **(MADE_UP if repository.made_up_bytes else {}),
            "content-type": content_type,
            "content-disposition": f"attachment; filename={top}.{suffix}",
            "etag": weak(tag_of(b"archive", form.encode(), top.encode(), oid.encode())),
        }
        if matches(request.headers.get("if-none-match", ""), headers["etag"]):
            return PiecewiseResponse(
                b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers
            )
        write = zipped if suffix == "zip" else tar_gz
        return StreamedResponse(headers, write(repository, commit, top))

    def _is_allowed(self, request: Request, repository: Repository) -> bool:
        if not repository.private:
            return True
        token = request.query_params.get("token")
        if token is not None:
            return self._site.is_signed(f"archive {repository.id}", token)
        authorization = request.headers.get("authorization")
        try:
            account = identify(self._site.tokens, authorization)
        except BadCredentialsError:
            return False
        return may_read(account, repository)


def _top(repository: Repository, form: str, ref: str, oid: str) -> str:
    if form.startswith("legacy."):
        return f"{repository.owner}-{repository.name}-{oid[:7]}"
    name = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    is_version = len(name) > 1 and name[0] == "v" and name[1].isdigit()
    if is_version and f"refs/tags/{name}" in repository.refs:
        name = name[1:]
    return f"{repository.name}-{name.replace('/', '-')}"


async def _absent(scope: Scope, receive: Receive, send: Send) -> None:
    await _not_found()(scope, receive, send)


def _not_found() -> PiecewiseResponse:
    return PiecewiseResponse(
        b"404: Not Found",
        status_code=HTTPStatus.NOT_FOUND,
        headers={**_FIXED, "content-type": "text/plain; charset=utf-8"},
    )
