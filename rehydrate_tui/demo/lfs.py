"""The batch endpoint of Git LFS: where each large file can be fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from rehydrate_tui.demo.accounts import Account, BadCredentialsError, identify
from rehydrate_tui.demo.api.call import encode
from rehydrate_tui.demo.api.conclude import request_id
from rehydrate_tui.demo.delivery import PiecewiseResponse
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.site import Site, may_read

MEDIA_TYPE = "application/vnd.git-lfs+json"
_DOCS = "https://docs.github.com/repositories/working-with-files/managing-large-files"
_OID = re.compile(r"[0-9a-f]{64}")
_MOST_OBJECTS = 1000


class BatchRefusedError(Exception):
    """The whole batch is refused."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class LfsBatch:
    """Answers POST {repository}.git/info/lfs/objects/batch."""

    PATH: Final = "/{owner}/{repo}.git/info/lfs/objects/batch"

    def __init__(self, site: Site) -> None:
        self._site = site

    async def answer(self, request: Request) -> Response:
        """Answer one batch."""
        body = await request.body()
        try:
            account = identify(self._site.tokens, request.headers.get("authorization"))
            repository = self._repository(request, account)
            wanted = _wanted_objects(request, body)
        except BadCredentialsError:
            return _refusal(HTTPStatus.UNAUTHORIZED, "Bad credentials")
        except BatchRefusedError as refused:
            return _refusal(refused.status, str(refused))
        objects = [self._describe(repository, item) for item in wanted]
        payload = {"transfer": "basic", "objects": objects, "hash_algo": "sha256"}
        return _render(HTTPStatus.OK, payload)

    def _repository(self, request: Request, account: Account | None) -> Repository:
        parameters = request.path_params
        repository = self._site.follow(parameters["owner"], parameters["repo"])
        if repository is not None and may_read(account, repository):
            return repository
        if account is None:
            raise BatchRefusedError(HTTPStatus.UNAUTHORIZED, "Credentials needed")
        raise BatchRefusedError(HTTPStatus.NOT_FOUND, "Not Found")

    def _describe(
        self, repository: Repository, wanted: Mapping[str, Any]
    ) -> dict[str, object]:
        oid, size = wanted.get("oid"), wanted.get("size")
        described: dict[str, object] = {"oid": oid, "size": size}
        if not isinstance(oid, str) or not _OID.fullmatch(oid):
            return {**described, "error": _error(422, "Invalid object ID")}
        known = repository.lfs_objects.get(oid)
        if known is None:
            missing = _error(404, "Object does not exist on the server")
            return {**described, "error": missing}
        seconds = self._site.limits.lfs_seconds
        signature = self._site.sign(f"lfs {oid}", seconds)
        download = {
            "href": f"{self._site.addresses.storage}/lfs/{oid}",
            "header": {"Authorization": f"RemoteAuth {signature}"},
            "expires_in": seconds,
        }
        actions = {"download": download}
        return {
            "oid": oid,
            "size": known.size,
            "authenticated": True,
            "actions": actions,
        }


def _wanted_objects(request: Request, body: bytes) -> list[Mapping[str, Any]]:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if content_type != MEDIA_TYPE or MEDIA_TYPE not in request.headers.get(
        "accept", ""
    ):
        raise BatchRefusedError(
            HTTPStatus.NOT_ACCEPTABLE, f"The media type must be {MEDIA_TYPE}."
        )
    try:
        batch = json.loads(body)
        operation, objects = batch["operation"], list(batch["objects"])
    except (ValueError, KeyError, TypeError):
        raise BatchRefusedError(
            HTTPStatus.UNPROCESSABLE_ENTITY, "The body is not a batch request."
        ) from None
    if operation != "download":
        raise BatchRefusedError(HTTPStatus.FORBIDDEN, "This server is read-only.")
    if len(objects) > _MOST_OBJECTS:
        raise BatchRefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Too many objects")
    return [item for item in objects if isinstance(item, dict)]


def _error(code: int, message: str) -> dict[str, object]:
    return {"code": code, "message": message}


def _refusal(status: HTTPStatus, message: str) -> Response:
    payload = {
        "message": message,
        "documentation_url": _DOCS,
        "request_id": request_id(),
    }
    response = _render(status, payload)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["lfs-authenticate"] = 'Basic realm="GitHub"'
    return response


def _render(status: HTTPStatus, payload: object) -> Response:
    headers = {
        "content-type": f"{MEDIA_TYPE}; charset=utf-8",
        "server": "github.com",
        "x-github-request-id": request_id(),
    }
    return PiecewiseResponse(encode(payload), status_code=status, headers=headers)
