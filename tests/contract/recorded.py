"""Recorded exchanges of the live service, served again by this machine."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
RECORDINGS = SHARED / "github-fixtures"
DESCRIPTION = RECORDINGS / "openapi-reduced.json.gz"

needs_recordings = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason="the recorded exchanges are not here"
)

# What frames a message is made anew: recorders keep it of a body that they decoded.
_FRAMING = {"content-length", "transfer-encoding", "connection", "keep-alive"}
_HOSTS = (
    "https://api.github.com",
    "https://codeload.github.com",
    "https://raw.githubusercontent.com",
    "https://release-assets.githubusercontent.com",
    "https://github.com",
)


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One recorded request and its answer."""

    name: str
    path: str
    """As it was sent, query included."""
    status: int
    headers: dict[str, str]
    body: bytes
    document: Any
    """The body as the recording has it."""


def names() -> list[str]:
    """Return the names of all recordings."""
    return sorted(path.stem for path in RECORDINGS.glob("*.json"))


def exchange(name: str) -> Exchange:
    """Read one recording."""
    recorded: dict[str, Any] = json.loads((RECORDINGS / f"{name}.json").read_text())
    headers: dict[str, str] = recorded["headers"]
    return Exchange(
        name=name,
        path=recorded["request"]["path"],
        status=recorded["status"],
        headers={k: v for k, v in headers.items() if k not in _FRAMING},
        body=_bytes(recorded, headers),
        document=recorded["body"],
    )


def _bytes(recorded: dict[str, Any], headers: dict[str, str]) -> bytes:
    body = recorded["body"]
    if recorded["body_encoding"] == "json":
        return json.dumps(body, ensure_ascii=False).encode()
    if headers.get("content-type") == "application/x-gzip":
        return bytes.fromhex(body)  # as that recorder writes what is no text
    return (body or "").encode()


@dataclass
class RecordedHost:
    """All hosts of GitHub at one address; knows only the paths that it was given."""

    url: str
    exchanges: dict[str, Exchange] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """The paths so far, in order."""

    def serve(self, name: str, path: str = "") -> Exchange:
        """Answer a path, or the recorded one, with a recording."""
        found = exchange(name)
        self.exchanges[path or found.path] = found
        return found

    def here(self, text: str) -> str:
        """Return a header with this address in the place of GitHub's."""
        for host in _HOSTS:
            text = text.replace(host, self.url)
        return text


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: RecordedHost

    def do_GET(self) -> None:
        """Answer with what was recorded."""
        self.host.asked.append(self.path)
        found = self.host.exchanges.get(self.path)
        if found is None:
            self.send_error(500, "not recorded")
            return
        body = found.body
        if found.headers.get("content-encoding") == "gzip":
            body = gzip.compress(body)
        self.send_response_only(found.status)
        for name, value in found.headers.items():
            if name in {"location", "link"}:
                value = self.host.here(value)  # noqa: PLW2901 - the only two that lead on
            self.send_header(name, value)
        if found.status != 304:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if found.status != 304:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


@contextmanager
def serving() -> Iterator[RecordedHost]:
    """Serve recordings on a free port."""
    handler = type("Handler", (_Handler,), {})
    with _Server(("127.0.0.1", 0), handler) as server:
        host = RecordedHost(f"http://127.0.0.1:{server.server_address[1]}")
        handler.host = host  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield host
        finally:
            server.shutdown()
            thread.join()


def entries(document: Sequence[Any]) -> list[str]:
    """Return the names of recorded things that have one."""
    return [item["name"] for item in document]
