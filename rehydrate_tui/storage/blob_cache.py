"""A folder of contents by their id, shared between sessions, processes and users.

`--cache DIR` names it; a hub puts it on its shared volume. An entry is found by its git
blob id (`blob/ab/cdef…`) or, for Git LFS objects, by its SHA-256 (`lfs/ab/cdef…`).
Nothing in it is trusted: contents are copied into place through the same check as what
comes from the network, and an entry that fails it is dropped. Entries are copied, not
linked: a link would let an edit in one session reach all others.

Folders get the rights of the folder above them, files those that the umask gives: who
may write the folder that an administrator made may add to it.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from rehydrate_tui.storage.atomic import part_name


class BlobCache:
    """Contents by id below `folder`; every failure is a miss."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def open(self, content: str) -> Generator[BinaryIO | None]:
        """Open an entry, None if there is none; its bytes are yet to be checked."""
        file: BinaryIO | None = None
        with suppress(OSError):
            path = self._path(content)
            if stat.S_ISREG(path.lstat().st_mode):
                file = path.open("rb")
        try:
            yield file
        finally:
            if file is not None:
                file.close()

    def drop(self, content: str) -> None:
        """Remove an entry that turned out to be wrong."""
        with suppress(OSError):
            self._path(content).unlink()

    def put(self, content: str, source: Path) -> None:
        """Copy a verified file in, unless it is there already."""
        path = self._path(content)
        if os.path.lexists(path):
            return
        part = path.with_name(part_name(path.name))
        try:
            self._make_folders(path.parent)
            shutil.copyfile(source, part, follow_symlinks=False)
            part.replace(path)
        except OSError:
            # A full or read-only volume: the file itself is in place all the same.
            with suppress(OSError):
                part.unlink()

    def _path(self, content: str) -> Path:
        kind, _, digits = content.rpartition(":")
        return self._folder / (kind or "blob") / digits[:2] / digits[2:]

    def _make_folders(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._make_folders(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir()
            folder.chmod(stat.S_IMODE(folder.parent.stat().st_mode))
