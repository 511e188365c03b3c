"""Races against other downloaders, on one loopback origin that a harness brings.

The harness makes the workloads, serves them through nginx and delay proxies, runs all
competitors round by round, and checks every file. It is not part of this repository.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.process import median_ratio
from tests.bench.table import Row

OURS = "ours"
_REPLAY = "-m rehydrate_tui --replay {toml} --dest {dest} --progress none"
# 200 Mbit/s, the rate of the harness's slow endpoint.
_SLOW_RATE = 25e6


@dataclass(frozen=True, slots=True)
class Goal:
    """How long we may take, as a part of what a competitor takes."""

    competitor: str
    must: float | None
    aim: float


@dataclass(frozen=True, slots=True)
class Race:
    """One workload over one endpoint of the harness."""

    workload: str
    endpoint: str
    goals: tuple[Goal, ...]

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"{self.workload} {self.endpoint}"


RACES = (
    Race(
        "W1",
        "rtt30",
        (
            Goal("curl -Z32 h2", 0.70, 0.35),
            Goal("aria2c -j16", 0.40, 0.18),
            Goal("requests.Session 8 thr", 0.20, 0.09),
        ),
    ),
    Race("W1", "rtt100", (Goal("curl -Z32 h2", 0.45, 0.18),)),
    Race(
        "W4",
        "rtt30",
        (
            Goal("aria2c -j16", 1.0, 0.5),
            Goal("git partial+sparse", 1.0, 0.5),
            Goal("curl -Z32 h2", None, 0.8),
        ),
    ),
    Race(
        "W5",
        "rtt30",
        (Goal("curl -Z32 h2", 0.35, 0.16), Goal("curl tar | tar x", 1.0, 0.60)),
    ),
    Race("W2", "rtt0", (Goal("curl -Z32 h1", 1.6, 1.15),)),
    Race("W3", "rtt0", (Goal("curl -Z32 h1", 1.8, 1.3),)),
)
_NARROW = Race("W5", "wan30gz", (Goal("curl tar | tar x", None, 1.0),))
_SMALL_FILES = RACES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Harness:
    """Where the harness is and how it is run."""

    folder: Path
    """Its scripts."""
    state: Path
    """What it made; its origin must be up."""
    dest: Path
    """Where files go: on tmpfs the disk is left out."""
    peers: str
    """A Python that has the competitors' libraries."""
    rounds: int

    def race(self, race: Race) -> dict[str, list[dict[str, Any]]]:
        """Run one race; return the runs of each competitor, in order of the rounds."""
        names = [goal.competitor for goal in race.goals]
        log = self.state / "runs.jsonl"
        log.unlink(missing_ok=True)
        chosen = "|".join(re.escape(name) for name in names)
        command = f"{shlex.quote(sys.executable)} {_REPLAY}"
        argv = [sys.executable, "run_peers.py", "--state", str(self.state)]
        argv += ["-w", race.workload, "-e", race.endpoint, "-n", str(self.rounds)]
        argv += ["--dest", str(self.dest), "--python", self.peers, "--vs", names[0]]
        argv += ["-p", f"^({chosen})$", "--ours", f"{OURS}={command}"]
        argv += ["--json", str(log)]
        root = str(Path(__file__).parents[2])
        subprocess.run(  # noqa: S603 - the harness
            argv,
            cwd=self.folder,
            check=True,
            env={**os.environ, "PYTHONPATH": root},
            stdout=sys.stderr,
        )
        runs: dict[str, list[dict[str, Any]]] = {}
        for line in log.read_text().splitlines():
            run = json.loads(line)
            runs.setdefault(run["peer"], []).append(run)
        return runs

    def floor(self, repository: str) -> float:
        """Return the least seconds in which a slow line carries a whole repository."""
        raw = self.state / "www" / "raw" / repository
        least = 0
        for path in raw.rglob("*"):
            if path.is_file() and path.suffix != ".gz":
                packed = path.with_name(path.name + ".gz")
                least += (packed if packed.exists() else path).stat().st_size
        archive = self.state / "www" / "tar" / f"{repository}.tar.gz"
        return min(least, archive.stat().st_size) / _SLOW_RATE


def run_races(harness: Harness, only: Sequence[str] = ()) -> Iterator[Row]:
    """Run all races, or those whose name contains one of `only`."""
    peak = 0.0
    for race in (*RACES, _NARROW):
        if only and not any(part in race.name for part in only):
            continue
        runs = harness.race(race)
        ours = runs[OURS]
        if not all(run["ok"] for run in ours):
            raise RuntimeError(f"{race.name}: a run of ours brought not every file")
        peak = max(peak, *(run["rss"] * 1.048576 for run in ours))
        yield from _ratios(race, runs)
        if race is _SMALL_FILES:
            spent = statistics.median(run["cpu"] for run in ours)
            yield Row(
                case=race.name,
                figure="processor ms a file",
                value=spent,
                must=0.8,
                aim=0.25,
            )
        if race is _NARROW:
            floor = harness.floor("R5")
            wall = statistics.median(run["wall"] for run in ours)
            yield Row(
                case=race.name,
                figure="x bytes/bandwidth",
                value=wall / floor,
                must=1.3,
                aim=1.12,
                against=floor,
            )
    if peak:
        yield Row(
            case="all races", figure="peak memory, MB", value=peak, must=80, aim=45
        )


def _ratios(race: Race, runs: dict[str, list[dict[str, Any]]]) -> Iterator[Row]:
    ours = [run["wall"] for run in runs[OURS]]
    for goal in race.goals:
        theirs = [run["wall"] for run in runs[goal.competitor]]
        yield Row(
            case=race.name,
            figure=f"x {goal.competitor}",
            value=median_ratio(ours, theirs),
            must=goal.must,
            aim=goal.aim,
            against=statistics.median(theirs),
        )
