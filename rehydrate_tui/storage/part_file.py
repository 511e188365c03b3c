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
    WriteError,
)
from rehydrate_tui.storage.atomic import part_name
from rehydrate_tui.storage.translate import translating_os_errors

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


@final
class PartFile:
    """One arriving file, as a context manager; leaving it removes what is unfinished.

    Raises:
        LocalError: the folder cannot be made or written, or a link is in the way.
    """

    def __init__(self, destination: Path, target: str, size: int, blob: str) -> None:
        self._target = target
        self._final = destination / target
        self._destination = destination
        self._part = self._final.with_name(part_name(self._final.name))
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
        with translating_os_errors(self._target):
            make_folders(self._destination, self._target)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW
            flags |= getattr(os, "O_BINARY", 0)
            self._descriptor = os.open(self._part, flags, 0o666)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()
        with suppress(FileNotFoundError):
            self._part.unlink()

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
            if executable:
                mode = stat.S_IMODE(os.fstat(self._descriptor).st_mode)
                self._part.chmod(mode | (mode & 0o444) >> 2)
            self._close()
            if replace:
                self._part.replace(self._final)
            elif not give_name(self._part, self._final):
                raise ConflictError(
                    f"“{strip_controls(self._target)}” appeared during the run.",
                    path=self._target,
                    hint="It was left as it is.",
                )

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
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def make_folders(destination: Path, target: str) -> Path:
    """Make the folders above `target`, refusing to go through a symlink.

    Returns:
        The folder that holds the target.

    Raises:
        WriteError: a link or a file stands where a folder is needed.
    """
    with translating_os_errors(target):
        destination.mkdir(parents=True, exist_ok=True)
        folder = destination
        for segment in target.split("/")[:-1]:
            folder /= segment
            with suppress(FileExistsError):
                folder.mkdir()
            if not stat.S_ISDIR(folder.lstat().st_mode):
                shown = strip_controls(target)
                raise WriteError(
                    f"“{shown}”: “{strip_controls(folder.name)}” is no folder here.",
                    path=target,
                    hint="It is never followed or removed: move it away.",
                )
    return folder


def write_symlink(destination: Path, target: str, text: str) -> None:
    """Make the symlink `target` with `text`, in one step.

    Raises:
        LocalError: the platform or the folder refuses links.
    """
    folder = make_folders(destination, target)
    part = folder / part_name(target.rpartition("/")[2])
    with translating_os_errors(target):
        try:
            part.symlink_to(text)
            part.replace(destination / target)
        finally:
            part.unlink(missing_ok=True)


def back_up(destination: Path, target: str) -> str:
    """Move the local file away as `name.~1~`, never over an older backup.

    Returns:
        Where it is now, below the destination.

    Raises:
        LocalError: it cannot be moved.
    """
    source = destination / target
    number = 1
    with translating_os_errors(target):
        while True:
            backup = f"{target}.~{number}~"
            if give_name(source, destination / backup):
                return backup
            number += 1


def give_name(file: Path, name: Path) -> bool:
    """Give `file` the further name `name` unless that is taken; say whether it worked.

    With hard links the old name stays, so there is a whole file at every instant.
    """
    try:
        os.link(file, name, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError:
        # File systems without hard links, such as exFAT and some network mounts.
        if os.path.lexists(name):
            return False
        file.rename(name)
    return True
