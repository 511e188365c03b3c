"""What every test stands on: no network, no settings of this machine."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rehydrate_tui.demo.limits import Limits
from rehydrate_tui.demo.server import GitHubServer
from tests.published import Published
from tests.virtual_time import VirtualTime

Serve = Callable[..., GitHubServer]

_MACHINE_SETTINGS = ("REHYDRATE_", "GH_", "GITHUB_", "JPY_", "COLAB_", "XDG_", "SSL_")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(scope="session", autouse=True)
def _no_machine_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hide this machine: a fresh home, no tokens, no proxies, no kernel around us."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(_MACHINE_SETTINGS) or name.upper() in _PROXIES:
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("XDG_CONFIG_HOME", str(home / "config"))
        patch.setenv("XDG_STATE_HOME", str(home / "state"))
        patch.setenv("XDG_CACHE_HOME", str(home / "cache"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _signals_arrive() -> None:
    """Undo what nohup and background jobs do: processes of tests would ignore signals."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """Let sockets reach this machine only, and names other than its own resolve never."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    getaddrinfo = socket.getaddrinfo

    def checked_connect(self: socket.socket, address: Any) -> None:  # noqa: ANN401 - anything, as the original takes it
        _check(self, address)
        connect(self, address)

    def checked_connect_ex(self: socket.socket, address: Any) -> int:  # noqa: ANN401 - anything, as the original takes it
        _check(self, address)
        return connect_ex(self, address)

    def checked_getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - anything, as the original takes it
        name = host.decode() if isinstance(host, bytes) else host
        if not _is_here(name):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return getaddrinfo(host, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", checked_connect)
        patch.setattr(socket.socket, "connect_ex", checked_connect_ex)
        patch.setattr(socket, "getaddrinfo", checked_getaddrinfo)
        yield


def _check(used: socket.socket, address: Any) -> None:  # noqa: ANN401 - anything, as the original takes it
    is_internet = used.family in {socket.AF_INET, socket.AF_INET6}
    if is_internet and not _is_here(address[0]):
        pytest.fail(f"A test reached for the network: {address}.")


def _is_here(host: str | None) -> bool:
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture
def virtual_time() -> VirtualTime:
    """A clock that waits move on, instead of anybody waiting."""
    return VirtualTime()


@pytest.fixture
def serve(
    monkeypatch: pytest.MonkeyPatch, virtual_time: VirtualTime
) -> Iterator[Serve]:
    """Start a GitHub on loopback that serves what was published.

    The environment of the test points to it.
    """
    running: list[GitHubServer] = []

    def start(*published: Published, limits: Limits | None = None) -> GitHubServer:
        server = GitHubServer(
            [each.repository for each in published],
            limits=limits,
            clock=virtual_time.clock,
        )
        server.start()
        running.append(server)
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        return server

    yield start
    for server in running:
        server.stop()
