"""What every screen is built on: the app that holds the session, screens, dialogues."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import getters
from textual.app import App, ComposeResult
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Footer

from rehydrate_tui.domain.report import DownloadReport
from rehydrate_tui.engine.ports import Clock
from rehydrate_tui.engine.session import Session
from rehydrate_tui.storage.disk import free_space
from rehydrate_tui.tui.commands import Place
from rehydrate_tui.tui.download import Download
from rehydrate_tui.tui.launch import Launch
from rehydrate_tui.tui.widgets.run_line import RunLine
from rehydrate_tui.tui.widgets.title_line import TitleLine
from rehydrate_tui.tui.widgets.too_small import MIN_HEIGHT, MIN_WIDTH, TooSmall
from rehydrate_tui.tui.workspace import Workspace

T = TypeVar("T")

WIDE = 110
"""Columns from which on there is room for a side panel."""

TALL = 20
"""Rows from which on there is room for empty lines."""

FreeSpace = Callable[[Path], int]


class BaseApp(App[int]):
    """Holds what screens share.

    Args:
        session: the use cases.
        launch: what the command line said.
        clock: seconds that never run backwards.
        free_space: tells the free bytes where a folder is or will be.
    """

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares them so
        (0, "-tiny"),
        (MIN_WIDTH, "-narrow"),
        (WIDE, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares them so
        (0, "-short"),
        (MIN_HEIGHT, "-low"),
        (TALL, "-tall"),
    ]

    def __init__(
        self,
        session: Session,
        launch: Launch,
        *,
        clock: Clock = time.monotonic,
        free_space: FreeSpace = free_space,
    ) -> None:
        super().__init__()
        self.session = session
        self.launch = launch
        self.clock = clock
        self.free_space = free_space
        self.farewell = ""
        """Plain lines for the terminal, after the app has ended."""
        self.manifest_path: Path | None = launch.manifest_path
        """The manifest in hand: chosen at the start, or saved last."""
        self.report: DownloadReport | None = None
        """What the last run brought."""
        self.download: Download | None = None
        """What runs in the background, or has ended and was not looked at yet."""
        self.rate: float | None = launch.rate
        """Bytes a second of the last download; None: nobody knows."""
        self.workspaces: list[Workspace] = []
        """Every repository that was opened; ticks outlive their screen."""

    def quit(self) -> None:
        """End the app; ask first while a download is running."""
        self.exit()


class BaseScreen(Screen[None]):
    """A full screen: title line, body, footer; says so when it is too small to be used."""

    STEP: ClassVar[str] = ""
    """Which step of the way is shown in the title line."""
    PLACES: ClassVar[tuple[Place, ...]] = ()
    """Whose commands the palette offers here."""

    HAS_RUN_LINE: ClassVar[bool] = True
    """Whether a line tells of the download in the background."""

    app = getters.app(BaseApp)
    title_line = getters.query_one(TitleLine)

    def compose(self) -> ComposeResult:
        """Put the frame around the body."""
        yield TitleLine(self.STEP)
        if self.HAS_RUN_LINE:
            yield RunLine(lambda: self.app.download)
        yield from self.compose_body()
        yield Footer(show_command_palette=False)
        yield TooSmall()

    def compose_body(self) -> Iterable[Widget]:
        """Yield what stands between title line and footer."""
        return ()

    def target_of(self, _place: Place) -> DOMNode:
        """Return who understands the commands of a place."""
        return self

    def leave(self) -> None:
        """Do what `q` means here: quit, unless something would be lost."""
        self.app.quit()


class BaseModal(ModalScreen[T]):
    """A dialogue over a screen; every way out has a key and a button."""

    PLACES: ClassVar[tuple[Place, ...]] = (Place.DIALOGUE,)

    app = getters.app(BaseApp)
