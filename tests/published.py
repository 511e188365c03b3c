"""Repositories for the stand-in, and the manifests that pin them.

Manifests are written here by hand, not with the code under test.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rehydrate_tui.demo.builder import (
    Content,
    Executable,
    Gitlink,
    LfsFile,
    RepositoryBuilder,
    Symlink,
    lfs_pointer,
)
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.server import GitHubServer

MANIFEST_VERSION = "version = 1\n"


def blob_id(data: bytes) -> str:
    """Return the id that git gives to `data`."""
    head = b"blob %d\0" % len(data)
    return hashlib.sha1(head + data, usedforsecurity=False).hexdigest()


def blob_of(content: Content) -> bytes:
    """Return the bytes that git stores for `content`."""
    if isinstance(content, bytes):
        return content
    if isinstance(content, Executable):
        return content.data
    if isinstance(content, Symlink):
        return content.target.encode()
    assert isinstance(content, LfsFile)
    return lfs_pointer(hashlib.sha256(content.data).hexdigest(), len(content.data))


@dataclass(frozen=True, kw_only=True)
class Published:
    """A repository with one commit on its default branch."""

    repository: Repository
    builder: RepositoryBuilder
    commit: str
    files: Mapping[str, Content] = field(default_factory=dict)

    def followed_by(self, files: Mapping[str, Content]) -> Published:
        """Push one more commit with these files and return what pins them alone."""
        return replace(self, commit=self.builder.commit(files), files=files)

    @property
    def name(self) -> str:
        """`owner/name`."""
        return self.repository.full_name

    def toml(self, *paths: str, **keys: str) -> str:
        """Return a pinned `[[source]]` of some paths, or of all that are files.

        `keys` are further lines of the source, values in TOML.
        """
        lines = [
            "[[source]]",
            f'repository = "{self.name}"',
            f'commit = "{self.commit}"',
            *(f"{key} = {value}" for key, value in keys.items()),
        ]
        for path in paths or self.files:
            if not isinstance(self.files[path], Gitlink):
                lines += file_lines(path, self.files[path])
        return "\n".join(lines) + "\n"

    def pin(self, manifest: Path, *paths: str, **keys: str) -> Path:
        """Write a pinned manifest and return where it is."""
        manifest.write_text(MANIFEST_VERSION + self.toml(*paths, **keys), "utf-8")
        return manifest


def file_lines(path: str, content: Content) -> list[str]:
    """Return the lines of one pinned `[[source.file]]`."""
    blob = blob_of(content)
    lines = [
        "[[source.file]]",
        f'path = "{path}"',
        f'blob = "{blob_id(blob)}"',
        f"size = {len(blob)}",
    ]
    if isinstance(content, Executable):
        lines.append("executable = true")
    elif isinstance(content, Symlink):
        lines.append(f'symlink = "{content.target}"')
    elif isinstance(content, LfsFile):
        oid = hashlib.sha256(content.data).hexdigest()
        lines.append(f'lfs = {{ oid = "{oid}", size = {len(content.data)} }}')
    return lines


def publish(
    files: Mapping[str, Content],
    *,
    owner: str = "ada",
    name: str = "notes",
    private: bool = False,
) -> Published:
    """Make a repository of one commit."""
    builder = RepositoryBuilder(owner, name, private=private)
    commit = builder.commit(files)
    return Published(
        repository=builder.build(), builder=builder, commit=commit, files=files
    )


def tree_of(folder: Path) -> dict[str, bytes | str]:
    """Return all below `folder` that is no folder: bytes of files, `-> text` of links."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = path.read_bytes()
    return found


def is_executable(path: Path) -> bool:
    """Tell whether the owner may run the file."""
    return bool(path.stat().st_mode & stat.S_IXUSR)


def requests_to(server: GitHubServer, origin: str) -> list[str]:
    """Return the paths that one origin was asked for, heads left out."""
    return [
        each.path
        for each in server.requests
        if each.origin == origin and each.method != "HEAD"
    ]
