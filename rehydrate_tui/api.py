"""What a notebook cell or a script calls: replay, status, update.

The functions work with and without a running event loop, in threads, and can be
interrupted. May import everything but the command line and the terminal interface.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import UsageError
from rehydrate_tui.headless.local_manifests import expand_user
from rehydrate_tui.headless.runner import run_sync
from rehydrate_tui.headless.update import Target, write_pins
from rehydrate_tui.notebook import arguments
from rehydrate_tui.notebook.arguments import (
    Conflict,
    ManifestLike,
    Progress,
    TransportName,
)
from rehydrate_tui.notebook.kernel import show_in_one_line
from rehydrate_tui.notebook.reports import ReplayReport, StatusReport, UpdateReport
from rehydrate_tui.notebook.run import Call, bring, wait_sink
from rehydrate_tui.notebook.secrets import notebook_token
from rehydrate_tui.storage.settings import MOST_JOBS, Settings
from rehydrate_tui.wiring import Connecting, open_session

__all__ = [
    "ReplayReport",
    "StatusReport",
    "UpdateReport",
    "replay",
    "replay_async",
    "status",
    "update",
]

T = TypeVar("T")

_STOPPED = "stopped; what is whole stays, the next call goes on"


def replay(  # noqa: PLR0913 - each is an option of the command line
    manifest: ManifestLike,
    dest: str | os.PathLike[str] = ".",
    *,
    on_conflict: Conflict = "keep",
    max_size: int | str | None = None,
    dry_run: bool = False,
    transport: TransportName = "auto",
    cache: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    offline: bool = False,
    progress: Progress = "auto",
) -> ReplayReport:
    """Bring back everything that a manifest lists, verified byte for byte.

    Works in a notebook cell, a script or a thread. What is here already is not fetched
    again; a pinned public manifest costs no call of the rate-limited API.

    Args:
        manifest: a path; an address such as `owner/repo@main:manifest.toml` or the
            page of that file; TOML text, recognised by its line breaks; a `Manifest`.
        dest: the folder that files go below; it is made if it does not exist.
        on_conflict: what to do with a local file that differs: "keep" it,
            "overwrite" it, "backup" it beside its place, or "fail" before anything
            is touched.
        max_size: refuse to fetch more than this: bytes, or text such as "250MB".
        dry_run: decide about every file, touch nothing.
        transport: "files" one by one, "archive" of their commit in one stream, or
            "auto", whichever is quicker.
        cache: a folder of contents to look into first and to keep them in; whoever may
            read it can read them. "off": none; None: what REHYDRATE_CACHE says.
        jobs: transfers at once at most, 1 to 400; None: as many as help, or what
            REHYDRATE_JOBS says.
        offline: ask nobody: only what is on disk and in the cache.
        progress: "auto" (one display in a notebook, a bar on a terminal, else log
            lines), "bar", "line", "log" or "none".

    Returns:
        A report with one entry for each file; sizes in bytes, times in seconds. With
        `dry_run` the entries say what would be done.

    Raises:
        ReplayIncompleteError: something could not be brought; its `report` has what
            did arrive and why the rest did not.
        UsageError: an argument is wrong, or there is no such manifest.
        ManifestError: the manifest cannot be used; nothing was touched.
        LimitExceededError: more than `max_size` is still to be fetched.
        NoSpaceError: it would not fit on the disk.
        ConflictError: something differs under `on_conflict="fail"`.
        RemoteError: a manifest that is not pinned could not be looked up.
        KeyboardInterrupt: interrupted; what is whole stays, the next call goes on.
    """
    return _finish(
        lambda: replay_async(
            manifest,
            dest,
            on_conflict=on_conflict,
            max_size=max_size,
            dry_run=dry_run,
            transport=transport,
            cache=cache,
            jobs=jobs,
            offline=offline,
            progress=progress,
        )
    )


async def replay_async(  # noqa: PLR0913 - the same as replay
    manifest: ManifestLike,
    dest: str | os.PathLike[str] = ".",
    *,
    on_conflict: Conflict = "keep",
    max_size: int | str | None = None,
    dry_run: bool = False,
    transport: TransportName = "auto",
    cache: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    offline: bool = False,
    progress: Progress = "auto",
) -> ReplayReport:
    """Do what `replay` does, on the running event loop; to be awaited.

    Raises:
        CancelledError: cancelled, in a notebook also by an interrupt; what is whole
            stays, the next call goes on.
        RehydrateError: as `replay`.
    """
    settings = Settings.load(os.environ)
    call = Call(
        destination=expand_user(os.fspath(dest)),
        policy=arguments.policy(on_conflict),
        limits=arguments.limits(max_size, settings),
        is_dry_run=dry_run,
        progress=arguments.progress(progress, settings),
    )
    is_offline = offline or settings.is_set("offline")
    connecting = Connecting(
        wait=settings.wait(None),
        cache=settings.cache(None if cache is None else os.fspath(cache)),
        is_offline=is_offline,
        routing=arguments.routing(transport, settings, is_offline=is_offline),
        watch=wait_sink(call.progress),
    )
    async with _session(
        settings, arguments.jobs(jobs, settings), connecting
    ) as session:
        wanted = await arguments.read(manifest, session, settings)
        return await bring(session, wanted, call)


def status(
    manifest: ManifestLike,
    dest: str | os.PathLike[str] = ".",
    *,
    remote: bool = False,
) -> StatusReport:
    """Tell which files are present, missing or edited; changes nothing.

    Args:
        manifest: as for `replay`.
        dest: the folder that files are looked for below.
        remote: ask also what changed upstream since the pin: one API call for each
            source; a file that is here but moved on there is "outdated".

    Raises:
        UsageError: there is no such manifest.
        ManifestError: the manifest cannot be used.
        RemoteError: with `remote`, or for a manifest that is not pinned: a repository
            could not be asked.
    """

    async def look() -> StatusReport:
        settings = Settings.load(os.environ)
        async with _session(settings, MOST_JOBS) as session:
            pinned = await session.pin(
                await arguments.read(manifest, session, settings)
            )
            folder = expand_user(os.fspath(dest))
            return StatusReport.of(await session.status(pinned, folder, remote=remote))

    return _finish(look)


def update(
    manifest: ManifestLike,
    *,
    output: str | os.PathLike[str] | None = None,
    dry_run: bool = False,
) -> UpdateReport:
    """Pin the newest commit of each source's ref; downloads nothing.

    The include rules are resolved again. Files that are gone upstream leave the
    manifest and stay on disk. Costs two API calls for each source that names its
    ref.

    Args:
        manifest: as for `replay`; a path is written back, if anything changed.
        output: write the new manifest here instead.
        dry_run: show the difference, write nothing.

    Raises:
        UsageError: there is no such manifest, nothing of a source is left, or it is
            not a path and `output` is missing.
        ManifestError: the manifest cannot be used.
        RemoteError: a repository could not be asked.
        LocalError: the new manifest cannot be written; the old one is as it was.
    """
    target = Target(
        path=arguments.update_target(manifest, output), always=output is not None
    )
    if dry_run:
        target = Target(path=None)
    elif target.path is None:
        raise UsageError(
            "The new manifest cannot be written back to where the old one came from.",
            hint="Say where it goes with output=…, or use dry_run=True.",
        )

    async def pin() -> UpdateReport:
        settings = Settings.load(os.environ)
        async with _session(settings, MOST_JOBS) as session:
            found = await session.update(
                await arguments.read(manifest, session, settings)
            )
            return UpdateReport.of(found, write_pins(found, target))

    return _finish(pin)


@asynccontextmanager
async def _session(
    settings: Settings, jobs: int, connecting: Connecting | None = None
) -> AsyncGenerator[Session]:
    session = open_session(
        settings,
        jobs=jobs,
        connecting=connecting or Connecting(wait=settings.wait(None)),
        token_of=notebook_token,
    )
    try:
        yield session
    except asyncio.CancelledError as stop:
        show_in_one_line(stop, _STOPPED)
        raise
    finally:
        await session.aclose()


def _finish(make: Callable[[], Coroutine[Any, Any, T]]) -> T:
    try:
        return run_sync(make)
    except KeyboardInterrupt as stop:
        show_in_one_line(stop, _STOPPED)
        raise
