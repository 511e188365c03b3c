"""Releases and their assets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.releases import Release, ReleaseAsset, sha256_of
from rehydrate_tui.domain.remote_values import Body
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.github.absence import Absence
from rehydrate_tui.github.answers import Answer, Missing
from rehydrate_tui.github.api import Api
from rehydrate_tui.github.json_fields import (
    count_of,
    document_of,
    json_of,
    list_of,
    moment_of,
    object_of,
    text_of,
    words_of,
)
from rehydrate_tui.github.paging import pages
from rehydrate_tui.github.routes import Routes

BYTES = "application/octet-stream"
_MOST_ASSETS = 1000
_MOST_PAGES = 40


class Releases:
    """Asks for releases."""

    def __init__(self, api: Api, routes: Routes, absence: Absence) -> None:
        self._api = api
        self._routes = routes
        self._absence = absence

    async def all(self, repo: RepoId) -> AsyncIterator[tuple[Release, ...]]:
        """Yield pages of releases, newest first; drafts only to who may write.

        Raises:
            RemoteError: a page cannot be had.
        """
        url = self._routes.releases(repo)
        missing = self._absence.repository(repo)
        async for answer in pages(self._api, url, missing, most=_MOST_PAGES):
            items = list_of(json_of(answer), answer, "answer")
            yield tuple(
                _release(object_of(item, answer, f"[{index}]"), answer, f"[{index}].")
                for index, item in enumerate(items)
            )

    async def of_tag(self, repo: RepoId, tag: str) -> Release:
        """Return the release of a tag.

        Raises:
            NotFoundError: there is none.
            RemoteError: the API could not say.
        """
        shown = shorten(strip_controls(tag), 100)
        missing = self._absence.thing(f"release “{shown}” of {repo}")
        answer = await self._api.get(self._routes.release(repo, tag), missing)
        return _release(document_of(answer), answer, "")

    async def assets(self, repo: RepoId, release: int) -> tuple[ReleaseAsset, ...]:
        """Return all assets of a release: the answer about it may hold fewer.

        Raises:
            NotFoundError: there is no such release.
            RemoteError: a page cannot be had.
        """
        url = self._routes.release_assets(repo, release)
        missing = self._absence.thing(f"release {release} of {repo}")
        found: list[ReleaseAsset] = []
        async for answer in pages(self._api, url, missing, most=_MOST_PAGES):
            found += _assets(json_of(answer), answer, "answer")
        return tuple(found[:_MOST_ASSETS])

    async def asset(self, repo: RepoId, asset: int) -> ReleaseAsset:
        """Return what is known about one asset.

        Raises:
            NotFoundError: there is no such asset.
            RemoteError: the API could not say.
        """
        answer = await self._api.get(
            self._routes.asset(repo, asset), self._no_asset(repo, asset)
        )
        return _asset(document_of(answer), answer, "")

    def open(self, repo: RepoId, asset: int) -> AbstractAsyncContextManager[Body]:
        """Open the bytes of an asset: one API request, the storage host gets no token.

        Raises:
            NotFoundError: there is no such asset.
            RemoteError: the download failed.
        """
        url, missing = self._routes.asset(repo, asset), self._no_asset(repo, asset)
        return self._api.stream(url, missing, accept=BYTES)

    def _no_asset(self, repo: RepoId, asset: int) -> Missing:
        return self._absence.thing(f"release asset {asset} of {repo}")


def _release(document: dict[str, object], answer: Answer, where: str) -> Release:
    return Release(
        id=count_of(document, "id", answer, where),
        tag=text_of(document, "tag_name", answer, where),
        title=words_of(document, "name"),
        published=moment_of(document, "published_at"),
        is_draft=document.get("draft") is True,
        is_prerelease=document.get("prerelease") is True,
        assets=_assets(document.get("assets"), answer, f"{where}assets"),
    )


def _assets(items: object, answer: Answer, where: str) -> tuple[ReleaseAsset, ...]:
    found = (
        (object_of(item, answer, f"{where}[{index}]"), f"{where}[{index}].")
        for index, item in enumerate(list_of(items, answer, where))
    )
    # What is still being uploaded, or was given up, has no bytes.
    return tuple(
        _asset(document, answer, place)
        for document, place in found
        if document.get("state") == "uploaded"
    )


def _asset(document: dict[str, object], answer: Answer, where: str) -> ReleaseAsset:
    return ReleaseAsset(
        id=count_of(document, "id", answer, where),
        name=text_of(document, "name", answer, where),
        size=count_of(document, "size", answer, where),
        content_type=words_of(document, "content_type", 100),
        sha256=sha256_of(document.get("digest")),
    )
