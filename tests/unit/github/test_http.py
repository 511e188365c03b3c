"""What every request says and does not say, and when connections are made."""

from __future__ import annotations

import pytest

from rehydrate_tui.errors import PayloadError
from rehydrate_tui.github.bodies import read_body
from rehydrate_tui.github.http import Connections, HttpRequest, parse_url, send
from rehydrate_tui.version import __version__
from tests.unit.github.asking import START, ask
from tests.unit.github.fake_host import FakeHost, reply


async def test_user_agent(host: FakeHost, connections: Connections) -> None:
    """Every request says who asks."""
    host.on(START, reply(text="x"))
    await ask(connections)
    assert host.requests[0].headers["user-agent"] == f"rehydrate-tui/{__version__}"


async def test_netrc_is_not_read(
    host: FakeHost,
    connections: Connections,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A ~/.netrc for the host never becomes an `Authorization` header."""
    home = tmp_path_factory.mktemp("home")
    (home / ".netrc").write_text("machine a.example login u password p\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NETRC", str(home / ".netrc"))
    host.on(START, reply(text="x"))
    response = await send(connections.api, HttpRequest(url=START))
    await read_body(response, limit=10)
    assert host.authorizations == {"a.example": {None}}


async def test_cookies_are_not_kept(host: FakeHost, connections: Connections) -> None:
    """A cookie from one answer is not sent with the next request."""
    host.on(START, reply(text="x", headers={"set-cookie": "id=1; Path=/; Secure"}))
    await ask(connections)
    await ask(connections)
    assert "cookie" not in host.requests[1].headers


@pytest.mark.parametrize("text", ["", "x", "ftp://h/x", "https://", "https://[::1"])
def test_what_is_no_web_address(text: str) -> None:
    """An address must be absolute, and http or https."""
    with pytest.raises(PayloadError):
        parse_url(text)


async def test_clients_are_made_when_used(host: FakeHost) -> None:
    """Nothing is built before the first request, and closing nothing is fine."""
    connections = Connections(host.options())
    await connections.aclose()
    assert connections._api is None
    assert connections._content is None
    assert connections.content is connections.content
    assert connections._api is None
    await connections.aclose()


async def test_timeouts_go_along(host: FakeHost, connections: Connections) -> None:
    """Each request carries the timeouts of the options, for whatever transport."""
    host.on(START, reply(text="x"))
    await ask(connections)
    assert host.requests[0].extensions["timeout"] == {
        "connect": 10.0,
        "read": 30.0,
        "write": 30.0,
        "pool": None,
    }
