"""What stands on disk where a file should go: looked at, hashed, never followed."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from rehydrate_tui.domain.digest import BlobHasher, blob_oid
from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.plan import LocalState
from rehydrate_tui.storage.translate import translating_os_errors

_BLOCK = 2**18


def local_state(destination: Path, target: str, file: LockedFile) -> LocalState:
    """Compare the disk with the pinned `file`.

    Without a pinned blob nothing can be called the same.

    Raises:
        WriteError: what is there cannot be read.
    """
    path = destination / target
    with translating_os_errors(target):
        if _leads_through_link(destination, target):
            return LocalState.BLOCKED
        try:
            status = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return LocalState.MISSING
        if stat.S_ISLNK(status.st_mode):
            return _link_state(path, file)
        if not stat.S_ISREG(status.st_mode) or file.symlink is not None:
            return LocalState.BLOCKED
        is_same = _has_content(path, status.st_size, file)
    return LocalState.SAME if is_same else LocalState.DIFFERENT


def _leads_through_link(destination: Path, target: str) -> bool:
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


def _link_state(path: Path, file: LockedFile) -> LocalState:
    if file.symlink is None:
        return LocalState.BLOCKED
    text = os.fsencode(path.readlink())
    if file.blob and blob_oid(text, like=file.blob) == file.blob:
        return LocalState.SAME
    return LocalState.BLOCKED


def _has_content(path: Path, size: int, file: LockedFile) -> bool:
    if file.lfs:
        return size == file.lfs.size and sha256_of(path) == file.lfs.oid
    if not file.blob:
        return False
    if file.size is None or size == file.size:
        return blob_oid_of(path, size, like=file.blob) == file.blob
    return not file.keep_pointer and _is_large_object(path, size, file)


def _is_large_object(path: Path, size: int, file: LockedFile) -> bool:
    """Tell whether the pinned blob is the Git LFS pointer of what is on disk.

    A manifest need not say so: whoever replays it gets the object. The pointer of the
    local content has the pinned id then.
    """
    if file.size != len(pointer_text("0" * 64, size)):
        return False
    return (
        blob_oid(pointer_text(sha256_of(path), size), like=file.blob or "") == file.blob
    )


def pointer_text(oid: str, size: int) -> bytes:
    """Return the Git LFS pointer as git-lfs writes it."""
    return (
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n"
    ).encode("ascii")


def blob_oid_of(path: Path, size: int, *, like: str = "") -> str:
    """Return the git blob id of the file; `size` is hashed first, as git does."""
    hasher = BlobHasher(size, like=like)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            hasher.update(block)
    return hasher.oid()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of the file as hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def restore_mode(path: Path, file: LockedFile) -> None:
    """Set or clear the executable bits if they differ: a mode is no edit.

    Raises:
        WriteError: the operating system refuses.
    """
    with translating_os_errors(str(path)):
        mode = stat.S_IMODE(path.stat().st_mode)
        if bool(mode & stat.S_IXUSR) == file.executable or os.name == "nt":
            return
        path.chmod(mode | (mode & 0o444) >> 2 if file.executable else mode & ~0o111)


def remove_file(destination: Path, target: str) -> None:
    """Remove one file or link below the destination.

    Raises:
        WriteError: it is not there, or the operating system refuses.
    """
    with translating_os_errors(target):
        (destination / target).unlink()
