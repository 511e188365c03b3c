"""Pages: whatever a file holds, they are bounded and no terminal obeys them."""

from __future__ import annotations

import gzip
import json
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.style import Style

from rehydrate_tui.preview.archives import MAX_UNPACKED
from rehydrate_tui.preview.languages import _EXTENSIONS
from rehydrate_tui.preview.models import Image, Table
from rehydrate_tui.preview.pixels import MAX_PIXELS, NoPixels, decode
from rehydrate_tui.preview.read import read
from rehydrate_tui.preview.sample import MEDIUM
from rehydrate_tui.tui.preview.highlight import code_lines
from rehydrate_tui.tui.preview.markdown import picture_links
from rehydrate_tui.tui.preview.page import MAX_LINES, Page
from rehydrate_tui.tui.preview.paint import Canvas, paint
from rehydrate_tui.tui.preview.palette import COMPONENTS, Palette
from rehydrate_tui.tui.preview.tables import TableOrder
from tests.preview.samples import (
    claimed_png,
    code_cell,
    look,
    notebook,
    picture,
    sample,
    shown_picture,
)

PALETTE = Palette(
    styles={name: Style() for name in COMPONENTS},
    background=(0, 0, 0),
    has_few_colours=False,
)
WIDTH = 60
MAX_CELLS = 2_200
"""Cells of the widest line: code does not wrap."""
ESCAPES = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\u2066[bold]x[/]\u200b"


def page_of(path: str, data: bytes, **pictures: bytes) -> Page:
    """Return the page of a file."""
    canvas = Canvas(width=WIDTH, height=20, palette=PALETTE, pictures=pictures)
    return paint(look(path, data).body, canvas)


def texts(page: Page) -> list[str]:
    """Return the lines of a page."""
    return [strip.text.rstrip() for strip in page.lines]


def check(page: Page) -> None:
    """Check that a page is bounded and harmless."""
    assert len(page.lines) <= MAX_LINES
    assert page.width <= MAX_CELLS
    for strip in page.lines:
        kinds = {unicodedata.category(character) for character in strip.text}
        assert not kinds & {"Cc", "Cf", "Cs"}
        for segment in strip:
            assert segment.control is None
            assert segment.style is None or not segment.style.link


def png_bomb() -> bytes:
    """Return a small file of a gigapixel."""
    return claimed_png(60_000, 60_000, b"\0" * 5_000_000)


def many_zip() -> bytes:
    """Return an archive whose contents' table is longer than what is read."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(2_000):
            archive.writestr(f"{number}{ESCAPES}", "")
    return file.getvalue()


def loud_notebook() -> bytes:
    """Return a notebook with megabytes of output."""
    stream = {"output_type": "stream", "name": "stdout", "text": ["y\n"] * 9_000}
    return notebook(*(code_cell("x\n" * 900, *[stream] * 9) for _ in range(20)))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "escapes.txt": (ESCAPES + " and plain words around it. " * 30).encode,
    "escapes.md": f"# {ESCAPES}\n\n[{ESCAPES}](x)\n\n`{ESCAPES}`\n".encode,
    "entities.md": lambda: b"&#27;[2J &#x9b;31m &#8238; [a](&#27;) " * 900,
    "links.md": lambda: b"[a](http://x/%1b]8;;) <http://x/\x1b> ![b](\x1b)\n\n" * 90,
    "escapes.csv": f'a,b\n"{ESCAPES}",2\n'.encode,
    "escapes.py": lambda: f'x = "{ESCAPES}"\n'.encode() + b"# plain\n" * 40,
    "escapes.ipynb": lambda: notebook(
        code_cell(ESCAPES, {"output_type": "stream", "text": ESCAPES}),
        {"cell_type": "markdown", "source": ESCAPES},
    ),
    "long line.txt": lambda: b"x" * 10_000_000,
    "long line.py": lambda: b"x = " + b"(" * 10_000_000,
    "deep.json": lambda: b"[" * 100_000 + b"]" * 100_000,
    "deeper.json": lambda: b'{"a":' * 100_000,
    "quotes.json": lambda: b'"' + b"\\" * 100_000,
    "deep.ipynb": lambda: b'{"cells": [' + b"[" * 100_000,
    "deep cell.ipynb": lambda: b'{"cells": [{"source": ' + b"[" * 100_000,
    "loud.ipynb": loud_notebook,
    "odd.ipynb": lambda: json.dumps(
        {"cells": [{"outputs": 5, "source": {"a": 1}}, {"outputs": [7, {}]}]}
    ).encode(),
    "columns.csv": lambda: b"," * 1_000_000,
    "quote.csv": lambda: b'"' + b"a,\n" * 400_000,
    "stars.md": lambda: b"*" * 100_000,
    "brackets.md": lambda: b"[" * 100_000,
    "quotes.md": lambda: b">" * 100_000,
    "tables.md": lambda: b"| a | b |\n|---|---|\n" + b"| c | d |\n" * 8_000,
    "pictures.md": lambda: b"![a](b.png)" * 6_000,
    "bomb.gz": lambda: gzip.compress(b"\0" * 30_000_000),
    "bomb.csv.gz": lambda: gzip.compress(b"1,2\n" * 8_000_000),
    "broken.gz": lambda: b"\x1f\x8b" + b"\xff" * 500,
    "bomb.png": png_bomb,
    "short.png": lambda: claimed_png(4_000, 4_000, b"\0" * 10),
    "cut.png": lambda: picture()[:40],
    "nothing.png": lambda: claimed_png(0, 0, b""),
    "many.zip": many_zip,
    "broken.zip": lambda: b"PK\x03\x04" + b"\xff" * 500,
    "cut.pdf": lambda: b"%PDF-1.7" + b"/Type /Pages " * 8_000,
    "broken.parquet": lambda: b"PAR1" + b"\x19" * 900 + b"\x84\x03\0\0PAR1",
    "counts.parquet": lambda: (
        b"PAR1" + b"\x29\xfc\xff\xff\x7f" * 99 + struct.pack("<I", 495) + b"PAR1"
    ),
    "deep.npy": lambda: b"\x93NUMPY\x01\x00\x00\x10" + b"(" * 5_000,
}


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_files_are_bounded_and_harmless(path: str) -> None:
    """Nothing grows, nothing fails, no control character gets through."""
    check(page_of(path, HOSTILE[path]()))


@pytest.mark.parametrize("extension", sorted(_EXTENSIONS))
def test_every_language_has_a_lexer_that_loses_nothing(extension: str) -> None:
    """What is drawn in colours is what was read, also if it is not of that language."""
    text = "# head\nif x == 'a': { return [1] } // \"end\n\t<b>é</b> &amp; $x ;\n"
    preview = look(f"file.{extension}", text.encode())
    shown = texts(paint(preview.body, Canvas(width=99, height=9, palette=PALETTE)))
    assert "\n".join(shown).split() == text.replace("\t", "    ").split()


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    """Its head tells how many pixels it has."""
    data = png_bomb()
    assert len(data) < 100_000
    body = look("a.png", data).body
    assert isinstance(body, Image)
    assert body.width * body.height > MAX_PIXELS
    found = decode(data, (10, 10), background=(0, 0, 0))
    assert found == NoPixels("The picture has too many pixels to be drawn.")


def test_unpacking_ends_at_its_limit() -> None:
    """However small a file is, what it becomes is bounded."""
    preview = look("a.csv.gz", gzip.compress(b"11,22\n" * 5_000_000))
    assert isinstance(preview.body, Table)
    assert len(preview.body.rows) * len("11,22\n") <= MAX_UNPACKED


def test_columns_are_straight_and_numbers_right() -> None:
    """Every row is as wide as the headings; types stand below the names."""
    page = page_of("a.csv", "name,n\nÄpfel,1\n数据,1000\n".encode())
    assert page.frozen == 2
    assert {strip.cell_length for strip in page.lines} == {page.width}
    assert texts(page)[:2] == ["name         n", "text   integer"]
    assert texts(page)[3] == "数据      1000"
    assert page.headings == ((0, 7), (7, 16))


def test_an_order_is_marked_and_kept() -> None:
    """The heading tells which column and which way."""
    body = look("a.csv", b"a,b\n1,z\n2,y\n").body
    order = TableOrder(1, is_descending=True)
    canvas = Canvas(width=40, height=9, palette=PALETTE, order=order)
    page = paint(body, canvas)
    assert "b ▼" in texts(page)[0]
    assert [line.split()[1] for line in texts(page)[2:]] == ["z", "y"]
    assert TableOrder(1).toggled(1) == order
    assert order.toggled(1) == TableOrder()


def test_pictures_of_a_text_stand_in_it() -> None:
    """A picture that was fetched is drawn, another one is its words."""
    text = b"# T\n\n![Map](map.png) ![CI badge](https://example.org/x)\n"
    assert [*picture_links(text.decode())] == ["map.png", "https://example.org/x"]
    canvas = Canvas(
        width=WIDTH, height=9, palette=PALETTE, pictures={"map.png": picture()}
    )
    lines = texts(paint(look("a.md", text).body, canvas))
    assert any("▀▀" in line for line in lines)
    assert "[Map] [CI badge]" in lines


def test_half_blocks_carry_two_pixels() -> None:
    """Every cell has the colour of its upper and of its lower half."""
    lines = page_of("a.png", picture(size=(8, 8))).lines
    assert len(lines) == 8
    colours = {
        (segment.style.color.triplet, segment.style.bgcolor.triplet)  # type: ignore[union-attr]
        for strip in lines
        for segment in strip
    }
    assert colours == {((255, 0, 0), (255, 0, 0)), ((0, 0, 255), (0, 0, 255))}


def test_a_notebook_shows_code_outputs_and_pictures() -> None:
    """Long outputs are cut and say so."""
    lines = texts(
        page_of(
            "a.ipynb",
            notebook(
                {"cell_type": "markdown", "source": "# Title"},
                code_cell(
                    "print(1)",
                    {"output_type": "stream", "text": "line\n" * 40},
                    shown_picture(picture()),
                ),
            ),
        )
    )
    assert lines[:2] == ["Title", "━━━━━"]
    assert "▏ print(1)" in lines
    assert "    … 16 more lines" in lines
    assert any("▀" in line for line in lines)


def test_code_that_takes_too_long_is_plain() -> None:
    """Long lines are not given to a lexer."""
    lines = code_lines("x = '" + "a" * 1_100 + "'", "python", PALETTE)
    assert [len(line) for line in lines] == [1]


SUFFIXES = ["csv", "ipynb", "json", "md", "png", "zip", "tar", "gz", "pdf", "parquet"]
HEADS = [b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"\x1f\x8b\x08", b"PAR1", b"GIF89a"]
HEADS += [b"\xff\xd8\xff\xe0", b"BM", b"RIFF----WEBP", b"%PDF-1.4", b"\x93NUMPY\x01\0"]
HEADS += [b'{"cells": [', b"BZh9", b"\xfd7zXZ\x00", b"SQLite format 3\x00"]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    suffix=st.sampled_from([*SUFFIXES, "py", "toml", "txt"]),
    head=st.sampled_from(HEADS),
    data=st.binary(max_size=3_000),
)
def test_no_bytes_break_a_reader(suffix: str, head: bytes, data: bytes) -> None:
    """Whatever follows whatever beginning under whatever name."""
    check(page_of(f"a.{suffix}", head + data))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    suffix=st.sampled_from(["csv", "md", "json", "py"]), text=st.text(max_size=2_000)
)
def test_no_text_breaks_a_page(suffix: str, text: str) -> None:
    """Any characters, in any order."""
    check(page_of(f"a.{suffix}", text.encode("utf-8", "surrogatepass")))


def test_no_more_is_read_than_was_asked_for() -> None:
    """The readers are given bounded samples."""
    assert len(sample("a.csv", b"x" * 10**7).data) == 65_536
    assert len(sample("a.ipynb", b"x" * 10**7).data) == MEDIUM
    assert read(sample("a.txt", b"x" * 10**7)).kind == "Text"
