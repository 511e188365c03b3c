"""`--status`: every file of a manifest, looked at; nothing is changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from rehydrate_tui.domain.manifest import LockedFile, Manifest, Source
from rehydrate_tui.domain.objects import ObjectId, is_object_id
from rehydrate_tui.domain.plan import LocalState
from rehydrate_tui.domain.status import (
    FileState,
    FileStatus,
    StatusReport,
    Upstream,
    compare_upstream,
    decide_state,
)
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.engine.ports import Remote
from rehydrate_tui.errors import (
    LocalError,
    NotFoundError,
    PayloadError,
    RefNotFoundError,
)
from rehydrate_tui.storage.ground import Found, Ground
from rehydrate_tui.storage.receipts import ReceiptIndex

Blobs = Mapping[str, ObjectId]

_IN_THE_WAY = "a folder, a link or a special file is in its place"


async def take_status(
    manifest: Manifest,
    destination: Path,
    upstream: Mapping[int, Blobs] | None,
    index: ReceiptIndex | None = None,
) -> StatusReport:
    """Compare a pinned manifest with the disk.

    Args:
        manifest: what should be there.
        destination: the folder that its files go below.
        upstream: blobs by path of the sources that were asked for, by their place in
            the manifest; None when nothing was asked.
        index: what was written earlier; None: every file that differs is an edit.
    """
    files = await asyncio.to_thread(_look, manifest, destination, upstream, index)
    refused = tuple(
        FileStatus(
            path=error.path,
            target=error.path,
            size=0,
            state=FileState.MISSING,
            note=str(error),
        )
        for source in manifest.sources
        for error in source.refused
    )
    return StatusReport(
        destination=str(destination), files=files + refused, notes=manifest.warnings
    )


def _look(
    manifest: Manifest,
    destination: Path,
    upstream: Mapping[int, Blobs] | None,
    index: ReceiptIndex | None,
) -> tuple[FileStatus, ...]:
    ground = Ground.survey(destination, index)
    wanted = [
        (number, source.target(file), file)
        for number, source in enumerate(manifest.sources)
        for file in source.files
    ]
    found = ground.look_at_all((target, file) for _, target, file in wanted)
    return tuple(
        _status(target, file, local, _upstream(file, number, upstream))
        for (number, target, file), local in zip(wanted, found, strict=True)
    )


def _upstream(
    file: LockedFile, number: int, upstream: Mapping[int, Blobs] | None
) -> Upstream | None:
    if upstream is None:
        return None
    # A source that was not asked for follows a commit, which never changes.
    blobs = upstream.get(number)
    return Upstream.SAME if blobs is None else compare_upstream(file, blobs)


def _status(
    target: str, file: LockedFile, found: Found, upstream: Upstream | None
) -> FileStatus:
    note = ""
    if isinstance(found, LocalError):
        local, note = LocalState.BLOCKED, str(found)
    else:
        local = found.state
    if local is LocalState.BLOCKED:
        note = note or _IN_THE_WAY
    return FileStatus(
        path=file.path,
        target=target,
        size=file.content_size,
        state=decide_state(local, upstream),
        upstream=upstream,
        note=note,
    )


async def read_upstream(
    manifest: Manifest, remote_of: Callable[[str], Remote], *, max_requests: int
) -> dict[int, Blobs]:
    """List what the refs of all sources have now: one API request for each ref.

    A source that follows a commit id cannot become outdated; it is not asked for and
    left out of the answer.

    Raises:
        RemoteError: a repository or ref is not there, or is too large to be listed.
    """
    listed: dict[tuple[str, str], Blobs] = {}
    answers: dict[int, Blobs] = {}
    for number, source in enumerate(manifest.sources):
        ref = source.ref or "HEAD"
        if is_object_id(ref.lower()):
            continue
        key = (str(source.repository), ref)
        if key not in listed:
            remote = remote_of(source.repository.host)
            listed[key] = await _list(remote, source, ref, max_requests)
        answers[number] = listed[key]
    return answers


async def _list(remote: Remote, source: Source, ref: str, max_requests: int) -> Blobs:
    if ref in {".", ".."}:
        raise RefNotFoundError(f"{source.repository} has no ref “{ref}”.")
    try:
        # The API takes a ref where a tree is named: that saves asking for its commit.
        tree = await remote.list_tree(
            source.repository, ObjectId(ref), max_requests=max_requests
        )
    except NotFoundError as error:
        # One request cannot tell which of the two is missing.
        raise RefNotFoundError(
            f"{source.repository} has no “{strip_controls(ref)}” that this caller may "
            "see.",
            url=error.url,
            status=error.status,
            hint="Branch or repository was deleted, renamed or made private.",
        ) from error
    if tree.is_truncated:
        raise PayloadError(
            f"{source.repository} at {strip_controls(ref)} is too large for GitHub to "
            "list whole, so nobody can tell what changed.",
            hint="Set GH_TOKEN for a larger quota, or leave --remote out.",
        )
    return {tree.path(node): tree.entry(node).oid for node in tree.files()}
