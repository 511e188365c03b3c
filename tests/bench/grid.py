"""Whether `--transport auto` takes the faster way: round trips, numbers and sizes.

    python tests/bench/grid.py [--runs 3] [--bandwidth 25e6]

For each cell of a grid one loopback server is started, which answers after a delay and
at most at a bandwidth shared by all connections, and serves a made-up commit as raw
files and as an archive. Both transports are forced in turn, then `auto` chooses. Prints
seconds, the choice, and in how many cells it was the faster one. A comparison of
estimates with reality, no test: it asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import io
import os
import random
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

ROUND_TRIPS = (0.005, 0.03, 0.1)
COUNTS = (20, 200, 1500)
SHARES = (1.0, 0.5, 0.1)
"""Files that are wanted, of all files of the commit."""
SIZE = 8_000
_BLOCK = 16_384
_ROUNDS_OF_TLS = 2


@dataclass(frozen=True)
class Cell:
    """One combination."""

    round_trip: float
    count: int
    share: float

    @property
    def total(self) -> int:
        """Files of the whole commit."""
        return round(self.count / self.share)


def made_up(total: int) -> dict[str, bytes]:
    """Return files that compress about as well as text does."""
    chance = random.Random(total)
    words = [b"%06x " % chance.randrange(16**6) for _ in range(3000)]
    return {
        f"d{number % 40}/{number}.txt": b"".join(chance.choices(words, k=SIZE // 7))
        for number in range(total)
    }


def archive_of(files: dict[str, bytes]) -> bytes:
    """Write the archive in the order of git."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=6) as tar:
        for path in sorted(files):
            info = tarfile.TarInfo(f"top/{path}")
            info.size = len(files[path])
            tar.addfile(info, io.BytesIO(files[path]))
    return buffer.getvalue()


class Origin:
    """Answers GET over HTTP/1.1 after a delay, all connections sharing a bandwidth."""

    def __init__(self, cell: Cell, bandwidth: float) -> None:
        self.files = made_up(cell.total)
        self._archive = archive_of(self.files)
        self._packed = {path: gzip.compress(data) for path, data in self.files.items()}
        self._delay = cell.round_trip
        self._bandwidth = bandwidth
        self._free_at = 0.0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:  # fmt: skip
        """Answer the requests of one connection."""
        await asyncio.sleep(self._delay * _ROUNDS_OF_TLS)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(self._delay)
                await self._answer(head, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        path = head.split()[1].decode().lstrip("/")
        is_packed = b"gzip" in head.lower() and path in self._packed
        body = self._archive if path == "archive" else self.files[path]
        body = self._packed[path] if is_packed else body
        encoding = "content-encoding: gzip\r\n" if is_packed else ""
        length = f"content-length: {len(body)}"
        writer.write(f"HTTP/1.1 200 OK\r\n{encoding}{length}\r\n\r\n".encode())
        for at in range(0, len(body), _BLOCK):
            block = body[at : at + _BLOCK]
            now = time.monotonic()
            self._free_at = max(now, self._free_at) + len(block) / self._bandwidth
            await asyncio.sleep(self._free_at - now)
            writer.write(block)
            await writer.drain()


@contextmanager
def running(origin: Origin) -> Iterator[str]:
    """Run an origin in a thread; yields its address."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        asyncio.start_server(origin.serve, "127.0.0.1", 0, backlog=1000)
    )
    port = server.sockets[0].getsockname()[1]
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def manifest_of(cell: Cell, files: dict[str, bytes]) -> str:
    """Pin the wanted files, spread over the whole commit."""
    chosen = sorted(random.Random(1).sample(sorted(files), cell.count))
    size = sum(map(len, files.values()))
    lines = [
        "version = 1\n[[source]]\nrepository = 'bench/grid'",
        f"commit = '{'0' * 39}1'\ntree_files = {len(files)}\ntree_size = {size}",
    ]
    for path in chosen:
        data = files[path]
        blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()  # noqa: S324
        lines.append(f"[[source.file]]\npath = '{path}'\nblob = '{blob}'\nsize = {len(data)}")  # fmt: skip
    return "\n".join(lines) + "\n"


def replay(url: str, folder: Path, transport: str) -> tuple[float, str]:
    """Replay once; returns seconds and what was told."""
    shutil.rmtree(folder / "dest", ignore_errors=True)
    environ = {
        **os.environ,
        "REHYDRATE_RAW_URL": f"{url}/{{path}}",
        "REHYDRATE_ARCHIVE_URL": f"{url}/archive",
        "REHYDRATE_STATE_DIR": str(folder / "state"),
    }
    argv = ("--replay", "m.toml", "--dest", "dest", "--transport", transport)
    started = time.perf_counter()
    ended = subprocess.run(  # noqa: S603 - this program, on made-up files
        [sys.executable, "-m", "rehydrate_tui", *argv, "--verbose", "--progress=none"],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return time.perf_counter() - started, ended.stderr


def measure(cell: Cell, runs: int, bandwidth: float) -> bool:
    """Measure one cell and print its line; tells whether `auto` chose well."""
    origin = Origin(cell, bandwidth)
    with running(origin) as url, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "m.toml").write_text(manifest_of(cell, origin.files), "utf-8")
        seconds: dict[str, list[float]] = {"files": [], "archive": [], "auto": []}
        told = ""
        for _ in range(runs):
            for transport, walls in seconds.items():
                wall, text = replay(url, folder, transport)
                walls.append(wall)
                told = text if transport == "auto" else told
    median: Callable[[str], float] = lambda each: statistics.median(seconds[each])  # noqa: E731
    files, archive, auto = (median(each) for each in seconds)
    choice = "archive" if "Transport: archive" in told else "files"
    faster = "archive" if archive < files else "files"
    # Less than the noise of a run apart: both are right.
    is_right = choice == faster or max(files, archive) < 1.1 * min(files, archive)
    print(
        f"{cell.round_trip * 1000:5.0f} ms {cell.count:5} of {cell.total:5}  "
        f"files {files:6.2f}  archive {archive:6.2f}  auto {auto:6.2f}  {choice:7}"
        f"{'' if is_right else '  SLOWER'}",
        flush=True,
    )
    return is_right


def main() -> None:
    """Go through the grid."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--bandwidth", type=float, default=25e6)
    options = parser.parse_args()
    cells = [
        Cell(round_trip, count, share)
        for count in COUNTS
        for share in SHARES
        for round_trip in ROUND_TRIPS
    ]
    right = sum(measure(cell, options.runs, options.bandwidth) for cell in cells)
    print(f"auto took the faster way in {right} of {len(cells)} cells")


if __name__ == "__main__":
    main()
