"""Starting, stopping, the request log, and the protocols on the wire."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from rehydrate_tui.demo.builder import RepositoryBuilder
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.objects import LazyBlob
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.server import GitHubServer


def free_run_of_ports(count: int) -> int:
    """Find neighbouring ports that nobody uses now."""
    for first in range(20_000, 60_000, count):
        with contextlib.ExitStack() as probes:
            try:
                for port in range(first, first + count):
                    probe = probes.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return first + 1
    raise AssertionError("no free ports")


def test_it_starts_and_stops_without_a_trace(repository: Repository) -> None:
    """Quickly, again and again; no thread is left and the ports are free."""
    before = threading.active_count()
    server = GitHubServer([repository])
    started = time.monotonic()
    for _ in range(5):
        with server.running(), httpx.Client() as client:
            assert client.get(f"{server.api_url}/rate_limit").status_code == 200
    assert time.monotonic() - started < 3
    assert threading.active_count() == before
    port = int(server.api_url.rpartition(":")[2])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_stopping_ends_what_is_still_being_answered(repository: Repository) -> None:
    """Idle, stalled and unread connections do not keep the server from stopping."""
    server = GitHubServer([repository])
    server.start()
    server.add_fault(Fault(origin="raw", stall_after=10))
    url = f"{server.raw_url}/Ada/Notes/main/large.txt"
    with httpx.Client() as client:
        client.get(f"{server.api_url}/rate_limit")
        with client.stream("GET", url) as stalled:
            assert stalled.status_code == 200
            before = time.monotonic()
            server.stop()
            assert time.monotonic() - before < 2
            with pytest.raises(httpx.HTTPError):
                stalled.read()


def test_stopping_does_not_wait_for_a_reader_who_does_not_read(
    repository: Repository,
) -> None:
    """A response stuck in full buffers is cut."""
    from rehydrate_tui.demo.builder import RepositoryBuilder

    builder = RepositoryBuilder("o", "r")
    builder.commit({"big.bin": b"\0" * 30_000_000})
    server = GitHubServer([builder.build()])
    server.start()
    with (
        httpx.Client() as client,
        client.stream("GET", f"{server.raw_url}/o/r/main/big.bin") as unread,
    ):
        assert unread.status_code == 200
        before = time.monotonic()
        server.stop()
        assert time.monotonic() - before < 3


def test_stopping_twice_is_harmless_and_starting_twice_is_not(
    repository: Repository,
) -> None:
    """Stop is idempotent; a second start of a running server is an error."""
    server = GitHubServer([repository])
    with pytest.raises(RuntimeError, match="not started"):
        _ = server.api_url
    with server.running(), pytest.raises(RuntimeError, match="runs already"):
        server.start()
    server.stop()


def test_the_five_origins_are_five_ports(server: GitHubServer) -> None:
    """Every host is an origin of its own, and the environment names four of them."""
    urls = [
        server.api_url,
        server.raw_url,
        server.codeload_url,
        server.lfs_url,
        server.storage_url,
    ]
    assert len(set(urls)) == 5
    assert server.environment() == {
        "REHYDRATE_API_URL": server.api_url,
        "REHYDRATE_RAW_URL": f"{server.raw_url}/{{owner}}/{{repo}}/{{commit}}/{{path}}",
        "REHYDRATE_ARCHIVE_URL": f"{server.codeload_url}/{{owner}}/{{repo}}/tar.gz/{{commit}}",
        "REHYDRATE_LFS_URL": f"{server.lfs_url}/{{owner}}/{{repo}}.git/info/lfs",
    }


def test_ports_can_be_chosen(repository: Repository) -> None:
    """Five neighbouring ports; a taken one is an error that leaves nothing open."""
    first = free_run_of_ports(6)
    with GitHubServer([repository], first_port=first).running() as server:
        assert server.api_url.endswith(f":{first}")
        assert server.storage_url.endswith(f":{first + 4}")
        with pytest.raises(OSError, match="in use"):
            GitHubServer([repository], first_port=first - 1).start()


def test_every_request_is_logged_as_it_was_sent(
    server: GitHubServer, client: httpx.Client
) -> None:
    """Origin, encoded path, query, headers, status and size; who was sent a token shows."""
    server.clear_requests()
    headers = {"authorization": "Bearer good", "X-Case": "Kept"}
    client.get(
        f"{server.api_url}/repos/Ada/Notes/contents/docs%2Fup?ref=main", headers=headers
    )
    client.get(f"{server.raw_url}/Ada/Notes/main/docs/notes.txt")
    first, second = server.requests
    assert (first.origin, first.method, first.status) == ("api", "GET", 200)
    assert first.path == "/repos/Ada/Notes/contents/docs%2Fup"
    assert first.query == "ref=main"
    assert first.headers["x-case"] == "Kept"
    assert first.headers["authorization"] == "Bearer good"
    assert (second.origin, second.sent_bytes) == ("raw", 5)
    assert "authorization" not in second.headers
    assert second.http_version == "1.1"


def test_connections_can_be_told_apart(server: GitHubServer) -> None:
    """Requests of one connection share the client's port."""
    with httpx.Client() as one, httpx.Client() as two:
        for client in (one, one, two):
            client.get(f"{server.raw_url}/Ada/Notes/main/empty")
    ports = [request.client_port for request in server.requests]
    assert ports[0] == ports[1] != ports[2]


def test_many_requests_at_once(server: GitHubServer) -> None:
    """A hundred requests over twenty connections, each answered and logged once."""
    from concurrent.futures import ThreadPoolExecutor

    limits = httpx.Limits(max_connections=20)
    with (
        httpx.Client(limits=limits, timeout=20) as client,
        ThreadPoolExecutor(20) as pool,
    ):
        url = f"{server.raw_url}/Ada/Notes/main/large.txt"
        bodies = set(pool.map(lambda _: client.get(url).content, range(100)))
    assert len(bodies) == 1
    assert len(server.requests) == 100


def test_every_answer_can_be_late(repository: Repository, client: httpx.Client) -> None:
    """A server with a delay plays a long way to it."""
    with GitHubServer([repository], delay=0.1).running() as server:
        before = time.monotonic()
        client.get(f"{server.raw_url}/Ada/Notes/main/empty")
        assert time.monotonic() - before >= 0.1


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str]:
    """A self-signed certificate for 127.0.0.1."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(  # noqa: S603 - made here
        [
            openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=demo",
            "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", str(key), "-out", str(cert),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return str(cert), str(key)


@pytest.mark.parametrize("http2", [True, False])
def test_tls_brings_http2_by_negotiation(
    repository: Repository, certificate: tuple[str, str], *, http2: bool
) -> None:
    """With a certificate all origins speak TLS, and HTTP/2 to those who ask for it."""
    import ssl

    certfile, keyfile = certificate
    context = ssl.create_default_context(cafile=certfile)
    server = GitHubServer([repository], certfile=certfile, keyfile=keyfile)
    with server.running(), httpx.Client(http2=http2, verify=context) as client:
        assert server.raw_url.startswith("https://")
        url = f"{server.raw_url}/Ada/Notes/main/large.txt"
        answer = client.get(url, headers={"accept-encoding": "identity"})
        assert answer.http_version == ("HTTP/2" if http2 else "HTTP/1.1")
        assert len(answer.content) == int(answer.headers["content-length"])
        tar = client.get(f"{server.codeload_url}/Ada/Notes/tar.gz/main")
        assert tar.status_code == 200
        assert server.requests[-1].http_version == ("2" if http2 else "1.1")


def test_a_cut_ends_an_http2_connection(
    repository: Repository, certificate: tuple[str, str]
) -> None:
    """Over HTTP/2 a cut body is an error too, not a wait for ever."""
    import ssl

    certfile, keyfile = certificate
    context = ssl.create_default_context(cafile=certfile)
    server = GitHubServer([repository], certfile=certfile, keyfile=keyfile)
    server.add_fault(Fault(origin="raw", cut_after=1000))
    with (
        server.running(),
        httpx.Client(http2=True, verify=context, timeout=5) as client,
        pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)),
    ):
        client.get(f"{server.raw_url}/Ada/Notes/main/large.txt")


def test_a_bad_certificate_is_reported_at_once(
    repository: Repository, tmp_path: Path
) -> None:
    """Start raises, and leaves no socket behind."""
    server = GitHubServer(
        [repository], certfile=str(tmp_path / "none"), keyfile=str(tmp_path / "none")
    )
    with pytest.raises(FileNotFoundError):
        server.start()


def test_an_error_in_the_server_is_a_500(
    raw: Callable[..., httpx.Response], builder: RepositoryBuilder
) -> None:
    """A bug in the stand-in is an answer, not a hanging client."""

    def fail() -> bytes:
        raise RuntimeError

    builder.commit({"broken": LazyBlob(oid="1" * 40, size=1, make=fail)})
    assert raw("/main/broken").status_code == 500
    assert raw("/main/empty").status_code == 200
