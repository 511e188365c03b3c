"""Files one by one, or the archive of their commit: what each would cost, and which.

The model is a sum of what cannot overlap and the largest of what can. Its constants are
measured on one loopback origin with real trees (see `tests/bench`), except where a line
says that GitHub alone knows; those are assumed, and learnt during a run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.objects import ObjectId, RepoId

START_SECONDS = 0.25
"""From nothing to the first request: modules, certificates."""
ROUND_TRIPS = 3
"""Of every new connection: TCP, TLS, the request itself."""
SLOW_START_BYTES = 14_600
"""What TCP sends before it hears back: ten segments (RFC 6928)."""
ANSWER_SECONDS = 0.3
"""From the request to an archive's first byte, while nobody has measured it. Archives
that are not cached have taken much longer, so a run watches (spack/spack#50002)."""
PACKED_SHARE = 0.38
"""Bytes of a gzip-compressed archive, or of compressed texts, for each byte of a tree:
0.37 for archives of code, data and notebooks, 0.38 for their texts one by one."""
INFLATED_PER_SECOND = 350e6
"""Bytes that the standard zlib inflates, checked and hashed beside it."""
MEMBER_SECONDS = 15e-6
"""To read a header of an archive and pass over what it heads."""
WRITE_SECONDS = 100e-6
"""To check and write one small file."""
SAFE_REQUESTS = 1000
"""Raw requests after which throttling must be expected. GitHub publishes no figure; its
engineers ask not to take many raw files quickly (algolia/npm-search#993)."""
THROTTLED_SECONDS = 60.0
"""What being throttled costs at least: GitHub's advice for limits without a word."""
CLEAR_ADVANTAGE = 1.2
"""The archive must be that much better where nearly all of it is not asked for."""


PATIENCE_SECONDS = 5.0
"""For which the pace of an archive is not judged: servers begin with pauses."""
SLOW_LINE = 1e6
"""Bytes a second; less is rather the fault of the server than of the line."""


class Transport(Enum):
    """How the files of a source come; the values stand in `--json`."""

    FILES = "files"
    ARCHIVE = "archive"


class TransportChoice(Enum):
    """What a person wants (`--transport`)."""

    AUTO = "auto"
    FILES = "files"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeSize:
    """How much a whole commit holds: what its archive brings."""

    files: int
    size: int
    """Bytes of all blobs together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What is known, or assumed, of the way to a host."""

    round_trip: float = 0.05
    """Seconds."""
    bandwidth: float = 25e6
    """Bytes a second."""
    in_flight: int = 400
    """Requests at once: as many as a run comes to where they bring more."""
    file_seconds: float = 0.5e-3
    """Work for each request on this machine, which does not overlap: 0.49 to 0.66 ms
    measured over the own transport, verified and written. Where a proxy needs httpx's,
    it is 1.1 ms; the pace of the run shows that."""
    answer: float = ANSWER_SECONDS
    """Seconds to the first byte of an archive, round trips aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be brought of one commit."""

    files: int
    """Contents, each of which costs a request when it comes by itself."""
    size: int
    """Their bytes."""
    tree: TreeSize | None = None
    """The whole commit; None if nobody has counted it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What one transport would cost."""

    transport: Transport
    seconds: float
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How the files of one commit come."""

    repo: RepoId
    commit: ObjectId
    wanted: Wanted
    estimate: Estimate
    why: str
    """One sentence."""

    @property
    def transport(self) -> Transport:
        """Return what comes first; what it does not bring comes one by one."""
        return self.estimate.transport


def estimate_files(wanted: Wanted, network: Network) -> Estimate:
    """Estimate one request for each content, throttling included."""
    rounds = math.ceil(wanted.files / network.in_flight)
    seconds = _opening(network) + max(
        wanted.files * network.file_seconds,
        rounds * network.round_trip,
        wanted.size * PACKED_SHARE / network.bandwidth,
    )
    waits = max(0, wanted.files - 1) // SAFE_REQUESTS
    return Estimate(
        transport=Transport.FILES,
        seconds=seconds + waits * THROTTLED_SECONDS,
        requests=wanted.files,
    )


def estimate_archive(wanted: Wanted, network: Network) -> Estimate:
    """Estimate one archive, read to its end.

    Of a commit that nobody has counted the least is assumed: what is wanted.
    """
    tree = wanted.tree or TreeSize(files=wanted.files, size=wanted.size)
    work = (
        tree.size / INFLATED_PER_SECOND
        + tree.files * MEMBER_SECONDS
        + wanted.files * WRITE_SECONDS
    )
    transfer = tree.size * PACKED_SHARE / network.bandwidth
    seconds = _opening(network) + network.answer + max(transfer, work)
    return Estimate(transport=Transport.ARCHIVE, seconds=seconds, requests=1)


def choose(wanted: Wanted, network: Network) -> tuple[Estimate, str]:
    """Return the transport that suits and, in one sentence, why.

    An archive whose size nobody knows may be a hundred times what is wanted. It is
    taken only when so many files would be throttled.
    """
    files = estimate_files(wanted, network)
    archive = estimate_archive(wanted, network)
    is_better = archive.seconds * _advantage(wanted) < files.seconds
    if wanted.tree is None and wanted.files <= SAFE_REQUESTS:
        return files, "The size of the whole commit is not known."
    if wanted.files > SAFE_REQUESTS and is_better:
        return archive, (
            f"{wanted.files:,} single requests may be throttled; "
            f"the archive is one, in about {seconds_text(archive.seconds)}."
        )
    if is_better:
        return archive, _compared(archive, files)
    if wanted.tree is not None and wanted.size * 2 < wanted.tree.size:
        unwanted = format_size(wanted.tree.size - wanted.size)
        return files, f"The archive would bring {unwanted} that nobody asked for."
    return files, _compared(files, archive)


def is_too_slow(wanted: Wanted, network: Network, seconds: float, arrived: int) -> bool:
    """Tell whether the rest of an archive comes so slowly that files were quicker.

    Nobody knows whether the line is slow or the server that makes the archive, so the
    files are given the pace of the archive, but no less than `SLOW_LINE`.

    Args:
        wanted: what the archive was asked for.
        network: what was assumed of the way.
        seconds: since the archive was asked for.
        arrived: its bytes so far, compressed.
    """
    if wanted.tree is None or seconds < PATIENCE_SECONDS:
        return False
    packed = wanted.tree.size * PACKED_SHARE
    left = max(0.0, packed - arrived)
    pace = max(1, arrived) / seconds
    real = replace(network, bandwidth=max(pace, SLOW_LINE))
    files = estimate_files(wanted, real).seconds * left / max(1.0, packed)
    return left / pace > CLEAR_ADVANTAGE * max(files, PATIENCE_SECONDS)


def seconds_text(seconds: float) -> str:
    """Write an estimate for people: none of these is exact."""
    if seconds < 1:
        return "1 s"
    if seconds < 120:  # noqa: PLR2004 - two minutes are still read as seconds
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"


def _compared(better: Estimate, other: Estimate) -> str:
    return (
        f"About {seconds_text(better.seconds)}; by {other.transport.value} it would be "
        f"{seconds_text(other.seconds)}."
    )


def _advantage(wanted: Wanted) -> float:
    """Return how much better the archive must be, by the share that nobody wants."""
    size = wanted.tree.size if wanted.tree is not None else wanted.size
    unwanted = 1 - min(1.0, wanted.size / size) if size else 0.0
    return 1 + (CLEAR_ADVANTAGE - 1) * unwanted


def _opening(network: Network) -> float:
    """Return the seconds until a connection carries what the way can."""
    windows = network.bandwidth * network.round_trip / SLOW_START_BYTES
    growth = max(0.0, math.log2(windows)) if windows > 0 else 0.0
    return START_SECONDS + network.round_trip * (ROUND_TRIPS + growth)
