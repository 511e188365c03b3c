"""What goes wrong on real sockets."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.server import Fault, GitHubServer
from rehydrate_tui.errors import (
    BlockedError,
    ConnectionFailedError,
    CredentialError,
    InterruptedStreamError,
    PathNotFoundError,
    PayloadError,
    RateLimitedError,
    RemoteError,
    ServerError,
    TransportTimeoutError,
)
from rehydrate_tui.github import GitHubClient, HttpOptions
from tests.unit.github.fake_host import SECRET
from tests.unit.github.served import (
    BIG,
    FILES,
    REPO,
    MakeClient,
    endpoints_of,
    head,
    links,
    no_wait,
    pointer_of,
    read,
)


async def test_lfs_over_quota(server: GitHubServer, client: GitHubClient) -> None:
    """A used-up LFS quota is said, and not retried."""
    server.add_fault(refusals.lfs_over_quota())
    with pytest.raises(RemoteError, match="used up its Git LFS quota"):
        links(await client.locate_lfs(REPO, [pointer_of(BIG)]))
    assert len(server.requests) == 1


async def test_primary_limit(server: GitHubServer, client: GitHubClient) -> None:
    """With the quota used up, the error knows when it starts again."""
    server.spend_quota(60)
    with pytest.raises(RateLimitedError) as caught:
        await client.repository(REPO)
    assert caught.value.kind == "primary"
    assert caught.value.resets_at is not None
    assert client.quota is not None
    assert client.quota.remaining == 0
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (refusals.secondary_limit(), RateLimitedError),
        (refusals.secondary_limit(retry_after=600, status=429), RateLimitedError),
        (refusals.legally_blocked(), BlockedError),
        (refusals.blocked(), BlockedError),
        (refusals.sso_required(), CredentialError),
        (refusals.token_too_weak(), CredentialError),
        (refusals.unavailable(), ServerError),
        (refusals.server_error(), ServerError),
        (Fault(origin="api", body=b"{", content_type="application/json"), PayloadError),
        (Fault(origin="api", body=b"<html>", content_type="text/html"), PayloadError),
        (Fault(origin="api", drop=True), InterruptedStreamError),
        (Fault(origin="api", cut_after=20), InterruptedStreamError),
    ],
)
async def test_refusals_of_the_api(
    server: GitHubServer, make_client: MakeClient, fault: Fault, kind: type[RemoteError]
) -> None:
    """Each way in which the API can refuse or fail has its error."""
    server.add_fault(fault)
    with pytest.raises(kind):
        await make_client(SECRET).repository(REPO)


@pytest.mark.parametrize(
    "fault",
    [
        refusals.unavailable(times=2),
        refusals.secondary_limit(retry_after=1, times=2),
        Fault(origin="api", drop=True, times=2),
        Fault(origin="api", cut_after=20, times=2),
    ],
)
async def test_passing_trouble_of_the_api(
    server: GitHubServer, client: GitHubClient, fault: Fault
) -> None:
    """Two failures in a row go unnoticed."""
    handle = server.add_fault(fault)
    await client.repository(REPO)
    assert handle.fired == 2


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(origin="raw", drop=True), InterruptedStreamError),
        (Fault(origin="raw", cut_after=0), InterruptedStreamError),
        (Fault(origin="raw", cut_after=100_000), InterruptedStreamError),
        (refusals.raw_throttle(), RateLimitedError),
        (refusals.raw_throttle(retry_after=30), RateLimitedError),
        (refusals.unavailable(origin="raw"), ServerError),
        (Fault(origin="raw", status=404), PathNotFoundError),
    ],
)
async def test_trouble_of_the_raw_host(
    server: GitHubServer, client: GitHubClient, fault: Fault, kind: type[RemoteError]
) -> None:
    """Each way in which a download can fail has its error, after one try."""
    server.add_fault(fault)
    with pytest.raises(kind):
        await read(client.open_raw(REPO, head(server), "numbers.bin"))
    assert len(server.requests) == 1


@pytest.mark.parametrize("stall", [0, 1000])
async def test_silent_raw_host(
    server: GitHubServer, make_client: MakeClient, stall: int
) -> None:
    """A host that falls silent is given up after the timeout."""
    server.add_fault(Fault(origin="raw", stall_after=stall))
    client = make_client(read_timeout=0.1)
    with pytest.raises(TransportTimeoutError):
        await read(client.open_raw(REPO, head(server), "numbers.bin"))


async def test_nobody_listens(server: GitHubServer, client: GitHubClient) -> None:
    """A server that is gone is said to refuse the connection."""
    commit = head(server)
    server.stop()
    with pytest.raises(ConnectionFailedError, match="was refused"):
        await read(client.open_raw(REPO, commit, "README.md"))


async def test_name_that_does_not_exist(server: GitHubServer) -> None:
    """A host name that cannot be found is said to be that, not just a failure."""
    endpoints = replace(endpoints_of(server), api="https://" + "a" * 70 + ".invalid")
    client = GitHubClient(
        endpoints, host="github.com", options=HttpOptions(sleep=no_wait)
    )
    with pytest.raises(ConnectionFailedError, match="was not found"):
        await client.repository(REPO)
    await client.aclose()


async def test_many_downloads_share_few_connections(
    server: GitHubServer, client: GitHubClient
) -> None:
    """A hundred downloads at once all succeed, over eight connections at most."""
    commit = head(server)
    opened = (client.open_raw(REPO, commit, "numbers.bin") for _ in range(100))
    bodies = await asyncio.gather(*(read(one) for one in opened))
    assert set(bodies) == {FILES["numbers.bin"]}
    assert len({request.client_port for request in server.requests}) <= 8


async def test_leaving_early_frees_the_connection(
    server: GitHubServer, client: GitHubClient
) -> None:
    """Bodies that are not read to their end do not use up the connections."""
    commit = head(server)
    for _ in range(12):
        async with client.open_raw(REPO, commit, "numbers.bin") as body:
            assert await anext(body.chunks)
    assert await read(client.open_raw(REPO, commit, "README.md")) == b"# hi\n"


async def test_cancelling_a_download(
    server: GitHubServer, client: GitHubClient
) -> None:
    """A cancelled download ends at once and leaves the client usable."""
    commit = head(server)
    fault = server.add_fault(Fault(origin="raw", stall_after=1000))
    started = asyncio.Event()

    async def download() -> None:
        async with client.open_raw(REPO, commit, "numbers.bin") as body:
            async for _ in body.chunks:
                started.set()

    task = asyncio.create_task(download())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    fault.remove()
    assert await read(client.open_raw(REPO, commit, "README.md")) == b"# hi\n"
