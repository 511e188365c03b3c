from __future__ import annotations

import inspect
import socket
import ssl

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.errors import (
    ConnectionFailedError,
    InterruptedStreamError,
    PayloadError,
    RemoteError,
    TransportTimeoutError,
)
from rehydrate_tui.github.answers import shown_url
from rehydrate_tui.github.translate import TRANSLATIONS, translating_errors

URL = "https://api.github.com/repos/o/r?secret=1"


def all_httpx_errors() -> list[type[Exception]]:
    """Return every exception class that httpx exports."""
    return [
        member
        for _, member in inspect.getmembers(httpx, inspect.isclass)
        if issubclass(member, Exception)
    ]


def build(kind: type[Exception]) -> Exception:
    """Make an instance of any of them."""
    if issubclass(kind, httpx.HTTPStatusError):
        request = httpx.Request("GET", URL)
        return kind("words", request=request, response=httpx.Response(500))
    is_silent = issubclass(kind, httpx.StreamError) and kind is not httpx.StreamError
    return kind() if is_silent else kind("words")


def translated(error: BaseException, url: str = URL) -> RemoteError:
    """Return what leaves the border when `error` is raised inside."""
    with pytest.raises(RemoteError) as caught, translating_errors(url):
        raise error
    return caught.value


@pytest.mark.parametrize("kind", all_httpx_errors())
def test_no_httpx_exception_passes(kind: type[Exception]) -> None:
    """Every exception class of httpx has a translation that keeps it as its cause."""
    original = build(kind)
    error = translated(original)
    assert error.__cause__ is original
    assert "api.github.com" in error.message
    assert "secret" not in f"{error} {error.url}"


def test_only_what_is_listed_is_translated() -> None:
    """Mistakes of our own crash as themselves."""
    with pytest.raises(KeyError), translating_errors(URL):
        raise KeyError("x")
    assert Exception not in TRANSLATIONS


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectTimeout("x"), TransportTimeoutError),
        (httpx.ReadTimeout("x"), TransportTimeoutError),
        (httpx.PoolTimeout("x"), TransportTimeoutError),
        (httpx.ConnectError("x"), ConnectionFailedError),
        (httpx.ProxyError("x"), ConnectionFailedError),
        (httpx.ReadError("x"), InterruptedStreamError),
        (httpx.RemoteProtocolError("x"), InterruptedStreamError),
        (ssl.SSLError("x"), InterruptedStreamError),
        (httpx.DecodingError("x"), PayloadError),
        (httpx.UnsupportedProtocol("x"), PayloadError),
    ],
)
def test_kinds(error: Exception, kind: type[RemoteError]) -> None:
    """Timeouts, missing connections and broken streams stay different things."""
    assert type(translated(error)) is kind


@pytest.mark.parametrize(
    ("cause", "words", "hint"),
    [
        (
            socket.gaierror(-2, "x"),
            "The name api.github.com, or that of its proxy, was not",
            "PROXY",
        ),
        (ssl.SSLCertVerificationError("x"), "is not trusted", "SSL_CERT_FILE"),
        (ssl.SSLError("x"), "No encrypted connection", "SSL_CERT_FILE"),
        (
            ConnectionRefusedError("x"),
            "connection to api.github.com was refused",
            "HTTPS_PROXY",
        ),
        (OSError("x"), "No connection to api.github.com", "HTTPS_PROXY"),
    ],
)
def test_reasons_for_no_connection(cause: OSError, words: str, hint: str) -> None:
    """The reason below httpx's exception is said in words, with what to check."""
    error = httpx.ConnectError("x")
    middle = OSError("All connection attempts failed")
    middle.__cause__ = cause
    error.__cause__ = middle
    found = translated(error)
    assert words in found.message
    assert hint in found.hint


def test_an_address_without_scheme_is_shown() -> None:
    """A text that is no address at all still makes a sentence."""
    assert translated(httpx.InvalidURL("x"), "nonsense").message == (
        "“nonsense” is not a web address."
    )


@given(
    st.text(st.characters(exclude_characters="/?#@:"), max_size=20),
    st.text(st.characters(exclude_characters="/?#@:"), min_size=8, max_size=20),
)
def test_shown_address_has_no_secret(name: str, secret: str) -> None:
    """Name, password, query and fragment of an address are never shown."""
    url = f"https://{name}:{secret}@h.example/p?x={secret}#{secret}"
    assert shown_url(url) == "https://h.example/p"


def test_shown_address_is_safe_and_short() -> None:
    """Control characters and endless paths do not reach a message."""
    assert "\x1b" not in shown_url("https://h/\x1b[2J")
    assert len(shown_url("https://h/" + "a" * 5000)) <= 200
