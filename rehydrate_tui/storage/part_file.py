"""A file while it arrives: hidden beside its place, verified, then renamed over it.

Data is not forced to the platter (no fsync): the promise is that no unverified byte
stands under a final name while the machine runs, and a replay after a power cut finds
and mends what the file system lost.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import final

from rehydrate_tui.domain.digest import MAX_POINTER_SIZE, BlobHasher, LfsPointer
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import (
    ConflictError,
    DigestMismatchError,
    SizeMismatchError,
)
from rehydrate_tui.storage.atomic import part_name
from rehydrate_tui.storage.folder import Folder
from rehydrate_tui.storage.translate import translating_os_errors


@final
class PartFile:
    """One arriving file, as a context manager; leaving it removes what is unfinished.

    Raises:
        LocalError: the folder cannot be made or written, or a link is in the way.
    """

    def __init__(self, destination: Path, target: str, size: int, blob: str) -> None:
        self._target = target
        self._folder = Folder(destination, target)
        self._part = part_name(self._folder.name)
        self._expected_size = size
        self._expected = blob
        self._hasher = BlobHasher(size, like=blob)
        self._sha256 = None if blob else hashlib.sha256()
        self._descriptor = -1
        self.head = b""
        """The first bytes, up to the size of a Git LFS pointer."""

    @classmethod
    def for_lfs(cls, destination: Path, target: str, pointer: LfsPointer) -> PartFile:
        """Return a part file whose content is checked against an LFS pointer."""
        part = cls(destination, target, pointer.size, "")
        part._expected = pointer.oid
        return part

    def __enter__(self) -> PartFile:
        self._folder.open()
        try:
            with translating_os_errors(self._target):
                self._descriptor = self._folder.create(self._part)
        except BaseException:
            self._folder.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # What the system says while tidying up must not hide why it is tidied up.
        with suppress(OSError):
            self._close()
        with suppress(OSError):
            self._folder.remove(self._part)
        self._folder.close()

    def write(self, data: bytes) -> None:
        """Append `data`.

        Raises:
            SizeMismatchError: more arrives than was pinned; nothing more is written.
            NoSpaceError: the disk is full.
        """
        self._hasher.update(data)
        if self._sha256:
            self._sha256.update(data)
        if self._hasher.received > self._expected_size:
            raise self._size_mismatch("more than")
        if len(self.head) < MAX_POINTER_SIZE:
            self.head += data[: MAX_POINTER_SIZE - len(self.head)]
        with translating_os_errors(self._target):
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view) :]

    def verify(self) -> None:
        """Check what arrived against what is pinned.

        Raises:
            IntegrityError: the bytes are not the pinned ones.
        """
        if self._hasher.received != self._expected_size:
            raise self._size_mismatch("other than")
        actual = self._sha256.hexdigest() if self._sha256 else self._hasher.oid()
        if actual != self._expected:
            raise DigestMismatchError(
                f"“{strip_controls(self._target)}”: the bytes that arrived are "
                f"{actual}, pinned is {self._expected}.",
                path=self._target,
                expected=self._expected,
                actual=actual,
            )

    def commit(self, *, executable: bool, replace: bool) -> None:
        """Verify what arrived and put it under its final name, in one step.

        Args:
            executable: set the executable bits of those who may read.
            replace: whether a local file may be replaced; if not, one that has
                appeared since the plan was made stays.

        Raises:
            IntegrityError: the bytes are not the pinned ones; the place is untouched.
            ConflictError: something stands there and `replace` is false.
            LocalError: the operating system refuses.
        """
        self.verify()
        with translating_os_errors(self._target):
            if executable and hasattr(os, "fchmod"):
                mode = stat.S_IMODE(os.fstat(self._descriptor).st_mode)
                os.fchmod(self._descriptor, mode | (mode & 0o444) >> 2)
            self._close()
            self._folder.check()
            if replace:
                self._folder.rename(self._part, self._folder.name)
            elif not self._folder.give_name(self._part, self._folder.name):
                raise _appeared(self._target)

    def _size_mismatch(self, relation: str) -> SizeMismatchError:
        received, expected = self._hasher.received, self._expected_size
        return SizeMismatchError(
            f"“{strip_controls(self._target)}”: {received:,} bytes arrived, "
            f"{relation} the {expected:,} that are pinned.",
            path=self._target,
            expected=str(expected),
            actual=str(received),
        )

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def write_symlink(destination: Path, target: str, text: str) -> None:
    """Make the symlink `target` with `text`, in one step.

    Raises:
        ConflictError: something stands there; it stays.
        LocalError: the platform or the folder refuses links.
    """
    with Folder(destination, target) as folder, translating_os_errors(target):
        folder.check()
        if not folder.symlink(text, folder.name):
            raise _appeared(target)


def _appeared(target: str) -> ConflictError:
    return ConflictError(
        f"“{strip_controls(target)}” appeared during the run.",
        path=target,
        hint="It was left as it is.",
    )


def back_up(destination: Path, target: str) -> str:
    """Move the local file away as `name.~1~`, never over an older backup.

    Returns:
        Where it is now, below the destination.

    Raises:
        LocalError: it cannot be moved.
    """
    above, slash, name = target.rpartition("/")
    number = 1
    with Folder(destination, target) as folder, translating_os_errors(target):
        while not folder.give_name(name, f"{name}.~{number}~"):
            number += 1
    return f"{above}{slash}{name}.~{number}~"
