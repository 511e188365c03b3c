"""Serves a recorded tree listing: real paths, modes and sizes, made-up bytes.

With `rehash` the repository is a true git repository: the id of every file is
that of its made-up bytes, and trees and the commit follow from them. Without it
all ids are the recorded ones, and no file's bytes have the id that they carry.
Either way duplicates stay duplicates, and submodules keep their commits.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from dulwich.object_store import MemoryObjectStore
from dulwich.objects import Commit, ObjectID

from rehydrate_tui.demo.builder import Tracked, write_tree
from rehydrate_tui.demo.made_up import file_bytes, link_target, modules_file
from rehydrate_tui.demo.objects import (
    CommitInfo,
    Entry,
    GitObjects,
    LazyBlob,
    ObjectSource,
    Signature,
    TagInfo,
)
from rehydrate_tui.demo.repository import Repository

_RECORDER = Signature(
    name="Recorded listing", email="demo@example.org", seconds=1_767_225_600
)
_MESSAGE = "Recorded tree listing; the file contents are made up\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A recorded tree listing."""

    repository: str
    branch: str
    commit: str
    tree: str
    entries: tuple[Mapping[str, Any], ...]


def read_listing(path: Path) -> Listing:
    """Read a listing: gzip-compressed JSON around an answer of `/git/trees`."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        document = json.load(file)
    return Listing(
        repository=document["repository"],
        branch=document["default_branch"],
        commit=document["commit"],
        tree=document["response"]["sha"],
        entries=tuple(document["response"]["tree"]),
    )


def repository_from_listing(path: str | Path, *, rehash: bool = True) -> Repository:
    """Make a repository from a recorded listing."""
    listing = read_listing(Path(path))
    blobs = _made_up_blobs(listing)
    objects: ObjectSource = RecordedObjects(listing, blobs)
    head = listing.commit
    if rehash:
        objects, head = _rehashed(listing, blobs)
    owner, _, name = listing.repository.partition("/")
    return Repository(
        owner,
        name,
        objects,
        {f"refs/heads/{listing.branch}": head},
        listing.branch,
        description=f"Recorded tree of {listing.repository} with made-up file contents",
        made_up_bytes=True,
    )


def _made_up_blobs(listing: Listing) -> dict[str, LazyBlob]:
    """Promise the bytes of every file, by its recorded id."""
    modules = [item["path"] for item in listing.entries if item["type"] == "commit"]
    return {
        item["sha"]: LazyBlob(
            oid=item["sha"], size=item["size"], make=_maker(item, modules)
        )
        for item in reversed(listing.entries)
        if item["type"] == "blob"
    }


def _maker(item: Mapping[str, Any], modules: list[str]) -> Callable[[], bytes]:
    if item["mode"] == "120000":
        return partial(link_target, item["sha"], item["size"])
    if item["path"] == ".gitmodules" and modules:
        return partial(modules_file, modules, item["size"])
    return partial(file_bytes, item["path"], item["sha"], item["size"])


def _rehashed(
    listing: Listing, blobs: Mapping[str, LazyBlob]
) -> tuple[GitObjects, str]:
    objects = GitObjects(MemoryObjectStore())
    true_ids: dict[str, str] = {}
    for recorded, promise in blobs.items():
        digest = hashlib.sha1(b"blob %d\0" % promise.size, usedforsecurity=False)
        digest.update(promise.make())
        true_ids[recorded] = digest.hexdigest()
        objects.add(
            LazyBlob(oid=digest.hexdigest(), size=promise.size, make=promise.make)
        )
    tracked: Tracked = {
        item["path"].encode(): (
            int(item["mode"], 8),
            true_ids.get(str(item["sha"]), str(item["sha"])),
        )
        for item in listing.entries
        if item["type"] != "tree"
    }
    commit = Commit()
    commit.tree = ObjectID(write_tree(objects, tracked).encode("ascii"))
    identity = f"{_RECORDER.name} <{_RECORDER.email}>".encode()
    commit.author = commit.committer = identity
    commit.author_time = commit.commit_time = _RECORDER.seconds
    commit.author_timezone = commit.commit_timezone = 0
    commit.message = _MESSAGE.encode()
    return objects, objects.add(commit)


class RecordedObjects:
    """Objects under their recorded ids; what is behind a blob id is made up."""

    def __init__(self, listing: Listing, blobs: Mapping[str, LazyBlob]) -> None:
        self._commit = CommitInfo(
            oid=listing.commit,
            tree=listing.tree,
            parents=(),
            author=_RECORDER,
            committer=_RECORDER,
            message=_MESSAGE,
        )
        self._blobs = blobs
        self._trees = _trees(listing)

    def kind(self, oid: str) -> str | None:
        """Return the type of an object, None when it is absent."""
        if oid == self._commit.oid:
            return "commit"
        if oid in self._trees:
            return "tree"
        return "blob" if oid in self._blobs else None

    def blob(self, oid: str) -> bytes:
        """Return made-up bytes of the recorded size."""
        return self._blobs[oid].make()

    def blob_size(self, oid: str) -> int:
        """Return the recorded size."""
        return self._blobs[oid].size

    def tree(self, oid: str) -> tuple[Entry, ...]:
        """Return the recorded entries."""
        return self._trees[oid]

    def commit(self, oid: str) -> CommitInfo:
        """Return the one commit."""
        if oid != self._commit.oid:
            raise KeyError(oid)
        return self._commit

    def tag(self, oid: str) -> TagInfo:
        """There are no tags."""
        raise KeyError(oid)

    def starting_with(self, prefix: str) -> list[str]:
        """Return the ids of all objects that begin so."""
        every = (self._commit.oid, *self._trees, *self._blobs)
        return [oid for oid in every if oid.startswith(prefix)]


def _trees(listing: Listing) -> dict[str, tuple[Entry, ...]]:
    ids = {"": listing.tree}
    children: dict[str, list[Entry]] = {"": []}
    for item in listing.entries:
        parent, _, name = item["path"].rpartition("/")
        mode = int(item["mode"], 8)
        children[parent].append(Entry(name.encode(), mode, item["sha"]))
        if stat.S_ISDIR(mode):
            ids[item["path"]] = item["sha"]
            children[item["path"]] = []
    return {ids[path]: tuple(entries) for path, entries in children.items()}
