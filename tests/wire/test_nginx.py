"""Against nginx, the server behind much of the web: both versions of HTTP, real files."""

from __future__ import annotations

import asyncio
import gzip
import random
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from rehydrate_tui.github.wire import LARGE_BODY, WireTransport
from rehydrate_tui.github.wire.transport import MOST_CONNECTIONS
from tests.wire.conftest import fetch, read, request

pytestmark = pytest.mark.nginx

CONFIG = """\
daemon off; pid {folder}/pid; error_log stderr; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off; root {folder}/files; default_type text/plain;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b;
  fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
  http2_max_concurrent_streams 16; keepalive_requests 50; gzip_static on;
  server {{ listen 127.0.0.1:{http2} ssl http2; }}
  server {{ listen 127.0.0.1:{http1} ssl; }}
}}
"""
RANDOM = random.Random(1)
FILES = {f"{number}.bin": RANDOM.randbytes(number * 300) for number in range(200)}
LARGE = RANDOM.randbytes(5_000_000)


def free_ports() -> tuple[int, int]:
    """Return two ports that nobody listens at."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


@pytest.fixture(scope="module")
def nginx(
    authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, int]]:
    """Run nginx; returns the ports by what they speak."""
    folder = tmp_path_factory.mktemp("nginx")
    files = folder / "files"
    files.mkdir()
    for name, content in {**FILES, "large": LARGE}.items():
        (files / name).write_bytes(content)
    (files / "text").write_bytes(b"words " * 1000)
    (files / "text.gz").write_bytes(gzip.compress(b"words " * 1000))
    issued = authority.issue_cert("127.0.0.1")
    chain = b"".join(part.bytes() for part in issued.cert_chain_pems)
    (folder / "server.pem").write_bytes(chain)
    issued.private_key_pem.write_to_path(str(folder / "server.key"))
    http2, http1 = free_ports()
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(folder=folder, http2=http2, http1=http1))
    folder.chmod(0o755)
    with _running(config, http1):
        yield {"h2": http2, "http/1.1": http1}


class _running:  # noqa: N801 - reads as a verb
    """nginx, while it is needed."""

    def __init__(self, config: Path, port: int) -> None:
        self._command = ["nginx", "-c", str(config), "-p", str(config.parent)]
        self._command += ["-g", "user root;"] if _is_root() else []
        self._port = port

    def __enter__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - the server under test
            self._command, stderr=subprocess.PIPE
        )
        while self._process.poll() is None:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", self._port)):
                    return
        assert self._process.stderr is not None
        pytest.fail(self._process.stderr.read().decode())

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate()


def _is_root() -> bool:
    import os

    return os.getuid() == 0


@pytest.mark.parametrize("protocol", ["h2", "http/1.1"])
async def test_many_files_over_few_connections(
    trust: ssl.SSLContext, nginx: dict[str, int], protocol: str
) -> None:
    """Every file arrives whole, though nginx says goodbye after fifty requests."""
    transport = WireTransport(trust)
    base = f"https://127.0.0.1:{nginx[protocol]}"

    async def get(name: str) -> tuple[int, bytes]:
        return await fetch(transport, request(f"{base}/{name}"))

    found = await asyncio.gather(*map(get, FILES))
    assert dict(zip(FILES, found, strict=True)) == {
        name: (200, content) for name, content in FILES.items()
    }
    assert await get("large") == (200, LARGE)
    assert (await get("nothing"))[0] == 404
    await transport.aclose()


@pytest.mark.parametrize("protocol", ["h2", "http/1.1"])
async def test_what_is_spoken(
    trust: ssl.SSLContext, nginx: dict[str, int], protocol: str
) -> None:
    """ALPN decides, and the response tells; compressed bodies come as they travel."""
    transport = WireTransport(trust)
    url = f"https://127.0.0.1:{nginx[protocol]}/text"
    asked = request(url, headers={"Accept-Encoding": "gzip"})
    response = await transport.handle_async_request(asked)
    spoken = {"h2": "HTTP/2", "http/1.1": "HTTP/1.1"}
    assert response.http_version == spoken[protocol]
    assert response.headers["content-encoding"] == "gzip"
    assert await response.aread() == b"words " * 1000
    await transport.aclose()


@pytest.mark.parametrize("is_first", [True, False])
async def test_large_bodies_go_by_themselves(
    trust: ssl.SSLContext,
    nginx: dict[str, int],
    is_first: bool,  # noqa: FBT001
) -> None:
    """They come over HTTP/1.1, on at most eight connections with all the others."""
    transport = WireTransport(trust)
    base = f"https://127.0.0.1:{nginx['h2']}"

    async def get(name: str) -> tuple[str, bytes]:
        asked = request(f"{base}/{name}")
        if name == "large":
            asked.extensions[LARGE_BODY] = True
        response = await transport.handle_async_request(asked)
        return response.http_version, await read(response)

    names = ["large"] * 10 if is_first else [*FILES, *["large"] * 10]
    found = await asyncio.gather(*map(get, names))
    for name, (version, content) in zip(names, found, strict=True):
        assert version == ("HTTP/1.1" if name == "large" else "HTTP/2")
        assert content == (LARGE if name == "large" else FILES[name])
    pools = [*transport._pools.values(), *transport._large.values()]
    assert sum(len(pool._connections) for pool in pools) <= MOST_CONNECTIONS
    await transport.aclose()


async def test_large_bodies_where_all_are_alone(
    trust: ssl.SSLContext, nginx: dict[str, int]
) -> None:
    """A host that speaks HTTP/1.1 needs no second kind of connection."""
    transport = WireTransport(trust)
    url = f"https://127.0.0.1:{nginx['http/1.1']}/large"
    assert (await fetch(transport, request(url)))[0] == 200
    asked = request(url)
    asked.extensions[LARGE_BODY] = True
    assert await fetch(transport, asked) == (200, LARGE)
    assert not transport._large
    await transport.aclose()
