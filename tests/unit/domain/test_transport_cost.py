"""The cost model: one test for each regime that it tells apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.routing import Routing, choose_route, describe_route
from rehydrate_tui.domain.transport_cost import (
    SAFE_REQUESTS,
    Network,
    Transport,
    TransportChoice,
    TreeSize,
    Wanted,
    choose,
    estimate_archive,
    estimate_files,
    is_too_slow,
    seconds_text,
)

FAST = Network(round_trip=0.03, bandwidth=1e9, in_flight=400, file_seconds=0.3e-3)
LINE = replace(FAST, bandwidth=25e6)
SERIAL = replace(LINE, in_flight=1)
KEY = (RepoId("ada", "notes"), ObjectId("c" * 40))
W5 = TreeSize(files=5_000, size=160_600_000)


def wanted(files: int, size: int, tree: TreeSize | None = None) -> Wanted:
    """Return what is wanted of a tree."""
    return Wanted(files=files, size=size, tree=tree)


def chosen(what: Wanted, network: Network) -> Transport:
    """Return the transport that is chosen."""
    return choose(what, network)[0].transport


def test_a_few_files_of_a_large_commit_come_by_themselves() -> None:
    """The archive would bring a hundred times what is wanted."""
    what = wanted(12, 300_000, TreeSize(files=50_000, size=2_000_000_000))
    estimate, why = choose(what, LINE)
    assert estimate.transport is Transport.FILES
    assert estimate.requests == 12
    assert "2.00 GB that nobody asked for" in why


def test_a_small_selection_waits_for_no_archive() -> None:
    """A handful of files is there before an archive has been made."""
    assert chosen(wanted(5, 5_000, TreeSize(files=5, size=5_000)), LINE) is (
        Transport.FILES
    )


def test_a_whole_commit_of_many_files_comes_by_archive() -> None:
    """One request instead of thousands, and no more bytes."""
    estimate, why = choose(wanted(5_000, 160_600_000, W5), FAST)
    assert (estimate.transport, estimate.requests) == (Transport.ARCHIVE, 1)
    assert "one" in why


def test_one_request_at_a_time_makes_archives_worth_while_early() -> None:
    """With one in flight each file costs a round trip: sixty are enough."""
    tree = TreeSize(files=100, size=1_000_000)
    assert chosen(wanted(60, 600_000, tree), SERIAL) is Transport.ARCHIVE
    assert chosen(wanted(60, 600_000, tree), LINE) is Transport.FILES


def test_a_slow_line_pays_for_what_is_not_wanted() -> None:
    """Half of a commit's bytes: on a slow line files, on a fast one the archive."""
    half = wanted(900, 80_000_000, TreeSize(files=1_800, size=160_000_000))
    network = replace(SERIAL, in_flight=8)
    assert chosen(half, replace(network, bandwidth=2e6)) is Transport.FILES
    assert chosen(half, replace(network, bandwidth=100e6)) is Transport.ARCHIVE


def test_more_requests_than_are_safe_cost_a_wait() -> None:
    """Above the budget throttling is part of the price of files."""
    below = estimate_files(wanted(SAFE_REQUESTS, 10**6), LINE)
    above = estimate_files(wanted(SAFE_REQUESTS + 1, 10**6), LINE)
    assert above.seconds - below.seconds > 59
    assert chosen(wanted(SAFE_REQUESTS + 1, 10**6, W5), LINE) is Transport.ARCHIVE


def test_not_even_throttling_makes_a_giant_worth_while() -> None:
    """Forty gigabytes take longer than a minute's wait."""
    giant = TreeSize(files=10**6, size=40 * 10**9)
    assert chosen(wanted(1_500, 10**7, giant), LINE) is Transport.FILES


def test_a_commit_of_unknown_size_is_begun_with_files() -> None:
    """Only so many files that they would be throttled change that."""
    estimate, why = choose(wanted(900, 10**7), SERIAL)
    assert estimate.transport is Transport.FILES
    assert "not known" in why
    assert chosen(wanted(3_000, 10**7), LINE) is Transport.ARCHIVE


@pytest.mark.parametrize("files", [1, 10, 100, 1_000])
@pytest.mark.parametrize("round_trip", [0.001, 0.03, 0.3])
def test_estimates_grow_with_the_round_trip(files: int, round_trip: float) -> None:
    """Both need connections; nothing is free, and nothing negative."""
    what = wanted(files, files * 1000, TreeSize(files=files, size=files * 1000))
    near, far = replace(LINE, round_trip=round_trip), replace(LINE, round_trip=1.0)
    for estimate in (estimate_files, estimate_archive):
        assert 0 < estimate(what, near).seconds < estimate(what, far).seconds


def test_nothing_at_all_has_a_price() -> None:
    """No division by what is not there."""
    assert estimate_archive(wanted(0, 0, TreeSize(files=0, size=0)), LINE).seconds > 0
    assert estimate_files(wanted(0, 0), LINE).requests == 0


def test_a_person_decides() -> None:
    """`--transport` is obeyed, whatever it costs."""
    what = wanted(1, 10, W5)
    for choice in (TransportChoice.FILES, TransportChoice.ARCHIVE):
        route = choose_route(KEY, what, Routing(choice=choice, network=LINE))
        assert route.transport.value == choice.value
        assert "--transport" in route.why


def test_an_archive_that_drips_is_left() -> None:
    """A tenth after half a minute: the files of it would be here by now."""
    what = wanted(200, 2_000_000, W5)
    assert is_too_slow(what, LINE, 30, 600_000)
    assert not is_too_slow(what, LINE, 30, 60_000_000)
    assert not is_too_slow(what, LINE, 2, 0)
    assert not is_too_slow(replace(what, tree=None), LINE, 99, 0)


def test_a_slow_line_is_no_slow_archive() -> None:
    """All of a commit at a megabyte a second: files would not be quicker."""
    whole = wanted(500, 160_600_000, W5)
    assert not is_too_slow(whole, LINE, 10, 10_000_000)


def test_routes_in_words() -> None:
    """The line that people read before anything is spent."""
    route = choose_route(
        KEY, wanted(5_000, 160_600_000, TreeSize(files=5_012, size=161_000_000)),
        Routing(network=LINE),
    )  # fmt: skip
    assert describe_route(route) == (
        "archive, about 3 s: 5,000 of 5,012 files, one request instead of 5,000"
    )
    route = choose_route(KEY, wanted(1, 10), Routing(network=LINE))
    assert describe_route(route) == "file by file, about 1 s: 1 file, as many requests"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "1 s"), (3.4, "3 s"), (119, "119 s"), (600, "10 min")]
)
def test_seconds_in_words(seconds: float, text: str) -> None:
    """Rounded as far as an estimate is good for."""
    assert seconds_text(seconds) == text
