"""What the first files of a run tell of the way to a host."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rehydrate_tui.domain.transport_cost import PACKED_SHARE, ROUND_TRIPS, Network

_CLEARLY = 2.0
"""So many times what explains a pace is more than chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The first files of a run."""

    files: int
    size: int
    """Their bytes, as they are on disk."""
    seconds: float
    """From the first to the last of them, all transfers together."""
    answer: float
    """Seconds of the quickest transfer, a new connection included."""
    in_flight: int
    """Transfers at once."""

    @property
    def file_seconds(self) -> float:
        """Seconds for each file, all transfers together."""
        return self.seconds / self.files


def observed(network: Network, seen: Seen) -> Network:
    """Correct what was assumed of the way by what was seen of it.

    The quickest transfer bounds the round trip; a long one may be the host's own doing,
    from which its archives need not suffer. A pace that neither the answers nor the
    work for them explains is the line's: an archive would share it. Otherwise the line
    has carried that much and may carry more.
    """
    explained = max(network.file_seconds, seen.answer / seen.in_flight)
    carried = seen.size * PACKED_SHARE / seen.seconds if seen.seconds else 0.0
    is_line = seen.file_seconds > _CLEARLY * explained
    bandwidth = (min if is_line else max)(network.bandwidth, carried)
    return replace(
        network,
        round_trip=min(network.round_trip, seen.answer / ROUND_TRIPS),
        bandwidth=max(1.0, bandwidth),
    )
