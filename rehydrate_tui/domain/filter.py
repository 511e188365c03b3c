"""The small language of the filter bar: which files of a tree are shown.

Terms stand side by side and must all hold, `!` in front turns one round:

- `data csv`: words, anywhere in the path, in any case; `"a b"` is one word
- `*.csv`, `test_?.py`: a glob without `/` is about the name; `data/*.csv`, `**/raw/*`
  is about the whole path
- `>10MB`, `<=1kB`: sizes
- `ext:csv`, `ext:csv,tsv`: the extension
- `is:ticked`, `is:large`, `is:huge`, `is:link`, `is:exec`, `is:module`, and of the local
  folder `is:have`, `is:edited`, `is:outdated`, `is:missing`: what a row says

A filter is read while it is typed, so nothing is an error: a term that is not
understood yet is left out, and `Filter.problems` says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rehydrate_tui.domain.limits import SizePolicy, parse_size
from rehydrate_tui.domain.objects import FileMode
from rehydrate_tui.domain.selection import Selection
from rehydrate_tui.domain.status import FileState
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.errors import UsageError

_TERM = re.compile(r'!?"[^"]*"?|\S+')
_GLOB = re.compile(r"[*?\[]")
_NAME_END = re.compile(r"\*([^*?\[/]+)")
_SIZE = re.compile(r"([<>]=?)(.*)")
_GLOB_PIECE = re.compile(r"\*\*/?|\*|\?|\[[!^]?\]?[^\]]*\]|.", re.DOTALL)

_WILDCARDS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}

_MODES = {
    "link": FileMode.SYMLINK,
    "exec": FileMode.EXECUTABLE,
    "module": FileMode.GITLINK,
}
_STATES = {
    "have": FileState.PRESENT,
    "edited": FileState.EDITED,
    "outdated": FileState.OUTDATED,
    "missing": FileState.MISSING,
}
_PROPERTIES = ("ticked", "large", "huge", *_MODES, *_STATES)


class FilterIndex:
    """What filters ask of a tree, prepared once: its rows that are no directories."""

    def __init__(self, tree: RepoTree) -> None:
        self.tree = tree
        self.nodes = [node for node in range(len(tree)) if not tree.is_directory(node)]
        self.paths = [tree.path(node).lower() for node in range(len(tree))]
        """Every path in lower case, by node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterContext:
    """What a filter looks at."""

    index: FilterIndex
    selection: Selection
    policy: SizePolicy
    states: Mapping[int, FileState] = field(default_factory=dict[int, FileState])
    """What is known of the local folder, by node."""


Nodes = Sequence[int]
Term = Callable[[FilterContext, Nodes], list[int]]
"""Takes nodes and returns those that match: a call for each would cost more than most
tests do, and a filter is applied at every key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter as it was understood."""

    terms: tuple[tuple[Term, bool], ...] = ()
    """Each with whether it is wanted (or, after `!`, unwanted)."""
    words: tuple[str, ...] = ()
    """The plain words in lower case, to be shown where they match."""
    problems: tuple[str, ...] = ()
    """Sentences about terms that were left out."""

    def __bool__(self) -> bool:
        return bool(self.terms)

    def select(self, context: FilterContext) -> list[int]:
        """Return the files, links and submodules that match, in the tree's order."""
        nodes = context.index.nodes
        for term, wanted in self.terms:
            found = term(context, nodes)
            if wanted:
                nodes = found
            else:
                unwanted = frozenset(found)
                nodes = [node for node in nodes if node not in unwanted]
        return nodes


def parse_filter(text: str) -> Filter:
    """Read what stands in the filter bar."""
    terms: list[tuple[Term, bool]] = []
    words: list[str] = []
    problems: list[str] = []
    for raw in _TERM.findall(text.lower()):
        wanted = not raw.startswith("!")
        body = raw.removeprefix("!")
        if body.startswith('"'):
            body = body.strip('"')
            term: Term | None = _word(body) if body else None
            is_word = True
        else:
            is_word, term = _read(body, problems)
        if term is None:
            continue
        terms.append((term, wanted))
        if is_word and wanted:
            words.append(body)
    return Filter(terms=tuple(terms), words=tuple(words), problems=tuple(problems))


def _read(body: str, problems: list[str]) -> tuple[bool, Term | None]:
    """Return whether a bare term is a plain word, and its meaning if it has one yet."""
    size = _SIZE.fullmatch(body)
    if size is not None:
        return False, _size(size[1], size[2], problems)
    if body.startswith("ext:"):
        return False, _extension(body.removeprefix("ext:"))
    if body.startswith("is:"):
        return False, _property(body.removeprefix("is:"), problems)
    if _GLOB.search(body):
        return False, _glob(body, problems)
    return True, _word(body) if body else None


def _word(word: str) -> Term:
    def term(context: FilterContext, nodes: Nodes) -> list[int]:
        paths = context.index.paths
        return [node for node in nodes if word in paths[node]]

    return term


def _ending(suffixes: tuple[str, ...]) -> Term:
    def term(context: FilterContext, nodes: Nodes) -> list[int]:
        paths = context.index.paths
        return [node for node in nodes if paths[node].endswith(suffixes)]

    return term


def _extension(extensions: str) -> Term | None:
    names = [name.removeprefix(".") for name in extensions.split(",")]
    suffixes = tuple(f".{name}" for name in names if name)
    return _ending(suffixes) if suffixes else None


def _size(sign: str, text: str, problems: list[str]) -> Term | None:
    if not text:
        return None
    try:
        limit = parse_size(text)
    except UsageError as error:
        problems.append(error.message)
        return None
    if sign.startswith(">"):
        least = limit if sign.endswith("=") else limit + 1
        return lambda context, nodes: _sized(context, nodes, least, None)
    most = limit if sign.endswith("=") else limit - 1
    return lambda context, nodes: _sized(context, nodes, None, most)


def _sized(
    context: FilterContext, nodes: Nodes, least: int | None, most: int | None
) -> list[int]:
    sizes = context.index.tree.sizes
    if least is not None:
        nodes = [node for node in nodes if sizes[node] >= least]
    if most is not None:
        nodes = [node for node in nodes if sizes[node] <= most]
    return list(nodes)


def _property(name: str, problems: list[str]) -> Term | None:
    if name == "ticked":
        return lambda context, nodes: [
            node for node in nodes if context.selection.count(node)
        ]
    if name in {"large", "huge"}:
        words = {"large", "huge"} if name == "large" else {"huge"}
        return lambda context, nodes: [
            node
            for node in nodes
            if context.policy.size_word(context.index.tree.size(node)) in words
        ]
    if (mode := _MODES.get(name)) is not None:
        return lambda context, nodes: [
            node for node in nodes if context.index.tree.entry(node).mode is mode
        ]
    if (state := _STATES.get(name)) is not None:
        return lambda context, nodes: [
            node for node in nodes if context.states.get(node) is state
        ]
    # While it is typed, the beginning of a property is no mistake.
    if not any(known.startswith(name) for known in _PROPERTIES):
        shown = shorten(strip_controls(name), 20)
        problems.append(f"“is:{shown}” is not known: is:{', is:'.join(_PROPERTIES)}.")
    return None


def _glob(glob: str, problems: list[str]) -> Term | None:
    name_end = _NAME_END.fullmatch(glob)
    if name_end is not None:
        return _ending((name_end[1],))
    anchored = glob.removesuffix("/")
    prefix = "" if "/" in anchored else "(?:.*/)?"
    body = "".join(map(_translate, _GLOB_PIECE.findall(anchored.removeprefix("/"))))
    below = "/.*" if glob.endswith("/") else ""
    try:
        match = re.compile(f"{prefix}{body}{below}", re.DOTALL).fullmatch
    except re.error:
        problems.append(f"“{shorten(strip_controls(glob), 20)}” is not a glob.")
        return None

    def term(context: FilterContext, nodes: Nodes) -> list[int]:
        paths = context.index.paths
        return [node for node in nodes if match(paths[node])]

    return term


def _translate(piece: str) -> str:
    """Write one piece of a glob as a regular expression."""
    if piece in _WILDCARDS:
        return _WILDCARDS[piece]
    if len(piece) == 1:
        return re.escape(piece)
    inner = piece[1:-1].replace("\\", "\\\\").replace("[", "\\[")
    if inner.startswith(("!", "^")):
        return f"[^/{inner[1:]}]"
    return f"[{inner}]"
