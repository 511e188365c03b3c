"""The outermost application: logs every request, lets faults strike, finds the origin."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import responses
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from rehydrate_tui.demo.connections import Connections
from rehydrate_tui.demo.delivery import (
    ConnectionCutError,
    Delivery,
    Patience,
    PiecewiseResponse,
)
from rehydrate_tui.demo.faults import Fault, FaultPlan
from rehydrate_tui.demo.request_log import LoggedRequest, RequestLog

_NO_FAULT = Fault()


@dataclass(frozen=True, slots=True)
class Origin:
    """One of the five hosts."""

    name: str
    app: ASGIApp


class Gateway:
    """Dispatches by the port that a request came in on."""

    def __init__(
        self,
        origins: Mapping[int, Origin],
        *,
        log: RequestLog,
        faults: FaultPlan,
        delay: float,
        connections: Connections,
        on_startup: Callable[[], None],
    ) -> None:
        self._origins = origins
        self._log = log
        self._faults = faults
        self._delay = delay
        self._connections = connections
        self._on_startup = on_startup
        self.stopping = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or the server's start and end."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        self._on_startup()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = self._origins[scope["server"][1]]
        seen = _seen(origin.name, scope)
        record = self._log.open(seen)
        fault = self._faults.strike(origin.name, seen.method, seen.path) or _NO_FAULT
        patience = Patience(self.stopping)
        delivery = Delivery(send, record, fault, patience.pause, seen.method)
        try:
            if self._delay + fault.delay:
                await patience.pause(self._delay + fault.delay)
            if fault.drop:
                self._connections.reset(scope["client"])
                return
            if seen.method == "GET":
                patience.watch(receive)
            app = _fault_answer(fault) if fault.answers_itself else origin.app
            await app(_prepared(scope, fault), receive, delivery.send)
        except ConnectionCutError:
            if scope["http_version"] == "2":
                # returning early ends an HTTP/1.1 connection, but leaves a stream open
                self._connections.close_after_flush(scope["client"])


def _seen(origin: str, scope: Scope) -> LoggedRequest:
    headers = Headers(scope=scope)
    return LoggedRequest(
        origin=origin,
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers={name: ", ".join(headers.getlist(name)) for name in headers},
        status=0,
        sent_bytes=0,
        client_port=scope["client"][1],
        http_version=scope["http_version"],
    )


def _prepared(scope: Scope, fault: Fault) -> Scope:
    # paths are bytes to git: what is not UTF-8 must survive the way through str
    path = unquote_to_bytes(scope["raw_path"]).decode("utf-8", "surrogateescape")
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if fault.rewrites_body:
        headers = [item for item in headers if item[0] != b"accept-encoding"]
    return {**scope, "path": path, "headers": headers}


def _fault_answer(fault: Fault) -> ASGIApp:
    status = fault.status or int(HTTPStatus.OK)
    body = fault.body
    if body is None:
        body = f"{status}: {responses.get(status, 'Unknown')}\n".encode()
    headers = {"content-type": "text/plain; charset=utf-8", "server": "github.com"}
    return PiecewiseResponse(body, status_code=status, headers=headers)
