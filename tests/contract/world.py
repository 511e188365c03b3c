"""Repositories, releases and gists with one of everything that is described."""

from __future__ import annotations

from rehydrate_tui.demo.builder import Gitlink, LfsFile, RepositoryBuilder, Symlink
from rehydrate_tui.demo.releases import Asset, Release
from rehydrate_tui.demo.server import Account, Gist, GitHubServer
from rehydrate_tui.domain.address import RepoAddress, parse_address

GIST = "0123456789abcdef0123"
TABLE = b"a,b\n1,2\n" * 500
Ids = dict[str, str]


def notes() -> RepositoryBuilder:
    """Return the repository that most questions are about."""
    builder = RepositoryBuilder("ada", "notes", description="Notes on rain")
    builder.commit(
        {
            "README.md": b"# Notes\n",
            "docs/README.rst": b"Docs\n====\n",
            "data/rain.csv": b"a,b\n",
            "run.py": b"print('hi')\n",
            "link": Symlink("README.md"),
            "outside": Symlink("../../etc"),
            "sub": Gitlink("1" * 40),
            ".gitmodules": b'[submodule "sub"]\n\tpath = sub\n\turl = ../tools.git\n',
            "big.npy": LfsFile(b"big" * 100),
        },
        "Begin\n\nWith a body.",
    )
    builder.commit({"data/rain.csv": b"a,b\n1,2\n"}, "More rain")
    builder.tag("v1.0", message="The first")
    builder.tag("v1.1")
    builder.branch("feature/x")
    builder.commit({"new.txt": b"new\n"}, "New", branch="feature/x")
    repository = builder.build()
    repository.former_names.append("ada/former")
    repository.releases += [
        Release(
            tag="v1.0",
            name="One\x1b[31m",
            assets=(
                Asset.of("table.csv", TABLE, content_type="text/csv"),
                Asset.of("old.bin", b"old", has_digest=False),
                Asset.of("half.bin", b"half", state="open"),
            ),
        ),
        Release(tag="v2.0rc1", prerelease=True, published=1_500_000_000),
        Release(tag="untagged", name="Not yet", draft=True, published=1_600_000_000),
    ]
    return builder


def serve_world() -> GitHubServer:
    """Return a server of it, not started; `ada` and `bob` are tokens."""
    secret = RepositoryBuilder("ada", "secret", private=True)
    secret.commit({"plan.txt": b"plan\n"})
    empty = RepositoryBuilder("ada", "empty").build()
    server = GitHubServer([notes().build(), secret.build(), empty])
    server.tokens["ada"] = Account("ada", scopes=("repo", "read:org"))
    server.tokens["bob"] = Account("bob", expires="2027-01-02 03:04:05 +0200")
    gist = Gist(id=GIST, owner="ada", description="Two files")
    gist.push({"a.txt": b"one\n"})
    gist.push({"a.txt": b"two\n", "b c.csv": TABLE})
    server.gists[GIST] = gist
    return server


def ids_of(server: GitHubServer) -> Ids:
    """Return the ids that requests name."""
    repository = server.repositories[0]
    head = repository.resolve("main")
    assert head is not None
    found = repository.find(head, b"README.md")
    assert found is not None
    release = repository.releases[0]
    return {
        "head": head,
        "tag": repository.refs["refs/tags/v1.0"],
        "blob": found.entry.oid,
        "release": str(release.id),
        "asset": str(release.asset_id(release.assets[0])),
        "revision": server.gists[GIST].revisions[0].version,
    }


def address(text: str) -> RepoAddress:
    """Return a pasted address."""
    found = parse_address(text)
    assert isinstance(found, RepoAddress)
    return found
