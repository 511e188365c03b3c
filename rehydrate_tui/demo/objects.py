"""Git objects as the origins need them, read through dulwich."""

from __future__ import annotations

import re
import stat
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from dulwich.object_store import BaseObjectStore
from dulwich.objects import S_ISGITLINK, Blob, Commit, ObjectID, ShaFile, Tag, Tree

FULL_HEX = 40
_FULL_ID = re.compile(r"[0-9a-f]{40}")
_KEPT_TREES = 4096


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a tree."""

    name: bytes
    mode: int
    oid: str

    @property
    def kind(self) -> str:
        """The object type as git names it: blob, tree or commit."""
        if S_ISGITLINK(self.mode):
            return "commit"
        return "tree" if stat.S_ISDIR(self.mode) else "blob"

    @property
    def is_link(self) -> bool:
        """Whether this is a symbolic link."""
        return stat.S_ISLNK(self.mode)

    @property
    def mode_text(self) -> str:
        """The mode in six digits; old group-writable files appear as 100644."""
        if stat.S_ISREG(self.mode):
            return "100755" if self.mode & stat.S_IXUSR else "100644"
        return f"{self.mode:06o}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """An author, committer or tagger, with the moment."""

    name: str
    email: str
    seconds: int
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitInfo:
    """A parsed commit."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TagInfo:
    """A parsed annotated tag."""

    oid: str
    name: str
    target: str
    target_kind: str
    tagger: Signature
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LazyBlob:
    """A blob whose id and size are known and whose bytes are made when asked for."""

    oid: str
    size: int
    make: Callable[[], bytes]


class ObjectSource(Protocol):
    """What a repository can be asked about its objects."""

    def kind(self, oid: str) -> str | None:
        """Return the type of an object, None when it is absent."""
        ...

    def blob(self, oid: str) -> bytes:
        """Return the bytes of a blob."""
        ...

    def blob_size(self, oid: str) -> int:
        """Return the size of a blob."""
        ...

    def tree(self, oid: str) -> tuple[Entry, ...]:
        """Return the entries of a tree in git order."""
        ...

    def commit(self, oid: str) -> CommitInfo:
        """Return a commit."""
        ...

    def tag(self, oid: str) -> TagInfo:
        """Return an annotated tag."""
        ...

    def starting_with(self, prefix: str) -> list[str]:
        """Return the ids of all objects that begin so."""
        ...


class GitObjects:
    """Objects of a dulwich store, and lazily made blobs beside them.

    One lock guards the store: dulwich's pack readers seek in shared files.
    """

    def __init__(self, store: BaseObjectStore) -> None:
        self.store = store
        self._lazy: dict[str, LazyBlob] = {}
        self._made: tuple[str, bytes] = ("", b"")
        self._lock = threading.RLock()
        self._sizes: dict[str, int] = {}
        self._trees: OrderedDict[str, tuple[Entry, ...]] = OrderedDict()

    def add(self, item: ShaFile | LazyBlob) -> str:
        """Store an object, or the promise of a blob, and return its id."""
        if isinstance(item, LazyBlob):
            self._lazy[item.oid] = item
            return item.oid
        with self._lock:
            self.store.add_object(item)
        return item.id.decode("ascii")

    def lazy_blobs(self) -> Iterable[LazyBlob]:
        """Return the blobs that the dulwich store does not hold."""
        return self._lazy.values()

    def kind(self, oid: str) -> str | None:
        """Return the type of an object, None when it is absent."""
        if oid in self._lazy:
            return "blob"
        if not _FULL_ID.fullmatch(oid):
            return None
        found = self._find(oid)
        return None if found is None else found.type_name.decode("ascii")

    def blob(self, oid: str) -> bytes:
        """Return the bytes of a blob."""
        promise = self._lazy.get(oid)
        if promise is not None:
            return self._make(promise)
        found = self._get(oid)
        if not isinstance(found, Blob):
            raise KeyError(oid)
        return found.data

    def blob_size(self, oid: str) -> int:
        """Return the size of a blob."""
        promise = self._lazy.get(oid)
        if promise is not None:
            return promise.size
        size = self._sizes.get(oid)
        if size is None:
            size = self._sizes[oid] = self._get(oid).raw_length()
        return size

    def tree(self, oid: str) -> tuple[Entry, ...]:
        """Return the entries of a tree in git order."""
        with self._lock:
            known = self._trees.get(oid)
            if known is None:
                known = self._trees[oid] = self._read_tree(oid)
                if len(self._trees) > _KEPT_TREES:
                    self._trees.popitem(last=False)
            return known

    def commit(self, oid: str) -> CommitInfo:
        """Return a commit."""
        found = self._get(oid)
        if not isinstance(found, Commit):
            raise KeyError(oid)
        return CommitInfo(
            oid=oid,
            tree=found.tree.decode("ascii"),
            parents=tuple(parent.decode("ascii") for parent in found.parents),
            author=_signature(found.author, found.author_time, found.author_timezone),
            committer=_signature(
                found.committer, found.commit_time, found.commit_timezone
            ),
            message=_text(found.message),
        )

    def tag(self, oid: str) -> TagInfo:
        """Return an annotated tag."""
        found = self._get(oid)
        if not isinstance(found, Tag):
            raise KeyError(oid)
        target_class, target = found.object
        return TagInfo(
            oid=oid,
            name=_text(found.name),
            target=target.decode("ascii"),
            target_kind=target_class.type_name.decode("ascii"),
            tagger=_signature(
                found.tagger or b"", found.tag_time or 0, found.tag_timezone or 0
            ),
            message=_text(found.message or b""),
        )

    def starting_with(self, prefix: str) -> list[str]:
        """Return the ids of all objects that begin so."""
        wanted = prefix.encode("ascii")
        with self._lock:
            stored = [oid.decode("ascii") for oid in self._ids(wanted)]
        return stored + [oid for oid in self._lazy if oid.startswith(prefix)]

    def _ids(self, prefix: bytes) -> Iterator[bytes]:
        return (oid for oid in self.store if oid.startswith(prefix))

    def _read_tree(self, oid: str) -> tuple[Entry, ...]:
        found = self._get(oid)
        if not isinstance(found, Tree):
            raise KeyError(oid)
        return tuple(
            Entry(name, mode, sha.decode("ascii")) for name, mode, sha in found.items()
        )

    def _find(self, oid: str) -> ShaFile | None:
        try:
            return self._get(oid)
        except KeyError:
            return None

    def _get(self, oid: str) -> ShaFile:
        with self._lock:
            return self.store[ObjectID(oid.encode("ascii"))]

    def _make(self, promise: LazyBlob) -> bytes:
        # a preview asks for the same large file many times in small ranges
        with self._lock:
            oid, data = self._made
            if oid != promise.oid:
                data = promise.make()
                self._made = (promise.oid, data)
            return data


def _signature(identity: bytes, seconds: int, offset: int) -> Signature:
    name, _, email = _text(identity).partition(" <")
    return Signature(
        name=name, email=email.removesuffix(">"), seconds=seconds, offset=offset
    )


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
