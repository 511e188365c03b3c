"""Disks of their own, in memory, where this machine lets tests mount them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[bool]:
    """Make a folder and mount a disk there; tells whether this machine allows that.

    Args:
        folder: where the disk will be.
        options: those of the kernel's file system in memory, such as `size=8m`.
    """
    folder.mkdir(parents=True)
    call = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    is_mounted = not subprocess.call(call, stderr=subprocess.DEVNULL)  # noqa: S603 - made here
    try:
        yield is_mounted
    finally:
        if is_mounted:
            unmount = ["umount", "-l", str(folder)]
            subprocess.check_call(unmount)  # noqa: S603 - made here


def close_for_writing(folder: Path) -> None:
    """Make a mounted disk read-only."""
    remount = ["mount", "-o", "remount,ro", str(folder)]
    subprocess.check_call(remount)  # noqa: S603 - made here
