"""A source at the newest commit of its ref, without asking for the repository first."""

from __future__ import annotations

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.manifest import Source
from rehydrate_tui.domain.objects import Commit, Repository
from rehydrate_tui.engine.opened import OpenRepository
from rehydrate_tui.engine.patience import Patience
from rehydrate_tui.engine.ports import Remote


async def reopen(
    remote: Remote, patience: Patience, source: Source, *, max_requests: int
) -> OpenRepository | None:
    """Open what a source follows: two API requests.

    Returns:
        None where only the repository itself can tell: the source names no ref, or
        the repository has got another name, which is to be pinned.

    Raises:
        RemoteError: no such repository or ref, no network, no quota.
    """
    repo, ref = source.repository, source.ref
    if ref is None or ref == "HEAD":
        return None
    address = RepoAddress(repo=repo, ref=ref)
    at = await patience.ask(lambda: remote.resolve(address, default_branch=ref))
    if at.has_moved:
        return None
    tree = await patience.ask(
        lambda: remote.list_tree(repo, at.oid, max_requests=max_requests)
    )
    return OpenRepository(
        repository=Repository(id=repo, default_branch=ref),
        commit=Commit(oid=at.oid, ref=at.ref),
        tree=tree,
        notes=(*remote.notes, *at.notes),
    )
