"""A Git LFS batch to download links, each object for itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.remote_values import LfsDownload
from rehydrate_tui.errors import PathNotFoundError, PayloadError, RemoteError
from rehydrate_tui.github.answers import Answer
from rehydrate_tui.github.json_fields import (
    document_of,
    list_of,
    object_of,
    text_of,
    wrong,
)

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")
# A tuple, because the code of a strange server may be unhashable.
_GONE = (404, 410)
_LONGEST_LIFE = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """The answer, and what holds for all objects in it."""

    answer: Answer
    now: float
    needed_token: bool


def lfs_downloads_from(
    answer: Answer,
    pointers: Sequence[LfsPointer],
    *,
    now: float = 0.0,
    needed_token: bool = False,
) -> list[LfsDownload | RemoteError]:
    """Read a Git LFS batch; the order is that of `pointers`.

    In the place of an object that the server will not give stands why.

    Raises:
        PayloadError: the answer is not a batch.
    """
    batch = _Batch(answer=answer, now=now, needed_token=needed_token)
    items = list_of(document_of(answer).get("objects"), answer, "objects")
    by_oid: dict[str, tuple[dict[str, object], str]] = {}
    for index, item in enumerate(items):
        where = f"objects[{index}]"
        found = object_of(item, answer, where)
        by_oid[text_of(found, "oid", answer, f"{where}.")] = (found, where)
    return [_result(pointer, by_oid.get(pointer.oid), batch) for pointer in pointers]


def _result(
    pointer: LfsPointer, found: tuple[dict[str, object], str] | None, batch: _Batch
) -> LfsDownload | RemoteError:
    if found is None:
        return PayloadError(
            f"The Git LFS server said nothing about object {pointer.oid}.",
            url=batch.answer.url,
        )
    try:
        return _download(pointer, *found, batch)
    except RemoteError as error:
        return error


def _download(
    pointer: LfsPointer, item: dict[str, object], where: str, batch: _Batch
) -> LfsDownload:
    answer = batch.answer
    if "error" in item:
        raise _object_error(pointer, item["error"], answer)
    actions = object_of(item.get("actions"), answer, f"{where}.actions")
    action = object_of(actions.get("download"), answer, f"{where}.actions.download")
    header_path = f"{where}.actions.download.header"
    given = object_of(action.get("header") or {}, answer, header_path)
    headers: list[tuple[str, str]] = []
    for name, value in given.items():
        is_safe = (
            _HEADER_NAME.fullmatch(name)
            and isinstance(value, str)
            and _HEADER_VALUE.fullmatch(value)
        )
        if not is_safe:
            raise wrong(answer, header_path)
        headers.append((name, cast("str", value)))
    href = text_of(action, "href", answer, f"{where}.actions.download.")
    return LfsDownload(
        pointer=pointer,
        href=href,
        headers=tuple(headers),
        needed_token=batch.needed_token,
        expires_at=_expiry(action, batch.now),
    )


def _expiry(action: dict[str, object], now: float) -> float | None:
    """Return when a link ends; `expires_in` counts on our own clock and comes first."""
    seconds = action.get("expires_in")
    if isinstance(seconds, int) and 0 < seconds <= _LONGEST_LIFE:
        return now + seconds
    try:
        moment = datetime.fromisoformat(
            str(action.get("expires_at")).replace("Z", "+00:00")
        )
        return moment.timestamp() if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _object_error(pointer: LfsPointer, error: object, answer: Answer) -> RemoteError:
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
