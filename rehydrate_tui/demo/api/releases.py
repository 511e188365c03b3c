"""Releases, and the way to the bytes of their assets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import quote

from rehydrate_tui.demo.api.call import (
    Call,
    Reply,
    json_reply,
    not_found,
    quoted,
    redirect,
)
from rehydrate_tui.demo.api.moments import iso
from rehydrate_tui.demo.api.pages import paginate
from rehydrate_tui.demo.api.repositories import node_id, owner_payload
from rehydrate_tui.demo.releases import Asset, Release
from rehydrate_tui.demo.storage import asset_address


def list_releases(call: Call) -> Reply:
    """List the releases, newest first."""
    page = paginate(call, _visible(call), "/releases")
    reply = json_reply([_payload(call, release) for release in page.items])
    return replace(reply, headers=page.headers)


def get_latest(call: Call) -> Reply:
    """Show the newest release that is neither draft nor pre-release."""
    full = (r for r in _visible(call) if not (r.draft or r.prerelease))
    return _one(call, next(full, None))


def get_by_tag(call: Call) -> Reply:
    """Show the release of a tag; drafts have none yet."""
    tag = call.parameter("tag")
    found = (r for r in _visible(call) if r.tag == tag and not r.draft)
    return _one(call, next(found, None))


def get_release(call: Call) -> Reply:
    """Show a release by its number."""
    return _one(call, _numbered(call))


def list_assets(call: Call) -> Reply:
    """List the assets of a release."""
    release = _numbered(call)
    if release is None:
        raise not_found()
    page = paginate(call, release.assets, f"/releases/{release.id}/assets")
    reply = json_reply([_asset_payload(call, release, each) for each in page.items])
    return replace(reply, headers=page.headers)


def get_asset(call: Call) -> Reply:
    """Describe an asset, or lead to its bytes if they are asked for."""
    number = call.request.path_params["asset"]
    for release in _visible(call):
        for asset in release.assets:
            if release.asset_id(asset) == number:
                return _described_or_sent(call, release, asset)
    raise not_found()


def _described_or_sent(call: Call, release: Release, asset: Asset) -> Reply:
    accept = call.request.headers.get("accept", "")
    if "application/octet-stream" not in accept:
        return json_reply(_asset_payload(call, release, asset))
    if asset.state != "uploaded":
        raise not_found()
    number = release.asset_id(asset)
    location = asset_address(call.site, call.repository, number, asset)
    return redirect(HTTPStatus.FOUND, location, **{"cache-control": "no-cache"})


def _visible(call: Call) -> Sequence[Release]:
    """Return the releases that the caller may see: drafts are for the owner."""
    owner = call.repository.owner.lower()
    owns = call.account is not None and call.account.login.lower() == owner
    releases = [r for r in call.repository.releases if owns or not r.draft]
    return sorted(releases, key=lambda release: -release.published)


def _numbered(call: Call) -> Release | None:
    number = call.request.path_params["id_"]
    return next((r for r in _visible(call) if r.id == number), None)


def _one(call: Call, release: Release | None) -> Reply:
    if release is None:
        raise not_found()
    return json_reply(_payload(call, release), modified=release.published)


def _payload(call: Call, release: Release) -> dict[str, object]:
    url = f"{call.api_url}/releases/{release.id}"
    moment = iso(release.published)
    return {
        "url": url,
        "assets_url": f"{url}/assets",
        "upload_url": f"{url}/assets{{?name,label}}",
        "html_url": f"{call.html_url}/releases/tag/{quoted(release.tag)}",
        "id": release.id,
        "author": owner_payload(call),
        "node_id": node_id("RE", f"{call.repository.id} {release.tag}"),
        "tag_name": release.tag,
        "target_commitish": call.repository.default_branch,
        "name": release.name or None,
        "draft": release.draft,
        "immutable": False,
        "prerelease": release.prerelease,
        "created_at": moment,
        "updated_at": moment,
        "published_at": None if release.draft else moment,
        "assets": [_asset_payload(call, release, each) for each in release.assets],
        "tarball_url": f"{call.api_url}/tarball/{quoted(release.tag)}",
        "zipball_url": f"{call.api_url}/zipball/{quoted(release.tag)}",
        "body": release.body,
    }


def _asset_payload(call: Call, release: Release, asset: Asset) -> dict[str, object]:
    number = release.asset_id(asset)
    download = f"{call.html_url}/releases/download/{quoted(release.tag)}"
    return {
        "url": f"{call.api_url}/releases/assets/{number}",
        "id": number,
        "node_id": node_id("RA", f"{call.repository.id} {number}"),
        "name": asset.name,
        "label": None,
        "uploader": owner_payload(call),
        "content_type": asset.content_type,
        "state": asset.state,
        "size": asset.size,
        "digest": asset.digest() if asset.state == "uploaded" else None,
        "download_count": 0,
        "created_at": iso(release.published),
        "updated_at": iso(release.published),
        "browser_download_url": f"{download}/{quote(asset.name, safe='')}",
    }


ROUTES = (
    ("/releases", list_releases),
    ("/releases/latest", get_latest),
    ("/releases/tags/{tag:path}", get_by_tag),
    ("/releases/assets/{asset:int}", get_asset),
    ("/releases/{id_:int}", get_release),
    ("/releases/{id_:int}/assets", list_assets),
)
