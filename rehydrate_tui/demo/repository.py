"""A repository: its names, refs and objects, and how a ref becomes a commit."""

from __future__ import annotations

import re
import stat
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dulwich.object_store import BaseObjectStore
from dulwich.refs import Ref

from rehydrate_tui.demo.objects import FULL_HEX, Entry, GitObjects, ObjectSource
from rehydrate_tui.demo.releases import Release

_HEX = re.compile(r"[0-9a-f]{4,40}")
_MOST_SEGMENTS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class LfsObject:
    """A large file that only the LFS storage holds."""

    oid: str
    size: int
    make: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Found:
    """A path resolved to its tree entry."""

    path: bytes
    entry: Entry


class Repository:
    """One repository of the server; its refs may move while it is served."""

    def __init__(  # noqa: PLR0913 - the public signature of the demo server
        self,
        owner: str,
        name: str,
        store: ObjectSource | BaseObjectStore,
        refs: Mapping[str, str],
        default_branch: str = "main",
        *,
        private: bool = False,
        lfs_objects: Mapping[str, bytes | LfsObject] | None = None,
        description: str = "",
        made_up_bytes: bool = False,
        on_close: Callable[[], object] | None = None,
    ) -> None:
        self.owner = owner
        self.name = name
        self.objects: ObjectSource = (
            GitObjects(store) if isinstance(store, BaseObjectStore) else store
        )
        self.refs = refs if isinstance(refs, dict) else dict(refs)
        self.default_branch = default_branch
        self.private = private
        self.description = description
        self.made_up_bytes = made_up_bytes
        self._on_close = on_close
        self._measured = ("", 0)
        self.former_names: list[str] = []
        self.releases: list[Release] = []
        self.id = zlib.crc32(f"{owner}/{name}".lower().encode()) | 0x1000_0000
        self.lfs_objects = {
            oid: value if isinstance(value, LfsObject) else _stored(oid, value)
            for oid, value in (lfs_objects or {}).items()
        }

    @classmethod
    def from_clone(
        cls, path: str | Path, owner: str, name: str, *, private: bool = False
    ) -> Repository:
        """Serve a local clone, bare or not, with its packs and packed refs.

        The clone stays open; `close` releases its pack files.
        """
        # only clones need this, and it takes long to import
        from dulwich.repo import Repo

        repo = Repo(str(path))
        refs = {
            ref.decode("utf-8", "surrogateescape"): oid.decode("ascii")
            for ref, oid in repo.refs.as_dict().items()
            if ref.startswith((b"refs/heads/", b"refs/tags/", b"refs/pull/"))
        }
        return cls(
            owner,
            name,
            repo.object_store,
            refs,
            _head_branch(repo.refs.get_symrefs(), refs),
            private=private,
            on_close=repo.close,
        )

    def close(self) -> None:
        """Release the files of a clone; nothing to do for other repositories."""
        if self._on_close is not None:
            self._on_close()

    @property
    def full_name(self) -> str:
        """The name as `owner/name`."""
        return f"{self.owner}/{self.name}"

    def rename(self, owner: str, name: str) -> None:
        """Move the repository; its old address answers with a redirect."""
        self.former_names.append(self.full_name)
        self.owner, self.name = owner, name

    @property
    def is_empty(self) -> bool:
        """Whether no commit was ever pushed."""
        return not self.refs

    def refs_under(self, prefix: str) -> list[tuple[str, str]]:
        """List refs below a prefix as (short name, object id), by name."""
        return sorted(
            (ref.removeprefix(prefix), oid)
            for ref, oid in self.refs.copy().items()
            if ref.startswith(prefix)
        )

    def resolve(self, ref: str) -> str | None:
        """Turn a ref in any spelling that GitHub takes into a commit id."""
        oid = self._ref_target(ref)
        if oid is None and _HEX.fullmatch(ref):
            oid = self._object_named(ref)
        return None if oid is None else self.peel(oid)

    def _ref_target(self, ref: str) -> str | None:
        if ref == "HEAD":
            return self.refs.get(f"refs/heads/{self.default_branch}")
        spellings = (f"refs/heads/{ref}", f"refs/tags/{ref}", f"refs/{ref}", ref)
        return next((self.refs[name] for name in spellings if name in self.refs), None)

    def _object_named(self, text: str) -> str | None:
        if len(text) == FULL_HEX:
            return text if self.objects.kind(text) else None
        matches = [
            oid
            for oid in self.objects.starting_with(text)
            if self.objects.kind(oid) in {"commit", "tag"}
        ]
        return matches[0] if len(matches) == 1 else None

    def peel(self, oid: str) -> str | None:
        """Follow annotated tags to their commit; None if they end elsewhere."""
        kind = self.objects.kind(oid)
        while kind == "tag":
            oid = self.objects.tag(oid).target
            kind = self.objects.kind(oid)
        return oid if kind == "commit" else None

    def split_ref(self, path: str) -> Iterable[tuple[str, str]]:
        """Split `ref/path` at every place where the left side is a ref.

        The longest ref comes first: branch names may hold slashes.
        """
        segments = path.split("/")
        for count in range(min(len(segments) - 1, _MOST_SEGMENTS), 0, -1):
            ref = "/".join(segments[:count])
            if self.resolve(ref) is not None:
                yield ref, "/".join(segments[count:])

    def find(self, commit: str, path: bytes) -> Found | None:
        """Look a path up in the tree of a commit; b"" is the root itself."""
        entry = Entry(b"", stat.S_IFDIR, self.objects.commit(commit).tree)
        for name in path.split(b"/") if path else ():
            if entry.kind != "tree":
                return None
            children = self.objects.tree(entry.oid)
            child = next((item for item in children if item.name == name), None)
            if child is None:
                return None
            entry = child
        return Found(path, entry)

    def kilobytes(self) -> int:
        """Estimate the repository's size: all files of the default branch."""
        head = self.resolve("HEAD")
        if head is None:
            return 0
        if self._measured[0] != head:
            blobs = {
                found.entry.oid
                for found in self.walk(self.objects.commit(head).tree)
                if found.entry.kind == "blob"
            }
            size = sum(self.objects.blob_size(oid) for oid in blobs)
            self._measured = (head, size // 1024 + 1)
        return self._measured[1]

    def walk(self, tree: str, prefix: bytes = b"") -> Iterator[Found]:
        """Go through a tree and all below it, parents before children."""
        for entry in self.objects.tree(tree):
            path = prefix + entry.name
            yield Found(path, entry)
            if entry.kind == "tree":
                yield from self.walk(entry.oid, path + b"/")


def _head_branch(symbolic: Mapping[Ref, Ref], refs: Mapping[str, str]) -> str:
    """Find the branch that HEAD names, or any if it is detached."""
    for name, target in symbolic.items():
        if name == b"HEAD":
            return target.decode("utf-8").removeprefix("refs/heads/")
    branches = [ref for ref in sorted(refs) if ref.startswith("refs/heads/")]
    return branches[0].removeprefix("refs/heads/") if branches else "main"


def _stored(oid: str, data: bytes) -> LfsObject:
    return LfsObject(oid=oid, size=len(data), make=lambda: data)
