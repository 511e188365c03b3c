"""What stands on disk where a file should go: looked at, hashed, never followed."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rehydrate_tui.domain.content import (
    is_pinned_content,
    lfs_content,
    link_content,
    pointer_blob,
    pointer_text,
)
from rehydrate_tui.domain.digest import BlobHasher
from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.plan import LocalFile, LocalState, Stamp
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import WriteError
from rehydrate_tui.storage.folder import READ, Folder
from rehydrate_tui.storage.receipts import Receipt
from rehydrate_tui.storage.translate import translating_os_errors

_BLOCK = 2**18
_BLOCKED = LocalFile(state=LocalState.BLOCKED)
_MISSING = LocalFile(state=LocalState.MISSING)


def stamp_of(status: os.stat_result) -> Stamp:
    """Return a status that was just taken."""
    return Stamp(
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        ctime_ns=status.st_ctime_ns,
        inode=status.st_ino,
        seen_ns=time.time_ns(),
    )


def local_state(destination: Path, target: str, file: LockedFile) -> LocalState:
    """Compare the disk with the pinned `file`; see `look`."""
    return look(destination, target, file).state


def look(
    destination: Path, target: str, file: LockedFile, receipt: Receipt | None = None
) -> LocalFile:
    """Compare the disk with the pinned `file` and with what we wrote last.

    A file that `receipt` vouches for is not read. Without a pinned blob nothing can be
    called the same, without a receipt nothing ours.

    Raises:
        WriteError: what is there cannot be read.
    """
    path = destination / target
    with translating_os_errors(target):
        if leads_through_link(destination, target):
            return _BLOCKED
        try:
            status = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return _MISSING
        if stat.S_ISLNK(status.st_mode):
            return _look_at_link(path, stamp_of(status), file, receipt)
        if not stat.S_ISREG(status.st_mode):
            return _BLOCKED
        stamp = stamp_of(status)
        if receipt is not None and receipt.vouches_for(stamp):
            is_same = is_pinned_content(file, receipt.content, stamp.size)
            state = LocalState.SAME if is_same else LocalState.OURS
            return LocalFile(state=state, stamp=stamp, content=receipt.content)
        return _look_into(path, file, receipt)


def leads_through_link(destination: Path, target: str) -> bool:
    """Tell whether a folder between destination and target is a symlink or a file."""
    folder = destination
    for segment in target.split("/")[:-1]:
        folder /= segment
        try:
            mode = folder.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return False
        if not stat.S_ISDIR(mode):
            return True
    return False


def _look_at_link(
    path: Path, stamp: Stamp, file: LockedFile, receipt: Receipt | None
) -> LocalFile:
    content = link_content(os.fsencode(path.readlink()), like=file.blob or "")
    if file.symlink is not None and is_pinned_content(file, content, stamp.size):
        state = LocalState.SAME
    elif receipt is not None and content in receipt.ours:
        state = LocalState.OURS
    else:
        return _BLOCKED
    return LocalFile(state=state, stamp=stamp, content=content, is_news=True)


def _look_into(path: Path, file: LockedFile, receipt: Receipt | None) -> LocalFile:
    try:
        with _opened(path) as (opened, stamp):
            if stamp is None:
                return _BLOCKED
            content = _pinned_content(opened, stamp.size, file)
            state = LocalState.SAME
            if not content and receipt is not None and receipt.ours:
                state = LocalState.OURS
                content = _our_content(opened, stamp.size, receipt, file.blob or "")
    except FileNotFoundError:
        return _MISSING
    if content:
        return LocalFile(state=state, stamp=stamp, content=content, is_news=True)
    if file.symlink is not None:
        return _BLOCKED
    return LocalFile(state=LocalState.DIFFERENT, stamp=stamp)


@contextmanager
def _opened(path: Path) -> Generator[tuple[BinaryIO, Stamp | None]]:
    """Open a file for reading with its status; None if it is no regular file."""
    with os.fdopen(os.open(path, READ), "rb", buffering=0) as opened:
        status = os.fstat(opened.fileno())
        is_regular = stat.S_ISREG(status.st_mode)
        yield opened, stamp_of(status) if is_regular else None


def _pinned_content(opened: BinaryIO, size: int, file: LockedFile) -> str:
    """Return the content id if it is the pinned one, else an empty string."""
    if file.symlink is not None or not file.blob:
        return ""
    if file.lfs:
        is_same = size == file.lfs.size and _sha256_of(opened) == file.lfs.oid
        return lfs_content(file.lfs.oid) if is_same else ""
    if file.size is None or size == file.size:
        found = _blob_oid_of(opened, size, like=file.blob)
        return found if found == file.blob else ""
    if file.keep_pointer or file.size != _pointer_size(size):
        return ""
    content = lfs_content(_sha256_of(opened))
    return content if is_pinned_content(file, content, size) else ""


def _pointer_size(size: int) -> int:
    """Return the bytes of the pointer of an object of `size` bytes."""
    return len(pointer_text("0" * 64, size))


def _our_content(opened: BinaryIO, size: int, receipt: Receipt, like: str) -> str:
    """Return the content id if it is one of the receipt, else an empty string."""
    opened.seek(0)
    digest, hasher = hashlib.sha256(), BlobHasher(size, like=like)
    while block := opened.read(_BLOCK):
        digest.update(block)
        hasher.update(block)
    oid = digest.hexdigest()
    ids = (hasher.oid(), lfs_content(oid))
    if found := next((each for each in ids if each in receipt.ours), ""):
        return found
    # It was announced by its pointer, and the run was killed before it told more.
    if pointer_blob(oid, size, like=like) in receipt.ours:
        return lfs_content(oid)
    return ""


def _blob_oid_of(opened: BinaryIO, size: int, *, like: str) -> str:
    """Return the git blob id; `size` is hashed first, as git does."""
    hasher = BlobHasher(size, like=like)
    while block := opened.read(_BLOCK):
        hasher.update(block)
    return hasher.oid()


def _sha256_of(opened: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := opened.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def read_local(destination: Path, target: str, *, most: int) -> bytes:
    """Return the bytes of a regular file below the destination; no link is followed.

    Raises:
        WriteError: it is not there, is something else, has more than `most` bytes, or
            cannot be read.
    """
    shown = strip_controls(target)
    with translating_os_errors(target):
        if leads_through_link(destination, target):
            raise WriteError(f"“{shown}” lies behind a link.", path=target)
        with _opened(destination / target) as (opened, stamp):
            if stamp is None:
                raise WriteError(f"“{shown}” is no regular file.", path=target)
            # It may grow while it is read.
            data = opened.read(most + 1) if stamp.size <= most else None
    if data is None or len(data) > most:
        raise WriteError(f"“{shown}” has more than {most:,} bytes.", path=target)
    return data


def restore_mode(destination: Path, target: str, file: LockedFile) -> None:
    """Set or clear the executable bits if they differ: a mode is no edit.

    Raises:
        WriteError: it is not there, or the operating system refuses.
    """
    with translating_os_errors(target):
        # Most are right, so the folder is only held where there is something to do.
        if _mode_to_set((destination / target).lstat(), file) is None:
            return
        with Folder(destination, target, makes=False) as folder:
            descriptor = folder.read(folder.name)
            try:
                mode = _mode_to_set(os.fstat(descriptor), file)
                if mode is not None:
                    os.fchmod(descriptor, mode)
            finally:
                os.close(descriptor)


def _mode_to_set(status: os.stat_result, file: LockedFile) -> int | None:
    """Return the mode that the file should have; None if that of `status` will do."""
    mode = stat.S_IMODE(status.st_mode)
    if bool(mode & stat.S_IXUSR) == file.executable or os.name == "nt":
        return None
    return mode | (mode & 0o444) >> 2 if file.executable else mode & ~0o111


def remove_file(destination: Path, target: str) -> None:
    """Remove one file or link below the destination.

    Raises:
        WriteError: it is not there, or the operating system refuses.
    """
    with (
        Folder(destination, target, makes=False) as folder,
        translating_os_errors(target),
    ):
        folder.remove(folder.name)
