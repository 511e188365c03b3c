from __future__ import annotations

import base64

import httpx
import pytest

from rehydrate_tui.github.auth import HostBoundToken, is_private_channel, origin_of
from rehydrate_tui.storage.credentials import Token
from tests.unit.github.fake_host import API, SECRET


def bound(
    api: str = API, *, host: str = "github.com", secret: str = SECRET
) -> HostBoundToken:
    """Return a token bound to `api`."""
    return HostBoundToken(Token(secret, "GH_TOKEN"), api=httpx.URL(api), host=host)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.github.com/x", True),
        ("http://127.0.0.1:8000/x", True),
        ("http://127.8.9.1/x", True),
        ("http://[::1]:8000/x", True),
        ("http://localhost/x", True),
        ("http://api.github.com/x", False),
        ("http://localhost.evil.example/x", False),
        ("http://127.0.0.1.evil.example/x", False),
        ("http://192.168.0.1/x", False),
        ("ftp://127.0.0.1/x", False),
        ("https:///x", False),
    ],
)
def test_private_channel(url: str, expected: bool) -> None:  # noqa: FBT001 - a table
    """Only https and loopback http count as unreadable for others."""
    assert is_private_channel(httpx.URL(url)) is expected


def test_origin_knows_default_ports() -> None:
    """An address with the default port has the origin of one without."""
    assert origin_of(httpx.URL("https://h/x")) == origin_of(httpx.URL("https://H:443/"))
    assert origin_of(httpx.URL("https://h/x")) != origin_of(httpx.URL("http://h/x"))


def test_token_goes_to_the_api() -> None:
    """The origin of the API sees the token."""
    headers = bound().api_headers(httpx.URL(f"{API}/repos/o/r"))
    assert headers == {"Authorization": f"Bearer {SECRET}"}


@pytest.mark.parametrize(
    "url",
    [
        "https://raw.githubusercontent.com/o/r/c/p",
        "https://codeload.github.com/o/r/tar.gz/c",
        "https://api.github.com:8443/repos/o/r",
        "http://api.github.com/repos/o/r",
        "https://api.github.com.evil.example/repos/o/r",
        "https://github.com/o/r",
    ],
)
def test_token_goes_nowhere_else(url: str) -> None:
    """No other scheme, host or port sees the token."""
    assert bound().api_headers(httpx.URL(url)) == {}


def test_plain_http_api_gets_no_token() -> None:
    """An unencrypted API on another machine is asked anonymously, and that is said."""
    token = bound("http://github.corp.example/api/v3")
    assert token.api_headers(httpx.URL("http://github.corp.example/api/v3/x")) == {}
    assert len(token.notes) == 1
    assert "not sent to github.corp.example" in token.notes[0]


@pytest.mark.parametrize("secret", ["", "a b", "tokén", "abc\r\nX-Evil: 1"])
def test_impossible_token_is_left_out(secret: str) -> None:
    """A text that cannot stand in a header is not used, and that is said."""
    token = bound(secret=secret)
    assert not token.is_active
    assert token.api_headers(httpx.URL(API)) == {}
    assert len(token.notes) == 1


def test_lfs_of_the_same_host_gets_basic() -> None:
    """The web host of the API may see the token in the form that Git LFS wants."""
    url = httpx.URL("https://github.com/o/r.git/info/lfs/objects/batch")
    header = bound().lfs_headers(url)["Authorization"]
    pair = base64.b64decode(header.removeprefix("Basic ")).decode()
    assert pair == f"x-access-token:{SECRET}"


@pytest.mark.parametrize(
    "url",
    [
        "https://lfs.example/batch",
        "http://github.com/batch",
        "https://github.com:1/batch",
        "https://github.com.evil.example/batch",
    ],
)
def test_foreign_lfs_gets_nothing(url: str) -> None:
    """Another Git LFS server does not see the token."""
    assert bound().lfs_headers(httpx.URL(url)) == {}


def test_lfs_on_the_origin_of_the_api() -> None:
    """A server that has API and Git LFS on one origin sees the token there as well."""
    token = bound("http://127.0.0.1:9/api", host="127.0.0.1:9")
    assert token.lfs_headers(httpx.URL("http://127.0.0.1:9/o/r.git/info/lfs"))


def test_refused_token_is_not_sent_again() -> None:
    """After a refusal nothing carries the token, and the note stands there once."""
    token = bound()
    token.refuse()
    token.note_refusal()
    token.note_refusal()
    assert token.api_headers(httpx.URL(API)) == {}
    assert token.lfs_headers(httpx.URL("https://github.com/")) == {}
    assert token.notes == ["The token from GH_TOKEN was refused; going on without it."]


def test_variable_names_follow_the_host() -> None:
    """Hints name the variable that is read for the host."""
    assert bound().variable == "GH_TOKEN"
    assert bound(host="octo.ghe.com").variable == "GH_TOKEN"
    assert bound(host="git.corp.example").variable == "GH_ENTERPRISE_TOKEN"


def test_mask_takes_the_secret_out() -> None:
    """Words of a server that repeat the token are masked."""
    assert bound().mask(f"bad token {SECRET}!") == "bad token ***!"
    anonymous = HostBoundToken(None, api=httpx.URL(API), host="github.com")
    assert anonymous.mask("words") == "words"
    assert anonymous.source == ""
