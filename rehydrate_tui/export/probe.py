"""Whether exported code will reach the files: asked without a token, as it will ask."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.export.pinned import Pinned
from rehydrate_tui.export.standalone.files import Entry

_TIMEOUT = 10
_ABSENT = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


@dataclass(slots=True)
class Findings:
    """What the hosts of raw files said."""

    absent: list[RepoId] = field(default_factory=list[RepoId])
    """Private, or gone: GitHub does not say which."""
    notes: list[str] = field(default_factory=list[str])


def probe(pinned: Pinned) -> Findings:
    """Ask for the head of one file of each source: no API request, no download."""
    findings = Findings()
    data = pinned.data()
    for source, written in zip(pinned.manifest.sources, data["sources"], strict=True):
        rows: list[list[Any]] = written["files"]
        row = next(filter(_is_fetched, rows), None)
        if row is None or source.repository in findings.absent:
            continue
        url = Entry(written, row, data["hosts"][written["host"]]).url
        try:
            status = _status(url)
        except (OSError, http.client.HTTPException):
            findings.notes.append(
                f"{source.repository.host} does not answer, so it was not checked "
                "whether the files can be had without an account."
            )
            break
        if status in _ABSENT:
            findings.absent.append(source.repository)
    return findings


def _is_fetched(row: list[Any]) -> bool:
    """Tell whether a row is no symlink, which is made without a request."""
    more: dict[str, Any] = dict(*row[3:])
    return "symlink" not in more


def _status(url: str) -> int:
    request = urllib.request.Request(url, method="HEAD")  # noqa: S310 - from the settings
    request.add_header("User-Agent", "rehydrate-tui")
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:  # noqa: S310 - as above
            answer: Any = response
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
