"""A small file while it arrives: in memory until it is verified, then on disk at once.

What is so small is fetched again rather than resumed, so nothing of it need be on disk
before it is whole. It still gets its final name by a rename or a link in one step: a
process that is killed in the middle of the write leaves a part, never half a file.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import final

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.plan import Stamp
from rehydrate_tui.storage.arriving import Arriving
from rehydrate_tui.storage.atomic import part_name
from rehydrate_tui.storage.folder import Folder
from rehydrate_tui.storage.folders import Folders
from rehydrate_tui.storage.local_files import stamp_of
from rehydrate_tui.storage.locks import lock
from rehydrate_tui.storage.part_file import MIN_KEPT
from rehydrate_tui.storage.placing import make_executable, no_part_stays, put_in_place
from rehydrate_tui.storage.translate import local_error, translating_os_errors

MAX_WHOLE = MIN_KEPT
"""Bytes; what is larger is written while it arrives, and can be resumed."""

_TRIES = 100


@final
class WholeFile:
    """One arriving file, as a context manager; the counterpart of `PartFile`.

    Args:
        folders: the folders of the run.
        target: where the file goes.
        size: how many bytes are pinned.
        blob: their blob id.
    """

    name = ""
    is_resumable = False
    was_resumed = False
    offset = 0

    def __init__(self, folders: Folders, target: str, size: int, blob: str) -> None:
        self._folders = folders
        self._target = target
        self._arriving = Arriving(target, size, blob, is_lfs=False)
        self._chunks: list[bytes] = []

    @classmethod
    def for_lfs(cls, folders: Folders, target: str, pointer: LfsPointer) -> WholeFile:
        """Return a file whose content is checked against an LFS pointer."""
        file = cls(folders, target, pointer.size, "")
        file._arriving = Arriving(target, pointer.size, pointer.oid, is_lfs=True)
        return file

    @property
    def head(self) -> bytes:
        """The first bytes, up to the size of a Git LFS pointer."""
        return self._arriving.head

    def __enter__(self) -> WholeFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._chunks.clear()

    def begin(self, offset: int, *, is_kept: bool) -> None:
        """Make ready for all bytes."""
        del offset, is_kept
        if self._chunks:
            self._chunks.clear()
            self._arriving.restart()

    def write(self, data: bytes) -> None:
        """Append `data`.

        Raises:
            SizeMismatchError: more arrives than was pinned.
        """
        self._arriving.take(data)
        self._chunks.append(data)

    def copy(self, original: Path) -> None:
        """Append what is in another file, as far as it may belong to this one.

        Raises:
            LocalError: it cannot be read.
            SizeMismatchError: it is larger than was pinned.
        """
        with translating_os_errors(str(original)), original.open("rb") as opened:
            self.write(opened.read(self._arriving.size + 1))

    def verify(self) -> None:
        """Check what arrived against what is pinned.

        Raises:
            IntegrityError: the bytes are not the pinned ones.
        """
        self._arriving.verify()

    def commit(
        self, *, executable: bool, replace: bool, expected: Stamp | None = None
    ) -> Stamp:
        """Verify what arrived and put it under its final name; see `PartFile.commit`.

        Raises:
            IntegrityError: the bytes are not the pinned ones; the place is untouched.
            ConflictError: something else stands there.
            LocalError: the operating system refuses.
        """
        self.verify()
        for _ in range(_TRIES):
            with self._folders.above(self._target) as folder:
                try:
                    return self._write(
                        folder,
                        executable=executable,
                        replace=replace,
                        expected=expected,
                    )
                except FileNotFoundError:
                    # Another run took the part for abandoned, or the folder went away.
                    continue
                except OSError as error:
                    raise local_error(error, self._target, folder.path) from error
        raise no_part_stays(self._target)

    def _write(
        self, folder: Folder, *, executable: bool, replace: bool, expected: Stamp | None
    ) -> Stamp:
        name = self._target.rpartition("/")[2]
        part = part_name(name)
        descriptor = folder.create(part)
        try:
            # Nobody takes it for abandoned as long as it is open.
            lock(descriptor)
            for chunk in self._chunks:
                _write_all(descriptor, chunk)
            if executable:
                make_executable(descriptor)
            if os.name == "nt":  # pragma: no cover - open files have fixed names there
                os.close(descriptor)
                descriptor = -1
            put_in_place(folder, part, self._target, replace=replace, expected=expected)
            if descriptor < 0:  # pragma: no cover - see above
                return stamp_of((folder.path / name).lstat())
            return stamp_of(os.fstat(descriptor))
        except BaseException:
            with suppress(OSError):
                folder.remove(part)
            raise
        finally:
            if descriptor >= 0:
                os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
