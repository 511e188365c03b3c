"""A manifest as a POSIX script of curl lines with checksums."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from urllib.parse import quote

from rehydrate_tui.domain.manifest import LockedFile, Source
from rehydrate_tui.domain.paths import symlink_escapes
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.export.embedding import headline
from rehydrate_tui.export.pinned import Pinned

_PATH = "{path}"


def shell_script(pinned: Pinned) -> str:
    """Return a script for a POSIX shell, curl and sha1sum or shasum."""
    code = resources.files("rehydrate_tui.export").joinpath("standalone.sh")
    lines = [
        "#!/bin/sh",
        f"# {headline(pinned)}",
        "# Usage: sh THIS_FILE [FOLDER]. Every byte is checked against the pinned git blob",
        "# id before a file gets its name; what is right is not fetched again, what you have",
        "# edited is kept. Exit status: 0 all in place, 1 something is missing.",
        "# shellcheck disable=SC2016 # names stand as they are",
        f"into={quoted(pinned.into)}",
        code.read_text("utf-8"),
        *_file_lines(pinned),
        "finish",
    ]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Return `text` as one word of a shell, whatever it holds.

    What is invisible, or would reorder the line, is written by its bytes.
    """
    words = [
        '"\'"' if part == "'" else _quoted_part(part) for part in re.split("(')", text)
    ]
    return "".join(words) or "''"


def _quoted_part(text: str) -> str:
    pieces: list[str] = []
    plain = ""
    for character in text:
        if strip_controls(character) == character and character.isprintable():
            plain += character
            continue
        octal = "".join(f"\\{byte:03o}" for byte in character.encode())
        pieces += [f"'{plain}'"] if plain else []
        pieces.append(f"\"$(printf '{octal}')\"")
        plain = ""
    return "".join([*pieces, f"'{plain}'"] if plain else pieces)


def _file_lines(pinned: Pinned) -> Iterator[str]:
    twins: dict[tuple[str, bool], str] = {}
    for source in pinned.manifest.sources:
        endpoints = pinned.settings.endpoints(source.repository.host)
        prefix = _filled(endpoints.raw, source)
        has_prefix = prefix.endswith(_PATH) and prefix.count(_PATH) == 1
        shown = prefix[: -len(_PATH)] if has_prefix else ""
        yield ""
        yield f"raw={quoted(shown)}"
        yield f"lfs={quoted(_filled(endpoints.lfs, source))}"
        for file in source.files:
            target = source.target(file)
            if file.symlink is not None:
                yield _link_line(file, target, file.symlink)
                continue
            address = quote(file.path, safe="/")
            if not has_prefix:
                address = prefix.replace(_PATH, address)
            key = (file.lfs.oid if file.lfs else str(file.blob), file.keep_pointer)
            twin = twins.setdefault(key, target)
            yield _file_line(file, target, address, "" if twin == target else twin)


def _filled(template: str, source: Source) -> str:
    repo = source.repository
    names = {"owner": repo.owner, "repo": repo.name, "commit": source.commit or ""}
    for key, value in names.items():
        template = template.replace(f"{{{key}}}", quote(value, safe=""))
    return template


def _file_line(file: LockedFile, target: str, address: str, twin: str) -> str:
    kind = "lfs" if file.lfs else "pointer" if file.keep_pointer else "blob"
    checksum = file.lfs.oid if file.lfs else file.blob
    size = file.lfs.size if file.lfs else file.size
    mode = 755 if file.executable else 644
    words = [f"file {kind} {mode} {checksum} {size} {quoted(target)}"]
    if address != target or twin:
        words.append(quoted("" if address == target else address))
    if twin:
        words.append(quoted(twin))
    return " ".join(words)


def _link_line(file: LockedFile, target: str, text: str) -> str:
    if symlink_escapes(target, text):
        words = f"the link leads out of the folder, to {strip_controls(text)}"
        return f"refuse {quoted(target)} {quoted(words)}"
    return f"link {file.blob} {quoted(target)} {quoted(text)}"
