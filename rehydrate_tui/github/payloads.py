"""JSON of the hosts to domain values, with the key path in every complaint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

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
from rehydrate_tui.errors import PayloadError
from rehydrate_tui.github.answers import Answer
from rehydrate_tui.github.json_fields import (
    document_of,
    json_of,
    list_of,
    object_of,
    oid_of,
    text_of,
    wrong,
)

_MODES = {mode.value: mode for mode in FileMode}
# Written by old versions of git; git itself reads it as a plain file.
_MODES["100664"] = FileMode.REGULAR


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
    document = document_of(answer)
    full_name = text_of(document, "full_name", answer)
    owner, _, name = full_name.partition("/")
    if not is_owner(owner) or not is_repository_name(name):
        raise wrong(answer, "full_name")
    size = document.get("size")
    return Repository(
        id=RepoId(owner, name, host),
        default_branch=text_of(document, "default_branch", answer),
        is_private=document.get("private") is True,
        size_kb=size if isinstance(size, int) else 0,
    )


def commit_from(answer: Answer) -> ObjectId:
    """Read the id of a commit, as bare text or, from old servers, as JSON.

    Raises:
        PayloadError: the answer is neither.
    """
    if answer.body.lstrip().startswith(b"{"):
        return oid_of(document_of(answer), "sha", answer)
    text = answer.body.decode("ascii", "replace").strip()
    if not is_object_id(text):
        raise wrong(answer, "commit")
    return ObjectId(text)


def ref_from(answer: Answer) -> FoundRef:
    """Read one ref.

    Raises:
        PayloadError: the answer is not one.
    """
    return _ref(document_of(answer), answer, "")


def refs_from(answer: Answer) -> list[FoundRef]:
    """Read a list of refs.

    Raises:
        PayloadError: the answer is not one.
    """
    items = list_of(json_of(answer), answer, "refs")
    return [
        _ref(object_of(item, answer, f"[{index}]"), answer, f"[{index}].")
        for index, item in enumerate(items)
    ]


def listing_from(answer: Answer, prefix: str = "") -> Listing:
    """Read a tree; `prefix` is the path of the directory it lists.

    Raises:
        PayloadError: the answer is not one.
    """
    document = document_of(answer)
    items = list_of(document.get("tree"), answer, "tree")
    start = f"{prefix}/" if prefix else ""
    entries = [_entry(item, start, answer, index) for index, item in enumerate(items)]
    return Listing(entries=entries, is_truncated=document.get("truncated") is True)


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
    fields = object_of(item, answer, where)
    mode, oid, path = fields.get("mode"), fields.get("sha"), fields.get("path")
    if not isinstance(path, str) or not path:
        return wrong(answer, f"{where}.path")
    if not isinstance(mode, str) or mode not in _MODES:
        return wrong(answer, f"{where}.mode")
    if not isinstance(oid, str) or not is_object_id(oid):
        return wrong(answer, f"{where}.sha")
    return wrong(answer, f"{where}.size")


def _ref(document: dict[str, object], answer: Answer, where: str) -> FoundRef:
    name = text_of(document, "ref", answer, where)
    for kind in ("refs/heads/", "refs/tags/"):
        name = name.removeprefix(kind)
    target = object_of(document.get("object"), answer, f"{where}object")
    return FoundRef(
        name=name,
        oid=oid_of(target, "sha", answer, f"{where}object."),
        is_commit=target.get("type") == "commit",
    )
