"""Benchmarks that need nothing but this package: start, skip, and the sample server."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from rehydrate_tui.demo.server import GitHubServer
from rehydrate_tui.storage.manifest_file import load_manifest, save_manifest
from tests.bench.process import Timing, in_turn, median_ratio, time_process
from tests.bench.table import Row
from tests.published import Published, blob_of, publish

# What a replay with nothing to do is compared with: reading and hashing every file.
_HASH_ALL = """\
import hashlib, os, sys
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read()
        hashlib.sha1(b"blob %d\\0" % len(data) + data).hexdigest()
"""
_FILE_SIZE = 32_000


_COMMAND = str(Path(sys.executable).with_name("rehydrate-tui"))
"""As people call it: the script that was installed beside this Python."""


def _replay(manifest: Path, dest: Path, *more: str) -> list[str]:
    argv = [_COMMAND, "--replay", str(manifest), "--dest", str(dest)]
    return [*argv, "--progress", "none", *more]


def _own_folders(work: Path) -> dict[str, str]:
    """Keep the runs away from the user's own index, cache and settings."""
    kinds = ("STATE", "CACHE", "CONFIG")
    return {f"XDG_{kind}_HOME": str(work / kind.lower()) for kind in kinds}


def _publish(count: int) -> Published:
    """Return a repository of text files that differ from each other."""
    files = {
        f"data/{number // 100:03d}/table-{number:05d}.csv": (
            f"station,{number}\n".encode()
            + b"2016-07-01,17.3,0.2\n" * (_FILE_SIZE // 20)
        )
        for number in range(count)
    }
    return publish(files, owner="bench", name="tables")


def start(rounds: int) -> Iterator[Row]:
    """Time `--version` against an interpreter that does nothing."""
    ours, bare = in_turn(
        rounds,
        [_COMMAND, "--version"],
        [sys.executable, "-c", "pass"],
    )
    yield _ratio_row("--version", "x python -c pass", ours, bare, (3.0, 2.0))


def nothing_to_do(work: Path, rounds: int, count: int = 5000) -> Iterator[Row]:
    """Time a replay whose files are all there against hashing them."""
    published = _publish(count)
    dest = work / "settled"
    for path, content in published.files.items():
        place = dest / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(blob_of(content))
    manifest = work / "settled.toml"
    # Written as the product writes it, which is what people replay.
    save_manifest(load_manifest(published.pin(manifest)), manifest)
    env = _own_folders(work)
    time_process(_replay(manifest, dest, "--offline"), env)
    ours, hashing = in_turn(
        rounds,
        _replay(manifest, dest),
        [sys.executable, "-c", _HASH_ALL, str(dest)],
        env,
    )
    case = f"{count:,} files, nothing to do"
    yield _ratio_row(case, "x hashing them", ours, hashing, (0.5, 0.3))
    milliseconds = 1000 * statistics.median(run.wall for run in ours)
    yield Row(case=case, figure="wall ms", value=milliseconds, must=120, aim=60)


def fetch_from_sample(work: Path, rounds: int, count: int = 300) -> Iterator[Row]:
    """Time replays from the embedded server, by each transport; it bounds them."""
    published = _publish(count)
    manifest = published.pin(work / "fetch.toml")
    server = GitHubServer([published.repository])
    with server.running():
        for transport in ("files", "archive"):
            runs: list[Timing] = []
            for number in range(rounds):
                dest = work / f"{transport}-{number}"
                env = {**server.environment(), **_own_folders(dest.with_suffix(".own"))}
                argv = _replay(manifest, dest, "--transport", transport)
                runs.append(time_process(argv, env))
                _check(dest, published)
            wall = statistics.median(run.wall for run in runs)
            yield Row(
                case=f"embedded server, {count:,} files",
                figure=f"{transport}: wall s",
                value=wall,
            )


def _check(dest: Path, published: Published) -> None:
    for path, content in published.files.items():
        if (dest / path).read_bytes() != blob_of(content):
            raise RuntimeError(f"{path} is not what was published")


def _ratio_row(
    case: str,
    figure: str,
    ours: list[Timing],
    theirs: list[Timing],
    bounds: tuple[float, float],
) -> Row:
    return Row(
        case=case,
        figure=figure,
        value=median_ratio([run.wall for run in ours], [run.wall for run in theirs]),
        must=bounds[0],
        aim=bounds[1],
        against=statistics.median(run.wall for run in theirs),
    )
