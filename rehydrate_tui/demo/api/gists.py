"""GET /gists/{id} and /gists/{id}/{sha}."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request

from rehydrate_tui.demo.api.call import ApiError, Reply, json_reply, not_found, quoted
from rehydrate_tui.demo.api.conclude import Context
from rehydrate_tui.demo.api.moments import iso
from rehydrate_tui.demo.api.quota import check_quota
from rehydrate_tui.demo.api.repositories import node_id, user_payload
from rehydrate_tui.demo.gists import Gist, GistRevision, blob_id
from rehydrate_tui.demo.objects import FULL_HEX
from rehydrate_tui.demo.site import Site
from rehydrate_tui.demo.texts import content_type, is_text


def get_gist(context: Context, request: Request) -> Reply:
    """Show a gist with its files, at a revision or the newest."""
    check_quota(context)
    gist = context.site.gists.get(request.path_params["gist"])
    version = request.path_params.get("sha", "")
    if gist is None:
        raise not_found()
    revision = gist.at(version)
    if revision is None:
        is_id = len(version) == FULL_HEX
        status = HTTPStatus.NOT_FOUND if is_id else HTTPStatus.UNPROCESSABLE_ENTITY
        raise ApiError(status, f"No commit found for SHA: {version}")
    return json_reply(_payload(context.site, gist, revision), modified=revision.seconds)


def _payload(site: Site, gist: Gist, revision: GistRevision) -> dict[str, object]:
    url = f"{site.addresses.api}/gists/{gist.id}"
    page = f"{site.addresses.lfs}/{gist.owner}/{gist.id}"
    owner = user_payload(site, gist.owner)
    most = site.limits.gist_files
    return {
        "url": url,
        "forks_url": f"{url}/forks",
        "commits_url": f"{url}/commits",
        "id": gist.id,
        "node_id": node_id("G", gist.id),
        "git_pull_url": f"{page}.git",
        "git_push_url": f"{page}.git",
        "html_url": page,
        "files": {
            name: _file(site, gist, name, data)
            for name, data in list(revision.files.items())[:most]
        },
        "public": gist.public,
        "created_at": iso(gist.revisions[0].seconds),
        "updated_at": iso(revision.seconds),
        "description": gist.description,
        "comments": 0,
        "comments_enabled": True,
        "user": None,
        "comments_url": f"{url}/comments",
        "owner": owner,
        "forks": [],
        "history": [
            {
                "user": owner,
                "version": each.version,
                "committed_at": iso(each.seconds),
                "change_status": {"total": 1, "additions": 1, "deletions": 0},
                "url": f"{url}/{each.version}",
            }
            for each in reversed(gist.revisions[: gist.revisions.index(revision) + 1])
        ],
        "truncated": len(revision.files) > most,
    }


def _file(site: Site, gist: Gist, name: str, data: bytes) -> dict[str, object]:
    base = f"{site.addresses.raw}/{gist.owner}/{gist.id}/raw/{blob_id(data)}"
    shown = data[: site.limits.gist_bytes]
    kind = content_type(name, data).partition(";")[0]
    return {
        "filename": name,
        "type": kind,
        "language": "Text" if is_text(data) else "",
        "raw_url": f"{base}/{quoted(name)}",
        "size": len(data),
        "truncated": len(shown) < len(data),
        "content": shown.decode("utf-8", "replace"),
        "encoding": "utf-8",
    }


ROUTES = (("/gists/{gist}", get_gist), ("/gists/{gist}/{sha}", get_gist))
