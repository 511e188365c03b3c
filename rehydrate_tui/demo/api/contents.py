"""GET /contents/{path} and /readme: files, directories, links and submodules."""

from __future__ import annotations

import posixpath
from http import HTTPStatus

from rehydrate_tui.demo.api.blobs import refuse_large, too_large, wrapped
from rehydrate_tui.demo.api.call import (
    NEW_VERSION,
    ApiError,
    Call,
    Reply,
    encode,
    not_found,
    quoted,
    redirect,
    shown,
)
from rehydrate_tui.demo.negotiation import tag_of
from rehydrate_tui.demo.repository import Found
from rehydrate_tui.demo.submodules import absolute_address, submodule_address

_MOST_LINKS = 5


class _View:
    """One contents request: the ref as asked for, and the commit behind it."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.ref = call.query.get("ref") or call.repository.default_branch
        if call.repository.is_empty:
            raise ApiError(HTTPStatus.NOT_FOUND, "This repository is empty.")
        commit = call.repository.resolve(self.ref)
        if commit is None:
            raise ApiError(
                HTTPStatus.NOT_FOUND, f"No commit found for the ref {self.ref}"
            )
        self.commit = commit
        self.modified = call.repository.objects.commit(commit).committer.seconds

    def find(self, path: bytes) -> Found:
        found = self.call.repository.find(self.commit, path)
        if found is None:
            raise not_found()
        return found

    def target_of(self, link: Found) -> Found | None:
        """Follow a link inside the repository to a file, through other links."""
        objects = self.call.repository.objects
        found: Found | None = link
        for _ in range(_MOST_LINKS):
            if found is None or not found.entry.is_link:
                break
            target = objects.blob(found.entry.oid)
            joined = posixpath.join(posixpath.dirname(found.path), target)
            found = self.call.repository.find(self.commit, posixpath.normpath(joined))
        is_file = found is not None and found.entry.kind == "blob"
        return (
            found if is_file and found is not None and not found.entry.is_link else None
        )


def get_contents(call: Call) -> Reply:
    """Show what is at a path."""
    sent = call.request.scope["raw_path"].decode("latin-1")
    asked = call.request.path_params.get("path", "")
    if asked.strip("/") and sent.endswith("/"):
        path = quoted(asked.strip("/").encode("utf-8", "surrogateescape"))
        query = f"?{call.request.url.query}" if call.request.url.query else ""
        location = f"{call.numbered_url}/contents/{path}{query}"
        return redirect(HTTPStatus.FOUND, location)
    view = _View(call)
    found = view.find(asked.strip("/").encode("utf-8", "surrogateescape"))
    return _show(view, found)


def get_readme(call: Call) -> Reply:
    """Show the readme of a directory."""
    view = _View(call)
    directory = call.request.path_params.get("dir", "").strip("/")
    path = directory.encode("utf-8", "surrogateescape")
    folder = view.find(path)
    if folder.entry.kind != "tree":
        raise not_found()
    for entry in call.repository.objects.tree(folder.entry.oid):
        if entry.name.lower().startswith(b"readme") and entry.kind == "blob":
            return _show(view, Found(posixpath.join(path, entry.name), entry))
    raise not_found()


def _show(view: _View, found: Found) -> Reply:
    entry = found.entry
    if entry.kind == "tree":
        return _show_directory(view, found)
    if entry.kind == "commit":
        payload = _submodule(view, found)
        return Reply(body=encode(payload), modified=view.modified)
    if entry.is_link:
        target = view.target_of(found)
        if target is None:
            return _show_link(view, found)
        # the live service shows the target under the path of the link
        found = Found(found.path, target.entry)
    return _show_file(view, found)


def _show_link(view: _View, found: Found) -> Reply:
    target = view.call.repository.objects.blob(found.entry.oid)
    if view.call.media == "raw":
        return _raw(view, target, found.entry.oid)
    payload = {**_common(view, found, "symlink"), "target": shown(target)}
    return Reply(
        body=encode(payload), etag=f'"{found.entry.oid}"', modified=view.modified
    )


def _show_file(view: _View, found: Found) -> Reply:
    call, entry = view.call, found.entry
    refuse_large(call, entry.oid)
    objects = call.repository.objects
    if call.media == "raw":
        return _raw(view, objects.blob(entry.oid), entry.oid)
    payload = _common(view, found, "file")
    if objects.blob_size(entry.oid) <= call.site.limits.contents_bytes:
        payload["content"] = wrapped(objects.blob(entry.oid))
        payload["encoding"] = "base64"
    elif call.media == "object":
        payload["content"], payload["encoding"] = "", "none"
    else:
        raise too_large(
            "This API returns blobs up to 1 MB in size. The requested blob is too "
            "large to fetch via the API, but you can use the Git Data API to request "
            "blobs up to 100 MB in size."
        )
    # recorded: the id of the blob, for files only
    return Reply(body=encode(payload), etag=f'"{entry.oid}"', modified=view.modified)


def _raw(view: _View, data: bytes, oid: str) -> Reply:
    return Reply(
        body=data,
        content_type="application/vnd.github.v3.raw; charset=utf-8",
        etag=tag_of(b"raw", oid.encode()),
        modified=view.modified,
    )


def _show_directory(view: _View, found: Found) -> Reply:
    call = view.call
    prefix = found.path + b"/" if found.path else b""
    children = call.repository.objects.tree(found.entry.oid)
    shown_children = children[: call.site.limits.contents_entries]
    entries = [
        _listed(view, Found(prefix + item.name, item)) for item in shown_children
    ]
    payload: object = entries
    if call.media == "object":
        payload = {**_common(view, found, "dir"), "entries": entries}
    return Reply(body=encode(payload), modified=view.modified)


def _listed(view: _View, found: Found) -> dict[str, object]:
    if found.entry.kind == "commit":
        # the older version calls a submodule a file in listings
        kind = "submodule" if view.call.version == NEW_VERSION else "file"
        return _common(view, found, kind)
    kinds = {"tree": "dir", "blob": "symlink" if found.entry.is_link else "file"}
    return _common(view, found, kinds[found.entry.kind])


def _submodule(view: _View, found: Found) -> dict[str, object]:
    address = submodule_address(view.call.repository, view.commit, found.path)
    return {**_common(view, found, "submodule"), "submodule_git_url": address}


def _common(view: _View, found: Found, kind: str) -> dict[str, object]:
    call, entry = view.call, found.entry
    links = _links(view, found)
    is_blob = entry.kind == "blob"
    return {
        "name": shown(posixpath.basename(found.path)),
        "path": shown(found.path),
        "sha": entry.oid,
        "size": call.repository.objects.blob_size(entry.oid) if is_blob else 0,
        "url": links["self"],
        "html_url": links["html"],
        "git_url": links["git"],
        "download_url": _download_url(view, found) if is_blob else None,
        "type": kind,
        "_links": links,
    }


def _links(view: _View, found: Found) -> dict[str, str | None]:
    call, path = view.call, quoted(found.path)
    page = {"tree": "tree", "blob": "blob"}.get(found.entry.kind)
    if page is None:
        return {**_submodule_links(view, found), "self": _self(view, path)}
    return {
        "self": _self(view, path),
        "git": f"{call.api_url}/git/{found.entry.kind}s/{found.entry.oid}",
        "html": f"{call.html_url}/{page}/{quoted(view.ref)}/{path}",
    }


def _self(view: _View, path: str) -> str:
    return f"{view.call.api_url}/contents/{path}?ref={quoted(view.ref)}"


def _submodule_links(view: _View, found: Found) -> dict[str, str | None]:
    call = view.call
    web = call.site.addresses.lfs
    written = submodule_address(call.repository, view.commit, found.path) or ""
    address = absolute_address(call.repository, written).removeprefix(web)
    if not address.startswith("/"):
        return {"git": None, "html": None}
    name = address.strip("/").removesuffix(".git")
    return {
        "git": f"{call.site.addresses.api}/repos/{name}/git/trees/{found.entry.oid}",
        "html": f"{web}/{name}/tree/{found.entry.oid}",
    }


def _download_url(view: _View, found: Found) -> str:
    call = view.call
    url = f"{call.raw_url}/{quoted(view.ref)}/{quoted(found.path)}"
    if not call.repository.private:
        return url
    subject = f"raw {call.repository.id} {shown(found.path)}"
    token = call.site.sign(subject, call.site.limits.download_token_seconds)
    return f"{url}?token={token}"


ROUTES = (
    ("/contents", get_contents),
    ("/contents/{path:path}", get_contents),
    ("/readme", get_readme),
    ("/readme/{dir:path}", get_readme),
)
