"""Writes zip archives below one top folder, as a stream."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from datetime import datetime, timezone

from rehydrate_tui.demo.archive import ArchiveEntry, archive_entries
from rehydrate_tui.demo.collector import Collector
from rehydrate_tui.demo.objects import CommitInfo
from rehydrate_tui.demo.repository import Repository

_UNIX = 3


def zipped(repository: Repository, commit: CommitInfo, top: str) -> Iterator[bytes]:
    """Write a zip archive whose comment is the commit id."""
    sink = Collector()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = commit.oid.encode()
        archive.writestr(_info(f"{top}/", commit, stat.S_IFDIR | 0o755), b"")
        for item in archive_entries(repository, commit):
            archive.writestr(_member(top, item, commit), item.data)
            yield sink.take()
    yield sink.take()


def _member(top: str, item: ArchiveEntry, commit: CommitInfo) -> zipfile.ZipInfo:
    name = f"{top}/{item.path.decode('utf-8', 'replace')}"
    if item.entry.kind != "blob":
        return _info(f"{name}/", commit, stat.S_IFDIR | 0o755)
    return _info(name, commit, item.entry.mode)


def _info(name: str, commit: CommitInfo, mode: int) -> zipfile.ZipInfo:
    moment = datetime.fromtimestamp(commit.committer.seconds, tz=timezone.utc)
    info = zipfile.ZipInfo(name, moment.timetuple()[:6])
    info.create_system = _UNIX
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
