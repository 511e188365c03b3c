"""What this program wrote last, and the content ids of files seen before.

A small SQLite index in the user's state folder. It answers two questions: is the file
on disk what we put there (then an upstream change may replace it without asking), and
what is its content (then it need not be hashed). For the second, git's rule holds: the
status must agree, and a file that was modified in the same instant in which it was
read is "racy" and hashed again (git: racy-git). A third table knows which answers the
unfinished files come from, so that a later run can go on with them.

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
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehydrate_tui.domain.plan import Stamp, is_racy

StrPath = str | os.PathLike[str]

_FILE_NAME = "index.sqlite"
_VERSION = 1
_BUSY_SECONDS = 5.0

# Of a damaged database Python cannot even read what SQLite says about it.
_ERRORS = (sqlite3.Error, UnicodeDecodeError)

# Paths are bytes: those of a disk need not be text.
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS receipt (
    path BLOB PRIMARY KEY,
    content TEXT NOT NULL,
    pending TEXT NOT NULL DEFAULT '',
    size INTEGER NOT NULL DEFAULT -1,
    mtime_ns INTEGER NOT NULL DEFAULT 0,
    ctime_ns INTEGER NOT NULL DEFAULT 0,
    inode TEXT NOT NULL DEFAULT '',
    seen_ns INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS part (
    path BLOB PRIMARY KEY,
    content TEXT NOT NULL,
    etag TEXT NOT NULL
) WITHOUT ROWID;
PRAGMA user_version = {_VERSION};
COMMIT;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One file that this program wrote or found right."""

    content: str
    """Content id of what was there last."""
    pending: str = ""
    """What was about to be put there when the receipt was written; empty when done."""
    stamp: Stamp | None = None

    @property
    def ours(self) -> frozenset[str]:
        """The content ids that this program put there, or was about to."""
        return frozenset({self.content, self.pending} - {""})

    def vouches_for(self, stamp: Stamp) -> bool:
        """Tell whether the file surely still has `content`, by its status alone."""
        return (
            self.stamp is not None
            and not self.stamp.is_racy
            and not self.pending
            and bool(self.content)
            and self.stamp.agrees_with(stamp)
        )


class Receipts(Mapping[str, Receipt]):
    """Receipts by absolute path, as rows until somebody asks for one.

    A row of a damaged index may hold anything.
    """

    def __init__(self, rows: Iterable[tuple[Any, ...]] = ()) -> None:
        self._rows = {row[0]: row for row in rows}

    def content(self, path: str, status: os.stat_result) -> str:
        """Return the content id of a file that surely still has it; else nothing.

        The same as `Receipt.vouches_for`, without making a value of what is only
        compared.
        """
        row = self._rows.get(os.fsencode(path))
        if row is None:
            return ""
        _, content, pending, size, mtime_ns, ctime_ns, inode, seen_ns = row
        is_same = (
            pending == ""
            and mtime_ns == status.st_mtime_ns
            and size == status.st_size
            and ctime_ns == status.st_ctime_ns
            and inode == str(status.st_ino)
        )
        if not is_same or not isinstance(seen_ns, int):
            return ""
        return "" if is_racy(mtime_ns, seen_ns) else str(content)

    def __getitem__(self, path: str) -> Receipt:
        _, *values = self._rows[os.fsencode(path)]
        return _receipt(*values)

    def __iter__(self) -> Iterator[str]:
        return (os.fsdecode(path) for path in self._rows if isinstance(path, bytes))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True, slots=True)
class PartNote:
    """Of which answer an unfinished file is."""

    content: str
    """Content id that it will have when it is whole."""
    etag: str


class ReceiptIndex:
    """The index of one user; `state` is the user's state folder."""

    def __init__(self, state: Path) -> None:
        self._path = state / _FILE_NAME
        self._lock = threading.Lock()
        self._connection = self._open()

    @property
    def is_usable(self) -> bool:
        """Whether there is an index at all."""
        return self._connection is not None

    def below(self, folder: Path) -> Receipts:
        """Return the receipts of all files below `folder`, by absolute path."""
        return Receipts(
            self._below(
                "SELECT path, content, pending, size, mtime_ns, ctime_ns, inode, "
                "seen_ns FROM receipt WHERE path >= ? AND path < ?",
                folder,
            )
        )

    def announce(self, writes: Iterable[tuple[StrPath, str]]) -> None:
        """Note what is about to be put where, before the first rename.

        A process that is killed between a rename and `record` then still knows the
        file for its own.
        """
        self._run_many(
            "INSERT INTO receipt (path, content, pending) VALUES (?, '', ?) "
            "ON CONFLICT (path) DO UPDATE SET pending = excluded.pending",
            [(os.fsencode(path), content) for path, content in writes],
        )

    def record(self, files: Iterable[tuple[StrPath, str, Stamp]]) -> None:
        """Note what files hold, and their status as it was when that was known."""
        self._run_many(
            "INSERT OR REPLACE INTO receipt VALUES (?, ?, '', ?, ?, ?, ?, ?)",
            [
                (
                    os.fsencode(path),
                    content,
                    stamp.size,
                    stamp.mtime_ns,
                    stamp.ctime_ns,
                    # Windows and some network mounts have numbers of 64 bits and more.
                    str(stamp.inode),
                    stamp.seen_ns,
                )
                for path, content, stamp in files
            ],
        )

    def parts_below(self, folder: Path) -> dict[str, PartNote]:
        """Return what is known of unfinished files below `folder`, by absolute path."""
        rows = self._below(
            "SELECT path, content, etag FROM part WHERE path >= ? AND path < ?", folder
        )
        return {
            os.fsdecode(path): PartNote(str(content), str(etag))
            for path, content, etag in rows
            if isinstance(path, bytes)
        }

    def remember_part(self, path: Path, note: PartNote) -> None:
        """Note of which answer an unfinished file is, before its bytes arrive."""
        self._run_many(
            "INSERT OR REPLACE INTO part VALUES (?, ?, ?)",
            [(os.fsencode(path), note.content, note.etag)],
        )

    def forget_parts(self, paths: Iterable[Path]) -> None:
        """Forget unfinished files that are finished or gone."""
        self._run_many(
            "DELETE FROM part WHERE path = ?", [(os.fsencode(path),) for path in paths]
        )

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._drop_connection()

    def _open(self) -> sqlite3.Connection | None:
        """Open or make the database; a damaged one is thrown away once."""
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return self._connect()
        except _ERRORS as error:
            if not _is_damage(error):
                return None
        self._discard()
        try:
            return self._connect()
        except _ERRORS:
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
            connection.execute("SELECT path FROM part LIMIT 1").fetchone()
        except _ERRORS:
            connection.close()
            raise
        return connection

    def _discard(self) -> None:
        for suffix in ("", "-journal"):
            with suppress(OSError):
                self._path.with_name(self._path.name + suffix).unlink()

    def _below(self, statement: str, folder: Path) -> list[Any]:
        # The separator and what follows it in order enclose everything below.
        first = os.fsencode(os.path.join(folder, ""))  # noqa: PTH118 - keeps the separator
        beyond = first[:-1] + bytes([first[-1] + 1])
        with self._lock:
            if self._connection is None:
                return []
            try:
                return self._connection.execute(statement, (first, beyond)).fetchall()
            except _ERRORS as error:
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
            except _ERRORS as error:
                self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Go on without the index; one that turned out to be damaged is removed."""
        self._drop_connection()
        if _is_damage(error):
            self._discard()

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()


def _is_damage(error: Exception) -> bool:
    """Tell whether the database is damaged, not just out of reach or of another version."""
    is_refusal = isinstance(error, sqlite3.OperationalError)
    return not is_refusal or str(error).startswith("no such")


def _receipt(content: object, pending: object, *status: object) -> Receipt:
    """Return a row as a value; a damaged one may hold anything."""
    stamp = None
    with suppress(ValueError):
        size, mtime_ns, ctime_ns, inode, seen_ns = (int(str(each)) for each in status)
        stamp = Stamp(
            size=size,
            mtime_ns=mtime_ns,
            ctime_ns=ctime_ns,
            inode=inode,
            seen_ns=seen_ns,
        )
    return Receipt(content=str(content), pending=str(pending), stamp=stamp)
