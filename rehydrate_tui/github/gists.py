"""Gists: one answer holds files and revision."""

from __future__ import annotations

from rehydrate_tui.domain.gists import Gist, GistFile
from rehydrate_tui.domain.objects import ObjectId
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.github.absence import Absence
from rehydrate_tui.github.answers import Answer
from rehydrate_tui.github.api import Api
from rehydrate_tui.github.auth import is_private_channel
from rehydrate_tui.github.http import parse_url
from rehydrate_tui.github.json_fields import (
    count_of,
    document_of,
    list_of,
    object_of,
    oid_of,
    text_of,
    words_of,
    wrong,
)
from rehydrate_tui.github.routes import Routes, is_plain_path


async def read_gist(
    api: Api, routes: Routes, absence: Absence, gist: str, revision: str
) -> Gist:
    """Return a gist at a revision, or the newest.

    Raises:
        NotFoundError: there is no such gist or revision.
        RemoteError: the API could not say.
    """
    shown = shorten(strip_controls(f"{gist}/{revision}".rstrip("/")), 100)
    missing = absence.thing(f"gist “{shown}”")
    # Dots alone would lead to another endpoint.
    if not is_plain_path(f"{gist}/{revision or gist}"):
        gist, revision = "-", ""
    answer = await api.get(routes.gist(gist, revision), missing)
    return _gist(document_of(answer), answer)


def _gist(document: dict[str, object], answer: Answer) -> Gist:
    files = object_of(document.get("files"), answer, "files")
    return Gist(
        id=text_of(document, "id", answer),
        revision=_revision(document, answer),
        description=words_of(document, "description", 300),
        is_public=document.get("public") is True,
        files=tuple(
            _file(object_of(item, answer, "files[]"), answer) for item in files.values()
        ),
        is_truncated=document.get("truncated") is True,
    )


def _revision(document: dict[str, object], answer: Answer) -> ObjectId | None:
    """Return the newest of the revisions; some answers leave them out."""
    history = document.get("history")
    if history is None or not list_of(history, answer, "history"):
        return None
    newest = object_of(list_of(history, answer, "history")[0], answer, "history[0]")
    return oid_of(newest, "version", answer, "history[0].")


def _file(document: dict[str, object], answer: Answer) -> GistFile:
    url = text_of(document, "raw_url", answer, "files[].")
    if not is_private_channel(parse_url(url)):
        raise wrong(answer, "files[].raw_url")
    content = document.get("content")
    # What is no text comes as base64, and what is long in part.
    is_whole = (
        document.get("truncated") is not True
        and document.get("encoding", "utf-8") == "utf-8"
    )
    return GistFile(
        name=text_of(document, "filename", answer, "files[]."),
        size=count_of(document, "size", answer, "files[]."),
        text=content if is_whole and isinstance(content, str) else None,
        url=url,
    )
