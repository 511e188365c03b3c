"""Hosts that drip: noticed by speed, not by silence, with a clock of our own."""

from __future__ import annotations

import random
from dataclasses import replace

import httpx
import pytest

from rehydrate_tui.demo.server import Fault, GitHubServer
from rehydrate_tui.domain.objects import ObjectId
from rehydrate_tui.errors import TransportTimeoutError
from rehydrate_tui.github import GitHubClient, HttpOptions
from rehydrate_tui.github.pace import Pace
from tests.conftest import Serve
from tests.published import blob_id, publish
from tests.unit.github.served import REPO, endpoints_of, no_wait, read

# Nothing that compression could make small.
NUMBERS = random.Random(1).randbytes(256_000)
URL = httpx.URL("https://raw.example/a?token=x")


class Clock:
    """Seconds that only a test moves on."""

    def __init__(self, step: float = 0.0) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        """Return the time, and move it on by the step."""
        self.now += self.step
        return self.now


def feed(pace: Pace, clock: Clock, *chunks: tuple[float, int]) -> None:
    """Let chunks arrive, each after some seconds."""
    for seconds, count in chunks:
        pace.ask()
        clock.now += seconds
        pace.take(count, URL)


@pytest.mark.parametrize(
    "chunks",
    [
        [(1.0, 10)] * 29,
        [(10.0, 20_000)] * 30,
        [(0.0, 1)] * 1000,
        [(29.0, 29_500), (1.0, 600), (29.0, 1)],
    ],
    ids=["short", "fast enough", "no time at all", "a new window begins"],
)
def test_what_is_quick_enough(chunks: list[tuple[float, int]]) -> None:
    """Before the window is over nothing is judged, afterwards the average counts."""
    clock = Clock()
    feed(Pace(least=1000, window=30, clock=clock), clock, *chunks)


@pytest.mark.parametrize(
    "chunks",
    [[(1.0, 10)] * 30, [(29.0, 1), (29.0, 1)], [(10.0, 20_000)] * 6 + [(10.0, 1)] * 3],
    ids=["a drip", "a byte now and then", "later on"],
)
def test_a_drip_is_given_up(chunks: list[tuple[float, int]]) -> None:
    """Less than the least speed over a window is a timeout, and says how slow it was."""
    clock = Clock()
    with pytest.raises(TransportTimeoutError, match=r"raw\.example sends too slowly"):
        feed(Pace(least=1000, window=30, clock=clock), clock, *chunks)


def test_a_slow_reader_is_not_the_hosts_fault() -> None:
    """Time between two chunks, spent on our own disk, does not count."""
    clock = Clock()
    pace = Pace(least=1000, window=30, clock=clock)
    for _ in range(100):
        feed(pace, clock, (0.1, 200))
        clock.now += 60


def client(server: GitHubServer, **options: object) -> GitHubClient:
    """Return a client whose clock takes a second for each look at it."""
    made = HttpOptions(sleep=no_wait, monotonic=Clock(1.0))
    return GitHubClient(
        endpoints_of(server),
        host="github.com",
        options=replace(made, **options),  # type: ignore[arg-type]  # options by name
    )


@pytest.mark.parametrize("transport", ["raw", "api"])
async def test_a_download_that_drips_ends(serve: Serve, transport: str) -> None:
    """On real sockets, both transports: a body that comes too slowly is a timeout."""
    notes = publish({"numbers.bin": NUMBERS})
    server = serve(notes)
    dripping = client(server, least_speed=10.0**9, pace_window=0.5)
    if transport == "raw":
        opened = dripping.open_raw(REPO, ObjectId(notes.commit), "numbers.bin")
    else:
        opened = dripping.open_blob(REPO, ObjectId(blob_id(NUMBERS)))
    with pytest.raises(TransportTimeoutError, match="too slowly"):
        await read(opened)
    await dripping.aclose()


async def test_an_answer_of_the_api_that_drips_ends(serve: Serve) -> None:
    """JSON has to come in time as well."""
    server = serve(publish({"a": b"a"}))
    dripping = client(server, least_speed=10.0**9, pace_window=1.0)
    with pytest.raises(TransportTimeoutError, match="too slowly"):
        await dripping.repository(REPO)
    await dripping.aclose()


async def test_a_stall_is_a_timeout(serve: Serve) -> None:
    """A connection that falls silent in the middle ends by the timeout of one read."""
    notes = publish({"numbers.bin": NUMBERS})
    server = serve(notes)
    server.add_fault(Fault(origin="raw", stall_after=1000))
    waiting = client(server, read_timeout=0.05)
    with pytest.raises(TransportTimeoutError, match="for too long"):
        await read(waiting.open_raw(REPO, ObjectId(notes.commit), "numbers.bin"))
    await waiting.aclose()
