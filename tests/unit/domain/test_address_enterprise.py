"""Addresses of gists, of Enterprise Server and of data residency."""

from __future__ import annotations

import pytest

from rehydrate_tui.domain.address import GistAddress, RepoAddress, parse_address
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.errors import AddressError

SHA = "8a34a4f653bdbdc01415a94dc20d4e9b97438965"


REPO = RepoId("o", "r")


def whole(ref: str | None = None, path: str = "") -> RepoAddress:
    """Make the address that leaves nothing open."""
    return RepoAddress(repo=REPO, ref=ref, path=path)


GIST = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"gist.github.com/{GIST}", GistAddress(gist=GIST)),
        (f"gist.github.com/user/{GIST}", GistAddress(gist=GIST)),
        (f"gist.github.com/deadbeef/{GIST}", GistAddress(gist=GIST)),
        ("gist.github.com/user/12345", GistAddress(gist="12345")),
        (f"gist.github.com/{GIST}.git", GistAddress(gist=GIST)),
        (f"git@gist.github.com:{GIST}.git", GistAddress(gist=GIST)),
        (f"gist.github.com/user/{GIST}/{SHA}", GistAddress(gist=GIST, revision=SHA)),
        (f"gist.github.com/{GIST}/{SHA}", GistAddress(gist=GIST, revision=SHA)),
        (f"gist.github.com/user/{GIST}/revisions", GistAddress(gist=GIST)),
        (
            f"gist.github.com/user/{GIST}#file-births-csv",
            GistAddress(gist=GIST, file="births-csv"),
        ),
        (
            f"gist.github.com/user/{GIST}/{SHA}#file-births-csv-L3-L9",
            GistAddress(gist=GIST, revision=SHA, file="births-csv"),
        ),
        (f"gist.github.com/user/{GIST}#comments", GistAddress(gist=GIST)),
        (
            f"gist.githubusercontent.com/user/{GIST}/raw/a%20b.csv",
            GistAddress(gist=GIST, file="a b.csv"),
        ),
        (
            f"gist.githubusercontent.com/user/{GIST}/raw/{SHA}/a.csv",
            GistAddress(gist=GIST, revision=SHA, file="a.csv"),
        ),
        (f"colab.research.google.com/gist/user/{GIST}", GistAddress(gist=GIST)),
        (
            f"colab.research.google.com/gist/user/{GIST}/a.ipynb",
            GistAddress(gist=GIST, file="a.ipynb"),
        ),
        (f"nbviewer.org/gist/user/{GIST}", GistAddress(gist=GIST)),
        (f"mybinder.org/v2/gist/user/{GIST}/HEAD", GistAddress(gist=GIST)),
        (
            f"mybinder.org/v2/gist/user/{GIST}/{SHA}?filepath=a.ipynb",
            GistAddress(gist=GIST, revision=SHA, file="a.ipynb"),
        ),
        (
            f"mybinder.org/v2/git/https%3A%2F%2Fgist.github.com%2F{GIST}.git/main",
            GistAddress(gist=GIST),
        ),
        (f"git clone -b x https://gist.github.com/{GIST}.git", GistAddress(gist=GIST)),
    ],
)
def test_reads_gists(text: str, expected: GistAddress) -> None:
    """A gist is told by its id; revision and file are read where they stand."""
    assert parse_address(text) == expected


SERVER = "ghe.example.com"


@pytest.mark.parametrize(
    "text",
    [
        "o/r@main:a",
        "https://ghe.example.com/o/r@main:a",
        "ghe.example.com/o/r@main:a",
        "https://GHE.example.com/o/r/tree/refs%2Fheads%2Fmain/a",
        "https://raw.ghe.example.com/o/r/refs%2Fheads%2Fmain/a",
        "https://ghe.example.com/raw/o/r/refs%2Fheads%2Fmain/a",
        "https://media.ghe.example.com/o/r/refs%2Fheads%2Fmain/a",
        "https://ghe.example.com/media/o/r/refs%2Fheads%2Fmain/a",
        "https://ghe.example.com/o/r/raw/refs%2Fheads%2Fmain/a",
        "https://ghe.example.com/api/v3/repos/o/r/contents/a?ref=refs/heads/main",
        "https://api.ghe.example.com/repos/o/r/contents/a?ref=refs/heads/main",
    ],
)
def test_reads_an_enterprise_host(text: str) -> None:
    """The host in use is read with subdomain isolation and without."""
    address = parse_address(text, host="GHE.example.com")
    ref = "main" if "@main" in text else "refs/heads/main"
    repo = RepoId("o", "r", SERVER)
    assert address == RepoAddress(repo=repo, ref=ref, path="a")


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("https://ghe.example.com/o/r", None),
        ("git@ghe.example.com:o/r.git", None),
        ("https://ghe.example.com/codeload/o/r/tar.gz/v1", "v1"),
        ("https://codeload.ghe.example.com/o/r/tar.gz/v1", "v1"),
    ],
)
def test_reads_remotes_and_archives_of_an_enterprise_host(
    text: str, ref: str | None
) -> None:
    """Remotes and archives of the host in use name its repositories."""
    address = parse_address(text, host=SERVER)
    assert address == RepoAddress(repo=RepoId("o", "r", SERVER), ref=ref)


@pytest.mark.parametrize(
    "text",
    [
        "o/r",
        "localhost:8443/o/r",
        "http://localhost:8443/o/r",
        "ssh://git@localhost/o/r.git",
    ],
)
def test_a_host_may_carry_a_port(text: str) -> None:
    """The port of the host in use stays part of the repository's identity."""
    address = parse_address(text, host="localhost:8443")
    assert address == RepoAddress(repo=RepoId("o", "r", "localhost:8443"))


@pytest.mark.parametrize(
    "text",
    [
        "https://octo.ghe.com/o/r/tree/main",
        "octo.ghe.com/o/r/tree/main",
        "https://raw.octo.ghe.com/o/r/main",
        "https://api.octo.ghe.com/repos/o/r?ref=main",
    ],
)
def test_reads_data_residency_hosts(text: str) -> None:
    """A host below ghe.com is known without being the host in use."""
    repo = RepoId("o", "r", "octo.ghe.com")
    assert parse_address(text) == RepoAddress(repo=repo, ref="main")


def test_an_enterprise_host_keeps_github_known() -> None:
    """With an Enterprise host in use, github.com and its services still mean it."""
    for text in ("github.com/o/r", "nbviewer.org/github/o/r/tree/HEAD"):
        assert parse_address(text, host=SERVER) == whole()


def test_an_unknown_host_leads_to_the_option() -> None:
    """An Enterprise address without `--host` is refused with the option to add."""
    with pytest.raises(AddressError, match=r"add --host ghe\.example\.com"):
        parse_address("ghe.example.com/o/r/tree/main")
