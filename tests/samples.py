"""Files of every kind that a repository can hold, and what they are on disk."""

from __future__ import annotations

from rehydrate_tui.demo.builder import Content, Executable, Gitlink, LfsFile, Symlink

A = b"a,b\n1,2\n" * 50
MODEL = LfsFile(b"weights" * 900)
FILES: dict[str, Content] = {
    "data/a.csv": A,
    "data/copy of a.csv": A,
    "empty": b"",
    "run.sh": Executable(b"#!/bin/sh\n"),
    "docs/latest": Symlink("../data/a.csv"),
    "model.npy": MODEL,
    "naïve/日本語.txt": b"names\n",
}
REPOSITORY: dict[str, Content] = {
    **FILES,
    "tools": Gitlink("1f7a7a472abf3dd9643fd615f6da379c4acb3e3a"),
}
PLACED: dict[str, bytes | str] = {
    "data/a.csv": A,
    "data/copy of a.csv": A,
    "empty": b"",
    "run.sh": b"#!/bin/sh\n",
    "docs/latest": "-> ../data/a.csv",
    "model.npy": MODEL.data,
    "naïve/日本語.txt": b"names\n",
}
