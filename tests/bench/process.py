"""Times whole processes: wall and processor seconds, and the peak of memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What one process cost, from its start to its end."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of the processor, in user and system mode."""
    memory: float
    """Megabytes (10^6) resident at the peak; never below what its parent had."""


def time_process(argv: Sequence[str], env: Mapping[str, str] | None = None) -> Timing:
    """Run a process to its end, unheard.

    Raises:
        CalledProcessError: it did not end with status 0.
    """
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - what the caller wants to measure
        argv,
        env=None if env is None else {**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(argv))
    return Timing(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        memory=usage.ru_maxrss * 1024 / 1e6,
    )


def in_turn(
    rounds: int,
    first: Sequence[str],
    second: Sequence[str],
    env: Mapping[str, str] | None = None,
) -> tuple[list[Timing], list[Timing]]:
    """Run two commands in turn, so that both see the same weather; one run each is lost."""
    pairs = [
        (time_process(first, env), time_process(second, env)) for _ in range(rounds + 1)
    ]
    return [pair[0] for pair in pairs[1:]], [pair[1] for pair in pairs[1:]]


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios round by round."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=False))
