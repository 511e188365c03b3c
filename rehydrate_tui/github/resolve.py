"""From an address to a commit: refs, and segments that may be ref or path."""

from __future__ import annotations

import asyncio
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rehydrate_tui.domain.address_parts import RepoAddress
from rehydrate_tui.domain.objects import ObjectId, RepoId, is_object_id
from rehydrate_tui.domain.remote_values import ResolvedAddress
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.errors import NotFoundError, RefNotFoundError, RemoteError
from rehydrate_tui.github.absence import Absence, no_such_ref
from rehydrate_tui.github.answers import shown_url
from rehydrate_tui.github.api import SHA, Api
from rehydrate_tui.github.http import parse_url
from rehydrate_tui.github.payloads import FoundRef, commit_from, ref_from, refs_from
from rehydrate_tui.github.routes import Routes, is_plain_path

_SHORT_ID = re.compile(r"[0-9a-fA-F]{4,39}")
_KINDS = {"heads": "refs/heads/", "tags": "refs/tags/"}
_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """The leading segments that are a ref, and what follows them."""

    kind: str
    ref: FoundRef
    path: str
    has_twin: bool
    """Whether a branch and a tag have this name."""


class Resolver:
    """Finds the commit of an address with as few requests as it can."""

    def __init__(self, api: Api, routes: Routes, absence: Absence) -> None:
        self._api = api
        self._routes = routes
        self._absence = absence
        self._moved: set[RepoId] = set()

    async def resolve(
        self, address: RepoAddress, *, default_branch: str
    ) -> ResolvedAddress:
        """Return commit, ref and path of `address`.

        Raises:
            RefNotFoundError: no such branch, tag or commit; names similar ones.
            RemoteError: the API could not say.
        """
        repo = address.repo
        if address.ambiguous:
            wanted = "/".join(address.ambiguous)
        elif address.ref in {None, "HEAD"}:
            wanted = f"refs/heads/{default_branch}"
        else:
            wanted = address.ref or ""
        try:
            if not is_plain_path(wanted):
                raise no_such_ref(repo, wanted)
            if address.ambiguous:
                found = await self._split(repo, address.ambiguous)
            else:
                found = await self._one_ref(repo, wanted, address.path)
        except RefNotFoundError as error:
            hint = await self._suggest(repo, wanted, default_branch)
            error.hint = hint or error.hint
            raise
        return replace(found, has_moved=repo in self._moved)

    async def _one_ref(self, repo: RepoId, ref: str, path: str) -> ResolvedAddress:
        if is_object_id(ref.lower()):
            oid = ObjectId(ref.lower())
            return ResolvedAddress(oid=oid, ref=oid, path=path)
        for kind, prefix in _KINDS.items():
            if ref.startswith(prefix):
                name = ref.removeprefix(prefix)
                oid = await self._commit(repo, f"{kind}/{name}", shown=name)
                return ResolvedAddress(oid=oid, ref=name, path=path)
        if ref.startswith("refs/"):
            oid = await self._other_ref(repo, ref)
            return ResolvedAddress(oid=oid, ref=ref, path=path)
        oid = await self._commit(repo, ref, shown=ref)
        is_id = _SHORT_ID.fullmatch(ref) and oid.startswith(ref.lower())
        return ResolvedAddress(oid=oid, ref=oid if is_id else ref, path=path)

    async def _other_ref(self, repo: RepoId, ref: str) -> ObjectId:
        """Look up a ref outside branches and tags, such as that of a pull request."""
        url = self._routes.ref(repo, ref.removeprefix("refs/"))
        try:
            answer = await self._api.get(url, self._absence.ref(repo, ref))
        except NotFoundError:
            return await self._commit(repo, ref, shown=ref)
        found = ref_from(answer)
        if found.is_commit:
            return found.oid
        return await self._commit(repo, ref.removeprefix("refs/"), shown=ref)

    async def _commit(self, repo: RepoId, ref: str, *, shown: str) -> ObjectId:
        missing = self._absence.ref(repo, shown)
        url = self._routes.commit(repo, ref)
        answer = await self._api.get(url, missing, accept=SHA)
        # Under a former name the API redirects to the address by number.
        if answer.url != shown_url(parse_url(url)):
            self._moved.add(repo)
        return commit_from(answer)

    async def _split(self, repo: RepoId, segments: Sequence[str]) -> ResolvedAddress:
        """Find where the ref ends (contract §6, refs with slashes)."""
        kinds, segments = _without_kind(segments)
        first = segments[0]
        listings = await asyncio.gather(
            *(self._matching(repo, f"{kind}/{first}") for kind in kinds)
        )
        match = _longest_match(segments, dict(zip(kinds, listings, strict=True)))
        if match is not None:
            return await self._matched(repo, match)
        if len(kinds) == 1 or not _SHORT_ID.fullmatch(first):
            raise no_such_ref(repo, "/".join(segments))
        return await self._one_ref(repo, first, "/".join(segments[1:]))

    async def _matched(self, repo: RepoId, match: _Match) -> ResolvedAddress:
        name = match.ref.name
        oid = match.ref.oid
        if not match.ref.is_commit:
            oid = await self._commit(repo, f"{match.kind}/{name}", shown=name)
        shown = strip_controls(name)
        note = f"“{shown}” is a branch and a tag; the branch is shown."
        return ResolvedAddress(
            oid=oid,
            ref=name,
            path=match.path,
            notes=(note,) if match.has_twin else (),
        )

    async def _matching(self, repo: RepoId, prefix: str) -> list[FoundRef]:
        url = self._routes.matching_refs(repo, prefix)
        missing = self._absence.ref(repo, prefix)
        return refs_from(await self._api.get(url, missing))

    async def _suggest(self, repo: RepoId, wanted: str, default_branch: str) -> str:
        """Return a hint with similar names of branches; empty if there are none."""
        name = wanted.removeprefix("refs/heads/").removeprefix("refs/tags/")
        names = [default_branch, *await self._branches_like(repo, name)]
        by_folded = {known.casefold(): known for known in reversed(names)}
        close = difflib.get_close_matches(name.casefold(), by_folded, n=_SUGGESTIONS)
        shown = [f"“{shorten(strip_controls(by_folded[n]), 60)}”" for n in close]
        return f"Did you mean {' or '.join(shown)}?" if shown else ""

    async def _branches_like(self, repo: RepoId, name: str) -> list[str]:
        """Return branches with the same first letter, if that may cost a request."""
        quota = self._api.quota
        is_affordable = quota is None or quota.remaining > 1
        if not is_affordable or is_object_id(name) or not name[:1].isalnum():
            return []
        try:
            return [ref.name for ref in await self._matching(repo, f"heads/{name[0]}")]
        except RemoteError:
            return []


def _without_kind(segments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the kinds of ref to look for, and the segments without `refs/<kind>`."""
    is_qualified = len(segments) > 2 and segments[0] == "refs"  # noqa: PLR2004 - refs, kind, name
    if is_qualified and segments[1] in _KINDS:
        return (segments[1],), segments[2:]
    return tuple(_KINDS), segments


def _longest_match(
    segments: Sequence[str], found: dict[str, list[FoundRef]]
) -> _Match | None:
    """Return the longest run of whole leading segments that is a ref."""
    by_kind = {kind: {ref.name: ref for ref in refs} for kind, refs in found.items()}
    for end in range(len(segments), 0, -1):
        name = "/".join(segments[:end])
        kinds = [kind for kind in by_kind if name in by_kind[kind]]
        if kinds:
            return _Match(
                kind=kinds[0],
                ref=by_kind[kinds[0]][name],
                path="/".join(segments[end:]),
                has_twin=len(kinds) > 1,
            )
    return None
