"""The forms of address of services that show a repository, such as Colab or Binder.

Each reader turns the service's address into the one it stands for and has that read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import SplitResult, parse_qs, unquote

from rehydrate_tui.domain.address_parts import (
    Address,
    GistAddress,
    RepoAddress,
    address_error,
    clean_path,
    clean_ref,
    decode_segments,
    make_repo_id,
    path_segments,
    split_url,
)
from rehydrate_tui.domain.objects import is_object_id

Read = Callable[[SplitResult], Address]
"""Reads the address that stands inside of another one."""

# What JupyterLab, the classic notebook and Voilà put in front of a path.
_SERVER_VIEWS = (
    "lab/tree/",
    "doc/tree/",
    "tree/",
    "notebooks/",
    "retro/notebooks/",
    "edit/",
    "voila/render/",
)


def parse_jsdelivr(url: SplitResult, text: str, _read: Read) -> Address:
    """Read `/gh/owner/name@REF/path`."""
    segments = decode_segments(url.path)
    if len(segments) < 3 or segments[0] != "gh":  # noqa: PLR2004 - gh, owner, name
        raise address_error(text, "names no GitHub repository")
    name, _, ref = segments[2].partition("@")
    return RepoAddress(
        repo=make_repo_id(segments[1], name, text),
        ref=clean_ref(ref, text),
        path=clean_path(segments[3:], text),
    )


def parse_mirror(url: SplitResult, text: str, read: Read) -> Address:
    """Read a path that repeats GitHub's: `/github/o/r/blob/…`, `/gist/user/id`.

    Colab, Visual Studio Code and SageMaker Studio Lab (behind `/import`) do so.
    """
    path = url.path.removeprefix("/import")
    kind, _, rest = path.removeprefix("/").partition("/")
    hosts = {"github": "github.com", "gist": "gist.github.com"}
    if kind not in hosts:
        raise address_error(text, "holds no GitHub address")
    return read(_on_host(hosts[kind], url, rest))


def parse_github_dev(url: SplitResult, _text: str, read: Read) -> Address:
    """Read a host whose paths are those of github.com."""
    return read(_on_host("github.com", url, url.path.removeprefix("/")))


def _on_host(host: str, url: SplitResult, path: str) -> SplitResult:
    return url._replace(scheme="https", netloc=host, path=f"/{path}")


def parse_nbviewer(url: SplitResult, text: str, read: Read) -> Address:
    """Read nbviewer's `/url/…`, `/urls/…`, `/github/…` and `/gist/…`."""
    kind, _, rest = url.path.removeprefix("/").partition("/")
    if kind in {"url", "urls"}:
        scheme = "http" if kind == "url" else "https"
        return read(split_url(f"{scheme}://{rest}", text))
    address = parse_mirror(url, text, read)
    if isinstance(address, RepoAddress) and address.ambiguous:
        # On nbviewer the ref is one segment, so nothing is ambiguous.
        length = 3 if address.ambiguous[0] == "refs" else 1
        ref, path = address.ambiguous[:length], address.ambiguous[length:]
        return replace(address, ref="/".join(ref), path="/".join(path), ambiguous=())
    return address


def parse_kaggle(url: SplitResult, text: str, read: Read) -> Address:
    """Read `/kernels/welcome?src=<encoded address>`."""
    inner = parse_qs(url.query).get("src", [""])[0]
    if not inner:
        raise address_error(text, "holds no GitHub address")
    return read(split_url(inner, text))


def parse_binder(url: SplitResult, text: str, read: Read) -> Address:
    """Read Binder's `/v2/gh/…`, `/v2/gist/…` and `/v2/git/…`; the ref comes last."""
    raw = path_segments(url.path)
    kind = raw[1] if len(raw) > 1 and raw[0] == "v2" else ""
    length = {"gh": 4, "gist": 4, "git": 3}.get(kind)
    if length is None or len(raw) < length:
        raise address_error(text, "holds no GitHub address")
    if kind == "git":
        inner = read(split_url(unquote(raw[2]), text))
    else:
        host = "github.com" if kind == "gh" else "gist.github.com"
        inner = read(SplitResult("https", host, f"/{raw[2]}/{raw[3]}", "", ""))
    ref = clean_ref(unquote("/".join(raw[length:])), text)
    path = clean_path([_opened_path(url.query)], text)
    if isinstance(inner, GistAddress):
        revision = ref if ref is not None and is_object_id(ref) else None
        return replace(inner, revision=revision, file=path)
    return replace(inner, ref=ref, path=path, ambiguous=())


def _opened_path(query: str) -> str:
    """Return the file that Binder opens first, or an empty string."""
    values = parse_qs(query)
    for key in ("labpath", "filepath"):
        if key in values:
            return values[key][0]
    shown, _, _ = values.get("urlpath", [""])[0].removeprefix("/").partition("?")
    for prefix in _SERVER_VIEWS:
        if shown.startswith(prefix):
            return shown[len(prefix) :]
    return ""
