"""The file systems that a run writes to, and what each of them has room for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rehydrate_tui.domain.plan import Action, PlannedFile, Volume
from rehydrate_tui.storage.disk import nearest_folder
from rehydrate_tui.storage.receipts import PartNote
from rehydrate_tui.storage.translate import free_files, translating_os_errors


@dataclass(slots=True)
class _Load:
    """What one file system is to take."""

    folder: Path
    label: str
    new_bytes: int = 0
    new_files: int = 0


def measure_volumes(
    destination: Path, files: Iterable[PlannedFile], parts: Mapping[str, PartNote]
) -> tuple[Volume, ...]:
    """Sum up what a plan puts on each file system; other disks may be mounted below.

    Args:
        destination: the folder that all targets are below.
        files: all files of the plan.
        parts: unfinished files: what will be gone on with is there already.

    Raises:
        WriteError: the operating system does not say.
    """
    loads: dict[int, _Load] = {}
    with translating_os_errors(str(destination)):
        of_folder = {"": _load(loads, destination, str(destination))}
        contents: set[str] = set()
        for planned in files:
            if planned.writes:
                above = planned.target.rpartition("/")[0]
                load = _load_below(loads, of_folder, destination, above)
                load.new_bytes += planned.file.content_size
                load.new_files += planned.action is Action.FETCH
                contents.add(planned.content)
        for path, note in parts.items():
            part = Path(path)
            if note.content in contents and part.is_file():
                _load(loads, part.parent).new_bytes -= part.stat().st_size
        return tuple(_measured(loads.values()))


def _load(loads: dict[int, _Load], folder: Path, label: str = "") -> _Load:
    nearest = nearest_folder(folder)
    device = nearest.stat().st_dev
    return loads.setdefault(device, _Load(nearest, label or str(nearest)))


def _load_below(
    loads: dict[int, _Load], of_folder: dict[str, _Load], destination: Path, folder: str
) -> _Load:
    """Return the file system of a folder; one yet to be made is where its parent is."""
    found = of_folder.get(folder)
    if found is None:
        parent = _load_below(loads, of_folder, destination, folder.rpartition("/")[0])
        path = destination / folder
        found = _load(loads, path) if os.path.isdir(path) else parent  # noqa: PTH112
        of_folder[folder] = found
    return found


def _measured(loads: Iterable[_Load]) -> Iterator[Volume]:
    for load in loads:
        yield Volume(
            folder=load.label,
            free_bytes=shutil.disk_usage(load.folder).free,
            new_bytes=max(0, load.new_bytes),
            free_files=free_files(load.folder),
            new_files=load.new_files,
        )
