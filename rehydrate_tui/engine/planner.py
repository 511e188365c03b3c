"""Manifest and disk to a plan: looked at here, decided in the domain."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from rehydrate_tui.domain.manifest import LockedFile, Manifest, Source
from rehydrate_tui.domain.manifest_reader import check_targets
from rehydrate_tui.domain.names import clashing_targets
from rehydrate_tui.domain.objects import ObjectId
from rehydrate_tui.domain.paths import (
    MAX_NAME_BYTES,
    MAX_PATH_BYTES,
    RepoPath,
    find_collisions,
    symlink_escapes,
)
from rehydrate_tui.domain.plan import (
    Action,
    ConflictPolicy,
    DownloadPlan,
    LocalState,
    PlannedFile,
    decide_action,
)
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.errors import (
    DestinationError,
    LocalError,
    UnsafePathError,
    WriteError,
)
from rehydrate_tui.storage.disk import free_space, nearest_folder
from rehydrate_tui.storage.ground import Found, Ground
from rehydrate_tui.storage.probe import probe_names
from rehydrate_tui.storage.receipts import ReceiptIndex
from rehydrate_tui.storage.volumes import measure_volumes


class _Wanted(NamedTuple):
    """One file of a manifest with everything that its source adds."""

    source: Source
    commit: ObjectId
    file: LockedFile
    target: str


def make_plan(
    manifest: Manifest,
    destination: Path,
    policy: ConflictPolicy,
    index: ReceiptIndex | None = None,
) -> DownloadPlan:
    """Decide about every file of a pinned manifest. Touches nothing.

    Without an `index` every file that differs is taken for an edit.

    Raises:
        ManifestValueError: two files would have one place.
        DestinationError: the destination is a file, or not writable.
    """
    check_targets(manifest.sources)
    _check_destination(destination)
    wanted = _wanted_files(manifest)
    ground = Ground.survey(destination, index)
    collisions = find_collisions(each.target for each in wanted)
    clashes = _clashes(wanted, destination) if collisions else {}
    with _without_collecting():
        files = _plan_files(wanted, ground, policy, clashes)
    return DownloadPlan(
        destination=str(destination),
        files=(*files, *_refused_files(manifest)),
        policy=policy,
        free_bytes=free_space(destination),
        notes=(*manifest.warnings, *_collision_notes(collisions)),
        volumes=measure_volumes(destination, files, ground.parts),
    )


@contextmanager
def _without_collecting() -> Generator[None]:
    """Make many values without looking for circles among them.

    There are none, and looking stops every thread for a quarter of a second when there
    are 59,000 files: also the one whose event loop draws a screen.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _check_destination(destination: Path) -> None:
    shown = strip_controls(str(destination))
    if len(os.fsencode(destination)) > MAX_PATH_BYTES or any(
        len(os.fsencode(part)) > MAX_NAME_BYTES for part in destination.parts
    ):
        raise DestinationError(
            f"“{shorten(shown, 100)}” is too long for the path of a folder.",
            path=str(destination),
            hint="Choose a shorter one with --dest.",
        )
    folder = nearest_folder(destination)
    places = (destination, *destination.absolute().parents)
    for above in takewhile(lambda each: each != folder, places):
        # Another replay may have made the folder since.
        if os.path.lexists(above) and not os.path.isdir(above):  # noqa: PTH112
            raise DestinationError(
                f"“{strip_controls(str(above))}” is no folder, so nothing can be put "
                "below it.",
                path=str(destination),
                hint="Choose a folder with --dest.",
            )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DestinationError(
            f"“{shown}” is not writable.",
            path=str(destination),
            hint="Choose a folder that you may write to with --dest.",
        )


def _wanted_files(manifest: Manifest) -> list[_Wanted]:
    return [
        _Wanted(source, source.commit, file, source.target(file))
        for source in manifest.sources
        if source.commit is not None
        for file in source.files
    ]


def _refused_files(manifest: Manifest) -> Iterator[PlannedFile]:
    """Yield what was chosen but has a name that must not be written."""
    for source in manifest.sources:
        for error in source.refused:
            yield PlannedFile(
                repo=source.repository,
                commit=source.commit or ObjectId(""),
                file=LockedFile(path=RepoPath(error.path)),
                target=strip_controls(error.path),
                action=Action.REFUSE,
                state=LocalState.MISSING,
                error=error,
            )


def _clashes(wanted: list[_Wanted], destination: Path) -> dict[str, UnsafePathError]:
    """Return an error for each file that has no place of its own on this disk."""
    rules = probe_names(nearest_folder(destination))
    clashes = clashing_targets((each.target for each in wanted), rules)
    return {
        target: UnsafePathError(
            f"“{strip_controls(target)}” has no place of its own here: this disk takes "
            f"its name for that of “{strip_controls(other)}”.",
            path=target,
            hint="Give it another name with to = “…” in the manifest.",
        )
        for target, other in clashes.items()
    }


def _plan_files(
    wanted: list[_Wanted],
    ground: Ground,
    policy: ConflictPolicy,
    clashes: Mapping[str, UnsafePathError],
) -> tuple[PlannedFile, ...]:
    found = ground.look_at_all((each.target, each.file) for each in wanted)
    return tuple(
        _plan_file(
            each, clashes.get(each.target) or _unsafe_link(each) or local, policy
        )
        for each, local in zip(wanted, found, strict=True)
    )


def _plan_file(wanted: _Wanted, found: Found, policy: ConflictPolicy) -> PlannedFile:
    if isinstance(found, LocalError):
        # Nothing local is in the way of what must not be made.
        is_unsafe = isinstance(found, UnsafePathError)
        state = LocalState.MISSING if is_unsafe else LocalState.BLOCKED
        action, error, local = Action.REFUSE, found, None
    else:
        state, local, error = found.state, found, None
        action = decide_action(state, policy)
        if action is Action.REFUSE:
            error = _in_the_way(wanted.target, state)
    return PlannedFile(
        wanted.source.repository,
        wanted.commit,
        wanted.file,
        wanted.target,
        action,
        state,
        error,
        local,
    )


def _unsafe_link(wanted: _Wanted) -> UnsafePathError | None:
    text = wanted.file.symlink
    if text is None or not symlink_escapes(wanted.target, text):
        return None
    return UnsafePathError(
        f"“{strip_controls(wanted.target)}” is a link to “{strip_controls(text)}”, "
        "which is outside of the folder.",
        path=wanted.target,
        hint="It was not made.",
    )


def _in_the_way(target: str, state: LocalState) -> LocalError:
    shown = strip_controls(target)
    if state is LocalState.DIFFERENT:
        return WriteError(f"“{shown}” differs from the manifest.", path=target)
    return WriteError(
        f"At “{shown}” a folder, a link or a special file is in the way.",
        path=target,
        hint="It is never followed or removed: move it away.",
    )


def _collision_notes(pairs: list[tuple[str, str]]) -> list[str]:
    return [
        f"“{strip_controls(first)}” and “{strip_controls(second)}” differ in case or "
        "accents only: not every file system keeps both."
        for first, second in pairs
    ]
