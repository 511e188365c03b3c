"""A link over real sockets: what the kernel does not take yet, or no longer."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from rehydrate_tui.github.wire.link import Link

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@contextmanager
def connected() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Connect two TCP sockets on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ours = socket.create_connection(listening.getsockname())
        theirs, _ = listening.accept()
    with ours, theirs:
        ours.setblocking(False)  # noqa: FBT003 - its name says it
        yield ours, theirs


async def test_more_than_the_kernel_takes() -> None:
    """What does not fit into its buffers waits, and goes when the peer reads."""
    size = 8 * 2**20
    with connected() as (ours, theirs):
        link = Link(ours)
        link.send(bytes(size))
        link.flush()
        waiting = link.unsent
        assert 0 < waiting < size
        left = size
        while left:
            left -= len(await asyncio.to_thread(theirs.recv, 2**16))
        assert link.unsent == 0
        link.close()


async def test_sending_to_a_peer_that_has_gone() -> None:
    """Nothing is kept for it; that it has gone is what the reader finds out."""
    with connected() as (ours, theirs):
        link = Link(ours)
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        theirs.close()
        link.send(b"x")
        link.flush()
        assert link.unsent == 0
        assert link.receive(memoryview(bytearray(1))) == (0, True)
        link.close()


async def test_nobody_is_called_who_does_not_watch() -> None:
    """Looking again is for those who still watch."""
    calls: list[int] = []
    with connected() as (ours, _):
        link = Link(ours)
        link.watch(lambda: calls.append(1))
        link.unwatch()
        link.look_again()
        await asyncio.sleep(0)
        link.close()
        link.watch(lambda: calls.append(2))
        link.look_again()
        await asyncio.sleep(0)
    assert not calls
