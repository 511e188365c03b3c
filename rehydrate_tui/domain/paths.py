"""Where an entry of a repository may be written: the one decision, for all platforms.

Git itself stores any bytes as a name. What git refuses to check out (`.git` in any
spelling that some file system takes for it, `..`, empty segments) is refused here on
every platform; what only Windows cannot hold is refused there and warned about
elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
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
# What makes a symlink absolute, on some platform, or no text.
_NOT_PORTABLE = re.compile("\\A/|\\A[A-Za-z]:|[\\\\\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# HFS+ ignores these code points when it compares names (git: utf8.c, is_hfs_dotgit).
_IGNORED_BY_HFS = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
# NTFS takes `git~1` for the short name of `.git` (after a collision it counts on), and
# drops dots, spaces and streams; git takes a backslash for a separator (path.c,
# is_ntfs_dotgit).
_DOT_GIT = re.compile(
    r"(?:.*\\)?(?:\.git|git~[0-9]+)[. ]*(?:[:\\].*)?",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
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
    if not windows and _PLAIN.fullmatch(path):
        return ""
    return _unsafe_whole(path) or next(
        filter(None, (_segment_reason(each, windows) for each in path.split("/"))), ""
    )


def _unsafe_whole(path: str) -> str:
    if not path:
        return "it is empty"
    if path.startswith("/"):
        return "it is absolute"
    if _SURROGATE.search(path):
        return "it is not valid text"
    if len(path.encode()) > MAX_PATH_BYTES:
        return f"it is longer than {MAX_PATH_BYTES} bytes"
    return ""


def _segment_reason(segment: str, windows: bool) -> str:  # noqa: FBT001 - private
    return _unsafe_segment(segment) or (windows_reason(segment) if windows else "")


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
    """Tell whether the symlink at `link` with text `target` may leave the top folder.

    Both are relative to the destination; only the text counts, nothing is followed.
    So `..` is only trusted at the beginning, where it climbs real folders: behind a
    name that is a symlink itself it would climb from wherever that one leads.
    """
    if not target or len(target) > MAX_PATH_BYTES or _NOT_PORTABLE.search(target):
        return True
    parts = [part for part in target.split("/") if part not in {"", "."}]
    climbed = 0
    while climbed < len(parts) and parts[climbed] == "..":
        climbed += 1
    depth = link.count("/")
    return climbed > depth or any(_unsafe_segment(part) for part in parts[climbed:])


def collision_key(path: str) -> str:
    """Return what two paths share when some file system takes them for one.

    macOS compares after decomposing, Windows and macOS without case.
    """
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


def find_collisions(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs that differ only in case or Unicode form, in order.

    A pair is two files, or a file and a folder; two such folders simply become one.
    """
    paths = [*paths]
    if _are_surely_apart(paths):
        return []
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    pairs: list[tuple[str, str]] = []
    for path in paths:
        key = collision_key(path)
        other = files.setdefault(key, path)
        if other == path:
            other = folders.get(key, path)
        if other != path:
            pairs.append((other, path))
        for folder_key, folder in _new_folders(path, folders):
            other = files.get(folder_key, folder)
            if other != folder:
                pairs.append((other, folder))
    return pairs


def all_folders(paths: Iterable[str]) -> set[str]:
    """Return every folder that is above one of `paths`."""
    left = {path.rpartition("/")[0] for path in paths}
    found: set[str] = set()
    while left:
        found |= left
        left = {folder.rpartition("/")[0] for folder in left} - found
    return found - {""}


def _are_surely_apart(paths: Sequence[str]) -> bool:
    """Tell whether paths that are all ASCII differ in more than case."""
    files = {*paths}
    folders = all_folders(files)
    names = files | folders
    is_ascii = "".join(names).isascii()
    return is_ascii and len({name.lower() for name in names}) == len(files) + len(
        folders
    )


def _new_folders(path: str, folders: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Enter the folders above `path` into `folders` and return the new ones."""
    folder = path.rpartition("/")[0]
    while folder:
        key = collision_key(folder)
        if key in folders:
            return
        folders[key] = folder
        yield key, folder
        folder = folder.rpartition("/")[0]
