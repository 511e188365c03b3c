"""Free space, asked of the nearest folder that exists."""

from __future__ import annotations

import shutil
from pathlib import Path

from rehydrate_tui.storage.translate import translating_os_errors


def nearest_folder(path: Path) -> Path:
    """Return `path`, or the closest folder above it that exists."""
    for folder in (path, *path.absolute().parents):
        if folder.is_dir():
            return folder
    return Path("/")


def free_space(path: Path) -> int:
    """Return the bytes that this user may still write where `path` is or will be.

    Raises:
        WriteError: the operating system does not say.
    """
    with translating_os_errors(str(path)):
        return shutil.disk_usage(nearest_folder(path)).free
