"""Any sequence of runs, edits, deletions, pushes, crashes and damage to the index."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from rehydrate_tui.demo.builder import Content, LfsFile, RepositoryBuilder, Symlink
from rehydrate_tui.demo.server import GitHubServer
from tests.published import Published, tree_of
from tests.trust.forked import KILLED
from tests.trust.ground import (
    check_edits,
    check_interrupted,
    check_whole,
    finished,
    is_part,
    on_disk,
)
from tests.trust.processes import Nursery

TRANSPORTS = ("files", "archive")
POLICIES = ("keep", "overwrite", "backup", "fail")
LARGE = 1_300_000
PLAIN = ("a.txt", "deep/er/b.txt", "large.bin", "model.npy")
NAMES = (*PLAIN, "link")
NUMBERS = st.integers(0, 2**32)

_nursery: list[Nursery] = []


@pytest.fixture(scope="module", autouse=True)
def _one_nursery(nursery: Nursery) -> Iterator[None]:
    """Hand the nursery to the machine, which takes no fixtures."""
    _nursery.append(nursery)
    yield
    _nursery.clear()


def version(name: str, number: int) -> Content:
    """Return the content of a file in one of its versions."""
    text = f"{name} number {number}\n".encode()
    if name == "link":
        return Symlink(("a.txt", "deep/er/b.txt")[number % 2])
    if name == "large.bin":
        return text + random.Random(number).randbytes(LARGE)
    return LfsFile(text * 50) if name == "model.npy" else text


class AnySequence(RuleBasedStateMachine):
    """A folder and its index, and beside them what must be true of them.

    `ours` holds the files that this program put there and knows about; it is emptied
    when the index is damaged, because then nobody needs to know.
    """

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.dest, self.state = self.root / "dest", self.root / "state"
        self.dest.mkdir()
        self.builder = RepositoryBuilder("ada", "notes")
        self.versions = dict.fromkeys(NAMES, 0)
        self.commits: list[Published] = []
        self.ours: dict[str, bytes | str] = {}
        self.edits: dict[str, bytes] = {}
        self.saved: list[bytes] = []
        self.count = 0
        self.server: GitHubServer | None = None
        self.last = ""
        self.is_index_sound = True

    @initialize()
    def begin(self) -> None:
        """Serve the first commit."""
        self._commit(list(NAMES))
        self.server = GitHubServer([self.commits[0].repository])
        self.server.start()

    def teardown(self) -> None:
        """Stop the server and remove the folder."""
        if self.server is not None:
            self.server.stop()
        shutil.rmtree(self.root)

    @rule(names=st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    def push(self, names: list[str]) -> None:
        """Change some files in the repository."""
        for name in names:
            self.versions[name] += 1
        self._commit(names)

    @rule(
        policy=st.sampled_from(POLICIES),
        number=NUMBERS,
        transport=st.sampled_from(TRANSPORTS),
    )
    def run(self, policy: str, number: int, transport: str) -> None:
        """Replay a commit to the end."""
        pinned = self._choose(number)
        before = tree_of(self.dest)
        status = self._replay(policy, transport)
        found = tree_of(self.dest)
        conflicts = self._conflicts(before, pinned)
        if status == 4:
            assert policy == "fail"
            assert conflicts
            check_whole(found, before)
            return
        # A link is never replaced unless it is known for ours.
        assert status == 0 or (status == 1 and "link" in conflicts), self.last
        assert not any(is_part(name) for name in found)
        for name, data in pinned.items():
            self._check_file(name, data, before, found, policy)
        self._learn(found, pinned, policy)

    @rule(
        policy=st.sampled_from(POLICIES),
        number=NUMBERS,
        transport=st.sampled_from(TRANSPORTS),
        step=st.integers(1, 90),
    )
    def crash(self, policy: str, number: int, transport: str, step: int) -> None:
        """Replay a commit, and end before some step that changes the disk."""
        pinned = self._choose(number)
        before = tree_of(self.dest)
        status = self._replay(policy, transport, last_step=step)
        found = tree_of(self.dest)
        if status == KILLED:
            # What was there before need not have been recorded yet.
            pinned = {
                name: data
                for name, data in pinned.items()
                if name not in before or found.get(name) != before[name]
            }
            check_interrupted(found, before, pinned, self.saved)
        self._learn(found, pinned, policy)

    @rule(name=st.sampled_from(PLAIN), in_place=st.booleans())
    def edit(self, name: str, in_place: bool) -> None:  # noqa: FBT001 - drawn
        """Write something else into a file, in place or as a new one."""
        path = self.dest / name
        path.parent.mkdir(parents=True, exist_ok=True)
        edit = self._new_edit()
        if not in_place:
            path.unlink(missing_ok=True)
        path.write_bytes(edit)
        self._edited(name, edit)

    @rule(number=NUMBERS, keeps_time=st.booleans())
    def edit_without_a_trace(self, number: int, keeps_time: bool) -> None:  # noqa: FBT001 - a table of values
        """Change bytes of a file in place; its size, and perhaps its time, stay."""
        names = self._files()
        if not names:
            return
        name = names[number % len(names)]
        path = self.dest / name
        status = path.stat()
        edit = (self._new_edit() * (1 + status.st_size))[: max(status.st_size, 10)]
        with path.open("r+b") as file:
            file.write(edit)
        if keeps_time:
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        self._edited(name, path.read_bytes())

    @rule()
    def let_time_pass(self) -> None:
        """Make all files old: from their next run on they are vouched for, not read."""
        for name in self._files():
            os.utime(self.dest / name, (10**9, 10**9))

    @rule(name=st.sampled_from(NAMES))
    def delete(self, name: str) -> None:
        """Remove a file, as sessions do."""
        (self.dest / name).unlink(missing_ok=True)
        self.ours.pop(name, None)
        self.edits.pop(name, None)

    @rule(
        how=st.sampled_from(("delete", "empty", "garbage", "bytes", "folder")),
        number=NUMBERS,
    )
    def damage_the_index(self, how: str, number: int) -> None:
        """Take the index away, or spoil it."""
        index = self.state / "index.sqlite"
        self.ours.clear()
        self.is_index_sound = how not in {"bytes", "folder"}
        if how == "delete" or not index.is_file():
            self.is_index_sound = True
            shutil.rmtree(self.state, ignore_errors=True)
            return
        data = bytearray(index.read_bytes())
        if how == "bytes" and data:
            chance = random.Random(number)
            for _ in range(20):
                data[chance.randrange(len(data))] = chance.randrange(256)
        index.unlink()
        if how == "folder":
            index.mkdir()
            return
        spoilt = {"empty": b"", "garbage": b"no database" * 500}
        index.write_bytes(spoilt.get(how, bytes(data)))

    @invariant()
    def no_edit_is_lost(self) -> None:
        """Every edit is under its name or a backup, unless its author gave it away."""
        check_edits(tree_of(self.dest), [*self.edits.values(), *self.saved])

    def _commit(self, names: list[str]) -> None:
        changed = {name: version(name, self.versions[name]) for name in names}
        commit = self.builder.commit(changed, f"{len(self.commits)}")
        files = {name: version(name, self.versions[name]) for name in NAMES}
        repository = (
            self.commits[0].repository if self.commits else self.builder.build()
        )
        self.commits.append(
            Published(
                repository=repository, builder=self.builder, commit=commit, files=files
            )
        )

    def _choose(self, number: int) -> dict[str, bytes | str]:
        """Pin a commit and return what its files are on disk."""
        chosen = self.commits[number % len(self.commits)]
        chosen.pin(self.root / "m.toml")
        return {name: on_disk(content) for name, content in chosen.files.items()}

    def _replay(self, policy: str, transport: str, last_step: int = 0) -> int:
        assert self.server is not None
        environ = {
            **self.server.environment(),
            "REHYDRATE_STATE_DIR": str(self.state),
        }
        # One after the other, so that a sequence that fails can be made shorter.
        argv = ("--replay", self.root / "m.toml", "--dest", self.dest, "--jobs", "1")
        ended = _nursery[0].run(
            *argv,
            "--on-conflict",
            policy,
            "--transport",
            transport,
            environ=environ,
            last_step=last_step,
        )
        assert "Traceback" not in ended.output, ended.output
        self.last = ended.output
        return ended.status

    def _conflicts(
        self, before: dict[str, bytes | str], pinned: dict[str, bytes | str]
    ) -> list[str]:
        """Return the files that may be taken for edits."""
        return [
            name
            for name, data in pinned.items()
            if name in before
            and before[name] != data
            and self.ours.get(name) != before[name]
        ]

    def _check_file(
        self,
        name: str,
        data: bytes | str,
        before: dict[str, bytes | str],
        found: dict[str, bytes | str],
        policy: str,
    ) -> None:
        old = before.get(name)
        if old is None or old in {data, self.ours.get(name)}:
            assert found[name] == data, f"{name} is not what was pinned"
            return
        if name == "link" or name not in self.edits:
            # An old file of ours, but nobody needs to know that any more.
            assert found[name] in {old, data}
        elif policy == "keep":
            assert found[name] == old, f"the edit of {name} was not kept"
        else:
            assert found[name] == data, f"{name} was not replaced, as was asked"

    def _learn(
        self,
        found: dict[str, bytes | str],
        pinned: dict[str, bytes | str],
        policy: str,
    ) -> None:
        """Take over what a run did: what is in place now is known for ours."""
        is_known = self.is_index_sound and (self.state / "index.sqlite").is_file()
        for name, data in pinned.items():
            if found.get(name) != data:
                continue
            if is_known:
                self.ours[name] = data
            edit = self.edits.pop(name, None)
            if edit is None or edit == data:
                continue
            assert policy in {"overwrite", "backup"}, f"the edit of {name} is gone"
            if policy == "backup":
                self.saved.append(edit)

    def _new_edit(self) -> bytes:
        self.count += 1
        return b"edit %d\n" % self.count

    def _edited(self, name: str, edit: bytes) -> None:
        self.ours.pop(name, None)
        self.edits[name] = edit

    def _files(self) -> list[str]:
        found = finished(tree_of(self.dest))
        return [name for name in PLAIN if isinstance(found.get(name), bytes)]


TestAnySequence = AnySequence.TestCase
TestAnySequence.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
