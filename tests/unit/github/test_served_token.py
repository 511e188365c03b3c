"""Who is shown the token, as a real server on real sockets has seen it."""

from __future__ import annotations

import pytest

from rehydrate_tui.demo.server import Fault, GitHubServer
from rehydrate_tui.domain.digest import blob_oid
from rehydrate_tui.domain.objects import ObjectId
from rehydrate_tui.errors import (
    CredentialError,
    PathNotFoundError,
    RemoteError,
    RepositoryNotFoundError,
)
from rehydrate_tui.github import GitHubClient
from tests.unit.github.fake_host import SECRET
from tests.unit.github.served import (
    BIG,
    PRIVATE,
    REPO,
    MakeClient,
    head,
    links,
    open_tree,
    origins,
    pointer_of,
    read,
    senders,
)


async def test_raw_needs_no_api(server: GitHubServer, make_client: MakeClient) -> None:
    """A download at a known commit opens no connection to the API, token or not."""
    client = make_client(SECRET)
    await read(client.open_raw(REPO, head(server), "README.md"))
    assert client._connections._api is None
    assert senders(server) == set()


async def test_private_repository(
    server: GitHubServer, make_client: MakeClient
) -> None:
    """With the token a private repository opens; its files come as blobs."""
    client = make_client(SECRET)
    tree = await open_tree(client, PRIVATE)
    oid = tree.entry(tree.node("plan.txt")).oid
    assert await read(client.open_blob(PRIVATE, oid)) == b"plan\n"
    with pytest.raises(PathNotFoundError):
        await read(client.open_raw(PRIVATE, ObjectId("2" * 40), "plan.txt"))
    assert senders(server) == {"api"}


async def test_private_repository_without_token(client: GitHubClient) -> None:
    """Without the token it looks absent, and the hint says what to do."""
    with pytest.raises(RepositoryNotFoundError) as caught:
        await client.repository(PRIVATE)
    assert "GH_ENTERPRISE_TOKEN" in caught.value.hint


async def test_refused_token(server: GitHubServer, make_client: MakeClient) -> None:
    """A bad token is given up after one request, on public data without harm."""
    client = make_client("ghp_expired")
    await open_tree(client)
    sent = ["authorization" in request.headers for request in server.requests]
    assert sent == [True, False, False, False]
    assert client.notes == ["The token from GH_TOKEN was refused; going on without it."]


async def test_refused_token_on_private_data(make_client: MakeClient) -> None:
    """On private data the error is about the token, and does not show it."""
    client = make_client("ghp_expired")
    with pytest.raises(CredentialError) as caught:
        await client.repository(PRIVATE)
    assert "ghp_expired" not in f"{caught.value} {caught.value!r} {caught.value.url}"


async def test_private_lfs(server: GitHubServer, make_client: MakeClient) -> None:
    """One of a private repository comes with the token for its batch only."""
    data = b"private " + BIG
    client = make_client(SECRET)
    (download,) = links(await client.locate_lfs(PRIVATE, [pointer_of(data)]))
    assert await read(client.open_lfs(download)) == data
    (stored,) = [r for r in server.requests if r.origin == "storage"]
    given = dict(download.headers).get("Authorization")
    assert stored.headers.get("authorization") == given
    assert SECRET not in str(stored.headers)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("target", ["raw", "codeload", "lfs", "storage"])
async def test_redirects_of_the_api_lose_the_token(
    server: GitHubServer, make_client: MakeClient, target: str, status: int
) -> None:
    """No redirect of the API brings the token to another port of this machine."""
    url = getattr(server, f"{target}_url")
    server.add_fault(
        Fault(origin="api", status=status, headers={"location": f"{url}/x"}, body=b"")
    )
    with pytest.raises(RemoteError):
        await make_client(SECRET).repository(REPO)
    assert origins(server) == ["api", target]
    assert senders(server) == {"api"}


async def test_token_reaches_the_api_only(
    server: GitHubServer, make_client: MakeClient
) -> None:
    """A whole session with a token shows it to the API and to nobody else."""
    client = make_client(SECRET)
    await open_tree(client)
    commit = head(server)
    await read(client.open_raw(REPO, commit, "README.md"))
    await read(client.open_blob(REPO, blob_oid(b"# hi\n")))
    (download,) = links(await client.locate_lfs(REPO, [pointer_of(BIG)]))
    await read(client.open_lfs(download))
    server.add_fault(
        Fault(
            origin="raw",
            status=302,
            headers={"location": f"{server.codeload_url}/x"},
            body=b"",
        )
    )
    with pytest.raises(RemoteError):
        await read(client.open_raw(REPO, commit, "README.md"))
    assert set(origins(server)) == {"api", "raw", "codeload", "lfs", "storage"}
    carriers = {r.origin for r in server.requests if SECRET in str(r.headers)}
    assert carriers == {"api"}
    assert all(SECRET not in f"{r.path}?{r.query}" for r in server.requests)
