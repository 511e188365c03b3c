"""Where an entry of a repository may be written: the one decision, for all platforms.

Git itself stores any bytes as a name. What git refuses to check out (`.git` in any
spelling that some file system takes for it, `..`, empty segments) is refused here on
every platform; what only Windows cannot hold is refused there and warned about
elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from posixpath import normpath
from typing import NewType

from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.errors import UnsafePathError

RepoPath = NewType("RepoPath", str)
"""A path inside a repository that has passed `check_repo_path`."""

MAX_NAME_BYTES = 255
MAX_PATH_BYTES = 4096

_PLAIN = re.compile(
    r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(?:/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){0,30}"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# HFS+ ignores these code points when it compares names (git: utf8.c, is_hfs_dotgit).
_IGNORED_BY_HFS = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
# NTFS takes `git~1` for the short name of `.git`, and drops dots, spaces and streams.
_DOT_GIT = re.compile(r"(?:\.git|git~[0-9]+)[. ]*(?::.*)?", re.IGNORECASE)
_WINDOWS_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$)"
    r"(?:\s*\..*|\s*:.*|\s*)",
    re.IGNORECASE,
)
_WINDOWS_FORBIDDEN = re.compile(r'[<>:"|?*\\]')


def unsafe_reason(path: str, *, windows: bool = False) -> str:
    """Say in words why `path` must not be written; an empty string if it may.

    Args:
        path: relative, with `/` between segments, as git stores it.
        windows: also apply what only Windows cannot hold.
    """
    if _PLAIN.fullmatch(path) and len(path) <= MAX_PATH_BYTES and not windows:
        return ""
    if not path:
        return "it is empty"
    if path.startswith("/"):
        return "it is absolute"
    if _SURROGATE.search(path):
        return "it is not valid text"
    if len(path.encode()) > MAX_PATH_BYTES:
        return f"it is longer than {MAX_PATH_BYTES} bytes"
    for segment in path.split("/"):
        reason = _unsafe_segment(segment) or (
            windows_reason(segment) if windows else ""
        )
        if reason:
            return reason
    return ""


def _unsafe_segment(segment: str) -> str:
    if segment in {"", ".", ".."}:
        return f"it has a segment “{segment}”" if segment else "it has an empty segment"
    if _CONTROL.search(segment):
        return "it holds control characters"
    if _DOT_GIT.fullmatch(_IGNORED_BY_HFS.sub("", segment)):
        return "git keeps its own data under that name"
    if len(segment.encode()) > MAX_NAME_BYTES:
        return f"a name in it is longer than {MAX_NAME_BYTES} bytes"
    return ""


def windows_reason(segment: str) -> str:
    """Say why Windows cannot hold a file of this name; an empty string if it can."""
    if _WINDOWS_FORBIDDEN.search(segment):
        return "Windows does not allow one of its characters"
    if segment.endswith((".", " ")):
        return "Windows drops its trailing dot or space"
    if _WINDOWS_DEVICE.fullmatch(segment):
        return "Windows has a device of that name"
    return ""


def check_repo_path(path: str, *, windows: bool = False) -> RepoPath:
    """Return `path` as one that may be joined to the destination folder.

    Raises:
        UnsafePathError: writing it could leave the destination or harm it.
    """
    reason = unsafe_reason(path, windows=windows)
    if reason:
        shown = shorten(strip_controls(path), 120)
        raise UnsafePathError(f"“{shown}” is refused: {reason}.", path=path)
    return RepoPath(path)


def symlink_escapes(link: str, target: str) -> bool:
    """Tell whether the symlink at `link` with text `target` leaves the top folder.

    Both are relative to the destination; only the text counts, nothing is followed.
    """
    if not target or target.startswith("/") or _CONTROL.search(target):
        return True
    if "\\" in target or re.match(r"[A-Za-z]:", target):
        return True
    parent = link.rpartition("/")[0]
    resolved = normpath(f"{parent}/{target}" if parent else target)
    if resolved == ".." or resolved.startswith("../"):
        return True
    return any(_unsafe_segment(part) for part in resolved.split("/") if part != ".")


def collision_key(path: str) -> str:
    """Return what two paths share when some file system takes them for one.

    macOS compares after decomposing, Windows and macOS without case.
    """
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


def find_collisions(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs that differ only in case or Unicode form, in order."""
    first: dict[str, str] = {}
    pairs: list[tuple[str, str]] = []
    for path in paths:
        other = first.setdefault(collision_key(path), path)
        if other != path:
            pairs.append((other, path))
    return pairs
