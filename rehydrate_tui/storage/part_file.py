"""A file while it arrives: hidden beside its place, verified, then renamed over it.

While a process writes it, it holds a lock on it. So a part that nobody has locked
belongs to nobody, and a later try or run may go on with it.

Data is not forced to the platter (no fsync): the promise is that no unverified byte
stands under a final name while the machine runs, and a replay after a power cut finds
and mends what the file system lost.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import final

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.plan import Stamp
from rehydrate_tui.errors import IntegrityError, LocalError
from rehydrate_tui.storage.arriving import Arriving
from rehydrate_tui.storage.atomic import part_name
from rehydrate_tui.storage.folder import Folder
from rehydrate_tui.storage.local_files import stamp_of
from rehydrate_tui.storage.locks import Lock, is_own_single_file, lock
from rehydrate_tui.storage.placing import make_executable, no_part_stays, put_in_place
from rehydrate_tui.storage.translate import translating_os_errors

MIN_KEPT = 2**20
"""Bytes; less than this is fetched again rather than kept and resumed."""

_BLOCK = 2**20
_TRIES = 100


@final
class PartFile:
    """One arriving file, as a context manager.

    Leaving it removes what is unfinished, except that much of a large file whose answer
    is known (`begin`) stays when the network or the person interrupts it.

    Args:
        destination: the folder that all targets are below.
        target: where the file goes.
        size: how many bytes are pinned.
        blob: their blob id.
        leftover: the name of an earlier part of the same content, to go on with.

    Raises:
        LocalError: the folder cannot be made or written, or a link is in the way.
    """

    def __init__(
        self,
        destination: Path,
        target: str,
        size: int,
        blob: str,
        *,
        leftover: str = "",
    ) -> None:
        self._target = target
        self._folder = Folder(destination, target)
        self._part = leftover
        self._arriving = Arriving(target, size, blob, is_lfs=False)
        self._lock = Lock.UNKNOWN
        self._descriptor = -1
        self._is_kept = False
        self.offset = 0
        """Bytes of an earlier try that are here; `recall` must read them."""
        self.was_resumed = False
        """Whether an answer went on where an earlier one had ended."""

    @classmethod
    def for_lfs(
        cls, destination: Path, target: str, pointer: LfsPointer, *, leftover: str = ""
    ) -> PartFile:
        """Return a part file whose content is checked against an LFS pointer."""
        part = cls(destination, target, pointer.size, "", leftover=leftover)
        part._arriving = Arriving(target, pointer.size, pointer.oid, is_lfs=True)
        return part

    @property
    def head(self) -> bytes:
        """The first bytes, up to the size of a Git LFS pointer."""
        return self._arriving.head

    @property
    def name(self) -> str:
        """Its name while it is unfinished."""
        return self._part

    @property
    def is_resumable(self) -> bool:
        """Whether a later try could go on with what is here."""
        return self._lock is Lock.HELD and self._arriving.size > MIN_KEPT

    @property
    def is_full(self) -> bool:
        """Whether as many bytes are here as are pinned."""
        return self._arriving.received == self._arriving.size

    def __enter__(self) -> PartFile:
        self._folder.open()
        try:
            with translating_os_errors(self._target, self._folder.path):
                if not (self._part and self._adopt()):
                    self._create()
        except BaseException:
            self._close()
            self._folder.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # What the system says while tidying up must not hide why it is tidied up. The
        # lock is held to the end, so that nobody adopts what is about to go.
        if not self._is_worth_keeping(error):
            with suppress(OSError):
                self._folder.remove(self._part)
        with suppress(OSError):
            self._close()
        self._folder.close()

    def recall(self) -> Iterator[int]:
        """Hash what is here of an earlier try, step by step; yields bytes per step.

        Raises:
            LocalError: it cannot be read.
        """
        with translating_os_errors(self._target):
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            while block := os.read(self._descriptor, _BLOCK):
                self._arriving.take(block)
                yield len(block)

    def begin(self, offset: int, *, is_kept: bool) -> None:
        """Make ready for bytes from `offset` on; 0 forgets what was here.

        Args:
            offset: where the answer begins.
            is_kept: whether a later try will know what the bytes are of.
        """
        self._is_kept = is_kept
        self.was_resumed = offset > 0
        if offset or not (self.offset or self._arriving.received):
            return
        with translating_os_errors(self._target):
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.ftruncate(self._descriptor, 0)
        self._arriving.restart()
        self.offset = 0

    def write(self, data: bytes) -> None:
        """Append `data`.

        Raises:
            SizeMismatchError: more arrives than was pinned; nothing more is written.
            NoSpaceError: the disk is full.
        """
        self._arriving.take(data)
        with translating_os_errors(self._target, self._folder.path):
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view) :]

    def copy(self, original: Path) -> None:
        """Append what is in another file.

        Raises:
            LocalError: it cannot be read, or this one not be written.
        """
        with translating_os_errors(str(original)), original.open("rb") as opened:
            while block := opened.read(_BLOCK):
                self.write(block)

    def verify(self) -> None:
        """Check what arrived against what is pinned.

        Raises:
            IntegrityError: the bytes are not the pinned ones.
        """
        self._arriving.verify()

    def commit(
        self, *, executable: bool, replace: bool, expected: Stamp | None = None
    ) -> Stamp:
        """Verify what arrived and put it under its final name, in one step.

        Args:
            executable: set the executable bits of those who may read.
            replace: whether a local file may be replaced; if not, one that has
                appeared since the plan was made stays.
            expected: the status of the file that may be replaced; any other stays.

        Returns:
            The status of the file in its place.

        Raises:
            IntegrityError: the bytes are not the pinned ones; the place is untouched.
            ConflictError: something else stands there.
            LocalError: the operating system refuses.
        """
        self.verify()
        self._is_kept = False
        with translating_os_errors(self._target, self._folder.path):
            if executable:
                make_executable(self._descriptor)
            if os.name == "nt":  # pragma: no cover - open files have fixed names there
                self._close()
            self._folder.check()
            put_in_place(
                self._folder,
                self._part,
                self._target,
                replace=replace,
                expected=expected,
            )
            return self._final_stamp()

    def _final_stamp(self) -> Stamp:
        if self._descriptor >= 0:
            return stamp_of(os.fstat(self._descriptor))
        place = self._folder.path / self._folder.name  # pragma: no cover - Windows
        return stamp_of(place.lstat())  # pragma: no cover - closed, see `commit`

    def _create(self) -> None:
        """Make a new part and lock it before anybody takes it for abandoned."""
        for _ in range(_TRIES):
            self._part = part_name(self._folder.name)
            self._descriptor = self._folder.create(self._part)
            self._lock = lock(self._descriptor)
            if self._lock is Lock.UNKNOWN or (
                self._lock is Lock.HELD and self._still_has_its_name()
            ):
                return
            self._close()
        raise no_part_stays(self._target)

    def _adopt(self) -> bool:
        """Take over an earlier part if nobody writes it; say whether that worked."""
        try:
            self._descriptor = self._folder.reopen(self._part)
        except OSError:
            return False
        self._lock = lock(self._descriptor)
        if self._lock is Lock.HELD and self._still_has_its_name():
            status = os.fstat(self._descriptor)
            is_fit = is_own_single_file(status) and stat.S_ISREG(status.st_mode)
            if is_fit and 0 < status.st_size <= self._arriving.size:
                self.offset = status.st_size
                self._is_kept = True
                return True
            # Of no use to anybody: nothing of it, or already under its final name.
            self._folder.remove(self._part)
        self._close()
        return False

    def _still_has_its_name(self) -> bool:
        named = self._folder.status(self._part)
        return named is not None and os.path.samestat(named, os.fstat(self._descriptor))

    def _is_worth_keeping(self, error: BaseException | None) -> bool:
        if error is None or isinstance(error, (IntegrityError, LocalError)):
            return False
        here = max(self.offset, self._arriving.received)
        return self._is_kept and self.is_resumable and here > MIN_KEPT

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)
