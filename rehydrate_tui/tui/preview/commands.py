"""The keys of the preview; none is in the palette, which takes the focus from it."""

from __future__ import annotations

from rehydrate_tui.tui.command import Command, Place


def _key(
    keys: str,
    action: str,
    label: str,
    explanation: str,
    shown: str = "",
    *,
    in_footer: bool = False,
) -> Command:
    return Command(
        place=Place.PREVIEW,
        action=action,
        keys=keys,
        shown=shown,
        label=label,
        explanation=explanation,
        in_footer=in_footer,
        in_palette=False,
    )


PREVIEW_COMMANDS: tuple[Command, ...] = (
    _key(
        "escape", "leave_preview", "Tree", "Go back to the tree.", "Esc", in_footer=True
    ),
    _key(
        "s",
        "sort_column",
        "Sort",
        "Sort a table by its next column (or click on its name).",
        in_footer=True,
    ),
    _key("r", "reverse", "Reverse", "Sort the other way round."),
    _key(
        "enter",
        "load_more",
        "More",
        "Read more of the file, or a large picture.",
        "Enter",
        in_footer=True,
    ),
    _key("j", "move(1)", "Next", "Preview the next row of the tree."),
    _key("k", "move(-1)", "Before", "Preview the row of the tree before."),
    _key("z", "zoom", "Zoom", "Give the preview the whole width, or take it back."),
    _key("up", "scroll_up", "Up", "One line up.", "↑"),
    _key("down", "scroll_down", "Down", "One line down.", "↓"),
    _key("left", "scroll_left", "Left", "To the left.", "←"),
    _key("right", "scroll_right", "Right", "To the right.", "→"),
    _key("pageup", "page_up", "Page up", "One page up.", "PageUp"),
    _key("pagedown", "page_down", "Page down", "One page down.", "PageDown"),
    _key("home", "scroll_home", "First", "The first line.", "Home"),
    _key("end", "scroll_end", "Last", "The last line.", "End"),
)
