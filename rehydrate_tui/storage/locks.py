"""Whether somebody still writes a file: a lock that ends with its process.

Where the platform or the file system has no such locks nobody can tell, and what looks
unfinished is left alone until it is old.
"""

from __future__ import annotations

import errno
import os
import sys
from enum import Enum

if sys.platform != "win32":  # pragma: no branch - Windows has no flock
    import fcntl

_BUSY = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES}


class Lock(Enum):
    """What became of the wish to lock a file."""

    HELD = "held"
    """It is ours until the descriptor is closed."""
    BUSY = "busy"
    """Somebody else holds it."""
    UNKNOWN = "unknown"
    """There are no locks here."""


def lock(descriptor: int) -> Lock:
    """Lock an open file without waiting."""
    if sys.platform == "win32":  # pragma: no cover - see above
        return Lock.UNKNOWN
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return Lock.BUSY if error.errno in _BUSY else Lock.UNKNOWN
    return Lock.HELD


def is_own_single_file(status: os.stat_result) -> bool:
    """Tell whether a file has one name only and belongs to this user.

    What has two names may be finished already: writing to one would change the other.
    """
    return status.st_nlink == 1 and (
        not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
    )
