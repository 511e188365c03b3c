"""Markdown by rich, with code and pictures in the manner of this house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import ClassVar

from markdown_it.token import Token
from rich import markdown as rich_markdown
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment, Segments
from rich.style import Style
from rich.text import Text, TextType
from rich.theme import Theme

from rehydrate_tui.domain.text import strip_controls, strip_controls_multiline
from rehydrate_tui.tui.preview.highlight import code_lines
from rehydrate_tui.tui.preview.page import Line
from rehydrate_tui.tui.preview.palette import Palette
from rehydrate_tui.tui.preview.pictures import picture_lines

MAX_TEXT = 100_000
PICTURE_HEIGHT = 18
"""Lines of a picture among words."""

_STYLES = {
    "markdown.h1": "heading",
    "markdown.h2": "heading",
    "markdown.h3": "heading",
    "markdown.h4": "strong",
    "markdown.h5": "strong",
    "markdown.h6": "strong",
    "markdown.code": "code",
    "markdown.code_block": "code",
    "markdown.block_quote": "muted",
    "markdown.list": "base",
    "markdown.item.bullet": "muted",
    "markdown.item.number": "muted",
    "markdown.hr": "rule",
    "markdown.link": "link",
    "markdown.link_url": "link",
    "markdown.strong": "strong",
    "markdown.em": "emphasis",
    "markdown.table.border": "rule",
    "markdown.table.header": "strong",
    "markdown.paragraph": "base",
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """What elements need to know while they are drawn."""

    palette: Palette
    pictures: Mapping[str, bytes]
    """Contents by link."""


class _Element(rich_markdown.MarkdownElement):
    """An element that knows how to draw."""

    def __init__(self, drawing: Drawing, token: Token) -> None:
        self.drawing = drawing
        self.token = token

    @classmethod
    def create(cls, markdown: rich_markdown.Markdown, token: Token) -> _Element:
        """Make one for a token."""
        if not isinstance(markdown, _Markdown):
            raise TypeError("These elements belong to one document.")
        return cls(markdown.drawing, token)


class _Code(_Element):
    """A block of code."""

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        language = self.token.info.partition(" ")[0][:40].lower()
        palette = self.drawing.palette
        lines = code_lines(self.token.content.rstrip("\n"), language, palette)
        bar = Segment("▏ ", palette["rule"])
        yield _lines([[bar, *line] for line in lines])


class _Picture(_Element):
    """A picture of the repository, or the words that stand for another one."""

    new_line = False

    def on_text(self, context: rich_markdown.MarkdownContext, text: TextType) -> None:
        """Say in the paragraph around it what the picture shows."""
        words = strip_controls(str(text)) or "picture"
        if context.stack:
            shown = Text(f"[{words}]", self.drawing.palette["muted"])
            context.stack.top.on_text(context, shown)

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        data = self.drawing.pictures.get(str(self.token.attrs.get("src", "")))
        if data:
            width, palette = options.max_width, self.drawing.palette
            yield _lines(picture_lines(data, width, PICTURE_HEIGHT, palette))


class _Heading(rich_markdown.Heading):
    """A heading at the left; levels differ by marks, not by boxes."""

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        self.text.justify = "left"
        yield self.text
        if self.tag in {"h1", "h2"}:
            character = "━" if self.tag == "h1" else "─"
            width = min(options.max_width, max(1, self.text.cell_len))
            yield Segment(character * width, console.get_style("markdown.hr"))
            yield Segment.line()


class _Markdown(rich_markdown.Markdown):
    """Markdown with these elements."""

    elements: ClassVar[dict[str, type[rich_markdown.MarkdownElement]]] = {
        **rich_markdown.Markdown.elements,
        "fence": _Code,
        "code_block": _Code,
        "image": _Picture,
        "heading_open": _Heading,
    }

    def __init__(self, text: str, drawing: Drawing) -> None:
        # The addresses are kept apart from the words, and dropped at the end: a page
        # has no links.
        super().__init__(text, hyperlinks=True)
        self.drawing = drawing


def markdown_lines(text: str, width: int, drawing: Drawing) -> list[Line]:
    """Return Markdown as lines of at most `width` cells."""
    text = strip_controls_multiline(text[:MAX_TEXT])
    palette = drawing.palette
    styles: Mapping[str, Style] = {k: palette[v] for k, v in _STYLES.items()}
    console = Console(
        file=StringIO(),
        width=max(width, 10),
        color_system="truecolor",
        force_terminal=True,
        theme=Theme({**styles}),
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    rendered = console.render(_Markdown(text, drawing))
    return [list(line) for line in Segment.split_lines(rendered)]


def picture_links(text: str) -> Iterator[str]:
    """Yield the addresses of the pictures of a Markdown text, in their order."""
    from markdown_it import MarkdownIt

    for token in MarkdownIt().parse(strip_controls_multiline(text[:MAX_TEXT])):
        for child in token.children or ():
            if child.type == "image":
                yield str(child.attrs.get("src", ""))


def _lines(lines: list[Line]) -> Segments:
    return Segments([part for line in lines for part in (*line, Segment.line())])
