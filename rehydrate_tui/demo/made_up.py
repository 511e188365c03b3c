"""Bytes for files of which only the recorded id and size are known.

They follow from the id alone, so that equal files stay equal; text where the
name says text, with line ends, else bytes that no one takes for text.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

_BLOCK = 4096
_LINE = 76
_BINARY = re.compile(
    r"\.(7z|bin|bz2|dat|db|exe|gif|gz|h5|ico|jar|jpe?g|mo|np[yz]|ods|parquet|pdf|pkl"
    r"|png|pyc|so|tar|tgz|ttf|whl|woff|xlsx?|xz|zip)$",
    re.IGNORECASE,
)


def file_bytes(path: str, oid: str, size: int) -> bytes:
    """Make the bytes of a file."""
    seed = hashlib.shake_128(oid.encode()).digest(min(size, _BLOCK) + 1)
    block = seed if _BINARY.search(path) else _as_text(seed)
    return (block * (size // len(block) + 1))[:size]


def _as_text(seed: bytes) -> bytes:
    text = base64.b64encode(seed)
    lines = (text[start : start + _LINE] for start in range(0, len(text), _LINE))
    return b"\n".join(lines) + b"\n"


def link_target(oid: str, size: int) -> bytes:
    """Make the target of a link: a name beside it, of the right length."""
    return (b"target-" + oid.encode() * (size // 40 + 1))[:size]


def modules_file(paths: Iterable[str], size: int) -> bytes:
    """Make a .gitmodules that names all submodules, filled up with a comment."""
    sections = "".join(
        f'[submodule "{path}"]\n\tpath = {path}\n\turl = ../{path.rpartition("/")[2]}.git\n'
        for path in paths
    )
    return sections.encode()[:size].ljust(size, b"#")
