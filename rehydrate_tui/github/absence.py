"""What a 404 means: GitHub answers it for what is absent and for what is hidden."""

from __future__ import annotations

from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.errors import (
    CredentialError,
    NotFoundError,
    PathNotFoundError,
    RefNotFoundError,
    RemoteError,
    RepositoryNotFoundError,
)
from rehydrate_tui.github.answers import Answer, Caller, Missing
from rehydrate_tui.github.statuses import NOT_FOUND


class Absence:
    """Makes the errors for what was not found, in the light of what was found before."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._seen: set[RepoId] = set()

    def saw(self, *repos: RepoId) -> None:
        """Remember that this caller can see these repositories."""
        self._seen.update(repos)

    def repository(self, repo: RepoId) -> Missing:
        """Return what to raise when the repository itself was asked for."""
        return lambda answer: self._hidden(repo, answer)

    def ref(self, repo: RepoId, ref: str) -> Missing:
        """Return what to raise when a branch, tag or commit was asked for."""

        def missing(answer: Answer) -> RemoteError:
            if answer.status == NOT_FOUND and repo not in self._seen:
                return self._hidden(repo, answer)
            return no_such_ref(repo, ref, answer)

        return missing

    def blob(self, repo: RepoId, oid: ObjectId) -> Missing:
        """Return what to raise when a blob was asked for by its id."""

        def missing(answer: Answer) -> RemoteError:
            if repo not in self._seen and self._caller.token.is_refused:
                return self._hidden(repo, answer)
            return PathNotFoundError(
                f"{repo} shows no object {oid} to this caller.",
                url=answer.url,
                status=answer.status,
                hint=self._look_again(),
            )

        return missing

    def thing(self, what: str) -> Missing:
        """Return what to raise for anything else; `what` is safe to show."""
        return lambda answer: NotFoundError(
            f"GitHub shows no {what} to this caller.",
            url=answer.url,
            status=answer.status,
            hint=self._look_again(),
        )

    def _hidden(self, repo: RepoId, answer: Answer) -> RemoteError:
        token = self._caller.token
        if token.is_refused:
            return CredentialError(
                f"The token from {token.source} was refused, and without one GitHub "
                f"shows no repository {repo}.",
                url=answer.url,
                status=answer.status,
                hint=f"Check the spelling, or set {token.variable} to a valid token.",
            )
        return RepositoryNotFoundError(
            f"GitHub shows no repository {repo} to this caller.",
            url=answer.url,
            status=answer.status,
            hint=self._look_again(),
        )

    def _look_again(self) -> str:
        token = self._caller.token
        if token.is_active:
            return (
                "Check the spelling. A private repository looks the same while the "
                f"token from {token.source} may not read it."
            )
        return (
            "Check the spelling. A private repository looks the same without a token: "
            f"set {token.variable} to one that may read it."
        )


def no_such_ref(
    repo: RepoId, ref: str, answer: Answer | None = None
) -> RefNotFoundError:
    """Return the error for a ref, with or without an answer that says so."""
    shown = shorten(strip_controls(ref), 100)
    return RefNotFoundError(
        f"{repo} has no branch, tag or commit “{shown}”.",
        url=answer.url if answer else "",
        status=answer.status if answer else None,
        hint="Check the spelling; upper and lower case count.",
    )
