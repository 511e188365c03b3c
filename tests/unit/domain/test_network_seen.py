"""What the first files tell of the way: one test for each regime."""

from __future__ import annotations

from dataclasses import replace

from rehydrate_tui.domain.network_seen import Seen, observed
from rehydrate_tui.domain.transport_cost import (
    Network,
    TreeSize,
    Wanted,
    estimate_archive,
    estimate_files,
)

ASSUMED = Network()
QUICK = Seen(files=64, size=640_000, seconds=0.04, answer=0.09, in_flight=64)


def test_the_round_trip_is_that_of_the_quickest_transfer() -> None:
    """A new connection has three of them; a slow answer proves no long way."""
    assert round(observed(ASSUMED, QUICK).round_trip, 6) == 0.03
    slow = observed(ASSUMED, replace(QUICK, answer=0.9))
    assert slow.round_trip == ASSUMED.round_trip


def test_a_way_that_carried_more_is_faster_than_assumed() -> None:
    """What came in the time is the least that it carries."""
    large = replace(QUICK, size=6_400_000)
    assert round(observed(ASSUMED, large).bandwidth) == 60_800_000


def test_work_and_answers_say_nothing_of_the_line() -> None:
    """A host that thinks for a second leaves the line unknown."""
    slow_host = replace(QUICK, seconds=1.0, answer=1.0)
    for seen in (QUICK, slow_host):
        assert observed(ASSUMED, seen).bandwidth == ASSUMED.bandwidth


def test_a_slow_line_is_no_reason_for_an_archive() -> None:
    """Where files come slowly for want of bandwidth, ten times as much comes no sooner."""
    seen = replace(QUICK, seconds=0.6)
    network = observed(ASSUMED, seen)
    assert round(network.bandwidth) == 405_333
    wanted = Wanted(
        files=500, size=5_000_000, tree=TreeSize(files=5_000, size=50_000_000)
    )
    archive = estimate_archive(wanted, network).seconds
    assert archive > 5 * estimate_files(wanted, network).seconds


def test_nothing_seen_divides_by_nothing() -> None:
    """Files of no bytes that came within one tick of the clock."""
    seen = replace(QUICK, size=0, seconds=0.0, answer=0.0)
    assert observed(ASSUMED, seen) == replace(ASSUMED, round_trip=0.0)
    assert observed(ASSUMED, replace(seen, seconds=9.0)).bandwidth >= 1
