"""What this program wrote last, and the content ids of files seen before.

A small SQLite index in the user's state folder. It answers two questions: is the file
on disk what we put there (then an upstream change may replace it without asking), and
what is its content (then it need not be hashed). For the second, git's rule holds:
size, modification time and inode must agree, and a file that was modified in the same
instant in which it was recorded is "racy" and hashed again (git: racy-git).

Several processes may use it at once: each access is one short transaction, and the
journal is SQLite's plain one, because home folders on network mounts cannot share the
memory that a write-ahead log needs. The index is a convenience: missing, damaged,
locked for long or on a read-only home, it is done without, and every differing file is
then taken for the user's own.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE_NAME = "index.sqlite"
_VERSION = 1
_BUSY_SECONDS = 5.0

RACY_NS = 2 * 10**9
"""A file modified less than this before it was recorded is hashed again: FAT keeps
times in steps of two seconds."""

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS receipt (
    path TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    pending TEXT NOT NULL DEFAULT '',
    size INTEGER NOT NULL DEFAULT -1,
    mtime_ns INTEGER NOT NULL DEFAULT 0,
    inode INTEGER NOT NULL DEFAULT 0,
    recorded_ns INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
PRAGMA user_version = {_VERSION};
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One file that this program wrote or found right."""

    content: str
    """Git blob id, or SHA-256 of a Git LFS object, of what was there last."""
    pending: str = ""
    """What was about to be put there when the receipt was written; empty when done."""
    size: int = -1
    mtime_ns: int = 0
    inode: int = 0
    recorded_ns: int = 0

    def is_ours(self, content: str) -> bool:
        """Tell whether `content` is something that this program put there."""
        return bool(content) and content in (self.content, self.pending)

    def vouches_for(self, status: os.stat_result) -> bool:
        """Tell whether the file surely still has `content`, by its status alone."""
        return (
            not self.pending
            and self.size == status.st_size
            and self.mtime_ns == status.st_mtime_ns
            and self.inode == status.st_ino
            and status.st_mtime_ns + RACY_NS < self.recorded_ns
        )


class ReceiptIndex:
    """The index of one user.

    Args:
        state: the user's state folder.
        clock_ns: nanoseconds since the epoch.
    """

    def __init__(self, state: Path, clock_ns: Callable[[], int] = time.time_ns) -> None:
        self._path = state / _FILE_NAME
        self._clock_ns = clock_ns
        self._lock = threading.Lock()
        self._connection = self._open()

    @property
    def is_usable(self) -> bool:
        """Whether there is an index at all."""
        return self._connection is not None

    def below(self, folder: Path) -> dict[str, Receipt]:
        """Return the receipts of all files below `folder`, by absolute path."""
        prefix = f"{folder}{os.sep}"
        rows = self._run(
            "SELECT path, content, pending, size, mtime_ns, inode, recorded_ns "
            "FROM receipt WHERE path >= ? AND path < ?",
            (prefix, prefix[:-1] + chr(ord(os.sep) + 1)),
        )
        return {
            path: Receipt(
                content=content,
                pending=pending,
                size=size,
                mtime_ns=mtime_ns,
                inode=inode,
                recorded_ns=recorded_ns,
            )
            for path, content, pending, size, mtime_ns, inode, recorded_ns in rows
        }

    def announce(self, writes: Iterable[tuple[Path, str]]) -> None:
        """Note what is about to be put where, before the first rename.

        A process that is killed between a rename and `record` then still knows the
        file for its own.
        """
        self._run_many(
            "INSERT INTO receipt (path, content, pending) VALUES (?, '', ?) "
            "ON CONFLICT (path) DO UPDATE SET pending = excluded.pending",
            [(str(path), content) for path, content in writes],
        )

    def record(self, files: Iterable[tuple[Path, str, os.stat_result]]) -> None:
        """Note what files hold, and their status as it was when that was known."""
        now = self._clock_ns()
        self._run_many(
            "INSERT OR REPLACE INTO receipt VALUES (?, ?, '', ?, ?, ?, ?)",
            [
                (
                    str(path),
                    content,
                    status.st_size,
                    status.st_mtime_ns,
                    status.st_ino,
                    now,
                )
                for path, content, status in files
            ],
        )

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _open(self) -> sqlite3.Connection | None:
        """Open or make the database; a damaged one is thrown away once."""
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return self._connect()
        except sqlite3.OperationalError:
            # Read-only, no such folder, locked for long: not damaged.
            return None
        except sqlite3.DatabaseError:
            self._discard()
        try:
            return self._connect()
        except sqlite3.Error:
            return None

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            # A power cut may damage the index; it is then thrown away, which is safe.
            connection.execute("PRAGMA synchronous = OFF")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version not in {0, _VERSION}:
                raise sqlite3.OperationalError("made by another version")
            if version == 0:
                connection.executescript(_SCHEMA)
            connection.execute("SELECT path FROM receipt LIMIT 1").fetchone()
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _discard(self) -> None:
        for suffix in ("", "-journal"):
            with suppress(OSError):
                self._path.with_name(self._path.name + suffix).unlink()

    def _run(self, statement: str, values: tuple[str, ...]) -> list[Any]:
        with self._lock:
            if self._connection is None:
                return []
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                self._give_up(error)
                return []

    def _run_many(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        with self._lock:
            if self._connection is None or not rows:
                return
            try:
                with self._connection:
                    self._connection.execute("BEGIN IMMEDIATE")
                    self._connection.executemany(statement, rows)
            except sqlite3.Error as error:
                self._give_up(error)

    def _give_up(self, error: sqlite3.Error) -> None:
        """Go on without the index; one that turned out to be damaged is removed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if not isinstance(error, sqlite3.OperationalError):
            self._discard()
