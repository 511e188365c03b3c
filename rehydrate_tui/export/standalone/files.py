"""What is wanted, what is on disk, and how a file gets there."""

import hashlib
import os
import re
import secrets
import stat
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Optional, Set, Tuple
from urllib.parse import quote

TRIES = 4  # of one file, when the network or the server is to blame
BLOCK = 1 << 16
SMALL = 1024  # a Git LFS pointer is smaller than this
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"


class Problem(Exception):
    """Why a file cannot be brought; after `tries` tries that is final."""

    def __init__(self, text: str, tries: int = 1, wait: Optional[float] = None) -> None:
        super().__init__(text)
        self.tries, self.wait = tries, wait


class Entry:
    """One file of the manifest: what is wanted, from where, and where it goes."""

    def __init__(
        self, source: Dict[str, Any], row: List[Any], base: Dict[str, str]
    ) -> None:
        path, self.blob, self.size = row[:3]
        more: Dict[str, Any] = dict(*row[3:])
        self.target = "/".join(filter(None, [source["into"], more.get("to", path)]))
        self.executable = more.get("executable", False)
        self.symlink: Optional[str] = more.get("symlink")
        # oid and size; False keeps the pointer; None: not said
        self.lfs = more.get("lfs")
        owner, name = source["repository"].split("/")
        known = {"owner": owner, "repo": name, "commit": source["commit"], "path": path}
        self.url, self.batch_url = base["raw"], base["lfs"] + "/objects/batch"
        for key, value in known.items():
            text = quote(value, safe="/")
            self.url = self.url.replace("{%s}" % key, text)
            self.batch_url = self.batch_url.replace("{%s}" % key, text)

    def key(self) -> Tuple[str, bool]:
        """Return what two entries share when one download serves both."""
        return (self.lfs["oid"] if self.lfs else self.blob), self.lfs is False

    def expected(self) -> Tuple[int, str, Any]:
        """Return size, id and a fresh hash of the bytes that belong on disk."""
        if self.lfs:
            return self.lfs["size"], self.lfs["oid"], hashlib.sha256()
        return self.size, self.blob, blob_hash(self.size, self.blob)


def blob_hash(size: int, like: str) -> Any:
    """Return the hash that git makes its blob ids with; `like` tells which one."""
    name = "sha1" if len(like) == 40 else "sha256"
    return hashlib.new(name, b"blob %d\0" % size, usedforsecurity=False)


def hex_of(digest: Any, blocks: Iterable[bytes]) -> str:
    """Return the hash of all blocks."""
    for block in blocks:
        digest.update(block)
    return str(digest.hexdigest())


def blocks_of(path: Path) -> Iterator[bytes]:
    """Read a file piece by piece."""
    with path.open("rb") as file:
        yield from iter(lambda: file.read(BLOCK), b"")


def has_content(path: Path, entry: Entry) -> bool:
    """Tell whether a local file has the pinned bytes."""
    actual = path.stat().st_size
    size, expected, digest = entry.expected()
    if actual == size:
        return hex_of(digest, blocks_of(path)) == expected
    if entry.lfs is not None or size >= SMALL:
        return False
    # Perhaps the pinned blob is the Git LFS pointer of what is here.
    pointer = (POINTER % (hex_of(hashlib.sha256(), blocks_of(path)), actual)).encode()
    return hex_of(blob_hash(len(pointer), expected), [pointer]) == expected


def show(text: object) -> str:
    """Return text from outside without anything that a terminal would obey."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(text))


def is_unsafe(name: str) -> bool:
    """Tell whether a part of a path must not be written: dots, `.git`, controls."""
    git = r"(?is)(.*\\)?(\.git|git~[0-9]+)[. ]*([:\\].*)?"
    windows = r'(?is).*[<>:"|?*\\].*|.*[. ]|(con|prn|aux|nul|com.|lpt.)\s*(\..*)?'
    seen = re.sub("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]", "", name)
    return bool(
        name in {"", ".", ".."}
        or re.search("[\x00-\x1f\x7f-\x9f]", name)
        or re.fullmatch(git, seen)
        or (os.name == "nt" and re.fullmatch(windows, name))
    )


def leads_out(target: str, text: str) -> bool:
    """Tell whether the link `target` with this text may lead out of the folder."""
    parts = [part for part in text.split("/") if part not in {"", "."}]
    up = 0
    while parts[up:] and parts[up] == "..":
        up += 1
    is_absolute = not text or re.match(r"(?s)/|[A-Za-z]:|.*\\", text)
    return bool(
        is_absolute or up > target.count("/") or any(map(is_unsafe, parts[up:]))
    )


class Folder:
    """The destination: nothing is written outside of it, or through a link in it."""

    def __init__(self, destination: str) -> None:
        self.path = Path(destination)
        self.parts: Set[Path] = set()  # unfinished files
        self.inodes: Dict[Tuple[int, int], Entry] = {}

    def check(self, entry: Entry) -> Path:
        """Return where an entry goes, if no link or file is in the way there."""
        folder, names = self.path, entry.target.split("/")
        if any(map(is_unsafe, names)):
            raise Problem("such a path must not be written")
        for name in names[:-1]:
            folder /= name
            if os.path.lexists(folder) and not stat.S_ISDIR(folder.lstat().st_mode):
                raise Problem(f"“{show(name)}” is a link or a file, not a folder")
        return folder / names[-1]

    def make_room(self, entry: Entry) -> Path:
        """Make the folders above an entry and return where it goes."""
        self.check(entry).parent.mkdir(parents=True, exist_ok=True)
        return self.check(entry)

    def inspect(self, entry: Entry) -> str:
        """Return what is in the place of an entry: `missing`, `here` or `kept`."""
        path = self.check(entry)
        if entry.symlink is not None:
            return self.link(entry, path, entry.symlink)
        if not os.path.lexists(path):
            return "missing"
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise Problem("what stands in its place is no plain file")
        other = self.inodes.setdefault((status.st_dev, status.st_ino), entry)
        if other.key() != entry.key():
            raise Problem(f"“{show(other.target)}” is the same file here")
        if not has_content(path, entry):
            return "kept"
        set_mode(path, is_executable=entry.executable)
        return "here"

    def link(self, entry: Entry, path: Path, text: str) -> str:
        """Make a link if its text is the pinned one and stays in the folder."""
        data = text.encode()
        if leads_out(entry.target, text):
            raise Problem(f"the link leads out of the folder, to “{show(text)}”")
        if hex_of(blob_hash(len(data), entry.blob), [data]) != entry.blob:
            raise Problem("the text of the link is not the pinned one")
        if not os.path.lexists(path):
            self.make_room(entry).symlink_to(text)
            return "fetched"
        if not path.is_symlink() or os.readlink(path) != text:
            raise Problem("something else stands in the place of the link")
        return "here"

    def save(self, entry: Entry, blocks: Iterable[bytes]) -> None:
        """Write a hidden part file, verify it, and only then give it its name."""
        size, expected, digest = entry.expected()
        path, received = self.make_room(entry), 0
        stem = path.name.encode()[:200].decode("utf-8", "ignore")
        part = path.with_name(f".{stem}.{secrets.token_hex(6)}.part")
        self.parts.add(part)
        try:
            with part.open("xb") as file:
                for block in blocks:
                    received += len(block)
                    if received > size:
                        raise Problem(f"more than the {size:,} pinned bytes arrived", 2)
                    digest.update(block)
                    file.write(block)
            if received < size:
                raise Problem(f"only {received:,} of {size:,} bytes arrived", TRIES)
            if digest.hexdigest() != expected:
                raise Problem(f"other bytes arrived, {digest.hexdigest()}", 2, 0)
            set_mode(part, is_executable=entry.executable)
            give_name(part, self.check(entry))
        finally:
            part.unlink(missing_ok=True)
            self.parts.discard(part)


def set_mode(path: Path, *, is_executable: bool) -> None:
    """Set or clear the executable bits where they differ."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if bool(mode & stat.S_IXUSR) != is_executable and os.name != "nt":
        path.chmod(mode | (mode & 0o444) >> 2 if is_executable else mode & ~0o111)


def give_name(part: Path, path: Path) -> None:
    """Move a verified file to its place, never over one that appeared meanwhile."""
    try:
        os.link(part, path)
    except OSError:
        if os.path.lexists(path):
            raise Problem("something appeared in its place meanwhile") from None
        part.replace(path)  # a file system without hard links
