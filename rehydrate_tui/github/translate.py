"""The border to httpx: its exceptions and the hosts' statuses become our errors.

Nothing that httpx raises passes; `translating_errors` wraps every use of a client.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import httpx

from rehydrate_tui.errors import (
    ConnectionFailedError,
    InterruptedStreamError,
    PayloadError,
    RemoteError,
    TransportError,
    TransportTimeoutError,
)
from rehydrate_tui.github.answers import shown_host, shown_url

PROXY_HINT = (
    "Check the network, and HTTPS_PROXY if there is a proxy; one with its own "
    "certificates also needs SSL_CERT_FILE."
)
_CERTIFICATE_HINT = (
    "If a proxy or a company network has its own certificates, set SSL_CERT_FILE to "
    "the file that holds them; also check the clock of this machine."
)
_RETRY_HINT = "Trying again may help."

_Translation = tuple[type[RemoteError], str, str]

# Looked up along the class hierarchy of an exception, nearest class first.
TRANSLATIONS: dict[type[BaseException], _Translation] = {
    httpx.ConnectTimeout: (
        TransportTimeoutError,
        "{host} did not answer in time.",
        PROXY_HINT,
    ),
    httpx.TimeoutException: (
        TransportTimeoutError,
        "Nothing arrived from {host} for too long.",
        _RETRY_HINT,
    ),
    httpx.ConnectError: (
        ConnectionFailedError,
        "No connection to {host}.",
        PROXY_HINT,
    ),
    httpx.ProxyError: (
        ConnectionFailedError,
        "The proxy on the way to {host} refused.",
        "Check HTTPS_PROXY, and NO_PROXY for hosts that need none.",
    ),
    httpx.NetworkError: (
        InterruptedStreamError,
        "The connection to {host} broke.",
        _RETRY_HINT,
    ),
    httpx.RemoteProtocolError: (
        InterruptedStreamError,
        "{host} ended the connection before its answer was complete.",
        _RETRY_HINT,
    ),
    httpx.LocalProtocolError: (PayloadError, "{host} cannot be asked like this.", ""),
    httpx.UnsupportedProtocol: (
        PayloadError,
        "{url} is neither an https nor an http address.",
        "",
    ),
    httpx.TransportError: (TransportError, "The exchange with {host} failed.", ""),
    httpx.DecodingError: (
        PayloadError,
        "{host} sent a damaged compressed answer.",
        _RETRY_HINT,
    ),
    httpx.TooManyRedirects: (PayloadError, "{host} redirects in circles.", ""),
    httpx.HTTPError: (PayloadError, "The exchange with {host} failed.", ""),
    httpx.InvalidURL: (PayloadError, "“{url}” is not a web address.", ""),
    httpx.CookieConflict: (PayloadError, "{host} set contradictory cookies.", ""),
    httpx.StreamError: (PayloadError, "The answer of {host} cannot be read.", ""),
    # A host name or header that does not fit its encoding.
    UnicodeError: (PayloadError, "“{url}” cannot be asked for.", ""),
    # TLS failures in the middle of a stream reach us unwrapped.
    OSError: (InterruptedStreamError, "The connection to {host} broke.", _RETRY_HINT),
}


@contextmanager
def translating_errors(url: httpx.URL | str) -> Generator[None, None, None]:
    """Turn what httpx raises inside the block into a `RemoteError` about `url`.

    Raises:
        RemoteError: for every exception of httpx; all others pass.
    """
    try:
        yield
    except tuple(TRANSLATIONS) as error:
        raise translated(error, url) from _without_frames(error)


def _without_frames(error: BaseException) -> BaseException:
    """Drop what the libraries below held in their local names: headers with secrets.

    What they say stays; where in them it arose helps nobody who reads it.
    """
    for each in _causes(error):
        each.__traceback__ = None
    return error


def translated(error: BaseException, url: httpx.URL | str) -> RemoteError:
    """Return our error for an exception of httpx."""
    shown = shown_url(url)
    host = shown_host(shown)
    kind, words, hint = next(
        TRANSLATIONS[cls] for cls in type(error).__mro__ if cls in TRANSLATIONS
    )
    if kind is ConnectionFailedError:
        words, hint = _connection_words(error) or (words, hint)
    return kind(words.format(host=host, url=shown), url=shown, hint=hint)


def _connection_words(error: BaseException) -> tuple[str, str] | None:
    """Say why there is no connection, from the exception below httpx's."""
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return "The name {host}, or that of its proxy, was not found.", PROXY_HINT
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "The certificate of {host} is not trusted here.", _CERTIFICATE_HINT
        if isinstance(cause, ssl.SSLError):
            return "No encrypted connection to {host}.", _CERTIFICATE_HINT
        if isinstance(cause, ConnectionRefusedError):
            return "The connection to {host} was refused.", PROXY_HINT
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
