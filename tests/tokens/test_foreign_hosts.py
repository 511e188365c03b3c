"""A manifest names its hosts, and anybody can write one: no token follows it there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from rehydrate_tui.demo.server import Account, GitHubServer
from tests.end_to_end.command import Command
from tests.faults.proxy import ForwardProxy
from tests.published import Published, publish

TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ"
HOST = "evil.example"


@pytest.fixture
def evil(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[GitHubServer, Published]]:
    """Serve a host that keeps all it is sent; a proxy leads its name to this machine."""
    authority = trustme.CA()
    issued = authority.issue_cert(HOST)
    certificate, key, trusted = (
        tmp_path / name for name in ("c.pem", "k.pem", "a.pem")
    )
    certificate.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(trusted)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    notes = publish({"a.txt": b"a\n"}, private=True)
    server = GitHubServer(
        [notes.repository], certfile=str(certificate), keyfile=str(key)
    )
    server.tokens[TOKEN] = Account("ada")
    with server.running():
        port = int(server.api_url.rpartition(":")[2])
        with ForwardProxy({f"{HOST}:443": port}).running() as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
            yield server, notes


@pytest.mark.parametrize(
    "variable",
    ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"],
)
def test_a_host_that_only_the_manifest_names_gets_no_token(
    command: Command,
    evil: tuple[GitHubServer, Published],
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    """The Enterprise variables say no host; a manifest must not choose it for them."""
    server, notes = evil
    monkeypatch.setenv(variable, TOKEN)
    pinned = notes.pin(manifest, host=f'"{HOST}"')
    ended = command("--replay", pinned, "--dest", dest)
    assert ended.status == 1
    assert server.requests
    assert not [each for each in server.requests if "authorization" in each.headers]
    assert ("is not sent to evil.example" in ended.err) == ("ENTERPRISE" in variable)


@pytest.mark.parametrize("by", ["option", "GH_HOST", "config"])
def test_a_host_that_the_person_names_gets_its_token(
    command: Command,
    evil: tuple[GitHubServer, Published],
    dest: Path,
    manifest: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    by: str,
) -> None:
    """`--host`, `GH_HOST` or a table in `config.toml` make it one's own."""
    server, notes = evil
    monkeypatch.setenv("GH_ENTERPRISE_TOKEN", TOKEN)
    options: list[str] = []
    if by == "option":
        options = ["--host", HOST]
    elif by == "GH_HOST":
        monkeypatch.setenv("GH_HOST", HOST)
    else:
        monkeypatch.setenv("REHYDRATE_CONFIG_DIR", str(tmp_path))
        (tmp_path / "config.toml").write_text(
            f'[hosts."{HOST}"]\napi = "https://{HOST}/api/v3"\n'
        )
    pinned = notes.pin(manifest, host=f'"{HOST}"')
    command("--replay", pinned, "--dest", dest, *options)
    assert [each for each in server.requests if "authorization" in each.headers]
