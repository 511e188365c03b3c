"""Git's nouns as values: repository, commit, object id, mode, tree entry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, NewType

ObjectId = NewType("ObjectId", str)
"""A lower-case hex object id: 40 digits (SHA-1) or 64 (SHA-256)."""

DEFAULT_HOST = "github.com"

_OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# Old accounts may begin with a hyphen; managed users have an underscore.
_OWNER = re.compile(r"[A-Za-z0-9_-]{1,39}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::([0-9]{1,5}))?")
_MAX_PORT = 65_535


def is_object_id(text: str) -> bool:
    """Tell whether `text` is a full object id."""
    return _OBJECT_ID.fullmatch(text) is not None


def is_owner(text: str) -> bool:
    """Tell whether `text` can be the login of a user or organisation."""
    return _OWNER.fullmatch(text) is not None


def is_repository_name(text: str) -> bool:
    """Tell whether `text` can be the name of a repository."""
    return _NAME.fullmatch(text) is not None and text not in {".", "..", ".git"}


def is_host(text: str) -> bool:
    """Tell whether `text` is a lower-case host name, with or without a port."""
    match = _HOST.fullmatch(text)
    if match is None or ".." in text:
        return False
    return match[1] is None or 0 < int(match[1]) <= _MAX_PORT


@dataclass(frozen=True, slots=True)
class RepoId:
    """Which repository, on which host."""

    owner: str
    name: str
    host: str = DEFAULT_HOST

    @property
    def full_name(self) -> str:
        """`owner/name`, as GitHub writes it."""
        return f"{self.owner}/{self.name}"

    def __str__(self) -> str:
        if self.host == DEFAULT_HOST:
            return self.full_name
        return f"{self.host}/{self.full_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """What `GET /repos/{owner}/{repo}` tells about a repository."""

    id: RepoId
    default_branch: str
    is_private: bool = False
    size_kb: int = 0
    """Stored git data in kilobytes: GitHub's estimate, updated late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit and how the person asked for it."""

    oid: ObjectId
    ref: str
    """As chosen: a branch, a tag, or the id itself."""


class FileMode(Enum):
    """Git's five kinds of tree entry, with the API's spelling of the mode."""

    REGULAR = "100644"
    EXECUTABLE = "100755"
    SYMLINK = "120000"
    TREE = "040000"
    GITLINK = "160000"

    @classmethod
    def from_git(cls, text: str) -> FileMode:
        """Read a mode as git or the API writes it.

        Old trees hold `100664`, which git itself treats as `100644`; git stores `40000`
        where the API says `040000`.

        Raises:
            ValueError: git has no such mode.
        """
        return cls(_MODE_SPELLINGS.get(text, text))

    @property
    def is_blob(self) -> bool:
        """Whether the entry has bytes in this repository."""
        return self in _BLOB_MODES


_MODE_SPELLINGS = {"100664": "100644", "40000": "040000"}
_BLOB_MODES = frozenset({FileMode.REGULAR, FileMode.EXECUTABLE, FileMode.SYMLINK})


class TreeEntry(NamedTuple):
    """One entry of a tree; a tuple because a repository can have 100,000 of them."""

    path: str
    mode: FileMode
    oid: ObjectId
    size: int
    """Bytes of the blob; 0 for directories and submodules, which have none."""
