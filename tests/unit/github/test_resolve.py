from __future__ import annotations

import pytest

from rehydrate_tui.domain.address import RepoAddress, parse_address
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.remote_values import ResolvedAddress
from rehydrate_tui.errors import (
    EmptyRepositoryError,
    PayloadError,
    RefNotFoundError,
    RepositoryNotFoundError,
)
from tests.unit.github.fake_host import API, COMMIT, FakeHost, Reply, reply

REPO = RepoId("o", "r")
URL = f"{API}/repos/o/r"
OTHER = "b" * 40
UNKNOWN = reply({"message": "No commit found for SHA: x"}, status=422)
NOTHING = reply([])


def sha(oid: str = COMMIT) -> Reply:
    """Return the answer with a bare id."""
    return reply(text=oid)


def ref(name: str, oid: str = COMMIT, kind: str = "commit") -> dict[str, object]:
    """Return one entry of a list of refs."""
    return {"ref": f"refs/{name}", "object": {"type": kind, "sha": oid}}


async def resolve(host: FakeHost, text: str) -> ResolvedAddress:
    """Resolve an address as it was pasted."""
    address = parse_address(text)
    assert isinstance(address, RepoAddress)
    return await host.client().resolve(address, default_branch="main")


@pytest.mark.parametrize("text", ["o/r", "github.com/o/r/tree/HEAD"])
async def test_default_branch(host: FakeHost, text: str) -> None:
    """Without a ref, or with HEAD, the default branch is asked for by its kind."""
    host.on(f"{URL}/commits/heads/main", sha())
    found = await resolve(host, text)
    assert (found.oid, found.ref, found.path) == (COMMIT, "main", "")
    assert host.requests[0].headers["accept"] == "application/vnd.github.sha"
    assert len(host.requests) == 1


async def test_full_id_costs_nothing(host: FakeHost) -> None:
    """A whole commit id needs no request, in any case of its letters."""
    found = await resolve(host, f"o/r@{COMMIT.upper()}:data")
    assert (found.oid, found.ref, found.path) == (COMMIT, COMMIT, "data")
    assert host.requests == []


@pytest.mark.parametrize(
    ("text", "asked", "shown"),
    [
        ("o/r@v1.0", "v1.0", "v1.0"),
        ("o/r@feature/x", "feature/x", "feature/x"),
        ("o/r@a#b%", "a%23b%25", "a#b%"),
        ("github.com/o/r/tree/refs/heads/dev", "heads/dev", "dev"),
        ("github.com/o/r/releases/tag/v1", "tags/v1", "v1"),
        ("github.com/o/r/tree/dev?ref_type=tag", "tags/dev", "dev"),
    ],
)
async def test_a_given_ref_costs_one_request(
    host: FakeHost, text: str, asked: str, shown: str
) -> None:
    """A ref is asked for as it stands, qualified if its kind is known."""
    host.on(f"{URL}/commits/{asked}", sha())
    found = await resolve(host, text)
    assert (found.oid, found.ref) == (COMMIT, shown)
    assert len(host.requests) == 1


async def test_short_id_becomes_the_whole_id(host: FakeHost) -> None:
    """What was a short id is shown and kept as the whole one."""
    host.on(f"{URL}/commits/{COMMIT[:7]}", sha())
    assert (await resolve(host, f"o/r@{COMMIT[:7]}")).ref == COMMIT


async def test_branch_that_looks_like_an_id(host: FakeHost) -> None:
    """A branch with a hexadecimal name keeps its name."""
    host.on(f"{URL}/commits/decade", sha())
    assert (await resolve(host, "o/r@decade")).ref == "decade"


async def test_pull_request(host: FakeHost) -> None:
    """The head of a pull request is found as an exact ref and keeps its long name."""
    host.on(f"{URL}/git/ref/pull/7/head", reply(ref("pull/7/head")))
    found = await resolve(host, "https://github.com/o/r/pull/7/files")
    assert (found.oid, found.ref) == (COMMIT, "refs/pull/7/head")


async def test_pull_request_by_the_other_endpoint(host: FakeHost) -> None:
    """A server without that ref is asked for the commit."""
    host.on(f"{URL}/git/ref/pull/7/head", reply({}, status=404))
    host.on(f"{URL}/commits/refs/pull/7/head", sha())
    assert (await resolve(host, "github.com/o/r/pull/7")).oid == COMMIT


async def test_other_annotated_ref(host: FakeHost) -> None:
    """A ref elsewhere that points to a tag object leads to the tag's commit."""
    host.on(f"{URL}/git/ref/x/y", reply(ref("x/y", OTHER, "tag")))
    host.on(f"{URL}/commits/x/y", sha())
    assert (await resolve(host, "o/r@refs/x/y")).oid == COMMIT


def plan_refs(host: FakeHost, first: str, heads: Reply, tags: Reply) -> None:
    """Plan the two lists that an ambiguous address asks for."""
    host.on(f"{URL}/git/matching-refs/heads/{first}", heads)
    host.on(f"{URL}/git/matching-refs/tags/{first}", tags)


async def test_segments_split_at_a_branch(host: FakeHost) -> None:
    """Two requests tell branch from path, and the commit comes with them."""
    plan_refs(host, "main", reply([ref("heads/main"), ref("heads/main2")]), NOTHING)
    found = await resolve(host, "github.com/o/r/tree/main/data/x.csv")
    assert (found.oid, found.ref, found.path) == (COMMIT, "main", "data/x.csv")
    assert len(host.requests) == 2


async def test_longest_branch_wins(host: FakeHost) -> None:
    """Slashes belong to the ref as far as a ref has them; half a segment is none."""
    refs = [ref("heads/feat/x", OTHER), ref("heads/feat/x/y"), ref("heads/feat/x/y/zz")]
    plan_refs(host, "feat", reply(refs), reply([ref("tags/feat", OTHER)]))
    found = await resolve(host, "github.com/o/r/blob/feat/x/y/z/a.txt")
    assert (found.oid, found.ref, found.path) == (COMMIT, "feat/x/y", "z/a.txt")


async def test_longer_tag_beats_branch(host: FakeHost) -> None:
    """Length decides before kind."""
    plan_refs(host, "v", reply([ref("heads/v", OTHER)]), reply([ref("tags/v/1")]))
    found = await resolve(host, "github.com/o/r/tree/v/1/data")
    assert (found.oid, found.ref, found.notes) == (COMMIT, "v/1", ())


async def test_branch_and_tag_of_one_name(host: FakeHost) -> None:
    """On a tie the branch is taken and the person is told."""
    plan_refs(host, "v", reply([ref("heads/v")]), reply([ref("tags/v", OTHER)]))
    found = await resolve(host, "github.com/o/r/tree/v/data")
    assert found.oid == COMMIT
    assert found.notes == ("“v” is a branch and a tag; the branch is shown.",)


async def test_annotated_tag_is_peeled(host: FakeHost) -> None:
    """The id of a tag object is not taken for that of a commit."""
    plan_refs(host, "v1", NOTHING, reply([ref("tags/v1", OTHER, "tag")]))
    host.on(f"{URL}/commits/tags/v1", sha())
    assert (await resolve(host, "github.com/o/r/tree/v1/data")).oid == COMMIT


@pytest.mark.parametrize(("kind", "shown"), [("heads", "a/b"), ("tags", "a/b")])
async def test_known_kind_asks_one_list(host: FakeHost, kind: str, shown: str) -> None:
    """When the address says branch or tag, only that list is asked for."""
    host.on(f"{URL}/git/matching-refs/{kind}/a", reply([ref(f"{kind}/a/b")]))
    found = await resolve(host, f"github.com/o/r/tree/refs/{kind}/a/b/c")
    assert (found.ref, found.path) == (shown, "c")
    assert len(host.requests) == 1


async def test_short_id_with_a_path(host: FakeHost) -> None:
    """Segments that no ref explains may begin with a short id."""
    short = COMMIT[:8]
    plan_refs(host, short, NOTHING, NOTHING)
    host.on(f"{URL}/commits/{short}", sha())
    found = await resolve(host, f"github.com/o/r/tree/{short}/data")
    assert (found.oid, found.ref, found.path) == (COMMIT, COMMIT, "data")


async def test_unknown_segments(host: FakeHost) -> None:
    """Segments without a ref are an error that names them, and what is similar."""
    plan_refs(host, "maain", NOTHING, NOTHING)
    host.on(f"{URL}/git/matching-refs/heads/m", reply([ref("heads/main")]))
    with pytest.raises(RefNotFoundError, match=r"o/r has no .* “maain/data”"):
        await resolve(host, "github.com/o/r/tree/maain/data")


async def test_typo_gets_suggestions(host: FakeHost) -> None:
    """One more request finds branches with a similar name."""
    host.on(f"{URL}/commits/develup", UNKNOWN)
    refs = [ref("heads/develop"), ref("heads/dev"), ref("heads/docs")]
    host.on(f"{URL}/git/matching-refs/heads/d", reply(refs))
    with pytest.raises(RefNotFoundError, match=r"o/r has no .* “develup”") as caught:
        await resolve(host, "o/r@develup")
    assert caught.value.hint.startswith("Did you mean “develop”")


async def test_wrong_case_suggests_the_default_branch(host: FakeHost) -> None:
    """The default branch is suggested without its being in the list."""
    host.on(f"{URL}/commits/Main", UNKNOWN)
    host.on(f"{URL}/git/matching-refs/heads/M", NOTHING)
    with pytest.raises(RefNotFoundError) as caught:
        await resolve(host, "o/r@Main")
    assert caught.value.hint == "Did you mean “main”?"


async def test_failing_suggestions_do_not_hide_the_error(host: FakeHost) -> None:
    """If the extra request fails, the error is still about the ref."""
    host.on(f"{URL}/commits/zzz", UNKNOWN)
    host.on(f"{URL}/git/matching-refs/heads/z", reply({}, status=403))
    with pytest.raises(RefNotFoundError) as caught:
        await resolve(host, "o/r@zzz")
    assert caught.value.hint == "Check the spelling; upper and lower case count."


async def test_last_request_is_not_spent_on_suggestions(host: FakeHost) -> None:
    """With the quota nearly used up, suggestions are not worth a request."""
    headers = {
        "x-ratelimit-limit": "60",
        "x-ratelimit-remaining": "1",
        "x-ratelimit-reset": "1800000100",
    }
    host.on(f"{URL}/commits/zzz", reply({}, status=422, headers=headers))
    with pytest.raises(RefNotFoundError):
        await resolve(host, "o/r@zzz")
    assert len(host.requests) == 1


async def test_404_is_about_the_repository(host: FakeHost) -> None:
    """Before the repository was seen, a 404 says that it is not visible."""
    host.on(f"{URL}/commits/heads/main", reply({}, status=404))
    with pytest.raises(RepositoryNotFoundError):
        await resolve(host, "o/r")


async def test_404_is_about_the_ref_once_the_repository_was_seen(
    host: FakeHost,
) -> None:
    """Afterwards it can only be the ref."""
    host.on(URL, reply({"full_name": "o/r", "default_branch": "main"}))
    host.on(f"{URL}/commits/x", reply({}, status=404))
    host.on(f"{URL}/git/matching-refs/heads/x", NOTHING)
    client = host.client()
    await client.repository(REPO)
    with pytest.raises(RefNotFoundError):
        await client.resolve(RepoAddress(repo=REPO, ref="x"), default_branch="main")


@pytest.mark.parametrize("bad", ["..", "a/../../../x", "./a", "a//b", "/a", "a/"])
async def test_refs_that_would_change_the_address(host: FakeHost, bad: str) -> None:
    """A ref cannot climb to another endpoint: it is refused without being sent."""
    address = RepoAddress(repo=REPO, ref=bad)
    host.on(f"{URL}/git/matching-refs/heads/a", NOTHING)
    with pytest.raises(RefNotFoundError):
        await host.client().resolve(address, default_branch="main")
    assert set(host.urls) <= {f"{URL}/git/matching-refs/heads/a"}


async def test_empty_repository(host: FakeHost) -> None:
    """A repository without commits is told apart from a missing ref."""
    body = {"message": "Git Repository is empty."}
    host.on(f"{URL}/commits/heads/main", reply(body, status=409))
    with pytest.raises(EmptyRepositoryError):
        await resolve(host, "o/r")


async def test_answer_that_is_no_commit(host: FakeHost) -> None:
    """Something else than an id is not passed on."""
    host.on(f"{URL}/commits/heads/main", reply(text="hello"))
    with pytest.raises(PayloadError):
        await resolve(host, "o/r")


async def test_hostile_names_are_safe_in_messages(host: FakeHost) -> None:
    """Control characters in a ref and in suggestions do not reach the message."""
    host.on(f"{URL}/commits/ev%1Bil", UNKNOWN)
    refs = reply([ref("heads/ev\x1b]0;il")])
    host.on(f"{URL}/git/matching-refs/heads/e", refs)
    with pytest.raises(RefNotFoundError) as caught:
        await host.client().resolve(
            RepoAddress(repo=REPO, ref="ev\x1bil"), default_branch="main"
        )
    assert "\x1b" not in str(caught.value)
    assert "Did you mean" in caught.value.hint
