"""Builds repositories from plain mappings of paths to contents."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from dulwich.object_store import MemoryObjectStore
from dulwich.objects import Blob, Commit, ObjectID, Tag, Tree

from rehydrate_tui.demo.objects import GitObjects, LazyBlob
from rehydrate_tui.demo.repository import LfsObject, Repository

GITLINK = 0o160000
REGULAR = stat.S_IFREG | 0o644
EXECUTABLE = stat.S_IFREG | 0o755
FIRST_COMMIT = datetime(2016, 3, 1, 9, 0, tzinfo=timezone.utc)
DEFAULT_AUTHOR = "Nora Moreau <nora@example.org>"


@dataclass(frozen=True, slots=True)
class Executable:
    """A file with the executable bit."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Symlink:
    """A symbolic link."""

    target: str


@dataclass(frozen=True, slots=True)
class Gitlink:
    """A submodule: the commit of another repository."""

    commit: str


@dataclass(frozen=True, slots=True)
class LfsFile:
    """A file kept in LFS: the tree gets its pointer."""

    data: bytes


Content = bytes | Executable | Symlink | Gitlink | LfsFile | LazyBlob
Tracked = dict[bytes, tuple[int, str]]


def lfs_pointer(oid: str, size: int) -> bytes:
    """Write the pointer text that stands for an LFS object."""
    return (
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n"
    ).encode()


class RepositoryBuilder:
    """Makes commits, branches and tags; the same calls give the same ids.

    The repository of `build` shares refs and objects with its builder, so a
    commit made later is a push to the served repository.
    """

    def __init__(
        self,
        owner: str,
        name: str,
        *,
        default_branch: str = "main",
        private: bool = False,
        description: str = "",
    ) -> None:
        self._objects = GitObjects(MemoryObjectStore())
        self._refs: dict[str, str] = {}
        self._files: dict[str, Tracked] = {}
        self._clock = FIRST_COMMIT
        self._repository = Repository(
            owner,
            name,
            self._objects,
            self._refs,
            default_branch,
            private=private,
            description=description,
        )

    def build(self) -> Repository:
        """Return the repository, as often as wanted."""
        return self._repository

    def commit(
        self,
        files: Mapping[str, Content | None],
        message: str = "Update files",
        *,
        branch: str = "",
        author: str = DEFAULT_AUTHOR,
        when: datetime | None = None,
    ) -> str:
        """Commit changes on top of a branch.

        Args:
            files: Contents by path; None deletes. Bytes of a path that are not
                UTF-8 are written as `surrogateescape` decodes them.
            message: The commit message.
            branch: The branch that moves; it must exist, or be the first one.
            author: Name and address, the committer's too.
            when: The moment; else an hour after the one before.

        Returns:
            The id of the new commit.
        """
        ref = f"refs/heads/{branch or self._repository.default_branch}"
        parent = self._refs.get(ref)
        tracked = dict(self._files.get(parent, {})) if parent else {}
        for path, content in files.items():
            self._apply(tracked, path.encode("utf-8", "surrogateescape"), content)
        commit = Commit()
        commit.tree = ObjectID(self._write_tree(tracked).encode("ascii"))
        commit.parents = [ObjectID(parent.encode("ascii"))] if parent else []
        commit.author = commit.committer = author.encode()
        commit.author_time = commit.commit_time = self._tick(when)
        commit.author_timezone = commit.commit_timezone = 0
        commit.encoding = None
        commit.message = message.rstrip("\n").encode() + b"\n"
        oid = self._objects.add(commit)
        self._refs[ref] = oid
        self._files[oid] = tracked
        return oid

    def branch(self, name: str, at: str = "") -> None:
        """Create or move a branch; without `at` to the default branch's head."""
        self._refs[f"refs/heads/{name}"] = at or self._head()

    def tag(self, name: str, at: str = "", message: str = "") -> str:
        """Create a tag, an annotated one if there is a message.

        Returns:
            The id that the ref holds: of the tag object, or of the commit.
        """
        target = at or self._head()
        if message:
            target = self._annotate(name, target, message)
        self._refs[f"refs/tags/{name}"] = target
        return target

    def _annotate(self, name: str, target: str, message: str) -> str:
        tag = Tag()
        tag.name = name.encode()
        tag.object = (Commit, target.encode("ascii"))
        tag.tagger = DEFAULT_AUTHOR.encode()
        tag.tag_time = self._tick(None)
        tag.tag_timezone = 0
        tag.message = message.encode() + b"\n"
        return self._objects.add(tag)

    def _head(self) -> str:
        return self._refs[f"refs/heads/{self._repository.default_branch}"]

    def _tick(self, when: datetime | None) -> int:
        self._clock = when or self._clock + timedelta(hours=1)
        return int(self._clock.timestamp())

    def _apply(self, tracked: Tracked, path: bytes, content: Content | None) -> None:
        if content is None:
            del tracked[path]
            return
        tracked[path] = self._store(content)

    def _store(self, content: Content) -> tuple[int, str]:
        if isinstance(content, Gitlink):
            return GITLINK, content.commit
        if isinstance(content, LazyBlob):
            return REGULAR, self._objects.add(content)
        if isinstance(content, Symlink):
            return stat.S_IFLNK, self._add_blob(
                content.target.encode("utf-8", "surrogateescape")
            )
        if isinstance(content, Executable):
            return EXECUTABLE, self._add_blob(content.data)
        if isinstance(content, LfsFile):
            return REGULAR, self._add_blob(self._keep_in_lfs(content.data))
        return REGULAR, self._add_blob(content)

    def _add_blob(self, data: bytes) -> str:
        return self._objects.add(Blob.from_string(data))

    def _keep_in_lfs(self, data: bytes) -> bytes:
        oid = hashlib.sha256(data).hexdigest()
        self._repository.lfs_objects[oid] = LfsObject(
            oid=oid, size=len(data), make=lambda: data
        )
        return lfs_pointer(oid, len(data))

    def _write_tree(self, tracked: Tracked) -> str:
        return write_tree(self._objects, tracked)


def write_tree(objects: GitObjects, tracked: Tracked) -> str:
    """Store the trees that hold the given files and return the root's id."""
    tree = Tree()
    below: dict[bytes, Tracked] = {}
    for path, (mode, oid) in tracked.items():
        head, slash, rest = path.partition(b"/")
        if slash:
            below.setdefault(head, {})[rest] = (mode, oid)
        else:
            tree.add(head, mode, ObjectID(oid.encode("ascii")))
    for name, files in below.items():
        oid = write_tree(objects, files)
        tree.add(name, stat.S_IFDIR, ObjectID(oid.encode("ascii")))
    return objects.add(tree)
