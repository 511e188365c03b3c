"""API answers of earlier sessions, kept to be asked for again under their ETags.

To a caller with a token an unchanged answer costs nothing of the quota (contract:
conditional requests). ETags differ between tokens, so answers are kept apart by who
asked; of a token only a keyed hash goes into the name of a file, and its key never
leaves this folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from rehydrate_tui.errors import LocalError
from rehydrate_tui.storage.atomic import write_atomically

ANONYMOUS = "anonymous"
MOST_BYTES = 64 * 2**20
"""On disk, compressed: some hundreds of tree listings."""
_MOST_FILES = 2000
_LONGEST_BODY = 32 * 2**20
_KEY_FILE = "key"
_KEY_SIZE = 32
_SUFFIX = ".answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """One successful answer."""

    etag: str
    """As it was sent, weak or strong, quotes included."""
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class StoredAnswers:
    """A folder of answers, bounded in size; what cannot be read or written is let be.

    Args:
        folder: made when the first answer is kept, for this user only.
        most_bytes: the oldest answers go when there are more.
    """

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    def caller(self, secret: str) -> str:
        """Return a name for the caller with a token, from which nobody can guess it."""
        if not secret:
            return ANONYMOUS
        digest = hashlib.blake2b(secret.encode(), key=self._key(), digest_size=16)
        return digest.hexdigest()

    def load(self, caller: str, url: str, accept: str) -> StoredAnswer | None:
        """Return what this caller was answered, None if it is not here or damaged."""
        path = self._path(caller, url, accept)
        try:
            head, _, packed = path.read_bytes().partition(b"\n")
            found = _unpacked(json.loads(head), packed)
        except (OSError, ValueError, zlib.error, RecursionError):
            return None
        if found is not None:
            with suppress(OSError):
                os.utime(path)
        return found

    def save(self, caller: str, url: str, accept: str, answer: StoredAnswer) -> None:
        """Keep an answer."""
        if len(answer.body) > _LONGEST_BODY:
            return
        head = {
            "etag": answer.etag,
            "headers": dict(answer.headers),
            "sha256": hashlib.sha256(answer.body).hexdigest(),
        }
        data = json.dumps(head).encode() + b"\n" + zlib.compress(answer.body, 1)
        try:
            self._make_folder()
            write_atomically(self._path(caller, url, accept), data)
            self._prune()
        except (OSError, LocalError):
            # A full disk or a read-only home costs requests, nothing else.
            return

    def _path(self, caller: str, url: str, accept: str) -> Path:
        text = f"{caller}\0{url}\0{accept}".encode("utf-8", "surrogateescape")
        name = hashlib.blake2b(text, digest_size=20).hexdigest()
        return self._folder / f"{name}{_SUFFIX}"

    def _key(self) -> bytes:
        """Return the key of the hashes; without a place for it, one for now."""
        path = self._folder / _KEY_FILE
        with suppress(OSError):
            known = path.read_bytes()
            if len(known) == _KEY_SIZE:
                return known
        made = secrets.token_bytes(_KEY_SIZE)
        with suppress(OSError, LocalError):
            self._make_folder()
            write_atomically(path, made)
            path.chmod(0o600)
        return made

    def _make_folder(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def _prune(self) -> None:
        kept = 0
        found = ((path, path.stat()) for path in self._folder.glob(f"*{_SUFFIX}"))
        newest = sorted(found, key=lambda item: -item[1].st_mtime_ns)
        for number, (path, status) in enumerate(newest):
            kept += status.st_size
            if kept > self._most_bytes or number >= _MOST_FILES:
                path.unlink(missing_ok=True)


def _unpacked(head: Any, packed: bytes) -> StoredAnswer | None:  # noqa: ANN401 - from JSON
    if not isinstance(head, dict):
        return None
    fields = cast("dict[str, object]", head)
    etag, headers = fields.get("etag"), fields.get("headers")
    if not isinstance(etag, str) or not isinstance(headers, dict):
        return None
    unpacking = zlib.decompressobj()
    body = unpacking.decompress(packed, _LONGEST_BODY + 1)
    if hashlib.sha256(body).hexdigest() != fields.get("sha256"):
        return None
    texts = cast("dict[object, object]", headers)
    return StoredAnswer(
        etag=etag,
        headers={str(name): str(value) for name, value in texts.items()},
        body=body,
    )
