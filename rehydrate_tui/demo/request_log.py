"""A record of every request, so that tests can count them and see who got a token."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """One request as it arrived, and what was answered."""

    origin: str
    """`api`, `raw`, `codeload`, `lfs` or `storage`."""
    method: str
    path: str
    """The path as sent, still percent-encoded."""
    query: str
    headers: Mapping[str, str]
    """Request headers, names in lower case."""
    status: int
    """The status answered; 0 while there is none, or the connection was dropped."""
    sent_bytes: int
    """Body bytes handed to the socket so far."""
    client_port: int
    """The client's port: equal for requests of one connection."""
    http_version: str


class RequestRecord:
    """One request while it is being answered."""

    __slots__ = ("_seen", "sent_bytes", "status")

    def __init__(self, seen: LoggedRequest) -> None:
        self._seen = seen
        self.status = 0
        self.sent_bytes = 0

    def snapshot(self) -> LoggedRequest:
        """Return what is known now."""
        seen = self._seen
        return LoggedRequest(
            origin=seen.origin,
            method=seen.method,
            path=seen.path,
            query=seen.query,
            headers=seen.headers,
            status=self.status,
            sent_bytes=self.sent_bytes,
            client_port=seen.client_port,
            http_version=seen.http_version,
        )


class RequestLog:
    """All requests in order of arrival; safe to read from other threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: list[RequestRecord] = []

    def open(self, seen: LoggedRequest) -> RequestRecord:
        """Begin the record of a request."""
        record = RequestRecord(seen)
        with self._lock:
            self._records.append(record)
        return record

    def snapshot(self) -> list[LoggedRequest]:
        """Return all requests as they stand now."""
        with self._lock:
            return [record.snapshot() for record in self._records]

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._records.clear()
