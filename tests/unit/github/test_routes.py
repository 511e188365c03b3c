from __future__ import annotations

from urllib.parse import unquote, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.domain.endpoints import endpoints_for, override_endpoints
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.github.routes import Routes, is_plain_path
from tests.unit.github.fake_host import API, COMMIT, RAW

REPO = RepoId("o", "r")
OID = ObjectId(COMMIT)
ROUTES = Routes(endpoints_for("github.com"))


def test_api_routes() -> None:
    """Every endpoint has the address of the contract."""
    assert ROUTES.repository(REPO) == f"{API}/repos/o/r"
    assert ROUTES.commit(REPO, "heads/a/b") == f"{API}/repos/o/r/commits/heads/a/b"
    assert ROUTES.ref(REPO, "pull/7/head") == f"{API}/repos/o/r/git/ref/pull/7/head"
    assert (
        ROUTES.matching_refs(REPO, "tags/v")
        == f"{API}/repos/o/r/git/matching-refs/tags/v"
    )
    assert ROUTES.blob(REPO, OID) == f"{API}/repos/o/r/git/blobs/{COMMIT}"


def test_recursive_is_left_out_when_off() -> None:
    """Any value would turn recursion on, so only its absence turns it off."""
    tree = f"{API}/repos/o/r/git/trees/{COMMIT}"
    assert ROUTES.tree(REPO, OID, is_recursive=False) == tree
    assert ROUTES.tree(REPO, OID, is_recursive=True) == f"{tree}?recursive=1"


@pytest.mark.parametrize(
    ("path", "encoded"),
    [
        ("a b.csv", "a%20b.csv"),
        ("50%/x", "50%25/x"),
        ("a#b?c", "a%23b%3Fc"),
        ("a+b", "a%2Bb"),
        ("ö/日本", "%C3%B6/%E6%97%A5%E6%9C%AC"),
        ("a\nb", "a%0Ab"),
        ("{path}{commit}", "%7Bpath%7D%7Bcommit%7D"),
    ],
)
def test_raw_path_is_encoded(path: str, encoded: str) -> None:
    """Each segment is percent-encoded, slashes stay."""
    assert ROUTES.raw(REPO, OID, path) == f"{RAW}/o/r/{COMMIT}/{encoded}"


@given(
    st.lists(
        st.text(
            st.characters(codec="utf-8", exclude_characters="/"),
            min_size=1,
        ).filter(lambda segment: segment not in {".", ".."}),
        min_size=1,
        max_size=5,
    )
)
def test_any_plain_path_survives_httpx(segments: list[str]) -> None:
    """What httpx sends decodes to the same path, whatever characters it has."""
    path = "/".join(segments)
    assert is_plain_path(path)
    sent = httpx.URL(ROUTES.raw(REPO, OID, path)).raw_path.decode("ascii")
    assert unquote(sent) == f"/o/r/{COMMIT}/{path}"
    assert urlsplit(sent).query == ""


@pytest.mark.parametrize("path", ["..", "a/../b", "./a", "a//b", "/a", "a/", ""])
def test_paths_that_an_address_would_change(path: str) -> None:
    """Dot segments and empty segments are recognised."""
    assert not is_plain_path(path)


def test_own_template_keeps_its_braces() -> None:
    """Only the known fields of a template are filled."""
    endpoints = override_endpoints(
        endpoints_for("github.com"), raw="https://m.example/{x}/{owner}/{path}"
    )
    assert Routes(endpoints).raw(REPO, OID, "p") == "https://m.example/{x}/o/p"


def test_enterprise_lfs() -> None:
    """The batch address is built from the base of the host."""
    routes = Routes(endpoints_for("git.corp.example"))
    expected = "https://git.corp.example/o/r.git/info/lfs/objects/batch"
    assert routes.lfs_batch(REPO) == expected
