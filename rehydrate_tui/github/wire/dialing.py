"""From a host to a link: its addresses, a TCP connection, TLS with ALPN."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from itertools import chain, zip_longest
from typing import Any

import httpx

from rehydrate_tui.github.wire.link import Link

# RFC 8305 §8 recommends to give an address this start before the next is tried.
_HEAD_START = 0.25

BOTH = ("h2", "http/1.1")
"""What to offer in the order of liking."""

ONE_AT_A_TIME = ("http/1.1",)
"""What to offer where a connection is for one large body."""

Address = tuple[socket.AddressFamily, Any]


async def dial(
    host: str,
    port: int,
    certificates: ssl.SSLContext | None,
    protocols: Sequence[str],
    seconds: float | None,
) -> Link:
    """Connect to a host, with TLS if there are `certificates` to trust.

    TLS agrees on one of the `protocols`; without it HTTP/1.1 is spoken.

    Raises:
        httpx.ConnectTimeout: it took longer than `seconds`.
        httpx.ConnectError: it failed; the cause says how.
    """
    try:
        connecting = _dial(host, port, certificates, protocols)
        return Link(await asyncio.wait_for(connecting, seconds))
    except (asyncio.TimeoutError, TimeoutError) as error:
        raise httpx.ConnectTimeout(str(error)) from error
    except OSError as error:
        raise httpx.ConnectError(str(error)) from error


async def _dial(
    host: str,
    port: int,
    certificates: ssl.SSLContext | None,
    protocols: Sequence[str],
) -> socket.socket:
    found = await asyncio.get_running_loop().getaddrinfo(
        host, port, type=socket.SOCK_STREAM
    )
    sock = await _first_of(alternated([(each[0], each[4]) for each in found]))
    if certificates is None:
        return sock
    # Said each time: others that share the context say something else.
    certificates.set_alpn_protocols(protocols)
    return await _encrypt(sock, certificates, host)


def alternated(addresses: Sequence[Address]) -> list[Address]:
    """Return the addresses with the families in turn, the first family first."""
    first = [each for each in addresses if each[0] == addresses[0][0]]
    other = [each for each in addresses if each[0] != addresses[0][0]]
    return [each for each in chain(*zip_longest(first, other)) if each is not None]


async def _first_of(addresses: Sequence[Address]) -> socket.socket:
    """Connect to the first address that answers; a slow one delays the others little."""
    left = deque(addresses)
    pending: set[asyncio.Task[socket.socket]] = set()
    failures: list[BaseException] = []
    try:
        while left or pending:
            if left:
                pending.add(asyncio.ensure_future(_open(*left.popleft())))
            done, _ = await asyncio.wait(
                pending,
                timeout=_HEAD_START if left else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for attempt in done:
                pending.remove(attempt)
                error = attempt.exception()
                if error is None:
                    return attempt.result()
                failures.append(error)
    finally:
        for attempt in pending:
            # One that has connected as well cannot be cancelled any more.
            if not attempt.cancel() and attempt.exception() is None:
                attempt.result().close()
    raise failures[0]


async def _open(family: socket.AddressFamily, address: Any) -> socket.socket:  # noqa: ANN401 - its shape depends on the family
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(0)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, address)
    except BaseException:
        # Cancelled or failed: nobody else would let go of it.
        sock.close()
        raise
    return sock


async def _encrypt(
    sock: socket.socket, certificates: ssl.SSLContext, host: str
) -> ssl.SSLSocket:
    with contextlib.ExitStack() as on_failure:
        on_failure.callback(sock.close)
        encrypted = certificates.wrap_socket(
            sock, server_hostname=host, do_handshake_on_connect=False
        )
        on_failure.callback(encrypted.close)
        await _shake_hands(encrypted)
        on_failure.pop_all()
    return encrypted


async def _shake_hands(encrypted: ssl.SSLSocket) -> None:
    loop = asyncio.get_running_loop()
    while True:
        try:
            return encrypted.do_handshake()
        except ssl.SSLWantReadError:
            await _ready(encrypted.fileno(), loop.add_reader, loop.remove_reader)
        except ssl.SSLWantWriteError:
            await _ready(encrypted.fileno(), loop.add_writer, loop.remove_writer)


async def _ready(
    descriptor: int, add: Callable[..., None], remove: Callable[[int], bool]
) -> None:
    ready = asyncio.get_running_loop().create_future()
    add(descriptor, _settle, ready)
    try:
        await ready
    finally:
        remove(descriptor)


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
