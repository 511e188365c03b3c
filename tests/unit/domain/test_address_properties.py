"""What holds for every address, whatever was pasted."""

from __future__ import annotations

import re
from urllib.parse import quote

from hypothesis import assume, example, given
from hypothesis import strategies as st

from rehydrate_tui.domain.address import GistAddress, RepoAddress, parse_address
from rehydrate_tui.domain.objects import RepoId, is_host, is_owner, is_repository_name
from rehydrate_tui.errors import AddressError

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
HOSTS = [
    "github.com",
    "raw.githubusercontent.com",
    "media.githubusercontent.com/media",
    "api.github.com/repos",
    "codeload.github.com",
    "cdn.jsdelivr.net/gh",
    "gist.github.com",
    "colab.research.google.com/github",
    "colab.research.google.com/gist",
    "nbviewer.org/urls",
    "nbviewer.org/github",
    "mybinder.org/v2/gh",
    "mybinder.org/v2/git",
    "mybinder.org/v2/gist",
    "kaggle.com/kernels/welcome?src=",
    "octo.ghe.com",
    "ghe.example.com:8443",
    "ghe.example.com/raw",
]

SAFE = "abcXYZ019-._"
segments = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/"),
    min_size=1,
    max_size=12,
).filter(lambda text: text not in {".", ".."})
owners = st.text("abcXYZ019-", min_size=1, max_size=39)
names = (
    st.text(SAFE, min_size=1, max_size=100)
    .filter(is_repository_name)
    .filter(lambda text: not text.endswith(".git"))
)
oids = st.text("0123456789abcdef", min_size=40, max_size=40)
PIECES = (
    "o r tree blob refs heads pull .. . HEAD %2F %2E%2E @ : ?ref= # contents gist "
    "releases download archive %00 a.tar.gz https: 0123456789abcdef"
)
fragments = st.one_of(st.sampled_from(["", *PIECES.split()]), st.text(max_size=6))


def read(text: str, host: str = "github.com") -> RepoAddress | GistAddress | str:
    """Parse `text`; an AddressError comes back as its message."""
    try:
        return parse_address(text, host=host)
    except AddressError as error:
        return str(error)


def assert_clean(address: RepoAddress | GistAddress | str) -> None:
    """Check all that later modules rely on, or that the error can be shown."""
    if isinstance(address, str):
        assert not CONTROL.search(address)
        return
    if isinstance(address, GistAddress):
        assert re.fullmatch("[0-9a-fA-F]{5,40}", address.gist)
        assert_clean_path(address.file)
        return
    assert is_owner(address.repo.owner)
    assert is_repository_name(address.repo.name)
    assert is_host(address.repo.host)
    assert_clean_path(address.path)
    assert_clean_path("/".join(address.ambiguous))
    assert all(address.ambiguous)
    assert not (address.ambiguous and (address.ref or address.path))
    if address.ref is not None:
        assert address.ref != "HEAD"
        assert address.ref
        assert_clean_path(address.ref)
    assert not any(CONTROL.search(note) for note in address.notes)


def assert_clean_path(path: str) -> None:
    """Check that a path is relative and stays below where it starts."""
    assert not CONTROL.search(path)
    if path:
        assert not {"", ".", ".."} & set(path.split("/"))


@given(st.text(max_size=80))
@example("https://github.com/o/r/tree/\ud800")
@example("//")
@example("o/r@:")
@example("[://")
def test_any_text_is_an_address_or_an_address_error(text: str) -> None:
    """Arbitrary text gives a clean address or an AddressError, never anything else."""
    assert_clean(read(text))


@given(
    st.sampled_from(["https://", "", "git+https://", "curl https://u:p@"]),
    st.sampled_from(HOSTS),
    st.lists(fragments, max_size=8),
    st.sampled_from(["/", ""]),
)
def test_any_path_on_a_known_host_is_clean_or_refused(
    scheme: str, host: str, parts: list[str], joint: str
) -> None:
    """On every host that is read, no path brings out anything but a clean address."""
    text = f"{scheme}{host}/{joint.join(parts)}"
    assert_clean(read(text, host="ghe.example.com:8443"))


@given(owners, names, oids, st.lists(segments, max_size=5))
def test_pinned_pages_come_back_exactly(
    owner: str, name: str, oid: str, path: list[str]
) -> None:
    """A generated address with a commit gives back repository, commit and path."""
    quoted = "/".join(quote(segment, safe="") for segment in path)
    expected = RepoAddress(repo=RepoId(owner, name), ref=oid, path="/".join(path))
    for prefix in (
        f"https://github.com/{owner}/{name}/blob/{oid}/",
        f"https://raw.githubusercontent.com/{owner}/{name}/{oid}/",
        f"https://cdn.jsdelivr.net/gh/{owner}/{name}@{oid}/",
        f"https://colab.research.google.com/github/{owner}/{name}/blob/{oid}/",
        f"https://nbviewer.org/github/{owner}/{name}/blob/{oid}/",
    ):
        assert parse_address(prefix + quoted) == expected


@given(
    owners,
    names,
    st.lists(segments, min_size=2, max_size=6).filter(
        lambda parts: parts[0] not in {"refs", "HEAD"}
    ),
)
def test_open_ends_keep_every_segment(owner: str, name: str, parts: list[str]) -> None:
    """Where the ref may end anywhere, all segments are kept, decoded and in order."""
    path = "/".join(quote(segment, safe="") for segment in parts)
    address = parse_address(f"https://github.com/{owner}/{name}/tree/{path}")
    repo = RepoId(owner, name)
    assert address == RepoAddress(repo=repo, ambiguous=tuple(parts))


@given(
    owners,
    names,
    st.text("abcXYZ019-._/", min_size=1, max_size=30).filter(
        lambda ref: not {"", ".", "..", "HEAD"} & set(ref.split("/"))
    ),
    st.lists(segments.map(str.strip).filter(bool), max_size=4),
)
def test_the_short_form_comes_back_exactly(
    owner: str, name: str, ref: str, path: list[str]
) -> None:
    """`owner/repo@ref:path` gives back all four, also with slashes in the ref."""
    joined = "/".join(path)
    assume(not {".", ".."} & set(path))
    # What stands around a copied address falls away.
    assume(joined[-1:] not in set("'\"<>\u2060\u200b\ufeff"))
    address = parse_address(f"{owner}/{name}@{ref}:{joined}")
    assert address == RepoAddress(repo=RepoId(owner, name), ref=ref, path=joined)
