"""Plain tables to a `Manifest`: every check, every error with its key path.

A manifest is untrusted input. Nothing passes that could write outside of the
destination, carry a secret, or name one local file twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, cast

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.manifest import SCHEMA_VERSION, LockedFile, Manifest, Source
from rehydrate_tui.domain.objects import (
    DEFAULT_HOST,
    ObjectId,
    RepoId,
    is_host,
    is_object_id,
    is_owner,
    is_repository_name,
)
from rehydrate_tui.domain.paths import RepoPath, all_folders, unsafe_reason
from rehydrate_tui.domain.table import MAX_SIZE, Table
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.domain.transport_cost import TreeSize
from rehydrate_tui.errors import ManifestValueError, ManifestVersionError

MAX_ENTRIES = 200_000

_PLAIN_KEYS = {"path", "blob", "size"}
_FILE_KEYS = {"path", "blob", "size", "to", "executable", "symlink", "lfs"}
_SOURCE_KEYS = {
    "repository",
    "host",
    "ref",
    "commit",
    "tree_files",
    "tree_size",
    "include",
    "into",
    "file",
}
_SHA256_LENGTH = 64


def manifest_from_dict(data: Mapping[str, Any]) -> Manifest:
    """Check the plain form of a manifest and return its values.

    Raises:
        ManifestVersionError: it was written by a newer version.
        ManifestValueError: a key is missing, mistyped or unsafe; nothing may be
            downloaded from it.
    """
    top = Table(data, "")
    version = top.required("version", int)
    if version > SCHEMA_VERSION:
        raise ManifestVersionError(
            f"The manifest has version {version}, this program reads {SCHEMA_VERSION}.",
            key_path="version",
            hint="Upgrade with: pip install -U rehydrate-tui",
        )
    if version != SCHEMA_VERSION:
        raise top.error("version", f"there is no version {version}", "version = 1")
    tables = top.tables("source", "[[source]] with a repository")
    sources = tuple(_read_source(table) for table in tables)
    if sum(len(source.files) for source in sources) > MAX_ENTRIES:
        raise ManifestValueError(
            f"The manifest lists more than {MAX_ENTRIES:,} files.",
            key_path="source",
            hint="Split it into several manifests.",
        )
    check_targets(sources)
    extra = top.unknown_keys({"version", "source"})
    return Manifest(sources=sources, warnings=tuple(top.warnings), extra=extra)


def _read_source(table: Table) -> Source:
    repository = _read_repository(table)
    commit = table.optional("commit", str)
    if commit is not None and not is_object_id(commit):
        raise table.error("commit", "is no full commit id", "40 lower-case hex digits")
    into = table.optional("into", str)
    source = Source(
        repository=repository,
        ref=_read_ref(table),
        commit=ObjectId(commit) if commit else None,
        tree=_read_tree(table),
        include=table.strings("include"),
        into=None if into in {None, ".", ""} else _read_path(table, "into"),
        files=_read_files(table),
        extra=table.unknown_keys(_SOURCE_KEYS),
    )
    if not source.files and not source.include:
        raise table.error(
            "file", "names no file", "[[source.file]] tables or an include rule"
        )
    return source


def _read_repository(table: Table) -> RepoId:
    text = table.required("repository", str)
    owner, _, name = text.partition("/")
    if not (is_owner(owner) and is_repository_name(name)):
        shown = strip_controls(text)
        raise table.error("repository", f"“{shown}” is no repository", "owner/name")
    host = table.optional("host", str) or DEFAULT_HOST
    if not is_host(host):
        shown = strip_controls(host)
        raise table.error("host", f"“{shown}” is no host name", "github.example.com")
    return RepoId(owner, name, host)


def _read_ref(table: Table) -> str | None:
    ref = table.optional("ref", str)
    if ref is not None and (not ref or strip_controls(ref) != ref or " " in ref):
        raise table.error("ref", "is no branch, tag or commit", 'ref = "main"')
    return ref


def _read_tree(table: Table) -> TreeSize | None:
    """Read how much the commit holds; half of that is of no use, and left out."""
    files, size = table.size("tree_files"), table.size("tree_size")
    return None if files is None or size is None else TreeSize(files=files, size=size)


def _read_path(table: Table, key: str) -> RepoPath:
    path = table.required(key, str)
    reason = unsafe_reason(path)
    if reason:
        shown = strip_controls(path)
        raise table.error(
            key, f"“{shown}” is refused: {reason}", "a path below the destination"
        )
    return RepoPath(path)


def _read_files(table: Table) -> tuple[LockedFile, ...]:
    """Read all files; one with nothing special needs none of the long way's words."""
    return tuple(
        _read_plain_file(each) or _read_file(table.below(each, f"file[{position}]"))
        for position, each in enumerate(table.maps("file", "", empty=True))
    )


def _read_plain_file(data: Mapping[str, Any]) -> LockedFile | None:
    """Read a file that has the three usual keys, all right; None for any other."""
    if set(data) != _PLAIN_KEYS:
        return None
    path, blob, size = data["path"], data["blob"], data["size"]
    is_right = (
        type(path) is str
        and type(blob) is str
        and type(size) is int
        and 0 <= size <= MAX_SIZE
        and is_object_id(blob)
        and not unsafe_reason(path)
    )
    if not is_right:
        return None
    return LockedFile(path=RepoPath(path), blob=ObjectId(blob), size=size)


def _read_file(table: Table) -> LockedFile:
    blob = table.optional("blob", str)
    if blob is not None and not is_object_id(blob):
        raise table.error("blob", "is no full blob id", "40 lower-case hex digits")
    keep_pointer = table.data.get("lfs") is False
    lfs, lfs_extra = _read_lfs(table)
    return LockedFile(
        path=_read_path(table, "path"),
        blob=ObjectId(blob) if blob else None,
        size=table.size("size"),
        to=_read_path(table, "to") if table.has("to") else None,
        executable=table.optional("executable", bool) or False,
        symlink=table.optional("symlink", str),
        lfs=lfs,
        keep_pointer=keep_pointer,
        lfs_extra=lfs_extra,
        extra=table.unknown_keys(_FILE_KEYS),
    )


def _read_lfs(table: Table) -> tuple[LfsPointer | None, Mapping[str, Any]]:
    value = table.data.get("lfs")
    if value is None or value is False:
        return None, {}
    if not isinstance(value, dict):
        raise table.error(
            "lfs", "is neither a table nor false", "{ oid = …, size = … }"
        )
    inner = table.below(cast("Mapping[str, Any]", value), "lfs")
    oid = inner.required("oid", str)
    if len(oid) != _SHA256_LENGTH or not is_object_id(oid):
        raise inner.error("oid", "is no SHA-256", "64 lower-case hex digits")
    size = inner.size("size")
    if size is None:
        raise inner.error("size", "is missing", "the bytes of the object")
    return LfsPointer(oid, size), inner.unknown_keys({"oid", "size"})


def check_targets(sources: Sequence[Source]) -> None:
    """Refuse sources of which two files, or a file and a folder, share a place.

    Raises:
        ManifestValueError: they do; the key path is that of the later one.
    """
    every = [source.target(file) for source in sources for file in source.files]
    targets = set(every)
    if len(targets) < len(every) or targets & all_folders(targets):
        _name_first_clash(sources)


def _name_first_clash(sources: Sequence[Source]) -> NoReturn:
    targets: dict[str, str] = {}
    for number, source in enumerate(sources):
        for position, file in enumerate(source.files):
            where = f"source[{number}].file[{position}]"
            first = targets.setdefault(source.target(file), where)
            if first != where:
                shown = strip_controls(source.target(file))
                raise ManifestValueError(
                    f"“{shown}” is already written by {first}.",
                    key_path=where,
                    hint="Give one of them another place with to = “…”.",
                )
    folder, where = next(
        (folder, where)
        for target, where in targets.items()
        for folder in sorted(all_folders([target]), reverse=True)
        if folder in targets
    )
    raise ManifestValueError(
        f"“{strip_controls(folder)}” is needed as a folder here, but a file "
        f"by {targets[folder]}.",
        key_path=where,
        hint="Give one of them another place with to = “…”.",
    )
