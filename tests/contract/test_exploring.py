"""What a person looks at before choosing, asked of the local server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timezone

import pytest

from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.builder import RepositoryBuilder
from rehydrate_tui.demo.releases import Asset, Release
from rehydrate_tui.demo.server import Account, Fault, GitHubServer
from rehydrate_tui.domain.identity import TokenKind
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.references import RefKind
from rehydrate_tui.errors import (
    BlockedError,
    CredentialError,
    EmptyRepositoryError,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    RefNotFoundError,
    RemoteError,
    RepositoryNotFoundError,
)
from rehydrate_tui.github import GitHubClient
from tests.contract.world import GIST, TABLE, Ids

REPO = RepoId("ada", "notes")
EMPTY = RepoId("ada", "empty")
Ask = Callable[..., GitHubClient]


async def all_refs(
    client: GitHubClient, kind: RefKind, prefix: str = "", repo: RepoId = REPO
) -> list[str]:
    """Return the names of all refs of a kind."""
    return [
        ref.name
        async for page in client.explore().list_refs(repo, kind, prefix)
        for ref in page
    ]


async def test_refs(ask: Ask) -> None:
    """Branches and tags, all of them or those that begin alike."""
    client = ask()
    assert await all_refs(client, RefKind.BRANCH) == ["feature/x", "main"]
    assert await all_refs(client, RefKind.BRANCH, "feat") == ["feature/x"]
    assert await all_refs(client, RefKind.TAG) == ["v1.1", "v1.0"]
    assert await all_refs(client, RefKind.TAG, "nothing") == []
    assert await all_refs(client, RefKind.TAG, "../../user") == []


async def test_refs_of_an_empty_repository(ask: Ask) -> None:
    """Where nothing was pushed there is no ref, and a search says why."""
    assert await all_refs(ask(), RefKind.BRANCH, repo=EMPTY) == []
    with pytest.raises(EmptyRepositoryError, match="no commit yet"):
        await all_refs(ask(), RefKind.BRANCH, "m", repo=EMPTY)


async def test_thirty_thousand_branches(world: GitHubServer, ask: Ask) -> None:
    """Looking at the first page costs one request, and so does any search."""
    builder = RepositoryBuilder("ada", "many")
    builder.commit({"a": b"a"})
    for number in range(30_000):
        builder.branch(f"topic/{number:05}")
    world.repositories.append(builder.build())
    repo, client = RepoId("ada", "many"), ask("ada")
    first = await anext(client.explore().list_refs(repo, RefKind.BRANCH))
    assert len(first) == 100
    found = await all_refs(client, RefKind.BRANCH, "topic/2999", repo)
    assert found == [f"topic/{number}" for number in range(29_990, 30_000)]
    assert len(await all_refs(client, RefKind.BRANCH, "topic", repo)) == 30_000
    assert len(world.requests) == 3


async def test_history_of_a_path(ask: Ask, ids: Ids) -> None:
    """The commits that touched a path, newest first, each in a line."""
    commits = await ask().explore().commits_of(REPO, "main", "data/rain.csv")
    assert [commit.subject for commit in commits] == ["More rain", "Begin"]
    assert commits[0].oid == ids["head"]
    assert commits[0].author == "Nora Moreau"
    assert commits[1].when == datetime(2016, 3, 1, 10, tzinfo=timezone.utc)
    assert await ask().explore().commits_of(REPO, "main", "none") == ()


async def test_history_of_an_unknown_ref(ask: Ask) -> None:
    """A branch that is gone is named."""
    client = ask()
    await client.repository(REPO)
    with pytest.raises(RefNotFoundError, match="“gone”"):
        await client.explore().commits_of(REPO, "gone")


async def test_distance(world: GitHubServer, ask: Ask) -> None:
    """How far a branch is ahead, and that a forced push leaves the pin behind."""
    there = await ask().explore().distance(REPO, "main", "feature/x")
    assert (there.ahead, there.behind, there.is_rewritten) == (1, 0, False)
    back = await ask().explore().distance(REPO, "feature/x", "main")
    assert (back.ahead, back.behind, back.is_rewritten) == (0, 1, True)
    with pytest.raises(NotFoundError):
        await ask().explore().distance(REPO, "main", "gone")


async def test_releases(ask: Ask) -> None:
    """Releases come newest first; what is no upload and no release is left out."""
    pages = [page async for page in ask().explore().list_releases(REPO)]
    assert [release.tag for release in pages[0]] == ["v2.0rc1", "v1.0"]
    newest, first = pages[0]
    assert newest.is_prerelease
    assert first.title == "One␛[31m"
    assert [asset.name for asset in first.assets] == ["table.csv", "old.bin"]
    assert first.assets[0].sha256 == hashlib.sha256(TABLE).hexdigest()
    assert first.assets[1].sha256 is None


async def test_drafts_are_for_who_may_write(ask: Ask) -> None:
    """The owner sees the draft, marked so and without a date."""
    page = await anext(ask("ada").explore().list_releases(REPO))
    drafts = [release for release in page if release.is_draft]
    assert [(draft.tag, draft.published) for draft in drafts] == [("untagged", None)]


async def test_bytes_of_an_asset(world: GitHubServer, ask: Ask) -> None:
    """The bytes come from the storage host, which is sent no token."""
    client = ask("ada")
    release = await client.explore().release(REPO, "v1.0")
    async with client.explore().open_asset(REPO, release.assets[0].id) as body:
        data = b"".join([chunk async for chunk in body.chunks])
    assert data == TABLE
    storage = [r for r in world.requests if r.origin == "storage"]
    assert len(storage) == 1
    assert "authorization" not in storage[0].headers


async def test_many_assets_come_in_pages(world: GitHubServer, ask: Ask) -> None:
    """A release of 250 files costs three requests."""
    assets = tuple(Asset.of(f"part-{n:03}", b"x") for n in range(250))
    release = Release(tag="big", assets=assets)
    world.repositories[0].releases.append(release)
    found = await ask().explore().release_assets(REPO, release.id)
    assert [asset.name for asset in found] == [asset.name for asset in assets]
    assert len(world.requests) == 3


async def test_missing_release_and_asset(ask: Ask) -> None:
    """What is not there is named."""
    with pytest.raises(NotFoundError, match="no release “v9” of ada/notes"):
        await ask().explore().release(REPO, "v9")
    with pytest.raises(NotFoundError, match="no release asset 7 of ada/notes"):
        await ask().explore().release_asset(REPO, 7)


async def test_gist(ask: Ask, ids: Ids) -> None:
    """A gist at its newest revision, and at an older one."""
    newest = await ask().explore().gist(GIST)
    assert (newest.files[0].name, newest.files[0].text) == ("a.txt", "two\n")
    older = await ask().explore().gist(GIST, ids["revision"])
    assert older.revision == ids["revision"] != newest.revision
    assert [file.text for file in older.files] == ["one\n"]


async def test_long_file_of_a_gist(world: GitHubServer, ask: Ask) -> None:
    """Content that GitHub has cut is not shown as if it were whole."""
    world.gists[GIST].push({"long.txt": b"x" * 1_048_577})
    gist = await ask().explore().gist(GIST)
    assert (gist.files[0].text, gist.files[0].size) == (None, 1_048_577)
    assert gist.files[0].url.startswith(world.raw_url)


@pytest.mark.parametrize("gist", ["none", "..", "../user", ""])
async def test_missing_gist(ask: Ask, gist: str) -> None:
    """A gist that is none leads nowhere else."""
    with pytest.raises(NotFoundError, match="gist"):
        await ask().explore().gist(gist)


async def test_identity(ask: Ask) -> None:
    """Who a token speaks for, what it may do, and until when."""
    ada = await ask("ada").explore().identity()
    assert (ada.login, ada.scopes) == ("ada", ("repo", "read:org"))
    bob = await ask("bob").explore().identity()
    assert bob.scopes is None
    assert bob.expires is not None
    assert bob.expires.isoformat() == "2027-01-02T03:04:05+02:00"


@pytest.mark.parametrize(
    ("secret", "kind"),
    [
        ("ghp_x", TokenKind.CLASSIC),
        ("github_pat_x", TokenKind.FINE_GRAINED),
        ("gho_x", TokenKind.OAUTH),
        ("ghu_x", TokenKind.APP_USER),
        ("0123456789", TokenKind.OTHER),
    ],
)
async def test_kinds_of_token(
    world: GitHubServer, ask: Ask, secret: str, kind: TokenKind
) -> None:
    """The prefix of a token tells what it is."""
    world.tokens[secret] = Account("eve", expires="")
    found = await ask(secret).explore().identity()
    assert (found.kind, found.login, found.expires) == (kind, "eve", None)


async def test_token_of_an_installed_app(world: GitHubServer, ask: Ask) -> None:
    """An app is no user: nobody is asked who it is."""
    found = await ask("ghs_x").explore().identity()
    assert (found.kind, found.login) == (TokenKind.INSTALLATION, "")
    assert world.requests == []


async def test_refused_token(ask: Ask) -> None:
    """A token that the host does not know is named by where it came from."""
    with pytest.raises(CredentialError, match="GH_TOKEN was refused"):
        await ask("wrong").explore().identity()


async def test_repositories_of_an_owner(ask: Ask) -> None:
    """The public ones, last pushed first; the private one is not among them."""
    pages = [page async for page in ask().explore().repositories_of("ADA")]
    names = [summary.id.name for page in pages for summary in page]
    assert sorted(names) == ["empty", "notes"]
    for owner in ("nobody", "../user", "a b"):
        with pytest.raises(NotFoundError):
            await anext(ask().explore().repositories_of(owner))


async def test_search(world: GitHubServer, ask: Ask) -> None:
    """A search finds by words, and spends a quota of its own."""
    client = ask()
    await client.repository(REPO)
    left = client.quota
    found = await client.explore().search_repositories("rain language:python")
    assert [summary.id.name for summary in found.found] == ["notes"]
    assert (found.total, found.is_complete) == (1, True)
    assert client.quota == left
    with pytest.raises(RemoteError, match="does not understand the search"):
        await client.explore().search_repositories(" ")


async def test_search_quota(ask: Ask) -> None:
    """The eleventh search in a minute is refused in words that say so."""
    client = ask()
    for _ in range(10):
        await client.explore().search_repositories("rain")
    with pytest.raises(RateLimitedError, match="All 10 searches of this minute"):
        await client.explore().search_repositories("rain")
    await client.repository(REPO)


async def test_languages(ask: Ask) -> None:
    """Languages with their bytes."""
    shares = await ask().explore().languages(REPO)
    assert [(share.name, share.size) for share in shares] == [("Python", 12)]


async def test_readme(ask: Ask) -> None:
    """The README of the repository and that of a folder."""
    assert (await ask().explore().readme(REPO, "main")).data == b"# Notes\n"
    below = await ask().explore().readme(REPO, "main", "docs")
    assert (below.path, below.data) == ("docs/README.rst", b"Docs\n====\n")
    with pytest.raises(NotFoundError, match="README in ada/notes/data"):
        await ask().explore().readme(REPO, "main", "data")


async def test_readme_with_other_bytes(world: GitHubServer, ask: Ask) -> None:
    """Bytes that are not those of the blob are not shown."""
    body = b'{"encoding":"base64","content":"eA==","sha":"%s","path":"R"}' % (b"a" * 40)
    world.add_fault(
        Fault(
            origin="api",
            path="*/readme",
            status=200,
            body=body,
            content_type="application/json",
        )
    )
    with pytest.raises(PayloadError):
        await ask().explore().readme(REPO, "main")


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (refusals.legally_blocked(), BlockedError, "blocks access"),
        (refusals.blocked(), BlockedError, "blocks access"),
        (refusals.sso_required(), CredentialError, "Authorise the token"),
    ],
)
async def test_blocked(
    world: GitHubServer,
    ask: Ask,
    fault: Fault,
    kind: type[RemoteError],
    words: str,
) -> None:
    """What is blocked is said so, whatever was asked."""
    world.add_fault(fault)
    client = ask("ada")
    for question in (
        client.explore().languages(REPO),
        client.explore().readme(REPO, "main"),
        client.explore().release(REPO, "v1.0"),
        client.explore().commits_of(REPO, "main"),
    ):
        with pytest.raises(kind, match=words):
            await question


async def test_private_repository(ask: Ask) -> None:
    """A private repository answers its owner, and is absent for others."""
    secret = RepoId("ada", "secret")
    assert await all_refs(ask("ada"), RefKind.BRANCH, repo=secret) == ["main"]
    with pytest.raises(RepositoryNotFoundError, match="private repository looks"):
        await all_refs(ask("bob"), RefKind.BRANCH, repo=secret)


async def test_renamed_repository(ask: Ask) -> None:
    """Questions under an old name are answered under the new one."""
    former = RepoId("ada", "former")
    assert await all_refs(ask(), RefKind.BRANCH, repo=former) == ["feature/x", "main"]
    assert (await ask().explore().readme(former, "main")).path == "README.md"
