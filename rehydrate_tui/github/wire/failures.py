"""What the parts of the transport tell each other when an exchange fails.

Two of the three are exceptions of httpx, so that one that is not handled says what it is.
"""

from __future__ import annotations

import httpx


class UnprocessedError(httpx.RemoteProtocolError):
    """The peer has said that it did not act on a request: any method may be repeated."""


class StaleConnectionError(httpx.RemoteProtocolError):
    """A connection that was kept open ended before it answered.

    Most likely the peer closed it while nobody used it, so a safe method is repeated.
    """


class MalformedError(Exception):
    """Bytes that are no HTTP: the connection they came by is of no use any more.

    Args:
        words: what is wrong.
        code: the error code of HTTP/2 that tells the peer (RFC 9113 §7).
    """

    def __init__(self, words: str, code: int = 1) -> None:
        super().__init__(words)
        self.code = code
