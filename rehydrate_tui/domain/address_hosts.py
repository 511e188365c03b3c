"""The forms of address by web host: GitHub itself, and the services in front of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import SplitResult, parse_qs, unquote

from rehydrate_tui.domain.address_parts import (
    Address,
    GistAddress,
    RepoAddress,
    address_error,
    clean_path,
    decode_segments,
    make_repo_id,
    split_url,
)
from rehydrate_tui.domain.objects import is_object_id

_GIST_ID = re.compile(r"[0-9a-fA-F]{5,40}")
_GIST_REVISION = re.compile(r"[0-9a-f]{40}")
_ARCHIVE_ENDINGS = (".tar.gz", ".tgz", ".zip")
_SECRET_NOTE = (
    "A user name or password in the address was dropped; "  # noqa: S105 - a sentence
    "set GH_TOKEN if the repository is private."
)


def parse_url(url: SplitResult, text: str, host: str) -> Address:
    """Read an absolute address; `host` is the GitHub host in use."""
    name = (url.hostname or "").removeprefix("www.")
    parser = _HOSTS.get(name) or (_parse_github if name == host else None)
    if parser is None and name.endswith(".ghe.com"):
        parser = _parse_github
    if parser is None:
        raise address_error(text, f"is not on GitHub ({name})")
    address = parser(url, text, host)
    if isinstance(address, RepoAddress) and _has_secret(url):
        notes = (*address.notes, _SECRET_NOTE)
        return RepoAddress(
            repo=address.repo,
            ref=address.ref,
            path=address.path,
            ambiguous=address.ambiguous,
            notes=notes,
        )
    return address


def is_known_host(name: str, host: str) -> bool:
    """Tell whether `name` is a host whose addresses this module reads."""
    bare = name.removeprefix("www.")
    return bare in _HOSTS or bare == host or bare.endswith(".ghe.com")


def _parse_text(text: str, host: str) -> Address:
    """Read an address that stands inside another one; it is always absolute."""
    return parse_url(split_url(text), text, host)


def _has_secret(url: SplitResult) -> bool:
    return url.password is not None or (
        url.username is not None and url.scheme in {"http", "https", "git+https"}
    )


def _parse_github(url: SplitResult, text: str, host: str) -> Address:
    name = (url.hostname or "").removeprefix("www.")
    web_host = "github.com" if name in _GITHUB_NAMES else name
    raw = [segment for segment in url.path.split("/") if segment]
    if len(raw) < 2:  # noqa: PLR2004 - owner and name
        raise address_error(text, "names no repository")
    owner, repo_name = unquote(raw[0]), unquote(raw[1])
    ref_suffix: str | None = None
    if url.scheme.startswith("git+") and "@" in repo_name:
        repo_name, ref_suffix = repo_name.split("@", 1)
    repo = make_repo_id(owner, repo_name, text, web_host)
    if len(raw) == 2 or ref_suffix:  # noqa: PLR2004 - nothing after the name
        return RepoAddress(repo=repo, ref=ref_suffix)
    rest = [unquote(segment) for segment in raw[3:]]
    return _parse_view(RepoAddress(repo=repo), raw[2], rest, url, text)


def _parse_view(
    base: RepoAddress, view: str, rest: list[str], url: SplitResult, text: str
) -> RepoAddress:
    """Read what follows `/owner/name/`: a kind of page and its arguments."""
    if view in {"tree", "blob", "raw", "edit", "blame", "commits", "resolve"}:
        kind = parse_qs(url.query).get("ref_type", [""])[0]
        return _with_ref_and_path(base, rest, text, kind=kind)
    if view == "commit" and rest:
        return RepoAddress(repo=base.repo, ref=rest[0])
    if view == "pull" and rest and rest[0].isdigit():
        return RepoAddress(repo=base.repo, ref=f"refs/pull/{rest[0]}/head")
    if view == "releases":
        return _parse_release(base, rest)
    if view == "archive" and rest:
        return _with_whole_ref(base, _without_archive_ending("/".join(rest)))
    return base


def _parse_release(base: RepoAddress, rest: list[str]) -> RepoAddress:
    if len(rest) > 1 and rest[0] == "tag":
        return RepoAddress(repo=base.repo, ref="refs/tags/" + "/".join(rest[1:]))
    if len(rest) > 2 and rest[0] == "download":  # noqa: PLR2004 - tag and file follow
        note = f"The tree of {rest[1]} is shown: “{rest[-1]}” is a release asset."
        return RepoAddress(repo=base.repo, ref=f"refs/tags/{rest[1]}", notes=(note,))
    return base


def _without_archive_ending(ref: str) -> str:
    for ending in _ARCHIVE_ENDINGS:
        if ref.endswith(ending):
            return ref[: -len(ending)]
    return ref


def _with_whole_ref(base: RepoAddress, ref: str) -> RepoAddress:
    return RepoAddress(repo=base.repo, ref=ref or None)


def _with_ref_and_path(
    base: RepoAddress, segments: list[str], text: str, *, kind: str = ""
) -> RepoAddress:
    """Decide where the ref ends if the text can tell, else leave it open.

    A segment that was `%2F`-encoded is one segment of the ref, slash and all; a full
    object id, `HEAD` and a `refs/…` of known kind are unmistakable.
    """
    if not segments:
        return base
    prefix = ""
    if segments[:2] in (["refs", "heads"], ["refs", "tags"]):
        prefix, segments = "/".join(segments[:2]) + "/", segments[2:]
    elif kind in {"branch", "tag"}:
        prefix = "refs/heads/" if kind == "branch" else "refs/tags/"
    if not segments:
        return base
    first, rest = segments[0], clean_path(segments[1:], text)
    if is_object_id(first) or first == "HEAD" or "/" in first or not rest:
        ref = None if first == "HEAD" else f"{prefix}{first}"
        return RepoAddress(repo=base.repo, ref=ref, path=rest)
    clean_path(segments, text)
    kinds = tuple(prefix.strip("/").split("/")) if prefix else ()
    return RepoAddress(repo=base.repo, ambiguous=(*kinds, *segments))


def _parse_raw(url: SplitResult, text: str, _host: str) -> Address:
    segments = decode_segments(url.path)
    if len(segments) < 3:  # noqa: PLR2004 - owner, name, ref
        raise address_error(text, "names no file of a repository")
    base = RepoAddress(repo=make_repo_id(segments[0], segments[1], text))
    return _with_ref_and_path(base, segments[2:], text)


def _parse_media(url: SplitResult, text: str, host: str) -> Address:
    return _parse_raw(url._replace(path=url.path.removeprefix("/media")), text, host)


def _parse_api(url: SplitResult, text: str, _host: str) -> Address:
    segments = decode_segments(url.path)
    if len(segments) < 3 or segments[0] != "repos":  # noqa: PLR2004 - repos, owner, name
        raise address_error(text, "names no repository of the API")
    repo = make_repo_id(segments[1], segments[2], text)
    ref = parse_qs(url.query).get("ref", [None])[0]
    path = segments[4:] if segments[3:4] == ["contents"] else []
    return RepoAddress(repo=repo, ref=ref, path=clean_path(path, text))


def _parse_codeload(url: SplitResult, text: str, _host: str) -> Address:
    segments = decode_segments(url.path)
    if len(segments) < 4:  # noqa: PLR2004 - owner, name, format, ref
        raise address_error(text, "names no archive of a repository")
    base = RepoAddress(repo=make_repo_id(segments[0], segments[1], text))
    return _with_whole_ref(base, "/".join(segments[3:]))


def _parse_jsdelivr(url: SplitResult, text: str, _host: str) -> Address:
    segments = decode_segments(url.path)
    if len(segments) < 3 or segments[0] != "gh":  # noqa: PLR2004 - gh, owner, name
        raise address_error(text, "names no GitHub repository")
    name, _, ref = segments[2].partition("@")
    repo = make_repo_id(segments[1], name, text)
    return RepoAddress(repo=repo, ref=ref or None, path=clean_path(segments[3:], text))


def _parse_gist(url: SplitResult, text: str, _host: str) -> Address:
    segments = decode_segments(url.path)
    if segments and not _GIST_ID.fullmatch(segments[0]):
        segments = segments[1:]
    elif len(segments) > 1 and _GIST_ID.fullmatch(segments[1]):
        # A login may look like a gist id; then the id is the second of the two.
        is_revision = _GIST_REVISION.fullmatch(segments[1]) is not None
        segments = segments if is_revision else segments[1:]
    if not segments or not _GIST_ID.fullmatch(segments[0]):
        raise address_error(text, "names no gist")
    rest = segments[1:]
    if rest[:1] == ["raw"]:
        rest = rest[1:]
    revision = rest.pop(0) if rest and _GIST_REVISION.fullmatch(rest[0]) else None
    file = clean_path(rest, text) or url.fragment.removeprefix("file-")
    return GistAddress(gist=segments[0], revision=revision, file=file)


def _parse_colab(url: SplitResult, text: str, host: str) -> Address:
    return _parse_mirrored(_without_slash(url.path), url, text, host)


def _without_slash(path: str) -> str:
    """Drop the leading slash, keeping percent escapes for the next reader."""
    return path.lstrip("/")


def _parse_mirrored(path: str, url: SplitResult, text: str, host: str) -> Address:
    """Read a path that repeats GitHub's: `github/o/r/blob/…`, `gist/user/id`."""
    kind, _, rest = path.partition("/")
    if kind == "github":
        return _parse_github(_on_github(url, rest), text, host)
    if kind == "gist":
        return _parse_gist(url._replace(path=rest), text, host)
    raise address_error(text, "holds no GitHub address")


def _on_github(url: SplitResult, path: str) -> SplitResult:
    return url._replace(scheme="https", netloc="github.com", path=f"/{path}")


def _parse_nbviewer(url: SplitResult, text: str, host: str) -> Address:
    path = _without_slash(url.path)
    kind, _, rest = path.partition("/")
    if kind in {"url", "urls"}:
        scheme = "http" if kind == "url" else "https"
        return _parse_text(f"{scheme}://{rest}", host)
    if kind == "github":
        return _one_segment_ref(_on_github(url, rest), text, host)
    return _parse_mirrored(path, url, text, host)


def _one_segment_ref(url: SplitResult, text: str, host: str) -> Address:
    """On nbviewer the ref is one segment, so nothing is ambiguous."""
    address = _parse_github(url, text, host)
    if isinstance(address, RepoAddress) and address.ambiguous:
        ref, *path = address.ambiguous
        return RepoAddress(repo=address.repo, ref=ref, path="/".join(path))
    return address


def _parse_binder(url: SplitResult, text: str, host: str) -> Address:
    raw = [segment for segment in url.path.split("/") if segment]
    kind = raw[1] if len(raw) > 1 and raw[0] == "v2" else ""
    if kind == "gist":
        rest = raw[2:4]
        return _parse_gist(url._replace(path="/".join(rest), fragment=""), text, host)
    if kind == "git" and len(raw) > 2:  # noqa: PLR2004 - v2, git, address
        inner = _parse_text(unquote(raw[2]), host)
        return _binder_address(inner, raw[3:], url, text)
    if kind == "gh" and len(raw) > 3:  # noqa: PLR2004 - v2, gh, owner, name
        repo = make_repo_id(unquote(raw[2]), unquote(raw[3]), text)
        return _binder_address(RepoAddress(repo=repo), raw[4:], url, text)
    raise address_error(text, "holds no GitHub address")


def _binder_address(
    inner: Address, ref_segments: list[str], url: SplitResult, text: str
) -> Address:
    if not isinstance(inner, RepoAddress):
        return inner
    ref = unquote("/".join(ref_segments))
    query = parse_qs(url.query)
    shown = ""
    for key in ("labpath", "filepath", "urlpath"):
        shown = shown or query.get(key, [""])[0]
    for prefix in ("lab/tree/", "tree/", "notebooks/"):
        shown = shown.removeprefix(prefix)
    return RepoAddress(
        repo=inner.repo,
        ref=None if ref in {"", "HEAD"} else ref,
        path=clean_path(shown.split("?")[0].split("/"), text),
    )


def _parse_kaggle(url: SplitResult, text: str, host: str) -> Address:
    inner = parse_qs(url.query).get("src", [""])[0]
    if not inner:
        raise address_error(text, "holds no GitHub address")
    return _parse_text(inner, host)


def _parse_studiolab(url: SplitResult, text: str, host: str) -> Address:
    path = _without_slash(url.path).removeprefix("import/")
    return _parse_mirrored(path, url, text, host)


def _parse_github_dev(url: SplitResult, text: str, host: str) -> Address:
    return _parse_github(_on_github(url, _without_slash(url.path)), text, host)


_GITHUB_NAMES = {"github.com", "ssh.github.com"}

_HOSTS: dict[str, Callable[[SplitResult, str, str], Address]] = {
    "github.com": _parse_github,
    "ssh.github.com": _parse_github,
    "raw.githubusercontent.com": _parse_raw,
    "media.githubusercontent.com": _parse_media,
    "api.github.com": _parse_api,
    "codeload.github.com": _parse_codeload,
    "cdn.jsdelivr.net": _parse_jsdelivr,
    "gist.github.com": _parse_gist,
    "gist.githubusercontent.com": _parse_gist,
    "colab.research.google.com": _parse_colab,
    "nbviewer.org": _parse_nbviewer,
    "nbviewer.jupyter.org": _parse_nbviewer,
    "mybinder.org": _parse_binder,
    "kaggle.com": _parse_kaggle,
    "studiolab.sagemaker.aws": _parse_studiolab,
    "github.dev": _parse_github_dev,
    "vscode.dev": _parse_colab,
}
