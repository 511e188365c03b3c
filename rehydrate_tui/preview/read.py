"""From what was read of a file to what it shows: one reader for each kind."""

from __future__ import annotations

from dataclasses import replace

from rehydrate_tui.preview import archives, facts
from rehydrate_tui.preview.encoding import Decoded, decode
from rehydrate_tui.preview.hexdump import MAX_BYTES
from rehydrate_tui.preview.image_header import read_header
from rehydrate_tui.preview.json_text import is_dense, reindent
from rehydrate_tui.preview.languages import language_of, title_of
from rehydrate_tui.preview.models import Body, Code, Facts, Image, Preview, Prose
from rehydrate_tui.preview.notebook_cells import read_notebook
from rehydrate_tui.preview.parquet import parquet_facts
from rehydrate_tui.preview.sample import Sample
from rehydrate_tui.preview.tables import read_table

MAX_LINES = 4000
"""Lines of text that are kept."""
MAX_PROSE_LINES = 1200
"""Lines of Markdown, which cost more."""
MAX_LINE = 2000
"""Characters of a line that are kept."""

_TABLES = {"csv": "", "tsv": "\t", "tab": "\t"}
_PROSE = frozenset({"md", "markdown", "rmd", "qmd"})
_JSON = "json"


def read(sample: Sample) -> Preview:
    """Return what a file shows."""
    if not sample.size:
        return Preview(kind="Empty file", body=Facts())
    return (
        _read_archive(sample)
        or _read_packed(sample)
        or _read_image(sample)
        or _read_data(sample)
        or _read_text(sample)
        or _read_bytes(sample)
    )


def _read_image(sample: Sample) -> Preview | None:
    image = read_header(sample.data)
    if image is None and sample.extension in {"ico", "tif", "tiff"}:
        image = Image(format=sample.extension.upper(), width=0, height=0)
    if image is None:
        return None
    if sample.is_whole:
        image = replace(image, data=sample.data)
    return Preview(kind=f"{image.format} picture", body=image)


def _read_archive(sample: Sample) -> Preview | None:
    if sample.data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        listing = archives.list_zip(sample)
        if listing is None:
            return _read_bytes(
                sample, "ZIP archive", "Its table of contents is not here."
            )
        return Preview(kind=_zip_kind(sample), body=listing)
    if archives.is_tar(sample.data):
        listing = archives.list_tar(sample.data, is_whole=sample.is_whole)
        return Preview(kind="tar archive", body=listing)
    return None


def _zip_kind(sample: Sample) -> str:
    kinds = {
        "docx": "Word document",
        "jar": "Java archive",
        "npz": "NumPy arrays",
        "odt": "OpenDocument text",
        "pptx": "PowerPoint document",
        "whl": "Python wheel",
        "xlsx": "Excel workbook",
    }
    return (
        f"{kinds[sample.extension]} (ZIP)"
        if sample.extension in kinds
        else "ZIP archive"
    )


def _read_packed(sample: Sample) -> Preview | None:
    """Look into a compressed file, once: what is compressed again stays as it is."""
    unpacked = archives.unpack(sample.data)
    if unpacked is None:
        return None
    how, data = unpacked
    if archives.is_tar(data):
        is_whole = sample.is_whole and len(data) < archives.MAX_UNPACKED
        listing = archives.list_tar(data, is_whole=is_whole)
        return Preview(kind=f"tar archive in {how}", body=listing)
    stem = sample.path.rpartition(".")[0] or sample.path
    inner = Sample(path=stem, data=data, size=len(data) + 1)
    shown = data and (_read_image(inner) or _read_data(inner) or _read_text(inner))
    if not shown:
        return _read_bytes(sample, f"{how} data")
    return replace(shown, kind=f"{shown.kind} in {how}")


def _read_data(sample: Sample) -> Preview | None:
    data = sample.data
    if data.startswith(b"PAR1"):
        return Preview(kind="Parquet table", body=parquet_facts(sample))
    pairs = (
        *(facts.pdf_facts(sample) if data.startswith(b"%PDF-") else ()),
        *facts.npy_facts(data),
        *facts.wav_facts(data),
        *facts.sqlite_facts(data),
    )
    kind = "PDF document" if data.startswith(b"%PDF-") else facts.known_kind(data)
    if data.startswith(b"\x93NUMPY"):
        kind = "NumPy array"
    if not kind:
        return None
    return Preview(kind=kind, body=Facts(pairs=pairs, head=data[:1024]))


def _read_bytes(sample: Sample, kind: str = "Binary file", *notes: str) -> Preview:
    return Preview(kind=kind, body=Facts(head=sample.data[:MAX_BYTES]), notes=notes)


def _read_text(sample: Sample) -> Preview | None:
    decoded = decode(sample.data)
    if decoded is None:
        return None
    kind, body = (
        _read_notebook(sample, decoded)
        or _read_table(sample, decoded)
        or _read_prose(sample, decoded)
        or _read_code(sample, decoded)
    )
    return Preview(kind=kind, body=body, encoding=decoded.encoding)


def _read_notebook(sample: Sample, decoded: Decoded) -> tuple[str, Body] | None:
    if sample.extension != "ipynb":
        return None
    notebook = read_notebook(decoded.text)
    return None if notebook is None else ("Notebook", notebook)


def _read_table(sample: Sample, decoded: Decoded) -> tuple[str, Body] | None:
    if sample.extension not in _TABLES:
        return None
    table = read_table(
        decoded.text,
        is_whole=sample.is_whole,
        size=sample.size,
        delimiter=_TABLES[sample.extension],
    )
    return None if table is None else (f"{sample.extension.upper()} table", table)


def _read_prose(sample: Sample, decoded: Decoded) -> tuple[str, Body] | None:
    if sample.extension not in _PROSE:
        return None
    directory = sample.path.rpartition("/")[0]
    return "Markdown", Prose(
        text=cut_lines(decoded.text, MAX_PROSE_LINES), directory=directory
    )


def _read_code(sample: Sample, decoded: Decoded) -> tuple[str, Body]:
    language, text = language_of(sample), decoded.text
    if language == _JSON and is_dense(text):
        text = reindent(text, max_lines=MAX_LINES)
    kind = title_of(language) if language else "Text"
    return kind, Code(text=cut_lines(text), language=language)


def cut_lines(text: str, most: int = MAX_LINES) -> str:
    """Return text of bounded lines; what is left out is counted."""
    lines = text.splitlines()
    kept = [
        line
        if len(line) <= MAX_LINE
        else f"{line[:MAX_LINE]} … {len(line) - MAX_LINE:,} more characters"
        for line in lines[:most]
    ]
    if len(lines) > most:
        kept.append(f"… {len(lines) - most:,} more lines")
    return "\n".join(kept)
