"""Parts of files: bounded on the wire, kept for a while, LFS objects at their own size."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from rehydrate_tui.demo.accounts import Account
from rehydrate_tui.demo.builder import Content, LfsFile, Symlink, lfs_pointer
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.server import GitHubServer
from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.remote_values import ByteRange
from rehydrate_tui.engine import parts
from rehydrate_tui.engine.opened import OpenRepository
from rehydrate_tui.engine.parts import MAX_API_BLOB, FilePart
from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import NotFoundError, PayloadError, ServerError
from rehydrate_tui.storage.settings import Settings
from rehydrate_tui.wiring import open_session
from tests.conftest import Serve
from tests.published import publish

BIG = bytes(range(256)) * 2_000
OBJECT = b"sound" * 100_000
FILES: dict[str, Content] = {
    "big.bin": BIG,
    "small.txt": b"small\n",
    "huge.bin": b"h" * (MAX_API_BLOB + 9),
    "sound.npy": LfsFile(OBJECT),
    "lost.npy": lfs_pointer("0" * 64, 12),
    "link": Symlink("small.txt"),
}
HEAD = ByteRange(0, 1_000)


@pytest_asyncio.fixture
async def session() -> AsyncIterator[Session]:
    """A session whose server the test starts before it asks."""
    made = open_session(Settings.load(os.environ), jobs=1)
    yield made
    await made.aclose()


async def opened(session: Session) -> OpenRepository:
    """Open the repository."""
    return await session.open(RepoAddress(repo=RepoId("ada", "notes")))


@pytest.fixture
def server(serve: Serve) -> GitHubServer:
    """A public repository."""
    return serve(publish(FILES))


@pytest_asyncio.fixture
async def notes(server: GitHubServer, session: Session) -> OpenRepository:
    """The repository, open, its requests forgotten."""
    del server
    return await opened(session)


async def read(
    session: Session, notes: OpenRepository, path: str, part: ByteRange = HEAD
) -> FilePart:
    """Read a part of a file."""
    return await session.read_part(notes, notes.tree.node(path), part)


def asked(server: GitHubServer) -> list[tuple[str, int]]:
    """Return origins and bytes of the requests for content."""
    return [(r.origin, r.sent_bytes) for r in server.requests if r.origin != "api"]


async def test_a_head_and_a_tail_are_ranges(
    server: GitHubServer, session: Session, notes: OpenRepository
) -> None:
    """Only the bytes that are wanted travel; what lies behind the end is not asked for."""
    head = await read(session, notes, "big.bin")
    assert (head.data, head.size, head.is_whole) == (BIG[:1_000], len(BIG), False)
    tail = await read(session, notes, "big.bin", ByteRange(len(BIG) - 10, 99))
    assert tail.data == BIG[-10:]
    assert asked(server) == [("raw", 1_000), ("raw", 10)]


async def test_a_small_file_comes_whole(
    server: GitHubServer, session: Session, notes: OpenRepository
) -> None:
    """A part that is all of it is an ordinary request; of a link it is the target."""
    part = await read(session, notes, "small.txt")
    assert (part.data, part.is_whole) == (b"small\n", True)
    assert (await read(session, notes, "link")).data == b"small.txt"
    assert all("range" not in each.headers for each in server.requests)


async def test_the_same_part_is_asked_for_once(
    server: GitHubServer, session: Session, notes: OpenRepository
) -> None:
    """Coming back to a file costs nothing."""
    first = await read(session, notes, "big.bin")
    assert await read(session, notes, "big.bin") is first
    assert len(asked(server)) == 1


async def test_an_lfs_pointer_shows_its_object(
    server: GitHubServer, session: Session, notes: OpenRepository
) -> None:
    """Pointer, batch, and a range of the object: three requests, the real size."""
    part = await read(session, notes, "sound.npy")
    assert part.lfs is not None
    assert (part.data, part.size) == (OBJECT[:1_000], len(OBJECT))
    assert [origin for origin, _ in asked(server)] == ["raw", "lfs", "storage"]
    assert asked(server)[-1] == ("storage", 1_000)


async def test_without_its_object_a_pointer_tells_the_size(
    server: GitHubServer, session: Session, notes: OpenRepository
) -> None:
    """The text of the pointer, the size of the object, and why; it is not kept."""
    fault = server.add_fault(Fault(origin="storage", status=500))
    part = await read(session, notes, "sound.npy")
    assert part.data.startswith(b"version https://git-lfs")
    assert part.size == len(OBJECT)
    assert isinstance(part.problem, ServerError)
    fault.remove()
    assert (await read(session, notes, "sound.npy")).problem is None


async def test_a_host_without_ranges_is_read_no_further_than_needed(
    server: GitHubServer, session: Session, notes: OpenRepository
) -> None:
    """An answer that is the whole file is left after the part."""
    server.add_fault(Fault(origin="raw", status=200, body=BIG))
    assert (await read(session, notes, "big.bin")).data == BIG[:1_000]


async def test_a_private_file_comes_through_the_api_if_it_is_small(
    serve: Serve, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One request of the quota; what is large is not read."""
    server = serve(publish(FILES, private=True))
    server.tokens["t0ken"] = Account("ada")
    monkeypatch.setenv("GH_TOKEN", "t0ken")
    private = open_session(Settings.load(os.environ), jobs=1)
    notes = await opened(private)
    assert (await read(private, notes, "big.bin")).data == BIG[:1_000]
    with pytest.raises(NotFoundError, match="too large"):
        await read(private, notes, "huge.bin")
    assert asked(server) == []
    await private.aclose()


async def test_what_only_the_api_shows_is_read_there(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public file that the raw host denies: with a token the API is asked for it."""
    server = serve(publish(FILES))
    server.tokens["t0ken"] = Account("ada")
    server.add_fault(Fault(origin="raw", status=404))
    anonymous = open_session(Settings.load(os.environ), jobs=1)
    notes = await opened(anonymous)
    with pytest.raises(NotFoundError):
        await read(anonymous, notes, "big.bin")
    await anonymous.aclose()
    monkeypatch.setenv("GH_TOKEN", "t0ken")
    known = open_session(Settings.load(os.environ), jobs=1)
    assert (await read(known, notes, "big.bin")).data == BIG[:1_000]
    await known.aclose()


async def test_behind_the_end_there_is_nothing_to_ask_for(
    server: GitHubServer, session: Session, notes: OpenRepository
) -> None:
    """Neither of a file nor of an object: the size is known before."""
    behind = ByteRange(10**7, 10)
    assert (await read(session, notes, "big.bin", behind)).data == b""
    assert asked(server) == []
    part = await read(session, notes, "sound.npy", behind)
    assert (part.data, part.size) == (b"", len(OBJECT))
    assert [origin for origin, _ in asked(server)] == ["raw"]


async def test_an_object_that_the_storage_does_not_have(
    session: Session, notes: OpenRepository
) -> None:
    """The batch says so of that object alone: the pointer is shown, and why."""
    part = await read(session, notes, "lost.npy")
    assert part.data.startswith(b"version https://git-lfs")
    assert isinstance(part.problem, NotFoundError)
    assert part.size == 12


async def test_the_end_of_a_large_file_from_a_host_without_ranges(
    server: GitHubServer, session: Session, notes: OpenRepository
) -> None:
    """A megabyte would be read to get there, not more."""
    size = MAX_API_BLOB + 9
    server.add_fault(Fault(origin="raw", status=200, body=b"h" * size))
    with pytest.raises(PayloadError, match="no parts"):
        await read(session, notes, "huge.bin", ByteRange(size - 5, 5))


async def test_a_long_part_comes_in_pieces(
    session: Session, notes: OpenRepository
) -> None:
    """They are put together."""
    assert (await read(session, notes, "big.bin", ByteRange(9, 400_000))).data == (
        BIG[9:400_009]
    )


async def test_the_oldest_parts_are_dropped(
    server: GitHubServer,
    session: Session,
    notes: OpenRepository,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Memory is bounded: what was read long ago is asked for again."""
    monkeypatch.setattr(parts, "MAX_KEPT", 1_500)
    for path in ("big.bin", "huge.bin", "big.bin", "big.bin"):
        await read(session, notes, path)
    assert len(asked(server)) == 3
