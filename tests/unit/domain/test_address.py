"""Every form of address that people paste, as tables."""

from __future__ import annotations

import pytest

from rehydrate_tui.domain.address import RepoAddress, parse_address
from rehydrate_tui.domain.address_parts import Address
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.errors import AddressError

SHA = "8a34a4f653bdbdc01415a94dc20d4e9b97438965"
REPO = RepoId("o", "r")


def whole(ref: str | None = None, path: str = "") -> RepoAddress:
    """Make the address that leaves nothing open."""
    return RepoAddress(repo=REPO, ref=ref, path=path)


def open_ended(*segments: str) -> RepoAddress:
    """Make the address whose ref could end at several places."""
    return RepoAddress(repo=REPO, ambiguous=segments)


def without_notes(address: Address) -> Address:
    """Drop the sentences for people, which other tests read."""
    assert isinstance(address, RepoAddress)
    return RepoAddress(
        repo=address.repo,
        ref=address.ref,
        path=address.path,
        ambiguous=address.ambiguous,
    )


SHORT_FORMS = [
    ("o/r", whole()),
    ("  o/r\n", whole()),
    ("\ufeffo/r\u200b", whole()),
    ("'o/r'", whole()),
    ("<https://github.com/o/r>", whole()),
    ("o/r/", whole()),
    ("o/r.git", whole()),
    ("o/r@main", whole("main")),
    ("o/r@HEAD", whole()),
    ("o/r@HEAD~2", whole("HEAD~2")),
    ("o/r@feature/x:path", whole("feature/x", "path")),
    ("o/r@refs/pull/3/head", whole("refs/pull/3/head")),
    ("o/r@@scope/pkg@1.0:a", whole("@scope/pkg@1.0", "a")),
    (f"o/r@{SHA.upper()}", whole(SHA)),
    ("o/r@v1:", whole("v1")),
    ("o/r:data", whole(path="data")),
    ("o/r:/data//raw/", whole(path="data/raw")),
    ("o/r@main:my folder/a:b.csv", whole("main", "my folder/a:b.csv")),
    ("o/r@main:100%25.csv", whole("main", "100%25.csv")),
]

REMOTES = [
    ("github.com/o/r", whole()),
    ("github.com/o/r.git", whole()),
    ("GitHub.com/o/r", whole()),
    ("https://github.com/o/r", whole()),
    ("https://github.com/o/r/", whole()),
    ("https://github.com./o/r", whole()),
    ("https://github.com:443/o/r", whole()),
    ("HTTPS://GITHUB.COM/o/r", whole()),
    ("http://github.com/o/r.git", whole()),
    ("https://www.github.com/o/r?tab=readme-ov-file#readme", whole()),
    ("www.github.com/o/r", whole()),
    ("git@github.com:o/r.git", whole()),
    ("git@github.com:/o/r.git", whole()),
    ("org-1234@github.com:o/r.git", whole()),
    ("ssh://git@github.com/o/r.git", whole()),
    ("ssh://git@github.com:22/o/r.git", whole()),
    ("ssh://git@ssh.github.com:443/o/r", whole()),
    ("git://github.com/o/r.git", whole()),
    ("git+https://github.com/o/r.git@v1.0", whole("v1.0")),
    ("git+https://github.com/o/r@feature/x", whole("feature/x")),
    ("git+https://github.com/o/r@feature%2Fx", whole("feature/x")),
    (
        "git+https://github.com/o/r.git@v1#egg=r&subdirectory=pkg/sub",
        whole("v1", "pkg/sub"),
    ),
    ("git+ssh://git@github.com/o/r.git@main", whole("main")),
    ("https://github.com/o/r@main:data", whole("main", "data")),
    ("github.com/o/r@main", whole("main")),
]

VIEWS = [
    ("tree/main", whole("main")),
    ("tree/main/", whole("main")),
    ("tree/feature/x", open_ended("feature", "x")),
    ("tree/feature%2Fx/data", whole("feature/x", "data")),
    ("tree/refs%2Fheads%2Fmain/data", whole("refs/heads/main", "data")),
    ("tree/refs/heads/feature/x", open_ended("refs", "heads", "feature", "x")),
    ("tree/refs/heads/main", whole("refs/heads/main")),
    ("tree/refs/heads", whole()),
    ("tree/refs/tags/v1/a/b", open_ended("refs", "tags", "v1", "a", "b")),
    ("tree/refs/pull/3/head", whole("refs/pull/3/head")),
    ("tree/refs/pull/3/head/data/x", whole("refs/pull/3/head", "data/x")),
    ("tree/main?ref_type=branch", whole("refs/heads/main")),
    ("tree/v1?ref_type=tag", whole("refs/tags/v1")),
    ("tree/v1/a?ref_type=tag", open_ended("refs", "tags", "v1", "a")),
    ("tree/v1/a?ref_type=other", open_ended("v1", "a")),
    (f"tree/{SHA}/data", whole(SHA, "data")),
    (f"blob/{SHA.upper()}/data/x.csv#L1-L9", whole(SHA, "data/x.csv")),
    ("blob/HEAD/data/x.csv", whole(path="data/x.csv")),
    ("blob/HEAD", whole()),
    ("blob/main/a%20b/%C3%A9.csv?raw=true", open_ended("main", "a b", "é.csv")),
    ("blob/main/a b.csv?plain=1#L3", open_ended("main", "a b.csv")),
    ("blob/main//a%2525.csv", open_ended("main", "a%25.csv")),
    ("raw/main/x.csv?raw=1", open_ended("main", "x.csv")),
    ("edit/main/x.csv", open_ended("main", "x.csv")),
    ("blame/main/x.csv", open_ended("main", "x.csv")),
    ("commits/main", whole("main")),
    ("commits/main/data", open_ended("main", "data")),
    ("commits", whole()),
    (f"commit/{SHA}", whole(SHA)),
    (f"commit/{SHA}.patch", whole(SHA)),
    ("commit/8a34a4f#diff-1", whole("8a34a4f")),
    ("pull/12", whole("refs/pull/12/head")),
    ("pull/12/files", whole("refs/pull/12/head")),
    ("pull/new/main", whole()),
    ("pulls", whole()),
    ("issues/4", whole()),
    ("releases", whole()),
    ("releases/tag/v1.0", whole("refs/tags/v1.0")),
    ("releases/tag/%40scope/pkg%401.0", whole("refs/tags/@scope/pkg@1.0")),
    ("releases/tag", whole()),
    ("releases/download/v1.0/data.zip", whole("refs/tags/v1.0")),
    ("releases/download/a/b/data.zip", whole("refs/tags/a/b")),
    ("releases/download/v1.0", whole()),
    ("releases/latest", whole()),
    ("archive/refs/heads/x.zip", whole("refs/heads/x")),
    ("archive/refs/heads/feature/x.tar.gz", whole("refs/heads/feature/x")),
    ("archive/refs/tags/v1.0.tar.gz", whole("refs/tags/v1.0")),
    ("archive/master.zip", whole("master")),
    ("archive/v1.tgz", whole("v1")),
    ("archive/v1.0", whole("v1.0")),
    (f"archive/{SHA}.tar.gz", whole(SHA)),
    (f"archive/{SHA}/r-1.0.tar.gz", whole(SHA)),
    ("archive", whole()),
    ("wiki/Home", whole()),
]

OTHER_HOSTS = [
    ("raw.githubusercontent.com/o/r/main/a.csv", open_ended("main", "a.csv")),
    ("raw.githubusercontent.com/o/r/HEAD/a.csv", whole(path="a.csv")),
    ("raw.githubusercontent.com/o/r/main", whole("main")),
    (f"raw.githubusercontent.com/o/r/{SHA}/a%23b.csv", whole(SHA, "a#b.csv")),
    (
        "raw.githubusercontent.com/o/r/refs/heads/main/a.csv",
        open_ended("refs", "heads", "main", "a.csv"),
    ),
    ("raw.github.com/o/r/main/a.csv", open_ended("main", "a.csv")),
    (
        f"media.githubusercontent.com/media/o/r/{SHA}/big.bin",
        whole(SHA, "big.bin"),
    ),
    ("api.github.com/repos/o/r", whole()),
    (
        "api.github.com/repos/o/r/contents/data/a%20b.csv?ref=feature/x",
        whole("feature/x", "data/a b.csv"),
    ),
    ("api.github.com/repos/o/r/contents", whole()),
    ("api.github.com/repos/o/r/git/trees/main", whole()),
    ("codeload.github.com/o/r/tar.gz/refs/heads/main", whole("refs/heads/main")),
    ("codeload.github.com/o/r/zip/feature/x", whole("feature/x")),
    ("cdn.jsdelivr.net/gh/o/r@1.2/data/a.csv", whole("1.2", "data/a.csv")),
    ("cdn.jsdelivr.net/gh/o/r/a.csv", whole(path="a.csv")),
]

SERVICES = [
    (
        "colab.research.google.com/github/o/r/blob/main/a.ipynb",
        open_ended("main", "a.ipynb"),
    ),
    (
        "colab.research.google.com/github/o/r/blob/x%2Fy/a%20b.ipynb#scrollTo=1",
        whole("x/y", "a b.ipynb"),
    ),
    ("nbviewer.org/github/o/r/blob/main/a.ipynb", whole("main", "a.ipynb")),
    ("nbviewer.jupyter.org/github/o/r/tree/main/d/e", whole("main", "d/e")),
    (
        "nbviewer.org/github/o/r/blob/refs/heads/main/a.ipynb",
        whole("refs/heads/main", "a.ipynb"),
    ),
    ("nbviewer.org/github/o/r/tree/main", whole("main")),
    (
        "nbviewer.org/urls/raw.githubusercontent.com/o/r/HEAD/a%20b.ipynb",
        whole(path="a b.ipynb"),
    ),
    ("nbviewer.org/url/github.com/o/r/raw/HEAD/a.ipynb", whole(path="a.ipynb")),
    ("mybinder.org/v2/gh/o/r", whole()),
    ("mybinder.org/v2/gh/o/r/HEAD", whole()),
    (
        "mybinder.org/v2/gh/o/r/feature/x?labpath=d%2Fa.ipynb",
        whole("feature/x", "d/a.ipynb"),
    ),
    (
        "mybinder.org/v2/gh/o/r/feature%2Fx?filepath=a.ipynb",
        whole("feature/x", "a.ipynb"),
    ),
    (
        "mybinder.org/v2/gh/o/r/v1?urlpath=lab%2Ftree%2Fd%2Fa.ipynb",
        whole("v1", "d/a.ipynb"),
    ),
    ("mybinder.org/v2/gh/o/r/v1?urlpath=/tree/d%3Freset", whole("v1", "d")),
    ("mybinder.org/v2/gh/o/r/v1?urlpath=rstudio", whole("v1")),
    (
        "mybinder.org/v2/git/https%3A%2F%2Fgithub.com%2Fo%2Fr.git/a/b?labpath=x",
        whole("a/b", "x"),
    ),
    (
        "kaggle.com/kernels/welcome?src=https%3A%2F%2Fgithub.com%2Fo%2Fr%2Fblob%2FHEAD%2Fa%2520b.ipynb",
        whole(path="a b.ipynb"),
    ),
    (
        "www.kaggle.com/kernels/welcome?src=https://github.com/o/r/tree/main",
        whole("main"),
    ),
    (
        "studiolab.sagemaker.aws/import/github/o/r/blob/main/a.ipynb",
        open_ended("main", "a.ipynb"),
    ),
    ("github.dev/o/r/tree/main", whole("main")),
    ("github.dev/o/r/blob/main/a.py", open_ended("main", "a.py")),
    ("vscode.dev/github/o/r/blob/main/a.py", open_ended("main", "a.py")),
]

COMMANDS = [
    ("!curl https://raw.githubusercontent.com/o/r/main -o x", whole("main")),
    ("curl -L 'https://github.com/o/r/raw/HEAD/a.csv' | head", whole(path="a.csv")),
    ("%wget -q https://github.com/o/r/archive/main.zip;", whole("main")),
    (
        "$ curl -x http://proxy.example:3128 https://github.com/o/r/tree/main",
        whole("main"),
    ),
    ("git clone git@github.com:o/r.git", whole()),
    ("git clone --depth 1 https://github.com/o/r.git here", whole()),
    ("git clone -b feature/x https://github.com/o/r.git", whole("feature/x")),
    ('git clone --branch="v1" https://github.com/o/r', whole("v1")),
    ('!pip install "r @ git+https://github.com/o/r@v2"', whole("v2")),
    ("sudo wget https://github.com/o/r", whole()),
]


@pytest.mark.parametrize(("text", "expected"), SHORT_FORMS + REMOTES)
def test_names_a_repository(text: str, expected: RepoAddress) -> None:
    """Short forms and the addresses of remotes mean the whole repository."""
    assert parse_address(text) == expected


@pytest.mark.parametrize(("page", "expected"), VIEWS)
def test_reads_pages_of_github(page: str, expected: RepoAddress) -> None:
    """Every page of GitHub's website tells its ref and path, or leaves them open."""
    address = parse_address(f"https://github.com/o/r/{page}")
    assert without_notes(address) == expected


@pytest.mark.parametrize(("text", "expected"), OTHER_HOSTS + SERVICES)
@pytest.mark.parametrize("scheme", ["https://", ""])
def test_reads_hosts_around_github(
    scheme: str, text: str, expected: RepoAddress
) -> None:
    """GitHub's other hosts and the services in front of it, with scheme or without."""
    assert parse_address(scheme + text) == expected


@pytest.mark.parametrize(("line", "expected"), COMMANDS)
def test_reads_command_lines(line: str, expected: RepoAddress) -> None:
    """The address in a shell line is found, and the branch that `git clone` names."""
    assert parse_address(line) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "No address"),
        (" \ufeff ", "No address"),
        ("o", "is not an address"),
        ("o/r/x", "is not an address"),
        ("o/r@", "is not an address"),
        ("a b/r", "is not an address"),
        ("o!/r", "no valid owner"),
        ("o/r!", "no valid repository"),
        ("o/.", "no valid repository"),
        ("o/..", "no valid repository"),
        ("o/.git", "no valid repository"),
        (f"{'o' * 40}/r", "no valid owner"),
        (f"o/{'r' * 101}", "no valid repository"),
        ("o/r@a//b", "no valid ref"),
        ("o/r@../x", "no valid ref"),
        ("o/r@a\x85", "control character"),
        ("o/r:a/../b", "“.” or “..”"),
        ("o/r\nx/y", "control character"),
        ("x" * 5000, "5000 characters are too long"),
        ("https://github.com", "names no repository"),
        ("https://github.com/o", "names no repository"),
        ("https://github.com//r", "no valid owner"),
        ("https://github.com/o//tree/main", "no valid repository"),
        ("https://github.com/o/%2E%2E", "no valid repository"),
        ("https://github.com/o%00/r", "no valid owner"),
        ("https://github.com/o/r/tree/main/%2E%2E/x", "“.” or “..”"),
        ("https://github.com/o/r/tree/main/a%2F..%2Fb", "“.” or “..”"),
        ("https://github.com/o/r/tree/main/a%1Bb", "control characters"),
        ("https://github.com/o/r/tree/../x", "no valid ref"),
        ("https://github.com/o/r/tree/%2E%2E", "no valid ref"),
        ("https://github.com/o/r/commit/a%0Ab", "no valid ref"),
        ("https://gitlab.com/o/r", "not on GitHub (gitlab.com)"),
        ("gitlab.com/o/r", "not on GitHub (gitlab.com)"),
        ("https://docs.github.com/en/rest", "not on GitHub (docs.github.com)"),
        ("https://github.com.evil.example/o/r", "not on GitHub"),
        ("https://github.com@evil.example/o/r", "not on GitHub"),
        ("ftp://github.com/o/r", "not a web, ssh or git address"),
        ("file:///etc/passwd", "not a web, ssh or git address"),
        ("https:///o/r", "not a web, ssh or git address"),
        ("https://github.com:99999/o/r", "not a well-formed address"),
        ("https://[github.com/o/r", "not a well-formed address"),
        ("https://raw.githubusercontent.com/o/r", "names no file"),
        ("https://api.github.com/users/o", "no repository of the API"),
        ("https://api.github.com/repos/o", "no repository of the API"),
        ("https://codeload.github.com/o/r/zip", "names no archive"),
        ("https://cdn.jsdelivr.net/npm/x/y", "no GitHub repository"),
        ("https://cdn.jsdelivr.net/gh/o", "no GitHub repository"),
        ("https://gist.github.com/", "names no gist"),
        ("https://gist.github.com/someone", "names no gist"),
        ("https://colab.research.google.com/drive/1a2b", "holds no GitHub address"),
        ("https://nbviewer.org/", "holds no GitHub address"),
        ("https://nbviewer.org/urls/example.com/a.ipynb", "not on GitHub"),
        ("https://mybinder.org/", "holds no GitHub address"),
        ("https://mybinder.org/v2/gh/o", "holds no GitHub address"),
        ("https://mybinder.org/v2/zenodo/10.5281/zenodo.1", "holds no GitHub address"),
        ("https://mybinder.org/v2/git/https%3A%2F%2Fgitlab.com%2Fo%2Fr/x", "not on"),
        ("https://kaggle.com/kernels/welcome", "holds no GitHub address"),
        ("curl --version ", "The curl line holds no address"),
        ("curl https://example.com/x", "not on GitHub (example.com)"),
        ("curl https://[x/o/r", "not a well-formed address"),
    ],
)
def test_refuses_what_names_no_repository(text: str, reason: str) -> None:
    """What is not on GitHub, or not whole, or not clean is refused with the reason."""
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    assert reason in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("owner", ["o", "O-1", "-o", "o-", "octo_cat", "o" * 39])
@pytest.mark.parametrize("name", ["r", "..x", ".github", "a.b-c_d", "r" * 100])
def test_takes_all_legal_names(owner: str, name: str) -> None:
    """Owners and names follow GitHub's alphabet and lengths."""
    assert parse_address(f"{owner}/{name}") == RepoAddress(repo=RepoId(owner, name))


def test_a_release_asset_is_not_in_the_tree() -> None:
    """An asset's address opens the tag's tree and says, harmlessly, what it named."""
    address = parse_address("https://github.com/o/r/releases/download/v1/a%1Bb.zip")
    assert address.notes == ("The tree of v1 is shown: “a␛b.zip” is a release asset.",)


def test_the_latest_release_is_not_guessed() -> None:
    """`releases/latest` opens the default branch and says so."""
    address = parse_address("https://github.com/o/r/releases/latest")
    assert address.notes == (
        "The default branch is shown: which release is the latest was not asked.",
    )
