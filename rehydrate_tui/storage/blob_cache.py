"""A folder of contents by their id, shared between sessions, processes and users.

`--cache DIR` names it; a hub puts it on its shared volume. An entry is found by its git
blob id (`blob/ab/cdef…`) or, for Git LFS objects, by its SHA-256 (`lfs/ab/cdef…`).
Nothing in it is trusted: contents are copied into place through the same check as what
comes from the network, and an entry that fails it is dropped. Entries are copied, not
linked: a link would let an edit in one session reach all others. What is put in is
checked on the way as well, so that an edit in that instant poisons nothing.

Rights: folders get those of the folder above them, files those that the umask gives, so
whoever may write the folder that an administrator made may add to it, and whoever may
read it can read all that is in it. What only a token could bring is therefore kept only
in a folder that nobody else may enter (`is_private`).
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from rehydrate_tui.domain.digest import BlobHasher
from rehydrate_tui.domain.objects import is_object_id
from rehydrate_tui.storage.atomic import part_name

_BLOCK = 2**18
_OTHERS = 0o077
_LFS = "lfs"
# A pipe in the place of an entry must not make anybody wait.
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_READ_BINARY = _READ | getattr(os, "O_BINARY", 0)


class BlobCache:
    """Contents by id below `folder`; every failure is a miss."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def is_private(self) -> bool:
        """Whether nobody but its owner may look into the folder."""
        try:
            mode = self.folder.stat().st_mode
        except OSError:
            return False
        return os.name == "posix" and not mode & _OTHERS

    @contextmanager
    def open(self, content: str) -> Generator[BinaryIO | None]:
        """Open an entry, None if there is none; its bytes are yet to be checked."""
        path = self._path(content)
        file = None if path is None else _open_file(path)
        try:
            yield file
        finally:
            if file is not None:
                file.close()

    def holds(self, content: str) -> bool:
        """Tell whether there is an entry; whether it is right shows when it is read."""
        path = self._path(content)
        return path is not None and os.path.lexists(path)

    def drop(self, content: str) -> None:
        """Remove an entry that turned out to be wrong."""
        path = self._path(content)
        if path is not None:
            with suppress(OSError):
                path.unlink()

    def put(self, content: str, source: Path) -> None:
        """Copy a file in, unless its content is there already or is another one."""
        place = self._free_place(content)
        file = None if place is None else _open_file(source)
        if place is None or file is None:
            return
        with file, suppress(OSError):
            size = os.fstat(file.fileno()).st_size
            self._write(place, content, iter(lambda: file.read(_BLOCK), b""), size)

    def put_bytes(self, content: str, data: bytes) -> None:
        """Put a small content in."""
        place = self._free_place(content)
        if place is not None:
            self._write(place, content, iter([data]), len(data))

    def _free_place(self, content: str) -> Path | None:
        """Return where a content goes; None for what is there, or is no id."""
        path = self._path(content)
        return None if path is None or os.path.lexists(path) else path

    def _write(
        self, path: Path, content: str, blocks: Iterator[bytes], size: int
    ) -> None:
        part = path.with_name(part_name(path.name))
        try:
            self._make_folders(path.parent)
            with part.open("xb") as file:
                is_right = _copy(blocks, file, content, size)
            if is_right:
                part.replace(path)
        except OSError:
            # A full or read-only volume: the file itself is in place all the same.
            pass
        finally:
            with suppress(OSError):
                part.unlink()

    def _path(self, content: str) -> Path | None:
        """Return the place of a content; None for what is no id, such as a link's."""
        kind, _, digits = content.rpartition(":")
        if kind not in {"", _LFS} or not is_object_id(digits):
            return None
        return self.folder / (kind or "blob") / digits[:2] / digits[2:]

    def _make_folders(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._make_folders(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir()
            folder.chmod(stat.S_IMODE(folder.parent.stat().st_mode))


def _open_file(path: Path) -> BinaryIO | None:
    """Open a plain file; links, folders and special files count as none."""
    try:
        descriptor = os.open(path, _READ_BINARY)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    return None


def _copy(blocks: Iterator[bytes], file: BinaryIO, content: str, size: int) -> bool:
    """Write all blocks; tell whether they are what the id says."""
    kind, _, expected = content.rpartition(":")
    blob = BlobHasher(size, like=expected)
    sha256 = hashlib.sha256()
    for block in blocks:
        file.write(block)
        sha256.update(block) if kind else blob.update(block)
    return expected == (sha256.hexdigest() if kind else blob.oid())
