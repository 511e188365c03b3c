"""What an address can say, and the checks that every form of address shares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from rehydrate_tui.domain.objects import (
    DEFAULT_HOST,
    RepoId,
    is_object_id,
    is_owner,
    is_repository_name,
)
from rehydrate_tui.domain.redact import redact
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
    """A file's name, or GitHub's slug of it when it comes from `#file-…`."""
    notes: tuple[str, ...] = ()
    """As in `RepoAddress`."""


Address = RepoAddress | GistAddress

_SCHEMES = {"http", "https", "ssh", "git", "git+https", "git+ssh"}
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def shown(text: str) -> str:
    """Return `text` as an error or a note may show it: masked, harmless, short."""
    return shorten(strip_controls(redact(text)), 120)


def address_error(text: str, reason: str, *, hint: str = ADDRESS_HINT) -> AddressError:
    """Make the error that names the text as it was pasted, without its secrets."""
    return AddressError(f"“{shown(text)}” {reason}.", hint=hint)


def make_repo_id(owner: str, name: str, text: str, host: str = DEFAULT_HOST) -> RepoId:
    """Check owner and name; a trailing `.git` is dropped.

    Raises:
        AddressError: one of them cannot be a login or a repository name.
    """
    name = name.removesuffix(".git")
    if not is_owner(owner):
        raise address_error(text, f"names no valid owner (“{shown(owner)}”)")
    if not is_repository_name(name):
        raise address_error(text, f"names no valid repository (“{shown(name)}”)")
    return RepoId(owner, name, host)


def clean_path(segments: Sequence[str], text: str) -> str:
    """Join decoded path segments; empty ones fall away.

    Raises:
        AddressError: the path holds `.`, `..` or control characters.
    """
    parts = [part for part in "/".join(segments).split("/") if part]
    if any(part in {".", ".."} for part in parts):
        raise address_error(text, "holds a path with “.” or “..”")
    if any(_UNPRINTABLE.search(part) for part in parts):
        raise address_error(text, "holds a path with control characters")
    return "/".join(parts)


def clean_ref(ref: str, text: str) -> str | None:
    """Check a whole ref; None when it means the default branch.

    Git's full rules are left to the server, because `main~1` is also understood.

    Raises:
        AddressError: the ref could change the path of a request.
    """
    if ref in {"", "HEAD"}:
        return None
    is_clean = all(part not in {"", ".", ".."} for part in ref.split("/"))
    if not is_clean or _UNPRINTABLE.search(ref):
        raise address_error(text, f"holds no valid ref (“{shown(ref)}”)")
    # Object ids are written in lower case everywhere behind this point.
    return ref.lower() if is_object_id(ref.lower()) else ref


def split_url(text: str, pasted: str = "") -> SplitResult:
    """Split an absolute address, refusing what is no web, ssh or git address.

    Args:
        text: the address with its scheme.
        pasted: what an error shows, if the person pasted something else.

    Raises:
        AddressError: the scheme is not one that GitHub serves, or it is malformed.
    """
    url = _try_split(text)
    # Raised here, not where it failed: the library's error may quote a password.
    if url is None:
        raise address_error(pasted or text, "is not a well-formed address")
    if url.scheme not in _SCHEMES or not url.hostname:
        raise address_error(pasted or text, "is not a web, ssh or git address")
    return url


def _try_split(text: str) -> SplitResult | None:
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        return None
    return url


def host_name(url: SplitResult) -> str:
    """Return the host of `url` as the tables of hosts write it."""
    return (url.hostname or "").rstrip(".").removeprefix("www.")


def path_segments(path: str) -> list[str]:
    """Split at slashes, percent escapes kept; slashes at both ends fall away."""
    stripped = path.removeprefix("/").rstrip("/")
    return stripped.split("/") if stripped else []


def decode_segments(path: str) -> list[str]:
    """Split at slashes first, decode percent escapes once afterwards."""
    return [unquote(segment) for segment in path_segments(path)]
