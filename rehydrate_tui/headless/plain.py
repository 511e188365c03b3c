"""`--plain`: browse, tick, download and save by typing lines.

For screen readers, and for terminals that can do no more than print lines; it works on
pipes as well. It does what the screens do, over the same session.
"""

from __future__ import annotations

import asyncio
import shlex
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.include_rule import include_rule
from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.manifest import Manifest, Source
from rehydrate_tui.domain.plan import check_plan
from rehydrate_tui.domain.source_merging import put_source
from rehydrate_tui.domain.tree import ROOT
from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import RehydrateError, UsageError
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.exit_codes import ExitCode
from rehydrate_tui.headless.local_manifests import expand_user
from rehydrate_tui.headless.options import RunOptions
from rehydrate_tui.headless.plain_listing import PAGE, PlainSpace, read_numbers
from rehydrate_tui.headless.replay import carry_out
from rehydrate_tui.headless.summary import count_files, plan_lines
from rehydrate_tui.storage.manifest_file import load_manifest, save_manifest

DEFAULT_NAME = "manifest.toml"

HELP = """\
3, 1-4 or 1,5 7-9   tick these, or untick them if all are ticked
a                   tick everything in the list, or untick it
cd 3, cd name       go into a folder
..                  go to the folder above; cd alone: to the top
l, m                list again; list more
/words *.csv >1MB   list what matches, anywhere; / alone: the folder again
                    also ext:csv, is:ticked, is:edited, and ! for the opposite
b                   list what is ticked, in all open repositories
u                   take the last tick back
o owner/repo        open another repository; the ticks stay
d                   download; shows the plan and asks first
w, w file.toml      save the manifest
q                   quit
?                   this help"""

_YES = {"y", "yes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainOptions:
    """What the plain picker was asked for."""

    run: RunOptions
    address: Callable[[str], RepoAddress]
    """Reads the address of a repository."""
    manifest_path: Path = field(default_factory=lambda: Path(DEFAULT_NAME))


async def pick_plainly(
    session: Session, repo: str, options: PlainOptions, console: Console
) -> ExitCode:
    """Take commands until `q` or the end of the input.

    Returns:
        The status of the last download; complete if there was none.

    Raises:
        RehydrateError: the repository that the command line names cannot be opened.
    """
    picker = PlainPicker(session, options, console)
    if not repo:
        repo = picker.ask("repository: ") or ""
        if not repo:
            raise UsageError(
                "No repository was named.", hint="Such as --plain owner/repo."
            )
    await picker.open(repo)
    while not picker.is_over:
        await picker.step()
    return picker.status


class PlainPicker:
    """Reads one command after the other."""

    def __init__(
        self, session: Session, options: PlainOptions, console: Console
    ) -> None:
        self._session = session
        self._options = options
        self._console = console
        self._spaces: list[PlainSpace] = []
        self._start = 0
        self._saved: list[bytes] = []
        self.is_over = False
        self.status = ExitCode.COMPLETE
        self._commands: dict[str, Callable[[str], Awaitable[None] | None]] = {
            "?": lambda _: self._print(*HELP.splitlines()),
            "a": lambda _: self._tick(list(self.space.rows)),
            "b": lambda _: self._show_ticked(),
            "cd": self._change_folder,
            "..": lambda _: self._go_up(),
            "d": lambda _: self._download(),
            "l": lambda _: self._list(0),
            "m": lambda _: self._list(self._start + PAGE),
            "o": self._open_other,
            "q": lambda _: self._quit(),
            "u": lambda _: self._undo(),
            "w": self._save,
        }

    @property
    def space(self) -> PlainSpace:
        """The repository in hand."""
        return self._spaces[-1]

    def ask(self, prompt: str) -> str | None:
        """Return a line that was typed, without its end; None at the end of input."""
        self._console.out.write(prompt)
        self._console.out.flush()
        line = _read_line()
        return line.strip() if line else None

    async def open(self, repo: str) -> None:
        """Open a repository and list it; one that is open already keeps its ticks."""
        address = self._options.address(repo)
        opened = await self._session.open(address)
        for note in opened.notes:
            self._console.say(note)
        known = [
            each
            for each in self._spaces
            if each.opened.repository.id == opened.repository.id
            and each.opened.commit.oid == opened.commit.oid
        ]
        space = known[0] if known else PlainSpace(opened, self._options.run.limits)
        self._spaces = [each for each in self._spaces if each is not space]
        self._spaces.append(space)
        await self._look_around(space)
        space.enter(ROOT)
        self._list(0)
        self._print("? shows what can be typed")

    async def step(self) -> None:
        """Take one command; what goes wrong is said, and the next one is taken."""
        line = self.ask("> ")
        if line is None:
            self.is_over = True
            return
        try:
            await self._run(line)
        except RehydrateError as error:
            self._console.complain(error)

    async def _run(self, line: str) -> None:
        if line.startswith("/"):
            self._filter(line[1:])
            return
        if line[:1].isdigit():
            self._tick(read_numbers(line, self.space.rows))
            return
        name, _, rest = line.partition(" ")
        command = self._commands.get(name)
        if command is None:
            if line:
                self._console.say("That is no command. ? shows what can be typed.")
            return
        waiting = command(rest.strip())
        if waiting is not None:
            await waiting

    def _list(self, start: int) -> None:
        if start and start >= len(self.space.rows):
            self._print("that was all")
            return
        self._start = start
        if not start:
            self._print(self.space.heading())
        self._print(*self.space.lines(start))

    def _change_folder(self, where: str) -> None:
        node = self.space.find(where) if where else ROOT
        if not self.space.opened.tree.is_directory(node):
            raise UsageError("That is no folder.", hint="Its number alone ticks it.")
        self.space.enter(node)
        self._list(0)

    def _go_up(self) -> None:
        self.space.enter(self.space.opened.tree.parent(self.space.folder))
        self._list(0)

    def _filter(self, text: str) -> None:
        if not text.strip():
            self.space.enter(self.space.folder)
        else:
            for problem in self.space.filter(text):
                self._console.say(problem)
        self._list(0)

    def _tick(self, nodes: list[int]) -> None:
        self.space.toggle(nodes)
        self._tell_ticks()

    def _undo(self) -> None:
        if not self.space.undo:
            raise UsageError("There is nothing to take back.")
        self.space.selection.restore(self.space.undo.pop())
        self._tell_ticks()

    def _tell_ticks(self) -> None:
        selection = self.space.selection
        size = format_size(selection.size())
        self._print(f"{count_files(selection.count())} ticked, {size}")

    def _show_ticked(self) -> None:
        for space in self._spaces[:-1]:
            if space.selection.count():
                name, size = space.opened.repository.id, space.selection.size()
                files = count_files(space.selection.count())
                self._print(f"{name}: {files} ticked, {format_size(size)} (o {name})")
        self.space.show_ticked()
        self._list(0)

    async def _open_other(self, repo: str) -> None:
        if not repo:
            raise UsageError("Which one?", hint="Such as: o owner/repo.")
        await self.open(repo)

    async def _look_around(self, space: PlainSpace) -> None:
        found = self._session.find_present(space.opened, self._options.run.destination)
        async for states in found:
            space.local.update(states)

    async def _pin(self) -> Manifest:
        sources: list[Source] = []
        for space in self._spaces:
            files = list(space.selection.ticked_files())
            if not files:
                continue
            rule = await asyncio.to_thread(include_rule, space.selection)
            locked = await self._session.lock(space.opened, files, rule)
            for note in locked.notes:
                self._console.say(note)
            sources.append(locked.source)
        if not sources:
            raise UsageError("Nothing is ticked.", hint="Type the numbers of files.")
        return Manifest(sources=tuple(sources))

    async def _download(self) -> None:
        manifest, run = await self._pin(), self._options.run
        plan = await self._session.plan(manifest, run.destination, run.policy)
        self._print(*plan_lines(plan, run.limits))
        check_plan(plan, run.limits)
        if not self._agrees("Start the download? yes or no: "):
            return
        self.status = await carry_out(
            self._session, manifest, run, self._console, command="pick"
        )
        self._saved = self._ticks()
        for space in self._spaces:
            await self._look_around(space)

    async def _save(self, name: str) -> None:
        path = expand_user(name) if name else self._options.manifest_path
        manifest = await self._pin()
        old = _existing(path)
        if old is not None:
            if not self._agrees(f"{path} is there. Add to it? yes or no: "):
                return
            for source in manifest.sources:
                old = put_source(old, source)
            manifest = old
        save_manifest(manifest, path)
        self._saved = self._ticks()
        command = shlex.join(["rehydrate-tui", "--replay", str(path)])
        self._print(f"saved {path}; next time: {command}")

    def _quit(self) -> None:
        count = sum(space.selection.count() for space in self._spaces)
        if count and self._ticks() != self._saved:
            question = f"{count_files(count)} ticked and not saved. Quit? yes or no: "
            if not self._agrees(question):
                return
        self.is_over = True

    def _ticks(self) -> list[bytes]:
        return [space.selection.snapshot() for space in self._spaces]

    def _agrees(self, question: str) -> bool:
        return (self.ask(question) or "").lower() in _YES

    def _print(self, *lines: str) -> None:
        for line in lines:
            self._console.result(line)
        self._console.out.flush()


def _existing(path: Path) -> Manifest | None:
    """Return the manifest at `path`; what is there and is none is never overwritten."""
    return load_manifest(path) if path.exists() else None


def _read_line() -> str:
    """Return a line of standard input with its end; empty at the end of input.

    While it waits, an interrupt must end it at once; the event loop would only make a
    note and read on.
    """
    is_main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGINT)
    if not is_main or handler is signal.SIG_IGN:
        return sys.stdin.readline()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return sys.stdin.readline()
    finally:
        signal.signal(signal.SIGINT, handler)
