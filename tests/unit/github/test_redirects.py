"""Where redirects lead, and who is sent a secret on the way."""

from __future__ import annotations

import pytest

from rehydrate_tui.errors import PayloadError, RemoteError
from rehydrate_tui.github.bodies import read_answer
from rehydrate_tui.github.http import MAX_REDIRECTS, Connections, HttpRequest, send
from tests.unit.github.asking import START, ask
from tests.unit.github.fake_host import FakeHost, Reply, reply


def moved(location: str, status: int = 302) -> Reply:
    """Return a redirect."""
    return reply(text="moved", status=status, headers={"location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(
    host: FakeHost, connections: Connections, status: int
) -> None:
    """All five kinds of redirect lead on; a relative address is joined."""
    host.on(START, moved("/next?x=1", status))
    host.on("https://a.example/next?x=1", reply(text="there"))
    assert await ask(connections) == "there"


async def test_same_origin_keeps_the_secrets(
    host: FakeHost, connections: Connections
) -> None:
    """Within one origin a redirect changes nothing about the headers."""
    host.on(START, moved("https://A.example:443/next"))
    host.on("https://a.example/next", reply(text="x"))
    await ask(connections)
    assert host.requests[1].headers["authorization"] == "Bearer s"


@pytest.mark.parametrize(
    "target",
    [
        "https://b.example/x",
        "https://a.example:8443/x",
        "http://127.0.0.1:9/x",
        "https://a.example.evil.example/x",
    ],
)
async def test_other_origins_see_no_secret(
    host: FakeHost, connections: Connections, target: str
) -> None:
    """When host, port or scheme changes, only the plain headers go along."""
    host.on(START, moved(target))
    host.on(target, reply(text="x"))
    await ask(connections)
    last = host.requests[-1].headers
    assert "authorization" not in last
    assert "x-store-key" not in last
    assert last["x-plain"] == "p"


async def test_secrets_do_not_come_back(
    host: FakeHost, connections: Connections
) -> None:
    """A detour over another origin loses the secrets for good."""
    host.on(START, moved("https://b.example/x"))
    host.on("https://b.example/x", moved("https://a.example/chosen-by-b"))
    host.on("https://a.example/chosen-by-b", reply(text="x"))
    await ask(connections)
    assert host.authorizations == {"a.example": {"Bearer s", None}, "b.example": {None}}


@pytest.mark.parametrize(
    "target",
    [
        "http://a.example/x",
        "http://192.168.1.1/x",
        "ftp://a.example/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//[::1",
    ],
)
async def test_unsafe_redirects_are_refused(
    host: FakeHost, connections: Connections, target: str
) -> None:
    """Plain http, other schemes and broken addresses end the exchange."""
    host.on(START, moved(target))
    with pytest.raises(RemoteError):
        await ask(connections)
    assert host.urls == [START]


async def test_a_redirect_to_nowhere(host: FakeHost, connections: Connections) -> None:
    """A redirect without a location is an answer that is not what was asked for."""
    host.on(START, reply(text="", status=302))
    with pytest.raises(PayloadError, match="to nowhere"):
        await ask(connections)


async def test_redirects_end(host: FakeHost, connections: Connections) -> None:
    """Five redirects are followed, not six."""
    host.on(START, moved(START))
    with pytest.raises(PayloadError, match="in circles"):
        await ask(connections)
    assert len(host.requests) == MAX_REDIRECTS + 1


async def test_name_and_password_of_a_redirect_are_not_used(
    host: FakeHost, connections: Connections
) -> None:
    """Credentials in a location are no reason to send an `Authorization`."""
    host.on(START, moved("https://u:p@b.example/x"))
    host.on("https://u:p@b.example/x", reply(text="x"))
    await ask(connections)
    assert "authorization" not in host.requests[-1].headers


async def test_a_question_does_not_become_another(
    host: FakeHost, connections: Connections
) -> None:
    """A POST is not turned into a GET, as 303 asks for."""
    host.on(START, moved("/next", 303))
    with pytest.raises(PayloadError, match="elsewhere"):
        await ask(connections, method="POST", content=b"q")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_post_follows_a_rename(
    host: FakeHost, connections: Connections, status: int
) -> None:
    """Other redirects are followed with the method and the body."""
    host.on(START, moved("/next", status))
    host.on("https://a.example/next", reply(text="x"))
    await ask(connections, method="POST", content=b"q")
    assert host.requests[1].method == "POST"
    assert host.requests[1].content == b"q"


async def test_answer_knows_its_host(host: FakeHost, connections: Connections) -> None:
    """The address in an answer is the one after redirects, without its query."""
    host.on(START, moved("https://b.example/x?signature=1"))
    host.on("https://b.example/x?signature=1", reply(text="x", status=404))
    response = await send(connections.api, HttpRequest(url=START))
    answer = await read_answer(response)
    assert (answer.url, answer.host) == ("https://b.example/x", "b.example")
