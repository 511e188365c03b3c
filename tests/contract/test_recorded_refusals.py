"""Every recorded refusal, as the error and the sentence that a person gets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.references import RefKind
from rehydrate_tui.errors import (
    CredentialError,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    RemoteError,
    RepositoryNotFoundError,
    ServerError,
)
from rehydrate_tui.github import GitHubClient
from tests.contract.conftest import SECRET
from tests.contract.recorded import RecordedHost, needs_recordings

pytestmark = needs_recordings


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("repo-404-unknown", RepositoryNotFoundError),
        ("branch-404", RepositoryNotFoundError),
        ("contents-404", RepositoryNotFoundError),
        ("repo-502-server-error", ServerError),
        ("contents-503-html", ServerError),
        ("user-503-html-body", ServerError),
        ("user-403-bad-user-agent", CredentialError),
        ("secondary-limit-403-gh-limited-by", RateLimitedError),
        ("repo-304-not-modified", RemoteError),
    ],
)
async def test_refusals(
    host: RecordedHost, client: GitHubClient, name: str, kind: type[RemoteError]
) -> None:
    """Each refusal is one error with a whole sentence."""
    host.serve(name, "/repos/o/r")
    with pytest.raises(RemoteError) as caught:
        await client.repository(RepoId("o", "r"))
    assert type(caught.value) is kind
    assert str(caught.value).endswith((".", "?", "com"))


@pytest.mark.parametrize("name", ["user-401-bad-credentials", "user-401-otp-required"])
async def test_refused_token(
    host: RecordedHost, make_client: Callable[..., GitHubClient], name: str
) -> None:
    """Who am I, asked with a token that the host refuses: it is named, not shown."""
    host.serve(name, "/user")
    with pytest.raises(CredentialError, match="GH_TOKEN was refused") as caught:
        await make_client(SECRET).explore().identity()
    assert SECRET not in str(caught.value)


async def test_short_secondary_limit(
    host: RecordedHost, client: GitHubClient, waits: list[float]
) -> None:
    """Eight seconds are waited for, twice, and then said."""
    host.serve("secondary-limit-429-retry-after", "/repos/o/r")
    with pytest.raises(RateLimitedError) as caught:
        await client.repository(RepoId("o", "r"))
    assert (caught.value.kind, caught.value.retry_after) == ("secondary", 8.0)
    assert waits == [8.0, 8.0]


async def test_missing_release(host: RecordedHost, client: GitHubClient) -> None:
    """A tag without a release is named in the sentence."""
    host.serve("repo-404-unknown", "/repos/o/r/releases/tags/v9")
    with pytest.raises(NotFoundError, match="no release “v9” of o/r"):
        await client.explore().release(RepoId("o", "r"), "v9")


async def test_foreign_next_page(host: RecordedHost, client: GitHubClient) -> None:
    """A list that goes on at another host is not followed there."""
    recorded = host.serve("tags-200-page1-link", "/repos/o/r/tags?per_page=100")
    recorded.headers["link"] = '<https://example.org/tags?page=2>; rel="next"'
    lists = client.explore().list_refs(RepoId("o", "r"), RefKind.TAG)
    await anext(lists)
    with pytest.raises(PayloadError, match=r"example\.org/tags"):
        await anext(lists)
    assert len(host.asked) == 1
