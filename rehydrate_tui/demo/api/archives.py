"""Tarball and zipball: redirects to the archive host."""

from __future__ import annotations

from http import HTTPStatus

from rehydrate_tui.demo.api.call import Call, Reply, not_found, quoted, redirect
from rehydrate_tui.demo.negotiation import http_date


def get_tarball(call: Call) -> Reply:
    """Lead to the tar archive of a ref."""
    return _to_codeload(call, "legacy.tar.gz")


def get_zipball(call: Call) -> Reply:
    """Lead to the zip archive of a ref."""
    return _to_codeload(call, "legacy.zip")


def _to_codeload(call: Call, form: str) -> Reply:
    ref = call.request.path_params.get("ref") or "HEAD"
    if call.repository.resolve(ref) is None:
        raise not_found()
    base = call.site.addresses.codeload
    location = f"{base}/{call.repository.full_name}/{form}/{quoted(_full(call, ref))}"
    if call.repository.private:
        seconds = call.site.limits.download_token_seconds
        token = call.site.sign(f"archive {call.repository.id}", seconds)
        location = f"{location}?token={token}"
    return redirect(
        HTTPStatus.FOUND,
        location,
        **{
            "cache-control": "public, must-revalidate, max-age=0",
            "expires": http_date(call.site.clock()),
        },
    )


def _full(call: Call, ref: str) -> str:
    if ref == "HEAD":
        ref = call.repository.default_branch
    spellings = (f"refs/heads/{ref}", f"refs/tags/{ref}")
    return next((name for name in spellings if name in call.repository.refs), ref)


ROUTES = (
    ("/tarball", get_tarball),
    ("/tarball/{ref:path}", get_tarball),
    ("/zipball", get_zipball),
    ("/zipball/{ref:path}", get_zipball),
)
