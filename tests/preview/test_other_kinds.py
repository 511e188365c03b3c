"""Notebooks, pictures, archives, data files."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sqlite3
import struct
import sys
import wave
from pathlib import Path

import pytest

from rehydrate_tui.preview.links import path_in_repository
from rehydrate_tui.preview.models import (
    ColumnType,
    Facts,
    Image,
    Listing,
    Notebook,
    Output,
)
from rehydrate_tui.preview.parquet import parquet_facts
from rehydrate_tui.preview.pixels import NoPixels, Pixels, decode, fit
from rehydrate_tui.preview.sample import MEDIUM
from tests.preview.samples import (
    code_cell,
    look,
    notebook,
    picture,
    sample,
    shown_picture,
    tarred,
    zipped,
)

BLACK = (0, 0, 0)
PICTURE = picture()


def test_cells_keep_source_number_and_outputs() -> None:
    """Streams, errors without their colours, pictures, plain text of results."""
    data = notebook(
        {"cell_type": "markdown", "source": "# Hi"},
        code_cell(
            "1 + 1\n",
            {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]},
            {"output_type": "error", "traceback": ["\x1b[31mZero\x1b[0m"]},
            shown_picture(b"PNG"),
            {"output_type": "execute_result", "data": {"text/plain": "2"}},
        ),
        language="R",
    )
    body = look("a.ipynb", data).body
    assert isinstance(body, Notebook)
    assert body.language == "R"
    assert [(each.kind, each.source, each.number) for each in body.cells] == [
        ("markdown", "# Hi", ""),
        ("code", "1 + 1\n", "1"),
    ]
    assert body.cells[1].outputs == (
        Output(text="a\nb"),
        Output(text="Zero", is_error=True),
        Output(picture=b"PNG"),
        Output(text="2"),
    )


def test_the_beginning_of_a_large_notebook_is_shown() -> None:
    """Cells that were read whole are shown, the cut one is not."""
    data = notebook(*(code_cell("x = 1\n" * 2000) for _ in range(400)))
    assert len(data) > MEDIUM
    body = look("a.ipynb", data).body
    assert isinstance(body, Notebook)
    assert len(body.cells) >= 3


def test_what_is_no_notebook_is_json() -> None:
    """The name alone makes none."""
    assert look("a.ipynb", b'{"no": 1}').kind == "Text"


@pytest.mark.parametrize("format", ["PNG", "GIF", "JPEG", "BMP", "WEBP"])
def test_pictures_tell_their_size_without_being_decoded(format: str) -> None:  # noqa: A002
    """The first bytes are enough for the dimensions."""
    data = picture(format, (40, 30))
    body = look("a.bin", data).body
    assert isinstance(body, Image)
    assert (body.format.upper(), body.width, body.height) == (format, 40, 30)
    assert body.data == data


@pytest.mark.parametrize("format", ["PNG", "GIF", "JPEG", "BMP", "WEBP", "TIFF"])
def test_pictures_are_scaled_with_their_aspect(format: str) -> None:  # noqa: A002
    """Red above, blue below; wide stays wide."""
    pixels = decode(picture(format, (400, 300)), (40, 40), background=BLACK)
    assert isinstance(pixels, Pixels)
    assert (pixels.width, pixels.height) == (40, 30)
    red, blue = pixels.at(20, 2), pixels.at(20, 28)
    assert red[0] > 200
    assert red[2] < 50
    assert blue[2] > 200
    assert blue[0] < 50


def test_few_colours_are_those_of_terminals() -> None:
    """With 256 colours every pixel has one of the fixed ones."""
    pixels = decode(picture(size=(64, 64)), (8, 8), background=BLACK, palette=True)
    assert isinstance(pixels, Pixels)
    assert set(pixels.data) <= {0, 95, 135, 175, 215, 255, *range(8, 239, 10)}


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((100, 50), (40, 20)),
        ((50, 100), (10, 20)),
        ((4, 2), (8, 4)),
        ((9999, 1), (40, 1)),
    ],
)
def test_pictures_fit(size: tuple[int, int], expected: tuple[int, int]) -> None:
    """Small ones are doubled at most, thin ones have a pixel at least."""
    assert fit(*size, (40, 20)) == expected


def test_without_pillow_there_are_dimensions_and_advice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the head tells needs no library; what is missing has a name."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    body = look("a.png", PICTURE).body
    assert isinstance(body, Image)
    assert (body.width, body.height) == (40, 30)
    found = decode(PICTURE, (9, 9), background=BLACK)
    assert isinstance(found, NoPixels)
    assert "rehydrate-tui[preview]" in found.reason


def test_a_large_picture_is_not_read_whole_unasked() -> None:
    """Above the limit there are facts only."""
    data = picture() + b"\0" * (MEDIUM + 1)
    body = look("a.png", data).body
    assert isinstance(body, Image)
    assert (body.width, body.height, body.data) == (40, 30, b"")
    assert isinstance(decode(b"", (9, 9), background=BLACK), NoPixels)


def test_a_zip_is_listed_by_its_end() -> None:
    """The middle of a large archive is not needed."""
    files = {"a/one.csv": b"1" * 50_000, "two.bin": b"2" * 200_000, "c.txt": b""}
    body = look("a.zip", zipped(files)).body
    assert isinstance(body, Listing)
    assert {each.path: each.size for each in body.members} == {
        path: len(data) for path, data in files.items()
    }
    assert body.total == 3


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_is_listed_by_its_beginning(mode: str) -> None:
    """Compressed or not; what was not read may hold more."""
    files = {f"{n}.txt": b"x" * 10 for n in range(9)}
    body = look("a.tar", tarred(files, mode)).body
    assert isinstance(body, Listing)
    assert [each.path for each in body.members] == list(files)
    assert body.total == 9
    files["large"] = b"x" * 200_000
    files["behind"] = b""
    cut = look("a.tar", tarred(files)).body
    assert isinstance(cut, Listing)
    assert cut.total is None
    assert len(cut.members) == 10


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_compressed_text_is_text(pack: type[bytes]) -> None:
    """The beginning is unpacked and shown as what it is."""
    preview = look("notes.md.gz", pack(b"# Hi\n"))
    assert preview.kind.startswith("Markdown in ")


def test_data_files_tell_what_they_are(tmp_path: Path) -> None:
    """NumPy, WAV, SQLite and PDF by their heads; pickles are only named."""
    head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (10, 5), }"
    npy = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head
    assert ("Shape", "10 x 5") in facts("a.npy", npy).pairs
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
    assert ("Rate", "8,000 Hz") in facts("a.wav", sound.getvalue()).pairs
    database = tmp_path / "a.db"
    connection = sqlite3.connect(database)
    connection.execute("create table t (a)")
    connection.commit()
    connection.close()
    assert facts("a.db", database.read_bytes()).pairs[0][0] == "Pages"
    pdf = b"%PDF-1.7\n<</Type /Pages /Kids [] /Count 12>> /Title (Rain)"
    assert facts("a.pdf", pdf).pairs == (
        ("Version", "1.7"),
        ("Pages", "12"),
        ("Title", "Rain"),
    )
    assert look("a.pkl", b"\x80\x04K\x01.").kind == "Python pickle"


def facts(path: str, data: bytes) -> Facts:
    """Return the facts that a file shows."""
    body = look(path, data).body
    assert isinstance(body, Facts)
    return body


def varint(value: int) -> bytes:
    """Return a number as the compact protocol of Thrift writes it."""
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def parquet(rows: int) -> bytes:
    """Return a Parquet file of two columns: only its metadata is true."""

    def element(kind: int, name: bytes) -> bytes:
        typed = b"\x15" + varint(kind << 1) + b"\x38" + varint(len(name)) + name
        return typed + b"\x00"

    root = b"\x48" + varint(4) + b"root" + b"\x15" + varint(2 << 1) + b"\x00"
    schema = b"\x3c" + root + element(1, b"day") + element(5, b"mm")
    fields = b"\x15\x02" + b"\x19" + schema + b"\x16" + varint(rows << 1)
    fields += b"\x19\x0c" + b"\x28" + varint(4) + b"me 1" + b"\x00"
    footer = fields + struct.pack("<I", len(fields)) + b"PAR1"
    return b"PAR1" + b"\0" * 100_000 + footer


def test_parquet_tells_rows_and_columns_by_its_end() -> None:
    """The metadata at the end is enough; without it that is said."""
    data = parquet(1234)
    found = facts("a.parquet", data)
    assert ("Rows", "1,234") in found.pairs
    assert [(each.name, each.type) for each in found.columns] == [
        ("day", ColumnType.INTEGER),
        ("mm", ColumnType.NUMBER),
    ]
    whole = sample("a.parquet", data)
    broken = type(whole)(path="a", data=whole.data, size=whole.size)
    assert "not found" in parquet_facts(broken).pairs[0][1]


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("img/a.png", "docs/img/a.png"),
        ("./a%20b.png?raw=true", "docs/a b.png"),
        ("../a.png", "a.png"),
        ("/a.png", "a.png"),
        ("../../a.png", None),
        ("..", None),
        ("https://example.org/a.png", None),
        ("//example.org/a.png", None),
        ("data:image/png;base64,AA", None),
        ("#part", None),
        ("http://[", None),
        ("x" * 2000, None),
    ],
)
def test_links_stay_in_the_repository(link: str, expected: str | None) -> None:
    """Only relative links that do not lead above the root are followed."""
    assert path_in_repository(link, "docs") == expected
