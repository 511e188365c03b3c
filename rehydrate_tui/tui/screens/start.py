"""Where it begins: an address, or something opened before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from textual import getters, on, work
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, Label, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker

from rehydrate_tui.domain.address import RepoAddress, parse_address
from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.manifest import Source
from rehydrate_tui.domain.objects import Commit
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.engine.opened import OpenRepository
from rehydrate_tui.errors import AddressError, RehydrateError
from rehydrate_tui.storage.manifest_file import find_manifests, load_manifest
from rehydrate_tui.tui.base import BaseScreen
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.widgets.problem import Problem

CLAIM = (
    "Tick the files of a GitHub repository that a notebook session needs, "
    "and bring exactly them back with one line next time."
)
PLACEHOLDER = "owner/repo, or any address copied from GitHub"

_MAX_RECENT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something that can be opened: an address, or one source of a manifest."""

    address: str
    source: Source | None = None
    manifest_path: Path | None = None


class StartScreen(BaseScreen):
    """Asks what to open, opens it, and says why if that fails."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.START)
    PLACES: ClassVar[tuple[Place, ...]] = (Place.START, Place.APP)

    class Opened(Message):
        """A repository is open."""

        def __init__(self, opened: OpenRepository, choice: Choice) -> None:
            super().__init__()
            self.opened = opened
            self.choice = choice

    input = getters.query_one("#address", Input)
    problem = getters.query_one(Problem)
    opening = getters.query_one("#opening", Static)

    def __init__(
        self, *, can_go_back: bool = False, manifest_path: Path | None = None
    ) -> None:
        super().__init__()
        self._can_go_back = can_go_back
        self._manifest_path = manifest_path
        self._choices: list[Choice] = []
        self._is_opening = False
        self._worker: Worker[None] | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Put the address above the list."""
        field = Input(placeholder=PLACEHOLDER, id="address")
        field.cursor_blink = False
        yield Static(CLAIM, id="claim")
        with Vertical(id="form"):
            yield Label("Repository")
            with Horizontal(id="address-row"):
                yield field
                yield Button("Open", variant="primary", id="open")
            yield Static(id="opening", markup=False)
            yield Problem(markup=False)
        yield OptionList(*self._options(), id="choices", compact=True)
        with Horizontal(classes="buttons"):
            quit_label = "Back" if self._can_go_back else "Quit"
            yield Button(quit_label, id="back", compact=True)

    def on_mount(self) -> None:
        """Open at once what the command line named."""
        self.problem.clear()
        self.opening.display = False
        self.query_one("#choices").display = bool(self._choices)
        self.input.focus()
        choice = self._first_choice()
        if choice is not None:
            self._begin(choice)

    @on(Input.Submitted, "#address")
    @on(Button.Pressed, "#open")
    def action_open(self) -> None:
        """Open the address in the field."""
        self._begin(Choice(address=self.input.value))

    @on(Button.Pressed, "#back")
    def action_back(self) -> None:
        """Stop opening; else go back or quit."""
        if self._is_opening:
            if self._worker is not None:
                self._worker.cancel()
            self._show_opening("")
            self.input.focus()
        else:
            self.leave()

    def leave(self) -> None:
        """Go back to the open repository, or quit."""
        if self._can_go_back:
            self.app.pop_screen()
        else:
            self.app.exit()

    @on(Input.Changed, "#address")
    def _forget_problem(self) -> None:
        self.problem.clear()

    @on(OptionList.OptionSelected)
    def _open_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        choice = self._choices[int(event.option.id or 0)]
        with self.prevent(Input.Changed):
            self.input.value = choice.address
        self._begin(choice)

    def _begin(self, choice: Choice) -> None:
        self.problem.clear()
        try:
            address = self._parse(choice)
        except AddressError as error:
            self.problem.show(error)
            self.input.focus()
            return
        shown = strip_controls(str(address.repo))
        self._show_opening(f"Opening {shown} … (Esc stops it)")
        self._worker = self.open_repository(address, choice)

    @work(exclusive=True, group="open", exit_on_error=True)
    async def open_repository(self, address: RepoAddress, choice: Choice) -> None:
        """Ask for the repository's tree."""
        try:
            opened = await self.app.session.open(address)
        except RehydrateError as error:
            self.problem.show(error)
            self.input.focus()
            return
        finally:
            self._show_opening("")
        self._remember(opened)
        self.post_message(self.Opened(_with_ref(opened, choice.source), choice))

    def _show_opening(self, text: str) -> None:
        self._is_opening = bool(text)
        self.opening.update(text)
        self.opening.display = self._is_opening

    def _parse(self, choice: Choice) -> RepoAddress:
        source = choice.source
        if source is not None:
            return RepoAddress(repo=source.repository, ref=source.commit or source.ref)
        launched = self.app.launch.address
        if launched is not None and choice.address == _address_text(launched):
            return launched
        address = parse_address(choice.address, host=self.app.launch.host)
        if not isinstance(address, RepoAddress):
            raise AddressError(
                "Gists cannot be browsed yet.", hint="Give the address of a repository."
            )
        return address

    def _remember(self, opened: OpenRepository) -> None:
        address = str(opened.repository.id)
        ref = opened.commit.ref
        if ref not in {opened.repository.default_branch, opened.commit.oid}:
            address = f"{address}@{ref}"
        self.app.launch.save_recent(address)

    def _first_choice(self) -> Choice | None:
        """Return what to open at once."""
        if self._manifest_path is not None:
            return self._choice_of(self._manifest_path)
        return None if self._can_go_back else self._launch_choice()

    def _choice_of(self, path: Path) -> Choice | None:
        """Return the source of a manifest; None if it has several, or cannot be read."""
        try:
            sources = load_manifest(path).sources
        except RehydrateError as error:
            self.problem.show(error)
            return None
        if len(sources) != 1:
            return None
        return _source_choice(sources[0], path)

    def _launch_choice(self) -> Choice | None:
        """Return what to open without being asked."""
        launch = self.app.launch
        if launch.address is not None:
            text = _address_text(launch.address)
            with self.prevent(Input.Changed):
                self.input.value = text
            return Choice(address=text, manifest_path=launch.manifest_path)
        if launch.manifest_path is None or not launch.manifest_path.exists():
            return None
        return self._choice_of(launch.manifest_path)

    def _options(self) -> Iterator[Option]:
        launch = self.app.launch
        yield from self._section("Manifests in this folder", self._manifest_choices())
        recent = [Choice(address=text) for text in launch.recent[:_MAX_RECENT]]
        yield from self._section("Opened lately", recent)
        tries = [Choice(address=text) for text in launch.suggestions]
        yield from self._section("To try it out", tries)

    def _section(self, title: str, choices: Iterable[Choice]) -> Iterator[Option]:
        choices = list(choices)
        if not choices:
            return
        if self._choices:
            yield Option("", disabled=True)
        yield Option(Content.styled(title, "bold $primary"), disabled=True)
        for choice in choices:
            yield Option(_describe(choice), id=str(len(self._choices)))
            self._choices.append(choice)

    def _manifest_choices(self) -> Iterator[Choice]:
        launch = self.app.launch
        paths = find_manifests(launch.destination)
        first = self._manifest_path or launch.manifest_path
        if first is not None and first.exists():
            paths = [path for path in paths if not path.samefile(first)]
            paths.insert(0, first)
        for path in paths:
            try:
                manifest = load_manifest(path)
            except RehydrateError:
                # Not a manifest after all; it stays usable through its own commands.
                continue
            for source in manifest.sources:
                yield _source_choice(source, path)


def _source_choice(source: Source, path: Path) -> Choice:
    return Choice(address=str(source.repository), source=source, manifest_path=path)


def _describe(choice: Choice) -> Content:
    address = strip_controls(choice.address)
    source, path = choice.source, choice.manifest_path
    if source is None or path is None:
        return Content(f"  {address}")
    size = sum(file.content_size for file in source.files)
    files = f"{len(source.files):,} file{'' if len(source.files) == 1 else 's'}"
    return Content.assemble(
        f"  {strip_controls(path.name)}",
        ("  brings  ", "$foreground-muted"),
        address,
        (f"  {files} · {format_size(size)}", "$foreground-muted"),
    )


def _address_text(address: RepoAddress) -> str:
    """Write an address as it can be read again."""
    ref = address.ref or "/".join(address.ambiguous)
    text = f"{address.repo}@{ref}" if ref else str(address.repo)
    return f"{text}:{address.path}" if ref and address.path else text


def _with_ref(opened: OpenRepository, source: Source | None) -> OpenRepository:
    """Keep the branch that a manifest follows, although its commit was opened."""
    if source is None or not source.ref or source.commit != opened.commit.oid:
        return opened
    commit = Commit(oid=opened.commit.oid, ref=source.ref)
    return replace(opened, commit=commit)
