"""The one module that knows TOML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import tomli

from rehydrate_tui.errors import ManifestSyntaxError
from rehydrate_tui.storage.plain_toml import parse_plain

MAX_BYTES = 32 * 2**20
MAX_LINE = 16 * 2**10
MAX_NESTING = 8

_STRING = re.compile(rb"""\"(?:[^"\\]|\\.)*"|'[^']*'""")
_DOTTED_KEY = re.compile(rb"(?:[\w-]+[ \t]*\.[ \t]*){%d}" % MAX_NESTING)


def parse_toml(data: bytes) -> dict[str, Any]:
    """Parse a TOML document of bounded size.

    The limits are checked first, so that no document costs more than seconds.

    Raises:
        ManifestSyntaxError: not UTF-8, not TOML, or over a limit; says the line.
    """
    try:
        text = data.decode("utf-8")
        return _parse_quickly(text) or _parse_any(text, data)
    except UnicodeDecodeError as error:
        raise ManifestSyntaxError(
            "This is not a text in UTF-8.",
            hint="A manifest is a TOML file, as saved by rehydrate-tui.",
        ) from error
    except tomli.TOMLDecodeError as error:
        raise ManifestSyntaxError(
            f"This is not TOML: {error}.", hint=_syntax_hint(data)
        ) from error
    except RecursionError as error:
        raise ManifestSyntaxError(
            f"Nested more than {MAX_NESTING} levels deep."
        ) from error
    except ValueError as error:
        # Python reads no numbers of thousands of digits.
        raise ManifestSyntaxError("A number in it is far too long.") from error


def _parse_quickly(text: str) -> dict[str, Any] | None:
    """Read what this program wrote; None for anything else, or anything wrong."""
    if len(text) > MAX_BYTES:
        return None
    try:
        return parse_plain(text, lambda piece: _parse_any(piece, piece.encode()))
    except (ManifestSyntaxError, ValueError, RecursionError):
        return None


def _parse_any(text: str, data: bytes) -> dict[str, Any]:
    _check_limits(data)
    return tomli.loads(text)


def format_toml(data: Mapping[str, Any]) -> bytes:
    """Write a TOML document; the same data gives the same bytes."""
    import tomli_w

    return tomli_w.dumps(data).encode("utf-8")


def _syntax_hint(data: bytes) -> str:
    start = data.lstrip()[:64].lower()
    if start.startswith((b"<!doctype", b"<html")):
        return "It is a web page: use the address of the raw file."
    if start.startswith(b"{"):
        return "It looks like JSON; a manifest is TOML."
    return "A manifest begins with version = 1."


def _check_limits(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise ManifestSyntaxError(f"Larger than {MAX_BYTES // 2**20} MiB.")
    for number, line in enumerate(data.split(b"\n"), start=1):
        if len(line) > MAX_LINE:
            raise ManifestSyntaxError(
                f"Line {number} is longer than {MAX_LINE // 2**10} KiB."
            )
        if line.count(b"[") + line.count(b"{") > MAX_NESTING:
            _check_brackets(line, number)
        if line.count(b".") >= MAX_NESTING:
            _check_dots(line, number)


def _check_brackets(line: bytes, number: int) -> None:
    """Refuse a line that opens many brackets without closing them in between."""
    depth = 0
    for byte in line:
        depth += (byte in b"[{") - (byte in b"]}")
        if depth > MAX_NESTING:
            raise _too_deep(number)


def _check_dots(line: bytes, number: int) -> None:
    """Refuse a key of many parts; the parser takes long to make tables of them."""
    if _DOTTED_KEY.search(_STRING.sub(b"s", line).partition(b"#")[0]):
        raise _too_deep(number)


def _too_deep(number: int) -> ManifestSyntaxError:
    return ManifestSyntaxError(
        f"Line {number} is nested more than {MAX_NESTING} levels deep."
    )
