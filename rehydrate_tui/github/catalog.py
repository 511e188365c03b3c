"""Lists of repositories, and what the API knows of one beside its files."""

from __future__ import annotations

import binascii
from collections.abc import AsyncIterator

from rehydrate_tui.domain.catalog import (
    LanguageShare,
    Readme,
    RepositorySummary,
    SearchResult,
)
from rehydrate_tui.domain.digest import blob_oid
from rehydrate_tui.domain.objects import RepoId, is_owner, is_repository_name
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.errors import NotFoundError, RemoteError
from rehydrate_tui.github.absence import Absence
from rehydrate_tui.github.answers import Answer
from rehydrate_tui.github.api import Api
from rehydrate_tui.github.json_fields import (
    count_of,
    document_of,
    json_of,
    list_of,
    moment_of,
    object_of,
    oid_of,
    text_of,
    words_of,
    wrong,
)
from rehydrate_tui.github.paging import pages
from rehydrate_tui.github.routes import Routes, is_plain_path

_MOST_PAGES = 10
_MOST_LANGUAGES = 200
_LONGEST_SEARCH = 256


class Catalog:
    """Finds repositories of one host."""

    def __init__(
        self, api: Api, routes: Routes, absence: Absence, *, host: str
    ) -> None:
        self._api = api
        self._routes = routes
        self._absence = absence
        self._host = host

    async def repositories_of(
        self, owner: str
    ) -> AsyncIterator[tuple[RepositorySummary, ...]]:
        """Yield pages of an owner's repositories, last pushed first, at most 1,000.

        Raises:
            NotFoundError: there is no such user or organisation.
            RemoteError: a page cannot be had.
        """
        shown = shorten(strip_controls(owner), 60)
        if not is_owner(owner):
            raise NotFoundError(
                f"“{shown}” cannot be the name of a user or organisation."
            )
        missing = self._absence.thing(f"user or organisation “{shown}”")
        url = self._routes.repositories_of(owner)
        async for answer in pages(self._api, url, missing, most=_MOST_PAGES):
            yield self._summaries(json_of(answer), answer, "answer")

    async def search(self, text: str, *, most: int) -> SearchResult:
        """Return the best matches, at most 100; searches have a quota of their own.

        Raises:
            RemoteError: the search is none, or the API could not answer it.
        """
        # GitHub refuses longer ones.
        asked = text[:_LONGEST_SEARCH]
        url = self._routes.search(asked, per_page=most)
        answer = await self._api.get(url, lambda answer: _no_search(asked, answer))
        document = document_of(answer)
        return SearchResult(
            found=self._summaries(document.get("items"), answer, "items"),
            total=count_of(document, "total_count", answer),
            is_complete=document.get("incomplete_results") is not True,
        )

    async def languages(self, repo: RepoId) -> tuple[LanguageShare, ...]:
        """Return the languages of a repository, largest first.

        Raises:
            RepositoryNotFoundError: there is none that this caller may see.
            RemoteError: the API could not say.
        """
        answer = await self._api.get(
            self._routes.languages(repo), self._absence.repository(repo)
        )
        document = document_of(answer)
        shares = [
            LanguageShare(
                name=shorten(strip_controls(name), 60),
                size=count_of(document, name, answer),
            )
            for name in list(document)[:_MOST_LANGUAGES]
        ]
        return tuple(sorted(shares, key=lambda share: (-share.size, share.name)))

    async def readme(self, repo: RepoId, ref: str, folder: str) -> Readme:
        """Return the README of a folder, its bytes checked against their id.

        Raises:
            NotFoundError: the folder has none, or is not there.
            RemoteError: it is larger than 1 MB, or cannot be had.
        """
        shown = shorten(strip_controls(f"{repo}/{folder}".rstrip("/")), 200)
        missing = self._absence.thing(f"README in {shown}")
        if folder and not is_plain_path(folder):
            raise NotFoundError(f"There is no folder “{shown}”.")
        answer = await self._api.get(self._routes.readme(repo, ref, folder), missing)
        return _readme(document_of(answer), answer)

    def _summaries(
        self, items: object, answer: Answer, where: str
    ) -> tuple[RepositorySummary, ...]:
        return tuple(
            self._summary(
                object_of(item, answer, f"{where}[{index}]"),
                answer,
                f"{where}[{index}].",
            )
            for index, item in enumerate(list_of(items, answer, where))
        )

    def _summary(
        self, document: dict[str, object], answer: Answer, where: str
    ) -> RepositorySummary:
        full_name = text_of(document, "full_name", answer, where)
        owner, _, name = full_name.partition("/")
        if not is_owner(owner) or not is_repository_name(name):
            raise wrong(answer, f"{where}full_name")
        return RepositorySummary(
            id=RepoId(owner, name, self._host),
            description=words_of(document, "description", 300),
            language=words_of(document, "language", 60),
            size_kb=_count(document, "size"),
            stars=_count(document, "stargazers_count"),
            pushed=moment_of(document, "pushed_at"),
            is_private=document.get("private") is True,
            is_fork=document.get("fork") is True,
            is_archived=document.get("archived") is True,
        )


def _count(document: dict[str, object], key: str) -> int:
    value = document.get(key)
    return value if isinstance(value, int) else 0


def _readme(document: dict[str, object], answer: Answer) -> Readme:
    content = document.get("content")
    if document.get("encoding") != "base64" or not isinstance(content, str):
        raise wrong(answer, "content")
    try:
        data = binascii.a2b_base64(content)
    except ValueError as error:
        raise wrong(answer, "content") from error
    oid = oid_of(document, "sha", answer)
    if blob_oid(data) != oid:
        raise wrong(answer, "content")
    return Readme(path=text_of(document, "path", answer), oid=oid, data=data)


def _no_search(text: str, answer: Answer) -> RemoteError:
    shown = shorten(strip_controls(text), 100)
    return RemoteError(
        f"GitHub does not understand the search “{shown}”.",
        url=answer.url,
        status=answer.status,
        hint="Such as: rain language:python, user:ada, topic:weather.",
    )
