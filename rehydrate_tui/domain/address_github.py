"""The forms of address on GitHub's own hosts: web pages, raw files, API, gists."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import SplitResult, parse_qs, unquote

from rehydrate_tui.domain.address_parts import (
    GistAddress,
    RepoAddress,
    address_error,
    clean_path,
    clean_ref,
    decode_segments,
    make_repo_id,
    path_segments,
    shown,
)
from rehydrate_tui.domain.objects import is_object_id

_VIEWS = {"tree", "blob", "raw", "edit", "blame", "commits"}
_ARCHIVE_ENDING = re.compile(r"(?<=.)\.(?:tar\.gz|tgz|zip)\Z")
_PATCH_ENDING = re.compile(r"(?<=.)\.(?:patch|diff)\Z")
_GIST_ID = re.compile(r"[0-9a-fA-F]{5,40}")
_GIST_REVISION = re.compile(r"[0-9a-f]{40}")
_GIST_LINES = re.compile(r"-L[0-9]+(?:-L[0-9]+)?\Z")
_GIST_PAGES = {"edit", "forks", "revisions", "stargazers"}
_KINDS = {"branch": "refs/heads/", "tag": "refs/tags/"}


def parse_web(url: SplitResult, text: str, host: str) -> RepoAddress:
    """Read `/owner/name` and what GitHub's pages put behind it."""
    raw = path_segments(url.path)
    if len(raw) < 2:  # noqa: PLR2004 - owner and name
        raise address_error(text, "names no repository")
    if "@" in unquote(raw[1]):
        return _parse_pinned(url, raw, text, host)
    repo = make_repo_id(unquote(raw[0]), unquote(raw[1]), text, host)
    base = RepoAddress(repo=repo)
    view = unquote(raw[2]) if len(raw) > 2 else ""  # noqa: PLR2004 - a page follows
    return _parse_view(base, view, [unquote(each) for each in raw[3:]], url, text)


def _parse_pinned(
    url: SplitResult, raw: list[str], text: str, host: str
) -> RepoAddress:
    """Read `owner/name@ref`, as pip writes it; the ref is all the rest."""
    name, _, ref = unquote("/".join(raw[1:])).partition("@")
    ref, _, path = ref.partition(":")
    folder = parse_qs(url.fragment).get("subdirectory", [path])[0]
    return RepoAddress(
        repo=make_repo_id(unquote(raw[0]), name, text, host),
        ref=clean_ref(ref, text),
        path=clean_path([folder], text),
    )


def _parse_view(
    base: RepoAddress, view: str, rest: list[str], url: SplitResult, text: str
) -> RepoAddress:
    """Read what follows `/owner/name/`: a kind of page and its arguments."""
    if not rest:
        return base
    if view in _VIEWS:
        kind = parse_qs(url.query).get("ref_type", [""])[0]
        return _with_ref_and_path(base, rest, text, kind=kind)
    page = _PAGES.get(view)
    return page(base, rest, text) if page is not None else base


def _parse_commit(base: RepoAddress, rest: list[str], text: str) -> RepoAddress:
    return replace(base, ref=clean_ref(_PATCH_ENDING.sub("", rest[0]), text))


def _parse_pull(base: RepoAddress, rest: list[str], _text: str) -> RepoAddress:
    if not rest[0].isdecimal():
        return base
    return replace(base, ref=f"refs/pull/{int(rest[0])}/head")


def _parse_release(base: RepoAddress, rest: list[str], text: str) -> RepoAddress:
    kind, *tag = rest
    if kind == "latest":
        note = "The default branch is shown: which release is the latest was not asked."
        return replace(base, notes=(note,))
    if kind == "tag" and tag:
        return replace(base, ref=clean_ref("refs/tags/" + "/".join(tag), text))
    if kind == "download" and len(tag) > 1:
        *tag, asset = tag
        name = "/".join(tag)
        note = (
            f"The tree of {shown(name)} is shown: “{shown(asset)}” is a release asset."
        )
        return replace(base, ref=clean_ref(f"refs/tags/{name}", text), notes=(note,))
    return base


def _parse_archive(base: RepoAddress, rest: list[str], text: str) -> RepoAddress:
    """Read the ref that names an archive; all segments belong to it."""
    # GitHub takes any file name behind a commit: `archive/<id>/name-1.0.tar.gz`.
    is_commit = is_object_id(rest[0].lower())
    ref = rest[0] if is_commit else _ARCHIVE_ENDING.sub("", "/".join(rest))
    return replace(base, ref=clean_ref(ref, text))


_PAGES = {
    "commit": _parse_commit,
    "pull": _parse_pull,
    "releases": _parse_release,
    "archive": _parse_archive,
}


def _with_ref_and_path(
    base: RepoAddress, segments: list[str], text: str, *, kind: str = ""
) -> RepoAddress:
    """Decide where the ref ends if the text can tell, else leave it open.

    A segment that was `%2F`-encoded is one segment of the ref, slash and all; a full
    object id, `HEAD` and a pull request's ref are unmistakable.
    """
    segments = [segment for segment in segments if segment]
    if segments[:2] == ["refs", "pull"]:
        ref = clean_ref("/".join(segments[:4]), text)
        return replace(base, ref=ref, path=clean_path(segments[4:], text))
    prefix = _KINDS.get(kind, "")
    if segments[:2] in (["refs", "heads"], ["refs", "tags"]):
        prefix, segments = "/".join(segments[:2]) + "/", segments[2:]
    if not segments:
        return base
    first, path = segments[0], clean_path(segments[1:], text)
    is_whole = is_object_id(first.lower()) or first == "HEAD" or "/" in first
    if is_whole or not path:
        ref = first if first == "HEAD" else prefix + first
        return replace(base, ref=clean_ref(ref, text), path=path)
    clean_ref(prefix + first, text)
    return replace(base, ambiguous=(*prefix.split("/")[:-1], first, *path.split("/")))


def parse_raw(url: SplitResult, text: str, host: str) -> RepoAddress:
    """Read `/owner/name/REF/path` of the raw host."""
    segments = decode_segments(url.path)
    if len(segments) < 3:  # noqa: PLR2004 - owner, name, ref
        raise address_error(text, "names no file of a repository")
    base = RepoAddress(repo=make_repo_id(segments[0], segments[1], text, host))
    return _with_ref_and_path(base, segments[2:], text)


def parse_media(url: SplitResult, text: str, host: str) -> RepoAddress:
    """Read an address of the host that serves Git LFS objects."""
    path = url.path.removeprefix("/media")
    return parse_raw(url._replace(path=path), text, host)


def parse_api(url: SplitResult, text: str, host: str) -> RepoAddress:
    """Read `/repos/owner/name[/contents/path]?ref=REF` of the REST API."""
    segments = decode_segments(url.path.removeprefix("/api/v3"))
    if len(segments) < 3 or segments[0] != "repos":  # noqa: PLR2004 - repos, owner, name
        raise address_error(text, "names no repository of the API")
    ref = parse_qs(url.query).get("ref", [""])[0]
    path = segments[4:] if segments[3:4] == ["contents"] else []
    return RepoAddress(
        repo=make_repo_id(segments[1], segments[2], text, host),
        ref=clean_ref(ref, text),
        path=clean_path(path, text),
    )


def parse_codeload(url: SplitResult, text: str, host: str) -> RepoAddress:
    """Read `/owner/name/FORMAT/REF` of the archive host."""
    segments = decode_segments(url.path)
    if len(segments) < 4:  # noqa: PLR2004 - owner, name, format, ref
        raise address_error(text, "names no archive of a repository")
    base = RepoAddress(repo=make_repo_id(segments[0], segments[1], text, host))
    return replace(base, ref=clean_ref("/".join(segments[3:]), text))


def parse_gist(url: SplitResult, text: str, _host: str) -> GistAddress:
    """Read `[user/]ID[/raw][/REVISION][/FILE][#file-name]`."""
    segments = [each.removesuffix(".git") for each in decode_segments(url.path)]
    if _starts_with_user(segments):
        segments = segments[1:]
    if not segments or not _GIST_ID.fullmatch(segments[0]):
        raise address_error(text, "names no gist")
    gist, *rest = segments
    if rest and (rest[0] == "raw" or rest[0] in _GIST_PAGES):
        rest = rest[1:]
    revision = rest.pop(0) if rest and _GIST_REVISION.fullmatch(rest[0]) else None
    file = clean_path(rest, text) or clean_path([_gist_slug(url.fragment)], text)
    return GistAddress(gist=gist, revision=revision, file=file)


def _gist_slug(fragment: str) -> str:
    """Return what names a file in `#file-births-csv-L10`: `births-csv`."""
    kind, _, slug = unquote(fragment).partition("-")
    return _GIST_LINES.sub("", slug) if kind == "file" else ""


def _starts_with_user(segments: list[str]) -> bool:
    if not segments or not _GIST_ID.fullmatch(segments[0]):
        return True
    # A login may look like a gist id; then the id is the second of the two, and
    # shorter than a revision.
    second = segments[1] if len(segments) > 1 else ""
    is_revision = _GIST_REVISION.fullmatch(second) is not None
    return _GIST_ID.fullmatch(second) is not None and not is_revision
