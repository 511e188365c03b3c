"""What an address can say, and the checks that every form of address shares."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from rehydrate_tui.domain.objects import (
    DEFAULT_HOST,
    RepoId,
    is_owner,
    is_repository_name,
)
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.errors import AddressError

ADDRESS_HINT = (
    "Give owner/repo, owner/repo@ref:folder, or any address copied from GitHub."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepoAddress:
    """A repository, and what the address says of ref and path."""

    repo: RepoId
    ref: str | None = None
    """A branch, tag or commit; `refs/…` when its kind is known; None: the default."""
    path: str = ""
    """File or folder to show first; decoded, without slashes at the ends."""
    ambiguous: tuple[str, ...] = ()
    """Segments of a ref followed by a path, when the text cannot tell them apart."""
    notes: tuple[str, ...] = ()
    """Sentences the person should read, such as about a dropped password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GistAddress:
    """A gist, and what the address says of revision and file."""

    gist: str
    revision: str | None = None
    file: str = ""


Address = RepoAddress | GistAddress

_SCHEMES = {"http", "https", "ssh", "git", "git+https", "git+ssh"}


def address_error(text: str, reason: str) -> AddressError:
    """Make the error that names the text as it was pasted, safely and shortened."""
    shown = shorten(strip_controls(text), 120)
    return AddressError(f"“{shown}” {reason}.", hint=ADDRESS_HINT)


def make_repo_id(owner: str, name: str, text: str, host: str = DEFAULT_HOST) -> RepoId:
    """Check owner and name; a trailing `.git` is dropped.

    Raises:
        AddressError: one of them cannot be a login or a repository name.
    """
    name = name[:-4] if name.endswith(".git") and len(name) > len(".git") else name
    if not is_owner(owner):
        raise address_error(text, f"names no valid owner (“{strip_controls(owner)}”)")
    if not is_repository_name(name):
        shown = strip_controls(name)
        raise address_error(text, f"names no valid repository (“{shown}”)")
    return RepoId(owner, name, host)


def clean_path(segments: list[str], text: str) -> str:
    """Join decoded path segments; empty ones fall away, `..` is refused."""
    kept = [segment for segment in segments if segment]
    if any(part in {".", ".."} for segment in kept for part in segment.split("/")):
        raise address_error(text, "holds a path with “.” or “..”")
    return "/".join(kept)


def split_url(text: str) -> SplitResult:
    """Split an absolute address, refusing what is no web, ssh or git address.

    Raises:
        AddressError: the scheme is not one that GitHub serves, or it is malformed.
    """
    try:
        url = urlsplit(text)
        host = url.hostname
        _ = url.port
    except ValueError as error:
        raise address_error(text, "is not a well-formed address") from error
    if url.scheme.lower() not in _SCHEMES or not host:
        raise address_error(text, "is not a web, ssh or git address")
    return url


def decode_segments(path: str) -> list[str]:
    """Split at slashes first, decode percent escapes once afterwards."""
    return [unquote(segment) for segment in path.split("/") if segment]
