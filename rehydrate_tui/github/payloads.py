"""JSON of the hosts to domain values, with the key path in every complaint."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.objects import (
    FileMode,
    ObjectId,
    RepoId,
    Repository,
    TreeEntry,
    is_object_id,
    is_owner,
    is_repository_name,
)
from rehydrate_tui.domain.remote_values import LfsDownload
from rehydrate_tui.errors import PathNotFoundError, PayloadError, RemoteError
from rehydrate_tui.github.answers import Answer

_MODES = {mode.value: mode for mode in FileMode}
# Written by old versions of git; git itself reads it as a plain file.
_MODES["100664"] = FileMode.REGULAR
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")
# A tuple, because the code of a strange server may be unhashable.
_GONE = (404, 410)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRef:
    """One ref as the API lists it."""

    name: str
    """Without `refs/heads/` or `refs/tags/`."""
    oid: ObjectId
    is_commit: bool
    """False for an annotated tag, whose own id is not that of the commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The entries of one tree answer."""

    entries: Sequence[TreeEntry]
    is_truncated: bool


def repository_from(answer: Answer, host: str) -> Repository:
    """Read a repository.

    Raises:
        PayloadError: the answer is not one.
    """
    document = _document(answer)
    full_name = _text(document, "full_name", answer)
    owner, _, name = full_name.partition("/")
    if not is_owner(owner) or not is_repository_name(name):
        raise _wrong(answer, "full_name")
    size = document.get("size")
    return Repository(
        id=RepoId(owner, name, host),
        default_branch=_text(document, "default_branch", answer),
        is_private=document.get("private") is True,
        size_kb=size if isinstance(size, int) else 0,
    )


def commit_from(answer: Answer) -> ObjectId:
    """Read the id of a commit, as bare text or, from old servers, as JSON.

    Raises:
        PayloadError: the answer is neither.
    """
    if answer.body.lstrip().startswith(b"{"):
        return _oid(_document(answer), "sha", answer)
    text = answer.body.decode("ascii", "replace").strip()
    if not is_object_id(text):
        raise _wrong(answer, "commit")
    return ObjectId(text)


def ref_from(answer: Answer) -> FoundRef:
    """Read one ref.

    Raises:
        PayloadError: the answer is not one.
    """
    return _ref(_document(answer), answer, "")


def refs_from(answer: Answer) -> list[FoundRef]:
    """Read a list of refs.

    Raises:
        PayloadError: the answer is not one.
    """
    items = _list(_json(answer), answer, "refs")
    return [
        _ref(_object(item, answer, f"[{index}]"), answer, f"[{index}].")
        for index, item in enumerate(items)
    ]


def listing_from(answer: Answer, prefix: str = "") -> Listing:
    """Read a tree; `prefix` is the path of the directory it lists.

    Raises:
        PayloadError: the answer is not one.
    """
    document = _document(answer)
    items = _list(document.get("tree"), answer, "tree")
    start = f"{prefix}/" if prefix else ""
    entries = [_entry(item, start, answer, index) for index, item in enumerate(items)]
    return Listing(entries=entries, is_truncated=document.get("truncated") is True)


def lfs_downloads_from(
    answer: Answer, pointers: Sequence[LfsPointer]
) -> list[LfsDownload]:
    """Read a Git LFS batch; the order is that of `pointers`.

    Raises:
        PathNotFoundError: the server lacks an object.
        PayloadError: the answer is not a batch, or leaves an object out.
        RemoteError: the server will not give an object.
    """
    items = _list(_document(answer).get("objects"), answer, "objects")
    by_oid: dict[str, tuple[dict[str, object], str]] = {}
    for index, item in enumerate(items):
        where = f"objects[{index}]"
        found = _object(item, answer, where)
        by_oid[_text(found, "oid", answer, f"{where}.")] = (found, where)
    downloads: list[LfsDownload] = []
    for pointer in pointers:
        if pointer.oid not in by_oid:
            raise PayloadError(
                f"The Git LFS server said nothing about object {pointer.oid}.",
                url=answer.url,
            )
        downloads.append(_lfs_download(pointer, *by_oid[pointer.oid], answer))
    return downloads


def _lfs_download(
    pointer: LfsPointer, item: dict[str, object], where: str, answer: Answer
) -> LfsDownload:
    if "error" in item:
        raise _lfs_object_error(pointer, item["error"], answer)
    actions = _object(item.get("actions"), answer, f"{where}.actions")
    action = _object(actions.get("download"), answer, f"{where}.actions.download")
    header_path = f"{where}.actions.download.header"
    given = _object(action.get("header") or {}, answer, header_path)
    headers: list[tuple[str, str]] = []
    for name, value in given.items():
        is_safe = (
            _HEADER_NAME.fullmatch(name)
            and isinstance(value, str)
            and _HEADER_VALUE.fullmatch(value)
        )
        if not is_safe:
            raise _wrong(answer, header_path)
        headers.append((name, cast("str", value)))
    href = _text(action, "href", answer, f"{where}.actions.download.")
    return LfsDownload(pointer=pointer, href=href, headers=tuple(headers))


def _lfs_object_error(
    pointer: LfsPointer, error: object, answer: Answer
) -> RemoteError:
    code = (
        cast("dict[str, object]", error).get("code") if isinstance(error, dict) else 0
    )
    if code in _GONE:
        return PathNotFoundError(
            f"The Git LFS server does not have object {pointer.oid}.",
            url=answer.url,
            hint="Only its owner can upload it again (git lfs push --all).",
        )
    shown = code if isinstance(code, int) else "unknown"
    return RemoteError(
        f"The Git LFS server refuses object {pointer.oid} (code {shown}).",
        url=answer.url,
    )


def _entry(item: object, start: str, answer: Answer, index: int) -> TreeEntry:
    """Read one entry; there can be 100,000, so the right ones take the short way."""
    fields = cast("dict[str, object]", item)
    try:
        path, oid, mode = (
            fields["path"],
            fields["sha"],
            _MODES[cast("str", fields["mode"])],
        )
        size = fields["size"] if mode.is_blob else 0
    except (KeyError, TypeError):
        raise _wrong_entry(item, answer, index) from None
    if (
        type(path) is str
        and path
        and type(oid) is str
        and is_object_id(oid)
        and type(size) is int
        and size >= 0
    ):
        return TreeEntry(start + path, mode, ObjectId(oid), size)
    raise _wrong_entry(item, answer, index)


def _wrong_entry(item: object, answer: Answer, index: int) -> PayloadError:
    where = f"tree[{index}]"
    fields = _object(item, answer, where)
    mode, oid, path = fields.get("mode"), fields.get("sha"), fields.get("path")
    if not isinstance(path, str) or not path:
        return _wrong(answer, f"{where}.path")
    if not isinstance(mode, str) or mode not in _MODES:
        return _wrong(answer, f"{where}.mode")
    if not isinstance(oid, str) or not is_object_id(oid):
        return _wrong(answer, f"{where}.sha")
    return _wrong(answer, f"{where}.size")


def _ref(document: dict[str, object], answer: Answer, where: str) -> FoundRef:
    name = _text(document, "ref", answer, where)
    for kind in ("refs/heads/", "refs/tags/"):
        name = name.removeprefix(kind)
    target = _object(document.get("object"), answer, f"{where}object")
    return FoundRef(
        name=name,
        oid=_oid(target, "sha", answer, f"{where}object."),
        is_commit=target.get("type") == "commit",
    )


def _json(answer: Answer) -> object:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise PayloadError(
            "The answer is not JSON.", url=answer.url, status=answer.status
        ) from error


def _document(answer: Answer) -> dict[str, object]:
    return _object(_json(answer), answer, "answer")


def _object(value: object, answer: Answer, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _wrong(answer, where)
    return cast("dict[str, object]", value)


def _list(value: object, answer: Answer, where: str) -> list[object]:
    if not isinstance(value, list):
        raise _wrong(answer, where)
    return cast("list[object]", value)


def _text(
    document: dict[str, object], key: str, answer: Answer, where: str = ""
) -> str:
    value = document.get(key)
    if not isinstance(value, str) or not value:
        raise _wrong(answer, f"{where}{key}")
    return value


def _oid(
    document: dict[str, object], key: str, answer: Answer, where: str = ""
) -> ObjectId:
    text = _text(document, key, answer, where)
    if not is_object_id(text):
        raise _wrong(answer, f"{where}{key}")
    return ObjectId(text)


def _wrong(answer: Answer, key_path: str) -> PayloadError:
    return PayloadError(
        f"The answer of the server is not as documented: {key_path} is missing or wrong.",
        url=answer.url,
        status=answer.status,
    )
