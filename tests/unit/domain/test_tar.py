"""The tar reader: what Python's own writes it reads, what is hostile it refuses."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.domain.tar import BLOCK, MAX_HEADER, TarReader
from rehydrate_tui.errors import PayloadError

FORMATS = {
    "ustar": tarfile.USTAR_FORMAT,
    "gnu": tarfile.GNU_FORMAT,
    "pax": tarfile.PAX_FORMAT,
}
TOP = "notes-0123"
LONG = "long/" * 60 + "name"
END = bytes(2 * BLOCK)

# Any byte but NUL and the slash may be in a name of git; no segment is empty.
SEGMENT = st.binary(min_size=1, max_size=120).map(
    lambda raw: raw.replace(b"\0", b"x").replace(b"/", b"y")
)
PATHS = st.lists(SEGMENT, min_size=1, max_size=5).map(
    lambda parts: b"/".join(parts).decode("utf-8", "surrogateescape")
)
CONTENTS = st.binary(max_size=2000)


def in_blocks(data: bytes, size: int) -> Callable[[], bytes]:
    """Return what hands out an archive a few bytes at a time."""
    blocks = iter([data[at : at + size] for at in range(0, len(data), size)])
    return lambda: next(blocks, b"")


def write(members: dict[str, bytes], kind: str) -> bytes:
    """Write an archive below one folder as Python does."""
    buffer = io.BytesIO()
    with tarfile.open(
        fileobj=buffer,
        mode="w",
        format=FORMATS[kind],
        encoding="utf-8",
        errors="surrogateescape",
    ) as tar:
        for path, data in members.items():
            info = tarfile.TarInfo(f"{TOP}/{path}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def read(data: bytes, size: int = 700) -> dict[str, bytes]:
    """Read an archive to its end: contents and texts of links by path."""
    reader = TarReader(in_blocks(data, size))
    return {
        member.path: reader.content() if member.link is None else member.link
        for member in reader
    }


def header(name: bytes, *, kind: bytes = b"0", size: bytes = b"0") -> bytes:
    """Write one header by hand, with a right checksum."""
    block = bytearray(BLOCK)
    block[: len(name)] = name
    block[124 : 124 + len(size)] = size
    block[148:156] = b" " * 8
    block[156:157] = kind
    block[257:265] = b"ustar\x0000"
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


@given(
    members=st.dictionaries(PATHS, CONTENTS, max_size=6),
    kind=st.sampled_from(["gnu", "pax"]),
    size=st.integers(1, 5000),
)
def test_reads_what_python_writes(
    members: dict[str, bytes], kind: str, size: int
) -> None:
    """Any name, any content, in blocks of any size: both kinds of long names."""
    assert read(write(members, kind), size) == members


@given(st.dictionaries(st.from_regex(r"[a-z]{1,60}(/[a-z]{1,60}){0,2}", fullmatch=True), CONTENTS))  # fmt: skip
def test_reads_prefixes_of_ustar(members: dict[str, bytes]) -> None:
    """The oldest form splits a long name in two."""
    assert read(write(members, "ustar")) == members


@given(members=st.dictionaries(PATHS, CONTENTS, max_size=4), data=st.data())
def test_a_cut_archive_is_refused(
    members: dict[str, bytes], data: st.DataObject
) -> None:
    """Wherever it ends before its end mark, the reader says so, and lies about nothing."""
    whole = write(members, "pax").rstrip(b"\0")
    cut = whole[: data.draw(st.integers(0, max(0, len(whole) - 1)))]
    found: dict[str, bytes] = {}
    reader = TarReader(in_blocks(cut, 512))

    def read_all() -> None:
        for member in reader:
            found[member.path] = reader.content()

    with pytest.raises(PayloadError):
        read_all()
    assert found.items() <= members.items()


@pytest.mark.parametrize("kind", ["gnu", "pax"])
def test_links_folders_and_submodules(kind: str) -> None:
    """A link has its text, also a long one; folders are passed over."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=FORMATS[kind]) as tar:
        for name, type_, link in (
            (TOP, tarfile.DIRTYPE, ""),
            (f"{TOP}/sub", tarfile.DIRTYPE, ""),
            (f"{TOP}/{LONG}", tarfile.SYMTYPE, "../" * 60 + "far"),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = type_, link
            tar.addfile(info)
    assert read(buffer.getvalue()) == {LONG: b"../" * 60 + b"far"}


def test_a_content_may_be_left_unread_or_read_in_pieces() -> None:
    """What nobody reads is passed over; pieces add up."""
    members = {"a": b"a" * 3000, "b": b"b" * 3000, "c": b"c" * 3000}
    reader = TarReader(in_blocks(write(members, "pax"), 1000))
    found: dict[str, bytes] = {}
    for member in reader:
        if member.path != "a":
            found[member.path] = b"".join(reader.pieces())
    assert found == {"b": b"b" * 3000, "c": b"c" * 3000}


def test_what_is_beside_the_top_folder_has_no_path() -> None:
    """Absolute names and other roots are never handed out."""
    names = [b"top/a", b"/etc/passwd", b"other/b", b"top/../c", b"..", b"top"]
    data = b"".join(header(name) for name in names) + END
    assert sorted(read(data)) == ["../c", "a"]


@pytest.mark.parametrize("kind", [b"1", b"3", b"4", b"6"])
def test_hard_links_and_devices_are_passed_over(kind: bytes) -> None:
    """They have no content, whatever size they claim."""
    data = header(b"t/x", kind=kind, size=b"77777777") + header(b"t/a") + END
    assert read(data) == {"a": b""}


def records(*pairs: tuple[bytes, bytes]) -> bytes:
    """Write the records of a pax header."""
    lines = b""
    for key, value in pairs:
        body = b" " + key + b"=" + value + b"\n"
        length = len(body) + len(str(len(body)))
        length = len(body) + len(str(length))
        lines += b"%d" % length + body
    return lines


def pax(data: bytes, kind: bytes = b"x") -> bytes:
    """Write a pax header by hand."""
    padded = data + bytes(-len(data) % BLOCK)
    return header(b"pax", kind=kind, size=b"%o" % len(data)) + padded


def test_a_global_header_speaks_about_no_member() -> None:
    """The commit's comment, and names that a hostile one would give to all."""
    data = pax(records((b"comment", b"c" * 40), (b"path", b"t/evil")), kind=b"g")
    assert read(data + header(b"t/a") + END) == {"a": b""}


def test_a_pax_size_counts() -> None:
    """It is what `git archive` writes for what octal digits cannot say."""
    body = b"hello" + bytes(BLOCK - 5)
    data = pax(records((b"size", b"5"))) + header(b"t/a") + body + END
    assert read(data) == {"a": b"hello"}


def hostile() -> Iterator[tuple[str, bytes]]:
    """Yield archives that must be refused."""
    yield "nothing", b""
    yield "noise", b"\x01" * BLOCK
    yield "checksum", header(b"t/a").replace(b"t/a", b"t/b")
    yield "sparse", header(b"t/a", kind=b"S") + END
    yield "contiguous volume", header(b"t/a", kind=b"M") + END
    yield "negative size", header(b"t/a", size=b"\xff" * 12) + END
    yield "huge size", header(b"t/a", size=b"\x80" + b"\x7f" * 11) + END
    yield "size of letters", header(b"t/a", size=b"abc") + END
    yield "pax bomb", header(b"p", kind=b"x", size=b"%o" % (MAX_HEADER + 1)) + END
    yield "long name bomb", header(b"p", kind=b"L", size=b"77777777777") + END
    for name, text in {
        "no length": b"path=x\n",
        "length zero": b"0 path=x\n",
        "length beyond": b"99 path=x\n",
        "length inside": b"3 path=x\n",
        "no line feed": b"8 path=x",
        "endless number": b"9" * 5000 + b" path=x\n",
        "sparse": records((b"GNU.sparse.major", b"1")),
    }.items():
        yield f"pax: {name}", pax(text) + header(b"t/a") + END
    for size in (b"-1", b"1_0", b"9" * 400, b"", "٣".encode()):
        yield (
            f"pax size {size[:9]!r}",
            (pax(records((b"size", size))) + header(b"t/a") + END),
        )


@pytest.mark.parametrize(("name", "data"), [pytest.param(*each, id=each[0]) for each in hostile()])  # fmt: skip
def test_hostile_archives_are_refused(name: str, data: bytes) -> None:
    """With the one error of this reader, before anything is handed out."""
    with pytest.raises(PayloadError):
        read(data)


def test_a_member_twice_comes_twice() -> None:
    """Whoever reads decides what a second one means."""
    one, two = header(b"t/a", size=b"1"), header(b"t/a", size=b"2")
    data = one + b"x" + bytes(BLOCK - 1) + two + b"yy" + bytes(BLOCK - 2) + END
    assert [member.size for member in TarReader(in_blocks(data, 512))] == [1, 2]
