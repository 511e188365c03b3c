"""Commits of a path, and how far two commits are apart."""

from __future__ import annotations

from rehydrate_tui.domain.history import CommitSummary, Distance
from rehydrate_tui.domain.objects import RepoId
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
    words_of,
)
from rehydrate_tui.github.routes import Routes


class History:
    """Asks for commits; each question is one request."""

    def __init__(self, api: Api, routes: Routes, absence: Absence) -> None:
        self._api = api
        self._routes = routes
        self._absence = absence

    async def commits_of(
        self, repo: RepoId, ref: str, path: str, *, most: int
    ) -> tuple[CommitSummary, ...]:
        """Return the newest commits that touched `path`, at most 100.

        Raises:
            RefNotFoundError: no such branch, tag or commit.
            EmptyRepositoryError: the repository has no commit yet.
            RemoteError: the API could not say.
        """
        url = self._routes.commits(repo, ref, path, per_page=most)
        answer = await self._api.get(url, self._absence.ref(repo, ref))
        items = list_of(json_of(answer), answer, "answer")
        return tuple(
            _commit(item, answer, f"[{index}]") for index, item in enumerate(items)
        )

    async def distance(self, repo: RepoId, base: str, head: str) -> Distance:
        """Return how many commits lie between two refs.

        Raises:
            RefNotFoundError: one of them is not there any more.
            RemoteError: the API could not say.
        """
        url = self._routes.compare(repo, base, head)
        missing = self._absence.ref(repo, f"{base}...{head}")
        answer = await self._api.get(url, missing)
        document = document_of(answer)
        merge_base = object_of(
            document.get("merge_base_commit"), answer, "merge_base_commit"
        )
        return Distance(
            ahead=count_of(document, "ahead_by", answer),
            behind=count_of(document, "behind_by", answer),
            merge_base=oid_of(merge_base, "sha", answer, "merge_base_commit."),
        )


def _commit(item: object, answer: Answer, where: str) -> CommitSummary:
    document = object_of(item, answer, where)
    commit = object_of(document.get("commit"), answer, f"{where}.commit")
    people = [
        object_of(commit.get(role) or {}, answer, f"{where}.commit.{role}")
        for role in ("author", "committer")
    ]
    message = commit.get("message")
    subject = message.partition("\n")[0] if isinstance(message, str) else ""
    return CommitSummary(
        oid=oid_of(document, "sha", answer, f"{where}."),
        subject=words_of({"subject": subject}, "subject"),
        author=words_of(people[0], "name", 80),
        when=moment_of(people[1], "date"),
    )
