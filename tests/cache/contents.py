"""What is served to the cache, and what it is when it is in place."""

from __future__ import annotations

from rehydrate_tui.demo.builder import Content, Executable, LfsFile, Symlink

A = b"a,b\n1,2\n" * 500
BIG = b"large object " * 1000
FILES: dict[str, Content] = {
    "data/a.csv": A,
    "same.csv": A,
    "empty": b"",
    "run.sh": Executable(b"#!/bin/sh\n"),
    "link": Symlink("empty"),
    "big.npy": LfsFile(BIG),
}
WHOLE = {
    "data/a.csv": A,
    "same.csv": A,
    "empty": b"",
    "run.sh": b"#!/bin/sh\n",
    "link": "-> empty",
    "big.npy": BIG,
}
