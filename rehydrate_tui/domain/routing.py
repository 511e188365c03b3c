"""The transport of each commit of a plan: who goes by archive, who file by file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.plan import PlannedFile
from rehydrate_tui.domain.transport_cost import (
    Network,
    Route,
    Transport,
    TransportChoice,
    TreeSize,
    Wanted,
    choose,
    estimate_archive,
    estimate_files,
    seconds_text,
)

CommitKey = tuple[RepoId, ObjectId | None]

_ON_REQUEST = "As asked for with --transport."


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """How files may come, and what is assumed of the way to the hosts."""

    choice: TransportChoice = TransportChoice.AUTO
    network: Network = field(default_factory=Network)


AUTO = Routing()
"""What nobody asked to be otherwise."""


def is_in_archive(planned: PlannedFile) -> bool:
    """Tell whether an archive may have the content of a file.

    Links come with the manifest, Git LFS objects from their storage.
    """
    file = planned.file
    return file.symlink is None and file.lfs is None and file.size is not None


def commit_key(planned: PlannedFile) -> CommitKey:
    """Return the commit that a file belongs to."""
    return planned.repo, planned.commit


def wanted_of(files: Iterable[PlannedFile], tree: TreeSize | None) -> Wanted:
    """Sum up what is to come of one commit: contents that files share come once."""
    sizes = {each.content_key: each.file.content_size for each in files}
    return Wanted(files=len(sizes), size=sum(sizes.values()), tree=tree)


def plan_routes(
    writing: Iterable[PlannedFile],
    trees: Mapping[CommitKey, TreeSize | None],
    routing: Routing,
) -> tuple[Route, ...]:
    """Choose for every commit of which files are to come."""
    files = sorted(filter(is_in_archive, writing), key=_sort_key)
    routes: list[Route] = []
    for _, group in groupby(files, key=_sort_key):
        places = list(group)
        key = commit_key(places[0])
        wanted = wanted_of(places, trees.get(key))
        routes.append(choose_route(key, wanted, routing))
    return tuple(routes)


def choose_route(key: CommitKey, wanted: Wanted, routing: Routing) -> Route:
    """Return the route of one commit."""
    choice, network = routing.choice, routing.network
    if choice is TransportChoice.FILES:
        estimate, why = estimate_files(wanted, network), _ON_REQUEST
    elif choice is TransportChoice.ARCHIVE:
        estimate, why = estimate_archive(wanted, network), _ON_REQUEST
    else:
        estimate, why = choose(wanted, network)
    repo, commit = key
    return Route(
        repo=repo,
        commit=commit or ObjectId(""),
        wanted=wanted,
        estimate=estimate,
        why=why,
    )


def describe_route(route: Route) -> str:
    """Say in one line how the files of a commit come, and at what price."""
    seconds = seconds_text(route.estimate.seconds)
    files = f"{route.wanted.files:,} {'file' if route.wanted.files == 1 else 'files'}"
    if route.transport is Transport.FILES:
        return f"file by file, about {seconds}: {files}, as many requests"
    tree = route.wanted.tree
    of = f" of {tree.files:,}" if tree is not None else ""
    return (
        f"archive, about {seconds}: {route.wanted.files:,}{of} files, one request "
        f"instead of {route.wanted.files:,}"
    )


def _sort_key(planned: PlannedFile) -> tuple[str, str]:
    return str(planned.repo), planned.commit
