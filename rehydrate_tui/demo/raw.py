"""The raw origin: file bytes by ref and path, cached for five minutes."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from rehydrate_tui.demo.accounts import BadCredentialsError, identify
from rehydrate_tui.demo.delivery import PiecewiseResponse
from rehydrate_tui.demo.files import send_file
from rehydrate_tui.demo.negotiation import (
    compressed,
    http_date,
    tag_of,
    wants_gzip,
    weak,
)
from rehydrate_tui.demo.objects import FULL_HEX
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.site import MADE_UP, Site, may_read
from rehydrate_tui.demo.texts import PLAIN, content_type

_LARGE = 262_144
_GIST = re.compile(
    r"/(?P<owner>[^/]+)/(?P<gist>[0-9a-f]+)/raw/(?P<blob>[0-9a-f]{40})/(?P<name>.+)"
)
_FIXED = {
    "cache-control": "max-age=300",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "deny",
    "x-xss-protection": "1; mode=block",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "via": "1.1 varnish",
    "x-served-by": "cache-demo-DEMO",
    "vary": "Authorization,Accept-Encoding,Origin",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Located:
    """A file that was found, and the seconds that the cache has known its ref."""

    repository: Repository
    path: str
    oid: str
    age: float | None


class RawOrigin:
    """The ASGI application of the raw host."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope)
        gist = self._gist_file(request)
        located = self._locate(request) if gist is None else None
        if gist is not None:
            response = gist
        elif located is None:
            response = _absent()
        elif located.repository.objects.blob_size(located.oid) > _LARGE:
            # making and compressing a large file takes long; others go on meanwhile
            response = await asyncio.to_thread(self._file, request, located)
        else:
            response = self._file(request, located)
        await response(scope, receive, send)

    def _locate(self, request: Request) -> _Located | None:
        owner, _, rest = request.scope["path"].removeprefix("/").partition("/")
        name, _, ref_and_path = rest.partition("/")
        repository = self._site.follow(owner, name)
        if repository is None or request.method not in {"GET", "HEAD"}:
            return None
        for ref, path in repository.split_ref(ref_and_path):
            if not self._is_allowed(request, repository, path):
                return None
            located = self._find(repository, ref, path)
            if located is not None:
                return located
        return None

    def _gist_file(self, request: Request) -> PiecewiseResponse | None:
        """Answer for a file of a gist, by the id of its content."""
        match = _GIST.fullmatch(request.scope["path"])
        gist = self._site.gists.get(match["gist"]) if match else None
        if match is None or gist is None:
            return None
        data = gist.find(match["blob"], match["name"])
        if data is None:
            return _absent()
        headers = {**_FIXED, "content-type": content_type(match["name"], data)}
        return send_file(data, tag_of(b"gist", data), request.headers, headers)

    def _is_allowed(self, request: Request, repository: Repository, path: str) -> bool:
        if not repository.private:
            return True
        token = request.query_params.get("token")
        if token is not None:
            shown = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            return self._site.is_signed(f"raw {repository.id} {shown}", token)
        authorization = request.headers.get("authorization")
        try:
            account = identify(self._site.tokens, authorization)
        except BadCredentialsError:
            return False
        return may_read(account, repository)

    def _find(self, repository: Repository, ref: str, path: str) -> _Located | None:
        commit, age = self._meaning(repository, ref, path)
        if commit is None:
            return None
        found = repository.find(commit, path.encode("utf-8", "surrogateescape"))
        if found is None or found.entry.kind != "blob":
            return None
        return _Located(repository=repository, path=path, oid=found.entry.oid, age=age)

    def _meaning(
        self, repository: Repository, ref: str, path: str
    ) -> tuple[str | None, float | None]:
        """Tell which commit a ref is taken for, and for how long it has been."""
        if len(ref) == FULL_HEX:
            return repository.resolve(ref), None
        # each file ages on its own: two files of one branch can be of two commits
        key = (repository.id, ref, path)
        now = self._site.clock()
        with self._site.lock:
            since, commit = self._site.raw_cache.get(key, (float("-inf"), None))
            if now - since < self._site.limits.raw_cache_seconds:
                return commit, now - since
            commit = repository.resolve(ref)
            self._site.raw_cache[key] = (now, commit)
        return commit, None

    def _file(self, request: Request, located: _Located) -> PiecewiseResponse:
        repository = located.repository
        body = repository.objects.blob(located.oid)
        etag = tag_of(b"raw", located.oid.encode())
        headers = {
            **_FIXED,
            "content-type": content_type(located.path, body),
            "expires": http_date(self._site.clock() + 300),
            "source-age": str(int(located.age or 0)),
            "x-cache": "MISS" if located.age is None else "HIT",
            "x-cache-hits": "0" if located.age is None else "1",
            "x-fastly-request-id": secrets.token_hex(20),
            "x-github-request-id": secrets.token_hex(12).upper(),
        }
        if repository.made_up_bytes:
            headers.update(MADE_UP)
        is_plain = headers["content-type"] == PLAIN
        accepted = request.headers.get("accept-encoding", "")
        if is_plain and wants_gzip(accepted, len(body)):
            # ranges count compressed bytes from here on, as on the live host
            body, etag = compressed(body), weak(etag)
            headers["content-encoding"] = "gzip"
        return send_file(body, etag, request.headers, headers)


def _absent() -> PiecewiseResponse:
    return PiecewiseResponse(
        b"404: Not Found",
        status_code=HTTPStatus.NOT_FOUND,
        headers={**_FIXED, "content-type": PLAIN},
    )
