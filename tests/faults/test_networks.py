"""Networks that people have: proxies, their own certificates, names that do not exist."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from rehydrate_tui.demo.builder import Content
from rehydrate_tui.demo.server import Account, GitHubServer
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.faults.proxy import ForwardProxy
from tests.published import Published, publish, tree_of

FILES: dict[str, Content] = {"a.csv": b"a,b\n1,2\n" * 500, "b.txt": b"the other\n"}
TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ"
HOSTS = ("api.rehydrate.test", "raw.rehydrate.test")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority that nobody knows."""
    return trustme.CA()


@pytest.fixture
def published() -> Published:
    """What is served."""
    return publish(FILES)


@pytest.fixture
def encrypted(
    authority: trustme.CA,
    published: Published,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[GitHubServer]:
    """Serve with TLS, for 127.0.0.1 and two made-up names."""
    issued = authority.issue_cert("127.0.0.1", *HOSTS)
    certificate, key = tmp_path / "server.pem", tmp_path / "server.key"
    certificate.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(key)
    server = GitHubServer(
        [published.repository], certfile=str(certificate), keyfile=str(key)
    )
    server.tokens[TOKEN] = Account("ada")
    with server.running():
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def trusted(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trust the authority, as people behind a company's proxy do."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


@pytest.fixture
def proxy(
    encrypted: GitHubServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ForwardProxy]:
    """Reach the two names through a proxy only; nothing here can resolve them."""
    api, raw = (
        int(url.rpartition(":")[2]) for url in (encrypted.api_url, encrypted.raw_url)
    )
    ports = {f"{HOSTS[0]}:443": api, f"{HOSTS[1]}:443": raw}
    monkeypatch.setenv("REHYDRATE_API_URL", f"https://{HOSTS[0]}")
    monkeypatch.setenv(
        "REHYDRATE_RAW_URL",
        f"https://{HOSTS[1]}/{{owner}}/{{repo}}/{{commit}}/{{path}}",
    )
    with ForwardProxy(ports).running() as made:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{made.port}")
        yield made


def test_an_unknown_certificate_is_said_in_words(
    command: Command,
    encrypted: GitHubServer,
    published: Published,
    dest: Path,
    manifest: Path,
) -> None:
    """Not trusted here, and which variable helps; no byte is taken."""
    ended = command("--replay", published.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == {}
    assert "The certificate of 127.0.0.1:" in ended.err
    assert "is not trusted here" in ended.err
    assert "SSL_CERT_FILE" in ended.err
    assert encrypted.requests == []


@pytest.mark.usefixtures("trusted")
def test_an_authority_of_ones_own_is_trusted(
    command: Command,
    encrypted: GitHubServer,
    published: Published,
    dest: Path,
    manifest: Path,
) -> None:
    """`SSL_CERT_FILE` makes a company's certificates good."""
    ended = command("--replay", published.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == FILES
    assert {each.origin for each in encrypted.requests} == {"raw"}


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_name(
    command: Command,
    encrypted: GitHubServer,
    published: Published,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A certificate for somebody else is none, though its authority is known."""
    for name in ("RAW", "API"):
        variable = f"REHYDRATE_{name}_URL"
        url = encrypted.environment()[variable].replace("127.0.0.1", "localhost")
        monkeypatch.setenv(variable, url)
    ended = command("--replay", published.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert "The certificate of localhost:" in ended.err
    assert encrypted.requests == []


def test_a_server_without_encryption(
    command: Command,
    serve: Serve,
    published: Published,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where TLS is expected and something else answers, that is what is said."""
    server = serve(published)
    for name in ("RAW", "API"):
        variable = f"REHYDRATE_{name}_URL"
        url = server.environment()[variable].replace("http://", "https://")
        monkeypatch.setenv(variable, url)
    ended = command("--replay", published.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert "No encrypted connection to 127.0.0.1:" in ended.err


@pytest.mark.usefixtures("encrypted")
def test_a_file_of_certificates_that_is_not_there(
    command: Command,
    published: Published,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A wrong setting is blamed by its name, not shown as a traceback."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    ended = command("--replay", published.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert "SSL_CERT_FILE" in ended.err


@pytest.mark.usefixtures("trusted")
def test_all_goes_through_the_proxy(
    command: Command,
    proxy: ForwardProxy,
    published: Published,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A tunnel to each host by name; the proxy sees neither path nor token."""
    monkeypatch.setenv("GH_TOKEN", TOKEN)
    assert command("--list", "ada/notes").status == 0
    ended = command("--replay", published.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == FILES
    assert {head.split(b"\r\n")[0] for head in proxy.heads} == {
        b"CONNECT %s:443 HTTP/1.1" % host.encode() for host in HOSTS
    }
    assert not any(TOKEN.encode() in head for head in proxy.heads)


@pytest.mark.usefixtures("trusted")
def test_a_proxy_that_refuses(
    command: Command,
    proxy: ForwardProxy,
    published: Published,
    dest: Path,
    manifest: Path,
) -> None:
    """407 and 403 of a proxy are its own, not GitHub's."""
    proxy.refusal = b"HTTP/1.1 407 Proxy Authentication Required"
    ended = command("--replay", published.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert "The proxy on the way to raw.rehydrate.test refused" in ended.err
    assert "NO_PROXY" in ended.err


@pytest.mark.usefixtures("trusted", "proxy")
def test_a_proxy_that_is_down(
    command: Command,
    published: Published,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody listens at the proxy's port: refused, and the variable to look at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free.getsockname()[1]}")
        ended = command("--replay", published.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert "was refused" in ended.err
    assert "HTTPS_PROXY" in ended.err


@pytest.mark.usefixtures("trusted")
def test_hosts_that_need_no_proxy(
    command: Command,
    proxy: ForwardProxy,
    encrypted: GitHubServer,
    published: Published,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """This machine is asked without the proxy; a name in NO_PROXY is too."""
    monkeypatch.setenv(
        "REHYDRATE_RAW_URL", encrypted.environment()["REHYDRATE_RAW_URL"]
    )
    monkeypatch.setenv("NO_PROXY", HOSTS[0])
    ended = command("--replay", published.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert command("--list", "ada/notes").status == 1
    assert proxy.heads == []


def test_a_proxy_without_encryption_never_sees_the_token(
    command: Command,
    serve: Serve,
    published: Published,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An API over plain http is asked through HTTP_PROXY, anonymously, and that is said."""
    server = serve(published)
    port = int(server.api_url.rpartition(":")[2])
    monkeypatch.setenv("REHYDRATE_API_URL", "http://api.rehydrate.test")
    monkeypatch.setenv("GH_TOKEN", TOKEN)
    with ForwardProxy({"api.rehydrate.test": port}).running() as plain:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{plain.port}")
        ended = command("--list", "ada/notes")
    assert ended.status == 0
    assert "is not sent to api.rehydrate.test" in ended.err
    assert plain.heads[0].startswith(b"GET http://api.rehydrate.test/repos/ada/notes ")
    assert not any(b"authorization" in head.lower() for head in plain.heads)


def test_a_name_that_does_not_exist(
    command: Command,
    serve: Serve,
    published: Published,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No such host: said as that, with the network and the proxy as what to check."""
    serve(published)
    for name, rest in (("RAW", "/{path}"), ("API", "")):
        monkeypatch.setenv(f"REHYDRATE_{name}_URL", f"https://nowhere.invalid{rest}")
    ended = command("--replay", published.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert "The name nowhere.invalid, or that of its proxy, was not found" in ended.err
