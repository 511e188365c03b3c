"""Runs hypercorn on loopback sockets in a thread with an event loop of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import threading
from collections.abc import Callable
from functools import partial

from hypercorn.asyncio import serve  # pyright: ignore[reportUnknownVariableType] - its types are partial
from hypercorn.config import Config

from rehydrate_tui.demo.connections import Connections, TrackingLoop
from rehydrate_tui.demo.gateway import Gateway

_BACKLOG = 1024
_GRACE_SECONDS = 0.5
_START_SECONDS = 10.0
_LOG = logging.getLogger("rehydrate_tui.demo")
# a terminal interface may share the process: nothing may reach its screen
_LOG.addHandler(logging.NullHandler())


def loopback_sockets(count: int, first_port: int = 0) -> list[socket.socket]:
    """Bind listening sockets on 127.0.0.1, on neighbouring ports or any free ones."""
    with contextlib.ExitStack() as opened:
        sockets = [
            opened.enter_context(_loopback_socket(first_port and first_port + index))
            for index in range(count)
        ]
        opened.pop_all()
    return sockets


def _loopback_socket(port: int) -> socket.socket:
    with contextlib.ExitStack() as opened:
        sock = opened.enter_context(socket.socket())
        if os.name == "posix":
            # on Windows this would let two servers share a port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.bind(("127.0.0.1", port))
        sock.listen(_BACKLOG)
        opened.pop_all()
    return sock


class Host:
    """One thread that serves a gateway until it is stopped."""

    def __init__(self, certfile: str | None, keyfile: str | None) -> None:
        self._config = _config(certfile, keyfile)
        self._config.create_ssl_context()  # a bad certificate is reported here
        self.connections = Connections()
        self._started = threading.Event()
        self._is_serving = False
        self._stop: Callable[[], object] = _nothing
        self._thread: threading.Thread | None = None

    def started(self) -> None:
        """Hear from the gateway that hypercorn runs it."""
        self._is_serving = True
        self._started.set()

    def start(self, gateway: Gateway, sockets: list[socket.socket]) -> None:
        """Start serving; returns when requests are answered."""
        self._config.bind = [f"fd://{sock.detach()}" for sock in sockets]
        self._thread = threading.Thread(
            target=self._run,
            args=(gateway,),
            name="rehydrate-demo-server",
            daemon=True,
        )
        self._thread.start()
        self._started.wait(_START_SECONDS)
        if not self._is_serving:
            raise RuntimeError("The demo server did not start.")

    def stop(self) -> None:
        """Stop serving, cutting what is still being answered."""
        if self._thread is not None:
            self._stop()
            self._thread.join()

    def _run(self, gateway: Gateway) -> None:
        loop = TrackingLoop(self.connections)
        asyncio.set_event_loop(loop)
        self._stop = partial(loop.call_soon_threadsafe, gateway.stopping.set)
        try:
            loop.run_until_complete(self._serve(gateway))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            self._stop = _nothing
            self._started.set()
            asyncio.set_event_loop(None)
            loop.close()

    async def _serve(self, gateway: Gateway) -> None:
        serving = asyncio.ensure_future(
            serve(gateway, self._config, shutdown_trigger=gateway.stopping.wait)  # type: ignore[arg-type]  # it asks for its own ASGI types
        )
        stopping = asyncio.ensure_future(gateway.stopping.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({serving}, timeout=_GRACE_SECONDS)
        self.connections.reset_all()
        await asyncio.wait({serving})
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await serving


def _nothing() -> None:
    """Stand for stopping what does not run."""


def _config(certfile: str | None, keyfile: str | None) -> Config:
    config = Config()
    config.certfile = certfile
    config.keyfile = keyfile
    config.backlog = _BACKLOG
    config.errorlog = _LOG
    config.loglevel = "WARNING"
    config.include_server_header = False
    config.graceful_timeout = _GRACE_SECONDS
    config.keep_alive_timeout = 60.0
    config.keep_alive_max_requests = 1_000_000
    return config
