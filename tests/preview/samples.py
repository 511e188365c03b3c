"""Real files of every kind, made here, and short ways to read them."""

from __future__ import annotations

import base64
import io
import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image as Pillow

from rehydrate_tui.preview.models import Preview
from rehydrate_tui.preview.read import read
from rehydrate_tui.preview.sample import TAIL, Sample, bytes_to_read


def sample(path: str, data: bytes) -> Sample:
    """Return what would be read of a file, its end included where it helps."""
    head = data[: bytes_to_read(path, len(data))]
    found = Sample(path=path, data=head, size=len(data))
    if not found.wants_tail:
        return found
    return Sample(path=path, data=head, size=len(data), tail=data[-TAIL:])


def look(path: str, data: bytes) -> Preview:
    """Return what a file shows."""
    return read(sample(path, data))


def picture(format: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:  # noqa: A002 - Pillow's own name
    """Return a picture: red above, blue below."""
    image = Pillow.new("RGB", size, (255, 0, 0))
    image.paste((0, 0, 255), (0, size[1] // 2, *size))
    file = io.BytesIO()
    image.save(file, format)
    return file.getvalue()


def claimed_png(width: int, height: int, pixels: bytes) -> bytes:
    """Return a PNG that claims a size, whatever its pixels are."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(pixels))
        + chunk(b"IEND", b"")
    )


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return file.getvalue()


def tarred(files: Mapping[str, bytes], mode: str = "w") -> bytes:
    """Return a tar archive, compressed as `mode` says."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def notebook(*cells: Mapping[str, object], language: str = "python") -> bytes:
    """Return a notebook."""
    kernel = {"kernelspec": {"language": language}}
    document = {"cells": cells, "metadata": kernel, "nbformat": 4}
    return json.dumps(document).encode()


def code_cell(source: str, *outputs: Mapping[str, object]) -> dict[str, object]:
    """Return a cell of code, run once."""
    return {
        "cell_type": "code",
        "execution_count": 1,
        "source": source.splitlines(keepends=True),
        "outputs": outputs,
    }


def shown_picture(data: bytes) -> dict[str, object]:
    """Return the output that is a picture."""
    encoded = base64.b64encode(data).decode()
    return {"output_type": "display_data", "data": {"image/png": encoded}}
