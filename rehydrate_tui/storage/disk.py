"""Free space, asked of the nearest folder that exists."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import DestinationError, LocalError
from rehydrate_tui.storage.translate import translating_os_errors


def nearest_folder(path: Path) -> Path:
    """Return `path`, or the closest folder above it that exists."""
    for folder in (path, *path.absolute().parents):
        # Path.is_dir raises where a name is too long.
        if os.path.isdir(folder):  # noqa: PTH112 - see above
            return folder
    return Path("/")  # pragma: no cover - the root is always a folder


def free_space(path: Path) -> int:
    """Return the bytes that this user may still write where `path` is or will be.

    Raises:
        WriteError: the operating system does not say.
    """
    with translating_os_errors(str(path)):
        return shutil.disk_usage(nearest_folder(path)).free


def make_destination(destination: Path) -> None:
    """Make the folder that all files go below.

    Raises:
        DestinationError: the operating system refuses.
    """
    try:
        with translating_os_errors(str(destination)):
            destination.mkdir(parents=True, exist_ok=True)
    except LocalError as error:
        raise DestinationError(
            f"The folder {strip_controls(error.message)}",
            path=str(destination),
            hint="Choose a folder that you may write to with --dest.",
        ) from error
