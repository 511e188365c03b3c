"""Git's blob ids and Git LFS pointers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.domain.digest import (
    MAX_POINTER_SIZE,
    BlobHasher,
    LfsPointer,
    blob_oid,
)

OID = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
POINTER = (
    f"version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize 12345\n"
).encode()


def run_git(folder: Path, *arguments: str, data: bytes = b"") -> bytes:
    """Return what git prints in `folder` when it is given `data`."""
    command = ["git", "-C", str(folder), *arguments]
    answer = subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True)  # noqa: S603 - fixed arguments
    return answer.stdout


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize(
    "data", [b"", b"hello", b"a\r\nb\n", bytes(range(256)), b"x" * 100_000]
)
def test_ids_are_those_of_git(tmp_path: Path, algorithm: str, data: bytes) -> None:
    """`git hash-object` gives the same id, in both kinds of repository."""
    run_git(tmp_path, "init", "-q", f"--object-format={algorithm}")
    expected = run_git(tmp_path, "hash-object", "--stdin", data=data).decode().strip()
    assert blob_oid(data, like=expected) == expected


def test_known_ids() -> None:
    """The ids that everybody who knows git knows."""
    assert blob_oid(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert blob_oid(b"hello") == "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0"
    assert blob_oid(b"hello", like="0" * 64).startswith("8aec4e48")


@given(st.lists(st.binary(max_size=50), max_size=8))
def test_pieces_do_not_matter(pieces: list[bytes]) -> None:
    """Bytes that arrive in pieces give the id of the whole, and are counted."""
    data = b"".join(pieces)
    hasher = BlobHasher(len(data))
    for piece in pieces:
        hasher.update(piece)
    assert hasher.oid() == blob_oid(data)
    assert hasher.received == len(data)


@given(st.binary(max_size=20), st.integers(min_value=0, max_value=30))
def test_a_wrong_size_gives_another_id(data: bytes, size: int) -> None:
    """The size is part of what is hashed."""
    hasher = BlobHasher(size)
    hasher.update(data)
    assert (hasher.oid() == blob_oid(data)) is (size == len(data))


@given(
    st.text("0123456789abcdef", min_size=64, max_size=64),
    st.integers(min_value=0, max_value=10**18 - 1),
    st.sampled_from(["git-lfs", "hawser"]),
    st.lists(st.sampled_from(["a", "b-c"]), max_size=3),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_generated_pointers_are_read(
    oid: str,
    size: int,
    spec: str,
    extensions: list[str],
    line_end: str,
    is_ended: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    """Every form that git-lfs itself reads gives its object id and size."""
    lines = [
        f"version https://{spec}.github.com/spec/v1",
        *(f"ext-{i}-{name} sha256:{OID}" for i, name in enumerate(extensions)),
        f"oid sha256:{oid}",
        f"size {size}",
    ]
    text = line_end.join(lines) + (line_end if is_ended else "")
    assert LfsPointer.parse(text.encode()) == LfsPointer(oid, size)


def test_the_largest_pointer() -> None:
    """A pointer has fewer than 1024 bytes; a larger blob is a file."""
    head, tail = POINTER.split(b"oid", 1)
    room = MAX_POINTER_SIZE - 1 - len(POINTER) - len(b"ext-0-x \n")
    largest = head + b"ext-0-x " + b"y" * room + b"\noid" + tail
    assert len(largest) == MAX_POINTER_SIZE - 1
    assert LfsPointer.parse(largest) == LfsPointer(OID, 12345)
    assert LfsPointer.parse(largest.replace(b"\next", b"\next", 1)) is not None
    assert LfsPointer.parse(largest.replace(b"yy", b"yyy", 1)) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        POINTER[:-20],
        POINTER + b"more\n",
        POINTER + b"\n",
        b"\xef\xbb\xbf" + POINTER,
        POINTER.replace(b"/v1", b"/v2"),
        POINTER.replace(b"https", b"http"),
        POINTER.replace(b"sha256", b"sha1"),
        POINTER.replace(b"4d7a", b"4D7A"),
        POINTER.replace(OID.encode(), OID[1:].encode()),
        POINTER.replace(b"12345", b"-1"),
        POINTER.replace(b"12345", b"1" * 19),
        POINTER.replace(b"size", b"length"),
        POINTER.replace(b"oid", b"ext-0-x\roid"),
        b"\n".join(reversed(POINTER.splitlines())) + b"\n",
    ],
)
def test_what_is_no_pointer(data: bytes) -> None:
    """Content that only resembles a pointer is a file of its own."""
    assert LfsPointer.parse(data) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_judged(data: bytes) -> None:
    """No content makes the reader fail, and random bytes are no pointer."""
    assert LfsPointer.parse(data) is None
