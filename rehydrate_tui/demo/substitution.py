"""Expands `$Format:…$` in files that carry the export-subst attribute."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from rehydrate_tui.demo.objects import CommitInfo, Signature

_FORMAT = re.compile(rb"\$Format:([^$\n]*)\$")
_PLACEHOLDER = re.compile(r"%([acC][neIits]|[HhTtPpsbBn%])")
_SHORT = 7


def substitute(data: bytes, commit: CommitInfo) -> bytes:
    """Expand the placeholders that people put into version files.

    Placeholders that are not known here stay as they are.
    """
    values = _values(commit)

    def expand(match: re.Match[bytes]) -> bytes:
        text = match.group(1).decode("utf-8", "surrogateescape")
        expanded = _PLACEHOLDER.sub(
            lambda found: values.get(found.group(1), found.group(0)), text
        )
        return expanded.encode("utf-8", "surrogateescape")

    return _FORMAT.sub(expand, data)


def _values(commit: CommitInfo) -> dict[str, str]:
    subject, _, body = commit.message.partition("\n\n")
    parents = commit.parents
    return {
        "H": commit.oid,
        "h": commit.oid[:_SHORT],
        "T": commit.tree,
        "t": commit.tree[:_SHORT],
        "P": " ".join(parents),
        "p": " ".join(parent[:_SHORT] for parent in parents),
        "s": subject.replace("\n", " ").strip(),
        "b": body,
        "B": commit.message,
        "n": "\n",
        "%": "%",
        **_person("a", commit.author),
        **_person("c", commit.committer),
    }


def _person(letter: str, signature: Signature) -> dict[str, str]:
    zone = timezone(timedelta(seconds=signature.offset))
    moment = datetime.fromtimestamp(signature.seconds, tz=zone)
    return {
        f"{letter}n": signature.name,
        f"{letter}e": signature.email,
        f"{letter}t": str(signature.seconds),
        f"{letter}I": moment.isoformat(),
        f"{letter}i": moment.strftime("%Y-%m-%d %H:%M:%S %z"),
        f"{letter}s": moment.strftime("%Y-%m-%d"),
    }
