"""Branches and tags: page by page, or all that begin alike."""

from __future__ import annotations

from collections.abc import AsyncIterator

from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.references import Ref, RefKind
from rehydrate_tui.github.absence import Absence
from rehydrate_tui.github.answers import Answer
from rehydrate_tui.github.api import Api
from rehydrate_tui.github.json_fields import (
    json_of,
    list_of,
    object_of,
    oid_of,
    text_of,
)
from rehydrate_tui.github.paging import pages
from rehydrate_tui.github.payloads import refs_from
from rehydrate_tui.github.routes import Routes, is_plain_path


async def list_refs(
    api: Api,
    routes: Routes,
    absence: Absence,
    repo: RepoId,
    *,
    kind: RefKind,
    prefix: str,
) -> AsyncIterator[tuple[Ref, ...]]:
    """Yield refs: in pages of 100, or with a `prefix` all that have it at once.

    Raises:
        EmptyRepositoryError: the repository has no commit yet.
        RemoteError: a page cannot be had.
    """
    missing = absence.repository(repo)
    # Dots alone would be taken out of the address, and no ref begins with them.
    if prefix and is_plain_path(prefix.rstrip("/")):
        answer = await api.get(
            routes.matching_refs(repo, f"{kind.value}/{prefix}"), missing
        )
        yield _matching(answer, kind)
        return
    if prefix:
        return
    url = routes.branches(repo) if kind is RefKind.BRANCH else routes.tags(repo)
    async for answer in pages(api, url, missing):
        yield _listed(answer, kind)


def _matching(answer: Answer, kind: RefKind) -> tuple[Ref, ...]:
    return tuple(
        Ref(kind=kind, name=found.name, oid=found.oid, is_commit=found.is_commit)
        for found in refs_from(answer)
    )


def _listed(answer: Answer, kind: RefKind) -> tuple[Ref, ...]:
    refs: list[Ref] = []
    for index, item in enumerate(list_of(json_of(answer), answer, "answer")):
        where = f"[{index}]."
        document = object_of(item, answer, f"[{index}]")
        commit = object_of(document.get("commit"), answer, f"{where}commit")
        name = text_of(document, "name", answer, where)
        oid = oid_of(commit, "sha", answer, f"{where}commit.")
        refs.append(Ref(kind=kind, name=name, oid=oid))
    return tuple(refs)
