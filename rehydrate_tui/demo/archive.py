"""Writes archives as `git archive` does, as a stream."""

from __future__ import annotations

import io
import re
import stat
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from rehydrate_tui.demo.attributes import CommitAttributes, ExportRules
from rehydrate_tui.demo.collector import Collector
from rehydrate_tui.demo.objects import CommitInfo, Entry
from rehydrate_tui.demo.repository import Found, Repository
from rehydrate_tui.demo.substitution import substitute

_GZIP = 16 + zlib.MAX_WBITS
_CHUNK = 65_536
_LONE_LF = re.compile(rb"(?<!\r)\n")
_TREE_MODE = 0o775
_FILE_MODE = 0o664


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveEntry:
    """One member of an archive."""

    path: bytes
    entry: Entry
    data: bytes


def archive_entries(
    repository: Repository, commit: CommitInfo
) -> Iterator[ArchiveEntry]:
    """Go through what an archive of a commit holds, attributes applied.

    A directory comes before its content and only if something is left in it.
    """
    attributes = CommitAttributes(repository, commit.oid)
    waiting: list[Found] = []
    for found, rules in _kept(repository, attributes, commit.tree, b""):
        waiting = [item for item in waiting if found.path.startswith(item.path + b"/")]
        if found.entry.kind == "tree":
            waiting.append(found)
            continue
        for folder in waiting:
            yield ArchiveEntry(path=folder.path, entry=folder.entry, data=b"")
        waiting = []
        yield ArchiveEntry(
            path=found.path,
            entry=found.entry,
            data=_exported(repository, commit, found, rules),
        )


def _kept(
    repository: Repository, attributes: CommitAttributes, tree: str, prefix: bytes
) -> Iterator[tuple[Found, ExportRules]]:
    for entry in repository.objects.tree(tree):
        path = prefix + entry.name
        rules = attributes.rules(path)
        if rules.is_ignored:
            continue
        yield Found(path, entry), rules
        if entry.kind == "tree":
            yield from _kept(repository, attributes, entry.oid, path + b"/")


def _exported(
    repository: Repository, commit: CommitInfo, found: Found, rules: ExportRules
) -> bytes:
    if found.entry.kind == "commit":
        return b""
    data = repository.objects.blob(found.entry.oid)
    if found.entry.is_link:
        return data
    # git converts line ends first and expands afterwards
    if rules.has_crlf:
        data = _LONE_LF.sub(b"\r\n", data)
    return substitute(data, commit) if rules.is_substituted else data


def tar_gz(repository: Repository, commit: CommitInfo, top: str) -> Iterator[bytes]:
    """Write a gzip-compressed tar archive below one top folder."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    for block in _tar(repository, commit, top):
        for start in range(0, len(block), _CHUNK):
            squeezed = compressor.compress(block[start : start + _CHUNK])
            if squeezed:
                yield squeezed
    yield compressor.flush()


def _tar(repository: Repository, commit: CommitInfo, top: str) -> Iterator[bytes]:
    buffer = Collector()
    with tarfile.open(
        fileobj=buffer,
        mode="w|",
        format=tarfile.PAX_FORMAT,
        encoding="utf-8",
        errors="surrogateescape",
        bufsize=tarfile.BLOCKSIZE,
    ) as tar:
        _add_comment(tar, commit.oid)
        tar.addfile(_directory(f"{top}/", commit))
        for item in archive_entries(repository, commit):
            info = _member(top, item, commit)
            tar.addfile(info, io.BytesIO(item.data) if info.isreg() else None)
            yield buffer.take()
    yield buffer.take()


def _add_comment(tar: tarfile.TarFile, oid: str) -> None:
    """Write the global header from which `git get-tar-commit-id` reads the commit."""
    record = f"52 comment={oid}\n".encode()
    info = tarfile.TarInfo("pax_global_header")
    info.type = tarfile.XGLTYPE
    info.mode = 0o666
    info.size = len(record)
    tar.addfile(info, io.BytesIO(record))


def _directory(name: str, commit: CommitInfo) -> tarfile.TarInfo:
    info = _info(name, commit)
    info.type = tarfile.DIRTYPE
    info.mode = _TREE_MODE
    return info


def _member(top: str, item: ArchiveEntry, commit: CommitInfo) -> tarfile.TarInfo:
    name = f"{top}/{item.path.decode('utf-8', 'surrogateescape')}"
    if item.entry.kind != "blob":
        # a submodule is an empty directory
        return _directory(name, commit)
    info = _info(name, commit)
    if item.entry.is_link:
        info.type = tarfile.SYMTYPE
        info.mode = 0o777
        info.linkname = item.data.decode("utf-8", "surrogateescape")
        return info
    executable = item.entry.mode & stat.S_IXUSR
    info.mode = _TREE_MODE if executable else _FILE_MODE
    info.size = len(item.data)
    return info


def _info(name: str, commit: CommitInfo) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.mtime = commit.committer.seconds
    info.uname = info.gname = "root"
    return info
