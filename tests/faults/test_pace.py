"""Hosts that drip: noticed by speed, not by silence, with a clock of our own."""

from __future__ import annotations

import random
from collections import Counter
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


def pace_of(
    clock: Clock, arrived: Counter[str] | None = None, url: httpx.URL = URL
) -> Pace:
    """Return what wants a thousand bytes a second over half a minute."""
    counted = Counter[str]() if arrived is None else arrived
    return Pace(least=1000, window=30, clock=clock, url=url, arrived=counted)


def feed(pace: Pace, clock: Clock, *chunks: tuple[float, int]) -> None:
    """Let chunks arrive, each after some seconds."""
    for seconds, count in chunks:
        pace.ask()
        clock.now += seconds
        pace.take(count)


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
    feed(pace_of(clock), clock, *chunks)


@pytest.mark.parametrize(
    "chunks",
    [[(1.0, 10)] * 30, [(29.0, 1), (29.0, 1)], [(10.0, 20_000)] * 6 + [(10.0, 1)] * 3],
    ids=["a drip", "a byte now and then", "later on"],
)
def test_a_drip_is_given_up(chunks: list[tuple[float, int]]) -> None:
    """Less than the least speed over a window is a timeout, and says how slow it was."""
    clock = Clock()
    with pytest.raises(TransportTimeoutError, match=r"raw\.example sends too slowly"):
        feed(pace_of(clock), clock, *chunks)


def test_a_slow_reader_is_not_the_hosts_fault() -> None:
    """Time between two chunks, spent on our own disk, does not count."""
    clock = Clock()
    pace = pace_of(clock)
    for _ in range(100):
        feed(pace, clock, (0.1, 200))
        clock.now += 60


def take_turns(paces: list[Pace], clock: Clock, size: int, seconds: float) -> None:
    """Let each answer get a chunk, one after the other, while all wait."""
    for pace in paces:
        pace.ask()
    for pace in paces:
        clock.now += seconds
        pace.take(size)
        pace.ask()


def test_an_answer_that_waits_for_its_turn_is_alive() -> None:
    """Hundreds that share a slow line come a minute apart: the host is what counts."""
    clock, arrived = Clock(), Counter[str]()
    paces = [pace_of(clock, arrived) for _ in range(400)]
    for _ in range(3):
        take_turns(paces, clock, 16_384, 0.2)


def test_a_host_that_drips_on_many_answers_is_given_up() -> None:
    """Four hundred answers that bring less than one should are no better than it."""
    clock, arrived = Clock(), Counter[str]()
    paces = [pace_of(clock, arrived) for _ in range(400)]
    with pytest.raises(TransportTimeoutError, match="too slowly"):
        take_turns(paces, clock, 10, 0.1)


def test_a_dripping_answer_outlives_only_those_that_flow() -> None:
    """When the others are done, it is judged by what it brings itself."""
    clock, arrived = Clock(), Counter[str]()
    drips, flows = pace_of(clock, arrived), pace_of(clock, arrived)
    for _ in range(60):
        take_turns([flows, drips], clock, 4_000, 1.0)
    with pytest.raises(TransportTimeoutError, match="too slowly"):
        feed(drips, clock, *[(1.0, 10)] * 61)


def test_another_host_does_not_count() -> None:
    """A quick host is no excuse for a slow one."""
    clock, arrived = Clock(), Counter[str]()
    elsewhere = pace_of(clock, arrived, httpx.URL("https://elsewhere.example/b"))
    with pytest.raises(TransportTimeoutError, match=r"raw\.example"):
        take_turns([elsewhere] * 20 + [pace_of(clock, arrived)], clock, 20_000, 2.0)


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
