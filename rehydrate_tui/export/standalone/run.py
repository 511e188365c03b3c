"""What comes over the network, and the run as a whole."""

import hashlib
import http.client
import json
import os
import re
import secrets
import shutil
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple
from urllib.parse import urlsplit

from rehydrate_tui.export.standalone.files import (
    BLOCK,
    SMALL,
    TRIES,
    Entry,
    Folder,
    Problem,
    blocks_of,
    has_content,
    hex_of,
    show,
)

WORKERS = 6  # transfers at once
SILENCE = 30  # seconds without a byte until a connection counts as lost
GIVE_UP = 20  # failed answers in a row, after which nothing is asked for any more
POINTER_TEXT = re.compile(
    rb"version https://(?:git-lfs|hawser)\.github\.com/spec/v1\r?\n"
    rb"(?:ext-[^\r\n]+\r?\n)*oid sha256:([0-9a-f]{64})\r?\nsize ([0-9]{1,18})(?:\r?\n)?"
)


def check_address(url: str) -> None:
    """Refuse to be led anywhere but to https, or to this machine."""
    parts = urlsplit(url)
    is_here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise Problem("the server points to an address that is not https")


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows few redirects, and none to an unprotected address."""

    max_redirections = 5

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Optional[urllib.request.Request]:
        """Check the new address before it is asked."""
        check_address(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def refusal(error: urllib.error.HTTPError) -> Problem:
    """Say what a status means, and whether trying again may help."""
    error.close()
    after, code = error.headers.get("Retry-After", ""), error.code
    wait = float(after) if re.fullmatch("[0-9]{1,6}", after) else None
    if code == 429 or (code == 403 and wait is not None):
        return Problem(f"the server asks to slow down ({code})", TRIES, wait or 15)
    if code >= 500:
        return Problem(f"the server failed ({code})", TRIES, wait)
    return Problem(f"the server answers {code}: moved, deleted or private")


class Run:
    """Brings every file of a manifest into one folder."""

    def __init__(self, manifest: Dict[str, Any], destination: str) -> None:
        self.folder = Folder(destination)
        self.entries: List[Entry] = []
        for source in manifest["sources"]:
            base = dict(manifest["hosts"][source["host"]])
            for key in base if source["host"] == manifest["host"] else ():
                given = os.environ.get(f"REHYDRATE_{key.upper()}_URL", "").rstrip("/")
                base[key] = given or base[key]
            self.entries += [Entry(source, row, base) for row in source["files"]]
        self.opener = urllib.request.build_opener(Redirects)  # honours proxies
        wait = os.environ.get("REHYDRATE_WAIT", "")
        self.patience = float(wait) if re.fullmatch("[0-9]{1,6}", wait) else 120.0
        self.resume_at, self.bad_answers, self.received, self.size = 0.0, 0, 0, 0
        self.outcomes: Dict[str, str] = {}
        self.stop, self.finished = threading.Event(), threading.Event()
        self.lock = threading.Lock()
        self.working = 0

    def get(
        self,
        url: str,
        body: Optional[bytes] = None,
        headers: Optional[Dict[str, str]] = None,
    ) -> Iterator[bytes]:
        """Yield the bytes of one answer; all that goes wrong is a `Problem`."""
        self.stop.wait(max(0.0, self.resume_at - time.monotonic()))
        if self.bad_answers >= GIVE_UP:
            raise Problem("not tried, because nothing was answered before")
        request = urllib.request.Request(url, body, {"User-Agent": "rehydrate"})
        for name, value in (headers or {}).items():
            request.add_unredirected_header(name, value)  # for that server only
        try:
            with self.opener.open(request, timeout=SILENCE) as response:
                for block in iter(lambda: response.read(BLOCK), b""):
                    if self.stop.is_set():
                        raise Problem("interrupted")
                    self.received += len(block)
                    yield block
        except urllib.error.HTTPError as error:
            raise refusal(error) from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise Problem(f"the connection failed: {show(reason)}", TRIES) from None

    def large_object(self, entry: Entry) -> Iterator[bytes]:
        """Ask the Git LFS server where an object is, and return its bytes."""
        kind = "application/vnd.git-lfs+json"
        headers = {"Accept": kind, "Content-Type": kind}
        wanted = {"operation": "download", "transfers": ["basic"]}
        body = json.dumps({**wanted, "objects": [entry.lfs]}).encode()
        answer = next(self.get(entry.batch_url, body, headers), b"")
        try:
            download = json.loads(answer.decode())["objects"][0]["actions"]["download"]
            url, headers = str(download["href"]), dict(download.get("header") or {})
        except (ValueError, KeyError, IndexError, TypeError):
            raise Problem("the Git LFS server does not have this object") from None
        check_address(url)
        return self.get(url, None, headers)

    def fetch(self, entry: Entry) -> None:
        """Bring one file; a Git LFS pointer brings what it stands for."""
        if entry.lfs is None and entry.size < SMALL:
            data = next(self.get(entry.url), b"")
            pointer = POINTER_TEXT.fullmatch(data)
            if pointer is None or hex_of(entry.expected()[2], [data]) != entry.blob:
                self.folder.save(entry, [data])
                return
            entry.lfs = {"oid": pointer[1].decode(), "size": int(pointer[2])}
        blocks = self.large_object(entry) if entry.lfs else self.get(entry.url)
        self.folder.save(entry, blocks)

    def fetch_patiently(self, entry: Entry) -> None:
        """Bring one file, trying again where that may help."""
        for number in range(1, TRIES + 1):
            try:
                self.fetch(entry)
            except Problem as problem:
                self.bad_answers += problem.tries == TRIES
                if number >= problem.tries or not self.may_wait(number, problem.wait):
                    raise
            else:
                self.bad_answers = 0
                return

    def may_wait(self, number: int, wanted: Optional[float]) -> bool:
        """Let all workers pause, unless this run has waited long enough."""
        pause = 2.0 ** (number - 2) if wanted is None else wanted
        pause *= 1 + secrets.randbelow(250) / 1000  # not all machines at once
        with self.lock:
            now = time.monotonic()
            more = max(0.0, now + pause - max(now, self.resume_at))
            if more > self.patience:
                return False
            self.patience -= more
            self.resume_at = max(self.resume_at, now + pause)
        return not self.stop.is_set()

    def bring(self, group: List[Entry]) -> None:
        """Bring one content to each of its places: one download, then copies."""
        original: Optional[Path] = None
        for entry in sorted(group, key=lambda each: self.outcomes[each.target]):
            if self.outcomes[entry.target] == "missing":  # those that are here go first
                try:
                    if not (original and self.is_copied(original, entry)):
                        self.fetch_patiently(entry)
                except (Problem, OSError) as problem:
                    self.outcomes[entry.target] = f"failed: {show(problem)}"
                    continue
                self.outcomes[entry.target] = "fetched"
            original = self.folder.path / entry.target

    def is_copied(self, original: Path, entry: Entry) -> bool:
        """Copy what is here already; it is verified again."""
        if not has_content(original, entry):
            return False
        size = original.stat().st_size
        if size != entry.expected()[0]:  # entry is a pointer, the original its object
            oid = hex_of(hashlib.sha256(), blocks_of(original))
            entry.lfs = {"oid": oid, "size": size}
        self.folder.save(entry, blocks_of(original))
        return True

    def work(self, groups: List[List[Entry]]) -> None:
        """Take one group after the other, until none is left."""
        try:
            while not self.stop.is_set():
                with self.lock:
                    group = groups.pop() if groups else None
                if group is None:
                    return
                self.bring(group)
        finally:
            with self.lock:
                self.working -= 1
            if not self.working:
                self.finished.set()

    def plan(self) -> List[List[Entry]]:
        """Look at the disk; return what is to be fetched, grouped by its content."""
        groups: Dict[Tuple[str, bool], List[Entry]] = {}
        for entry in self.entries:
            try:
                outcome = self.folder.inspect(entry)
            except (Problem, OSError) as problem:
                outcome = f"failed: {show(problem)}"
            self.outcomes[entry.target] = outcome
            if outcome in {"missing", "here"} and entry.symlink is None:
                groups.setdefault(entry.key(), []).append(entry)
            self.size += entry.expected()[0] if outcome == "missing" else 0
        return [
            group
            for group in reversed(list(groups.values()))
            if any(self.outcomes[each.target] == "missing" for each in group)
        ]

    def check_space(self) -> None:
        """Refuse a destination that is no folder, or too small."""
        folder = self.folder.path.absolute()
        while not folder.exists():
            folder = folder.parent
        if not folder.is_dir():
            raise Problem(f"“{show(folder)}” is no folder")
        if self.size > shutil.disk_usage(folder).free:
            raise Problem(f"{self.size:,} bytes do not fit into “{show(folder)}”")

    def run(self) -> int:
        """Bring all that is missing, say how it went, return how many files failed."""
        groups = self.plan()
        self.check_space()
        say(f"{len(self.entries):,} files, {self.size:,} bytes to fetch")
        next_word = time.monotonic() + 30
        self.working = WORKERS
        try:
            for _ in range(WORKERS):
                threading.Thread(target=self.work, args=[groups], daemon=True).start()
            while not self.finished.wait(0.5):
                if time.monotonic() > next_word:
                    say(f"  {self.received:,} of {self.size:,} bytes")
                    next_word += 30
        finally:  # also when interrupted
            self.stop.set()
            self.finished.wait(10)
            for part in list(self.folder.parts):
                part.unlink(missing_ok=True)
        return self.report()

    def report(self) -> int:
        """Say how it went, name what was not brought, return how many that are."""
        names: Dict[str, List[str]] = {}
        for target, outcome in self.outcomes.items():
            names.setdefault(outcome.split(":")[0], []).append(target)
        for target in names.get("kept", [])[:10]:
            say(f"  edited here and kept: {show(target)}")
        failed = names.get("failed", []) + names.get("missing", [])
        for target in failed:
            say(f"  {show(target)}: {self.outcomes[target]}")
        words = {
            "fetched": "fetched and verified",
            "here": "already here",
            "kept": "edited here and kept",
        }
        counts = [f"{len(names[key]):,} {words[key]}" for key in words if key in names]
        counts += [f"{len(failed):,} failed"] if failed else []
        state = "INCOMPLETE" if failed else "complete"
        say(f"{state} in {show(self.folder.path)}: {', '.join(counts)}")
        return len(failed)


def say(line: str) -> None:
    """Print a line at once, also where the console lacks its characters."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding), flush=True)
