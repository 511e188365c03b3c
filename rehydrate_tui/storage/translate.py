"""The border where `OSError` becomes a sentence about a local path."""

from __future__ import annotations

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import LocalError, NoSpaceError, WriteError

_HINTS = {
    errno.EACCES: "Choose a folder that you may write to with --dest.",
    errno.EPERM: "Choose a folder that you may write to with --dest.",
    errno.EROFS: "Choose a folder that you may write to with --dest.",
    errno.ENOTDIR: "A file stands where a folder is needed: move it away.",
    errno.EEXIST: "A file stands where a folder is needed: move it away.",
    errno.EISDIR: "A folder stands where a file is needed: move it away.",
    errno.ENAMETOOLONG: "Choose a shorter --dest, or rename it with to = “…”.",
}


def local_error(error: OSError, path: str, folder: Path | None = None) -> LocalError:
    """Return the error of this package that says what `error` says, about `path`.

    With `folder`, the one that was written to, a disk is asked what it is full of.
    """
    shown = strip_controls(path)
    if error.errno == errno.EDQUOT:
        return NoSpaceError(
            f"Your quota of the disk was used up while writing “{shown}”.",
            path=path,
            hint="Free some space and run it again: what is whole stays.",
        )
    if error.errno == errno.ENOSPC and folder and free_files(folder) == 0:
        return NoSpaceError(
            f"The disk takes no more files, so “{shown}” could not be written: there "
            "is space, but its file system can count no further (inodes).",
            path=path,
            hint="Remove files that nobody needs and run it again: what is whole stays.",
        )
    if error.errno == errno.ENOSPC:
        return NoSpaceError(
            f"The disk filled up while writing “{shown}”.",
            path=path,
            hint="Free some space and run it again: what is whole stays.",
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    return WriteError(
        f"“{shown}”: {reason}.", path=path, hint=_HINTS.get(error.errno or 0, "")
    )


def free_files(folder: Path) -> int | None:
    """Return how many more files a disk takes; None where it does not say."""
    try:
        usage = os.statvfs(folder)
    except (AttributeError, OSError):
        return None
    # File systems that make room for files as they come, such as Btrfs, say 0 of 0.
    return usage.f_favail if usage.f_files else None


@contextmanager
def translating_os_errors(path: str, folder: Path | None = None) -> Generator[None]:
    """Raise `LocalError`s about `path` instead of `OSError`s; see `local_error`.

    Raises:
        NoSpaceError: the disk or the quota is full.
        WriteError: anything else that the operating system refuses.
    """
    try:
        yield
    except OSError as error:
        raise local_error(error, path, folder) from error
