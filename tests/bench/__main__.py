"""`python -m tests.bench`: all benchmarks, one table. See README.md beside this."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.alone import fetch_from_sample, nothing_to_do, start
from tests.bench.races import Harness, run_races
from tests.bench.table import Row, draw

_HARNESS = Path(__file__).parents[3] / "shared" / "bench"
_NEEDS = ("nginx", "curl", "aria2c", "git")
_SMOKE_FILES = 60


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--smoke", action="store_true", help="one small round of what needs no harness"
    )
    parser.add_argument("--harness", type=Path, default=_HARNESS)
    parser.add_argument(
        "--state", type=Path, help="what the harness made; its origin must be up"
    )
    parser.add_argument(
        "--peers",
        default=sys.executable,
        help="a Python with the competitors' libraries",
    )
    parser.add_argument(
        "--dest", type=Path, help="where files go; tmpfs leaves disks out"
    )
    parser.add_argument(
        "--only", nargs="*", default=(), help="races such as W1 or rtt30"
    )
    return parser.parse_args()


def _rows(options: argparse.Namespace, work: Path) -> Iterator[Row]:
    if options.smoke:
        yield from start(1)
        yield from nothing_to_do(work, 1, _SMOKE_FILES)
        yield from fetch_from_sample(work, 1, _SMOKE_FILES)
        return
    if not options.only:
        yield from start(options.rounds)
        yield from nothing_to_do(work, options.rounds)
        yield from fetch_from_sample(work, options.rounds)
    if options.state is None:
        print("No --state: the races are left out.", file=sys.stderr)
        return
    missing = [name for name in _NEEDS if shutil.which(name) is None]
    if missing:
        sys.exit(f"The races need {', '.join(missing)}.")
    harness = Harness(
        folder=options.harness,
        state=options.state.resolve(),
        dest=options.dest or work / "races",
        peers=options.peers,
        rounds=options.rounds,
    )
    yield from run_races(harness, options.only)


def main() -> None:
    """Run what was asked for and print the table."""
    options = _options()
    with tempfile.TemporaryDirectory(dir=options.dest) as folder:
        print(draw(_rows(options, Path(folder))))


if __name__ == "__main__":
    main()
