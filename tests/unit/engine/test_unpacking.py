"""What the members of an archive meet in their places, and how slow archives end."""

from __future__ import annotations

import io
import os
import random
import tarfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from rehydrate_tui.demo.builder import Content, LfsFile
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.domain import transport_cost
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.plan import ConflictPolicy
from rehydrate_tui.domain.report import DownloadReport, Outcome
from rehydrate_tui.domain.routing import Routing
from rehydrate_tui.domain.transport_cost import TransportChoice
from rehydrate_tui.engine import routing as routing_module
from rehydrate_tui.engine.session import Session
from rehydrate_tui.storage.blob_cache import BlobCache
from rehydrate_tui.storage.manifest_file import parse_manifest
from rehydrate_tui.storage.settings import Settings
from rehydrate_tui.wiring import Connecting, open_session
from tests.conftest import Serve
from tests.end_to_end.archives import asked, expected
from tests.published import MANIFEST_VERSION, publish, tree_of
from tests.unit.engine.watching import Watcher, manifest_of

CHANCE = random.Random(5)
LARGE = CHANCE.randbytes(1_500_000)
FILES: dict[str, Content] = {
    "a.txt": b"a\n",
    "deep/b.txt": b"b\n",
    "large.bin": LARGE,
    "twin.bin": LARGE,
}
Opener = Callable[..., Session]


@pytest_asyncio.fixture
async def opens() -> AsyncIterator[Opener]:
    """Open sessions that go by archive, or as asked."""
    opened: list[Session] = []

    def start(
        choice: TransportChoice = TransportChoice.ARCHIVE,
        cache: BlobCache | None = None,
    ) -> Session:
        connecting = Connecting(cache=cache, routing=Routing(choice=choice))
        session = open_session(Settings.load(os.environ), jobs=8, connecting=connecting)
        opened.append(session)
        return session

    yield start
    for session in opened:
        await session.aclose()


async def bring(
    session: Session,
    manifest: Manifest,
    dest: Path,
    *,
    policy: ConflictPolicy = ConflictPolicy.KEEP,
    meanwhile: Callable[[], object] = lambda: None,
) -> DownloadReport:
    """Plan, let something happen, and run."""
    plan = await session.plan(manifest, dest, policy)
    meanwhile()
    return await session.start(plan, Watcher()).wait()


def outcomes(report: DownloadReport) -> dict[str, Outcome]:
    """Return how each file ended."""
    return {each.target: each.outcome for each in report.outcomes}


@pytest.mark.parametrize(
    ("policy", "outcome"),
    [(ConflictPolicy.KEEP, Outcome.KEPT), (ConflictPolicy.FAIL, Outcome.FAILED)],
)
async def test_what_appears_meanwhile_stays(
    opens: Opener,
    serve: Serve,
    tmp_path: Path,
    policy: ConflictPolicy,
    outcome: Outcome,
) -> None:
    """Small or large: neither is written over, and the others come."""
    notes = publish(FILES)
    server = serve(notes)

    def write() -> None:
        for name in ("a.txt", "large.bin"):
            (tmp_path / name).write_bytes(b"mine\n")

    report = await bring(
        opens(), manifest_of(notes), tmp_path, policy=policy, meanwhile=write
    )
    assert outcomes(report) == {
        "a.txt": outcome,
        "deep/b.txt": Outcome.FETCHED,
        "large.bin": outcome,
        "twin.bin": Outcome.FETCHED,
    }
    assert tree_of(tmp_path) == {
        **expected(notes),
        "a.txt": b"mine\n",
        "large.bin": b"mine\n",
    }
    assert asked(server)["codeload"] == 1


async def test_a_place_that_cannot_be_written(
    opens: Opener, serve: Serve, tmp_path: Path
) -> None:
    """A file where a folder is needed is an error of that file alone."""
    notes = publish(FILES)
    serve(notes)
    report = await bring(
        opens(),
        manifest_of(notes),
        tmp_path,
        meanwhile=lambda: (tmp_path / "deep").write_bytes(b"no folder"),
    )
    found = outcomes(report)
    assert found.pop("deep/b.txt") is Outcome.FAILED
    assert set(found.values()) == {Outcome.FETCHED}
    assert (tmp_path / "deep").read_bytes() == b"no folder"


async def test_large_copies_come_once(
    opens: Opener, serve: Serve, tmp_path: Path
) -> None:
    """From the archive or by itself: the second place is a copy of the first."""
    notes = publish(FILES)
    server = serve(notes)
    for choice in (TransportChoice.ARCHIVE, TransportChoice.FILES):
        dest = tmp_path / choice.value
        report = await bring(opens(choice), manifest_of(notes), dest)
        assert report.is_complete
        assert tree_of(dest) == expected(notes)
    assert asked(server) == {"codeload": 1, "raw": 3}


async def test_a_large_member_with_other_bytes_comes_by_itself(
    opens: Opener, serve: Serve, tmp_path: Path
) -> None:
    """It has the right length, and is not written."""
    notes = publish(FILES)
    server = serve(notes)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, size in (("a.txt", 2), ("large.bin", len(LARGE))):
            info = tarfile.TarInfo(f"notes/{name}")
            info.size = size
            tar.addfile(info, io.BytesIO(bytes(info.size)))
    server.add_fault(Fault(origin="codeload", body=buffer.getvalue()))
    report = await bring(opens(), manifest_of(notes), tmp_path)
    assert report.is_complete
    assert tree_of(tmp_path) == expected(notes)
    assert asked(server) == {"codeload": 1, "raw": 3}


async def test_a_pointer_of_an_archive_is_kept_in_the_cache(
    opens: Opener, serve: Serve, tmp_path: Path
) -> None:
    """The next session needs neither archive nor batch, nor anybody to ask."""
    notes = publish({"a.txt": b"a\n", "model.npy": LfsFile(b"object" * 100)})
    server = serve(notes)
    lines = notes.toml().splitlines()
    text = "\n".join(line for line in lines if not line.startswith("lfs ="))
    manifest = parse_manifest((MANIFEST_VERSION + text).encode(), "m.toml")
    cache = BlobCache(tmp_path / "cache")
    for name in ("one", "two"):
        report = await bring(opens(cache=cache), manifest, tmp_path / name)
        assert report.is_complete
        assert tree_of(tmp_path / name) == expected(notes)
    assert asked(server) == {"codeload": 1, "lfs": 1, "storage": 1}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(origin="codeload", stall_after=0), id="no first byte"),
        pytest.param(Fault(origin="codeload", bytes_per_second=20_000), id="few bytes"),
    ],
)
async def test_an_archive_that_is_slower_than_its_files(
    opens: Opener,
    serve: Serve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
) -> None:
    """It is left, and what it has not brought comes file by file."""
    # Forty files instead of thousands, and no seconds of patience.
    monkeypatch.setattr(transport_cost, "SAFE_REQUESTS", 10)
    monkeypatch.setattr(transport_cost, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(routing_module, "_LONGEST_ANSWER", 0.3)
    files: dict[str, Content] = {
        f"{n}.bin": CHANCE.randbytes(20_000) for n in range(40)
    }
    notes = publish(files)
    server = serve(notes)
    server.add_fault(fault)
    text = notes.toml(tree_files="40", tree_size="500_000_000")
    manifest = parse_manifest((MANIFEST_VERSION + text).encode(), "m.toml")
    report = await bring(opens(TransportChoice.AUTO), manifest, tmp_path)
    assert report.is_complete
    assert tree_of(tmp_path) == expected(notes)
    assert any("comes too slowly" in note for note in report.notes)
    assert asked(server)["codeload"] == 1
    assert asked(server)["raw"] > 30
