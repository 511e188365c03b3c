"""Gists: a few files in revisions, of one owner."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

_FOUNDED = 1_456_822_800


@dataclass(frozen=True, slots=True, kw_only=True)
class GistRevision:
    """What a gist held at one time."""

    version: str
    files: Mapping[str, bytes]
    seconds: int


@dataclass(kw_only=True)
class Gist:
    """One gist; `push` adds a revision."""

    id: str
    owner: str
    description: str = ""
    public: bool = True
    revisions: list[GistRevision] = field(default_factory=list[GistRevision])

    def push(self, files: Mapping[str, bytes]) -> str:
        """Add a revision, with all its files, and return its id."""
        number = len(self.revisions)
        digest = hashlib.sha1(f"{self.id} {number}".encode(), usedforsecurity=False)
        for name, data in sorted(files.items()):
            digest.update(name.encode() + b"\0" + data)
        seconds = _FOUNDED + 3600 * number
        revision = GistRevision(
            version=digest.hexdigest(), files=dict(files), seconds=seconds
        )
        self.revisions.append(revision)
        return revision.version

    def at(self, version: str = "") -> GistRevision | None:
        """Return a revision, or the newest."""
        if not version:
            return self.revisions[-1]
        return next((each for each in self.revisions if each.version == version), None)

    def find(self, blob: str, name: str) -> bytes | None:
        """Return a file by the id of its content."""
        held = (each.files.get(name) for each in self.revisions)
        return next((d for d in held if d is not None and blob_id(d) == blob), None)


def blob_id(data: bytes) -> str:
    """Return the id that git gives to a content."""
    head = b"blob %d\0" % len(data)
    return hashlib.sha1(head + data, usedforsecurity=False).hexdigest()
