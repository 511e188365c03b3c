"""The repositories that the loopback tests are about, and short ways to read them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from rehydrate_tui.demo.builder import (
    Content,
    Executable,
    Gitlink,
    LfsFile,
    RepositoryBuilder,
    Symlink,
)
from rehydrate_tui.demo.server import GitHubServer
from rehydrate_tui.domain.address import RepoAddress, parse_address
from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.endpoints import Endpoints, endpoints_for, override_endpoints
from rehydrate_tui.domain.objects import ObjectId, RepoId, TreeEntry
from rehydrate_tui.domain.remote_values import Body, LfsDownload, ResolvedAddress
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.errors import RemoteError
from rehydrate_tui.github import GitHubClient

REPO = RepoId("ada", "notes")
PRIVATE = RepoId("ada", "secret")
BIG = b"large object " * 1000
FILES: dict[str, bytes] = {
    "README.md": b"# hi\n",
    "data/a b.csv": b"a,b\n1,2\n",
    "data/50%#1?.txt": b"odd\n",
    "data/a+b&c;d.txt": b"odder\n",
    "data/ö/日本.txt": "ö\n".encode(),
    'data/tab\tline\nquote".txt': b"oddest\n",
    "page.html": b"<html></html>",
    "empty.bin": b"",
    "numbers.bin": bytes(range(256)) * 1000,
}
MakeClient = Callable[..., GitHubClient]


def notes() -> RepositoryBuilder:
    """Return a small repository with all kinds of entries and refs."""
    builder = RepositoryBuilder("ada", "notes")
    files: dict[str, Content | None] = {
        **FILES,
        "run.sh": Executable(b"#!/bin/sh\n"),
        "link": Symlink("README.md"),
        "sub": Gitlink("1" * 40),
        "big.npy": LfsFile(BIG),
    }
    builder.commit(files)
    builder.tag("v1.0", message="annotated")
    builder.tag("v1.1")
    builder.branch("feature/x")
    builder.commit({"new.txt": b"new\n"}, branch="feature/x")
    builder.branch("twin")
    builder.tag("twin")
    return builder


def secret() -> RepositoryBuilder:
    """Return a private repository."""
    builder = RepositoryBuilder("ada", "secret", private=True)
    files: dict[str, Content | None] = {
        "plan.txt": b"plan\n",
        "big.npy": LfsFile(b"private " + BIG),
    }
    builder.commit(files)
    return builder


async def no_wait(_: float) -> None:
    """Do not wait between tries."""


def endpoints_of(server: GitHubServer) -> Endpoints:
    """Return the endpoints that the server's variables name."""
    variables = server.environment()
    return override_endpoints(
        endpoints_for("github.com"),
        api=variables["REHYDRATE_API_URL"],
        raw=variables["REHYDRATE_RAW_URL"],
        archive=variables["REHYDRATE_ARCHIVE_URL"],
        lfs=variables["REHYDRATE_LFS_URL"],
    )


async def read(opened: AbstractAsyncContextManager[Body]) -> bytes:
    """Read a body to its end."""
    async with opened as body:
        return b"".join([chunk async for chunk in body.chunks])


async def resolve(client: GitHubClient, text: str) -> ResolvedAddress:
    """Resolve a pasted address."""
    address = parse_address(text)
    assert isinstance(address, RepoAddress)
    return await client.resolve(address, default_branch="main")


async def open_tree(client: GitHubClient, repo: RepoId = REPO) -> RepoTree:
    """Open a repository as a front end does."""
    found = await client.repository(repo)
    at = await client.resolve(
        RepoAddress(repo=found.id), default_branch=found.default_branch
    )
    return await client.list_tree(found.id, at.oid, max_requests=50)


def links(found: Sequence[LfsDownload | RemoteError]) -> list[LfsDownload]:
    """Return the links of a batch, or raise the first refusal in it."""
    made: list[LfsDownload] = []
    for each in found:
        if isinstance(each, RemoteError):
            raise each
        made.append(each)
    return made


def head(server: GitHubServer, ref: str = "main") -> ObjectId:
    """Return the commit that the server has for a ref of the public repository."""
    oid = server.repositories[0].resolve(ref)
    assert oid is not None
    return ObjectId(oid)


def senders(server: GitHubServer) -> set[str]:
    """Return the origins that were sent an `Authorization`."""
    return {r.origin for r in server.requests if "authorization" in r.headers}


def origins(server: GitHubServer) -> list[str]:
    """Return who was asked, in order."""
    return [request.origin for request in server.requests]


def shape(tree: RepoTree) -> list[TreeEntry]:
    """Return all entries of a tree in order."""
    return [tree.entry(node) for node in range(len(tree))]


def pointer_of(data: bytes) -> LfsPointer:
    """Return the pointer to an LFS object."""
    return LfsPointer(hashlib.sha256(data).hexdigest(), len(data))
