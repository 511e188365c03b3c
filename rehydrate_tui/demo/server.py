"""The door of the stand-in: start it, point a client at it, watch, make it fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from starlette.types import ASGIApp

from rehydrate_tui.demo.accounts import Account
from rehydrate_tui.demo.api.app import ApiOrigin
from rehydrate_tui.demo.codeload import CodeloadOrigin
from rehydrate_tui.demo.faults import Fault, FaultHandle, FaultPlan
from rehydrate_tui.demo.gateway import Gateway, Origin
from rehydrate_tui.demo.gists import Gist
from rehydrate_tui.demo.hosting import Host, loopback_sockets
from rehydrate_tui.demo.limits import Limits
from rehydrate_tui.demo.raw import RawOrigin
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.request_log import LoggedRequest, RequestLog
from rehydrate_tui.demo.site import Addresses, Site
from rehydrate_tui.demo.storage import StorageOrigin
from rehydrate_tui.demo.web import WebOrigin

__all__ = [
    "Account",
    "Fault",
    "Gist",
    "GitHubServer",
    "Limits",
    "LoggedRequest",
    "Repository",
]
_ORIGINS = ("api", "raw", "codeload", "lfs", "storage")


class GitHubServer:
    """A local GitHub with five origins on 127.0.0.1, each on a port of its own.

    Args:
        repositories: What it serves; the list may be changed while it runs.
        limits: GitHub's numbers, or smaller ones.
        certfile: A certificate; with `keyfile` all origins speak TLS and HTTP/2.
        keyfile: Its private key.
        first_port: The first of five neighbouring ports; 0 lets the system choose.
        delay: Seconds by which every answer is late, as on a long way.
        clock: The time that quotas, caches and signatures see.
    """

    def __init__(  # noqa: PLR0913 - keyword-only options
        self,
        repositories: Sequence[Repository],
        *,
        limits: Limits | None = None,
        certfile: str | None = None,
        keyfile: str | None = None,
        first_port: int = 0,
        delay: float = 0.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.repositories = list(repositories)
        self.limits = limits or Limits()
        self.tokens: dict[str, Account] = {}
        self.gists: dict[str, Gist] = {}
        self._certificate = (certfile, keyfile)
        self._first_port = first_port
        self._delay = delay
        self._clock = clock
        self._log = RequestLog()
        self._faults = FaultPlan()
        self._host: Host | None = None
        self._site: Site | None = None

    @contextmanager
    def running(self) -> Generator[GitHubServer]:
        """Serve inside a with block."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def start(self) -> None:
        """Start serving; returns when requests are answered."""
        if self._host is not None:
            raise RuntimeError("The demo server runs already.")
        host = Host(*self._certificate)
        sockets = loopback_sockets(len(_ORIGINS), self._first_port)
        ports = [sock.getsockname()[1] for sock in sockets]
        site = self._site = self._new_site(ports)
        self._host = host
        apps: tuple[ASGIApp, ...] = (
            ApiOrigin(site),
            RawOrigin(site),
            CodeloadOrigin(site),
            WebOrigin(site),
            StorageOrigin(site),
        )
        origins = (Origin(name, app) for name, app in zip(_ORIGINS, apps, strict=True))
        host.start(
            Gateway(
                dict(zip(ports, origins, strict=True)),
                log=self._log,
                faults=self._faults,
                delay=self._delay,
                connections=host.connections,
                on_startup=host.started,
            ),
            sockets,
        )

    def stop(self) -> None:
        """Stop serving and free the ports; harmless if it does not run."""
        host, self._host = self._host, None
        if host is not None:
            host.stop()

    def _new_site(self, ports: Sequence[int]) -> Site:
        scheme = "http" if self._certificate[0] is None else "https"
        bases = [f"{scheme}://127.0.0.1:{port}" for port in ports]
        return Site(
            repositories=self.repositories,
            limits=self.limits,
            addresses=Addresses(**dict(zip(_ORIGINS, bases, strict=True))),
            clock=self._clock,
            tokens=self.tokens,
            gists=self.gists,
        )

    @property
    def _running_site(self) -> Site:
        if self._site is None:
            raise RuntimeError("The demo server was not started.")
        return self._site

    @property
    def api_url(self) -> str:
        """Base address of the API."""
        return self._running_site.addresses.api

    @property
    def raw_url(self) -> str:
        """Base address of the raw host."""
        return self._running_site.addresses.raw

    @property
    def codeload_url(self) -> str:
        """Base address of the archive host."""
        return self._running_site.addresses.codeload

    @property
    def lfs_url(self) -> str:
        """Base address of the web host, which answers for LFS."""
        return self._running_site.addresses.lfs

    @property
    def storage_url(self) -> str:
        """Base address of the LFS storage."""
        return self._running_site.addresses.storage

    def environment(self) -> dict[str, str]:
        """Return the variables that point rehydrate-tui at this server."""
        return {
            "REHYDRATE_API_URL": self.api_url,
            "REHYDRATE_RAW_URL": f"{self.raw_url}/{{owner}}/{{repo}}/{{commit}}/{{path}}",
            "REHYDRATE_ARCHIVE_URL": f"{self.codeload_url}/{{owner}}/{{repo}}/tar.gz/{{commit}}",
            "REHYDRATE_LFS_URL": f"{self.lfs_url}/{{owner}}/{{repo}}.git/info/lfs",
        }

    @property
    def requests(self) -> list[LoggedRequest]:
        """Every request so far, in order of arrival."""
        return self._log.snapshot()

    def clear_requests(self) -> None:
        """Forget the requests so far."""
        self._log.clear()

    def add_fault(self, fault: Fault) -> FaultHandle:
        """Make matching requests go wrong; earlier faults come first."""
        return self._faults.add(fault)

    def clear_faults(self) -> None:
        """Make everything go right again."""
        self._faults.clear()

    def spend_quota(self, calls: int, token: str | None = None) -> None:
        """Use up API calls of the anonymous caller, or of a token's account."""
        account = None if token is None else self.tokens[token]
        self._running_site.quotas.spend(account, calls)

    def answer_device(self, user_code: str, token: str | None) -> None:
        """Agree to a device login with a token of ours, or deny it with None."""
        for device in self._running_site.devices.values():
            if device.user_code == user_code:
                device.token = token or ""
                device.is_denied = token is None

    def forget_raw_cache(self) -> None:
        """Make the raw host see what branches mean now, as after five minutes."""
        self._running_site.forget_raw_cache()
