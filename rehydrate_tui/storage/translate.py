"""The border where `OSError` becomes a sentence about a local path."""

from __future__ import annotations

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager

from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import LocalError, NoSpaceError, WriteError

_FULL = {errno.ENOSPC, errno.EDQUOT}

_HINTS = {
    errno.EACCES: "Choose a folder that you may write to with --dest.",
    errno.EPERM: "Choose a folder that you may write to with --dest.",
    errno.EROFS: "Choose a folder that you may write to with --dest.",
    errno.ENOTDIR: "A file stands where a folder is needed: move it away.",
    errno.EEXIST: "A file stands where a folder is needed: move it away.",
    errno.EISDIR: "A folder stands where a file is needed: move it away.",
    errno.ENAMETOOLONG: "Choose a shorter --dest, or rename it with to = “…”.",
}


def local_error(error: OSError, path: str) -> LocalError:
    """Return the error of this package that says what `error` says, about `path`."""
    shown = strip_controls(path)
    if error.errno in _FULL:
        return NoSpaceError(
            f"The disk filled up while writing “{shown}”.",
            path=path,
            hint="Free some space and run it again: what is whole stays.",
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    return WriteError(
        f"“{shown}”: {reason}.", path=path, hint=_HINTS.get(error.errno or 0, "")
    )


@contextmanager
def translating_os_errors(path: str) -> Generator[None]:
    """Raise `LocalError`s about `path` instead of `OSError`s.

    Raises:
        NoSpaceError: the disk or the quota is full.
        WriteError: anything else that the operating system refuses.
    """
    try:
        yield
    except OSError as error:
        raise local_error(error, path) from error
