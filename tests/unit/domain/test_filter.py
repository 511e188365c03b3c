"""What the words of the filter bar mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.domain.filter import FilterContext, FilterIndex, parse_filter
from rehydrate_tui.domain.limits import LARGE_SIZE, WARN_SIZE, SizePolicy
from rehydrate_tui.domain.objects import FileMode
from rehydrate_tui.domain.selection import Selection
from rehydrate_tui.domain.status import FileState
from rehydrate_tui.domain.tree import RepoTree
from tests.unit.domain.trees import blob

ENTRIES = [
    blob("README.md", 500),
    blob("data/2016/rain.csv", 20_000_000),
    blob("data/2016/Rain Days.CSV", 900),
    blob("data/raw.csv.gz", WARN_SIZE),
    blob("data/video.mp4", LARGE_SIZE),
    blob("notebooks/data.ipynb", 2_000),
    blob("run.sh", 10, FileMode.EXECUTABLE),
    blob("latest", 12, FileMode.SYMLINK),
    blob("vendor", 0, FileMode.GITLINK),
    blob("odd[1].txt", 1),
]


def select(text: str, *ticked: str) -> list[str]:
    """Return the paths that a filter lets through, some files being ticked."""
    tree = RepoTree(ENTRIES)
    selection = Selection(tree)
    selection.set_files((tree.node(path) for path in ticked), ticked=True)
    context = FilterContext(
        index=FilterIndex(tree),
        selection=selection,
        policy=SizePolicy(),
        states={
            tree.node("run.sh"): FileState.EDITED,
            tree.node("README.md"): FileState.PRESENT,
        },
    )
    return sorted(tree.path(node) for node in parse_filter(text).select(context))


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("rain", ["data/2016/Rain Days.CSV", "data/2016/rain.csv"]),
        ("rain days", ["data/2016/Rain Days.CSV"]),
        ('"rain days"', ["data/2016/Rain Days.CSV"]),
        ('!"rain days" rain', ["data/2016/rain.csv"]),
        ("DATA !csv", ["data/video.mp4", "notebooks/data.ipynb"]),
        ("*.csv", ["data/2016/Rain Days.CSV", "data/2016/rain.csv"]),
        ("data/*.gz", ["data/raw.csv.gz"]),
        ("data/**/rain.csv", ["data/2016/rain.csv"]),
        ("**/rain*", ["data/2016/Rain Days.CSV", "data/2016/rain.csv"]),
        ("data/201?/", ["data/2016/Rain Days.CSV", "data/2016/rain.csv"]),
        ("run.s[ah]", ["run.sh"]),
        ("run.s[!a]", ["run.sh"]),
        ("run.s[!h]", []),
        ("ext:csv >10MB", ["data/2016/rain.csv"]),
        ("ext:.gz", ["data/raw.csv.gz"]),
        ("is:edited", ["run.sh"]),
        ("is:have", ["README.md"]),
        ("is:missing", []),
        ("ext:mp4,sh", ["data/video.mp4", "run.sh"]),
        ("ext:,", sorted(each.path for each in ENTRIES)),
        ("<=12 >=10", ["latest", "run.sh"]),
        ("<12 !<10", ["run.sh"]),
        ("is:large", ["data/raw.csv.gz", "data/video.mp4"]),
        ("is:huge", ["data/video.mp4"]),
        ("is:link", ["latest"]),
        ("is:exec", ["run.sh"]),
        ("is:module", ["vendor"]),
        ("is:ticked", ["README.md", "run.sh"]),
        ("is:ticked sh", ["run.sh"]),
        ("nothing like it", []),
    ],
)
def test_terms_must_all_hold(text: str, paths: list[str]) -> None:
    """Words, globs, sizes, extensions and properties mean what the help says."""
    assert select(text, "README.md", "run.sh") == paths


@pytest.mark.parametrize("text", ["", "  ", "!", '"', '""', ">", "<=", "ext:", "!ext:"])
def test_an_unfinished_term_is_no_term(text: str) -> None:
    """While a term is being typed nothing disappears and nothing is complained about."""
    parsed = parse_filter(text)
    assert not parsed
    assert parsed.problems == ()


@pytest.mark.parametrize("text", ["is:", "is:t", "is:lar"])
def test_the_beginning_of_a_property_is_no_mistake(text: str) -> None:
    """A known property may be typed letter by letter."""
    assert parse_filter(text).problems == ()


@pytest.mark.parametrize("text", [">ten", "is:blue", "is:\x1b[2J", "data[z-a]*"])
def test_a_term_that_means_nothing_is_left_out_and_named(text: str) -> None:
    """The other terms count, and a sentence without escape codes says what does not."""
    parsed = parse_filter(f"readme {text}")
    assert len(parsed.terms) == 1
    assert len(parsed.problems) == 1
    assert "\x1b" not in parsed.problems[0]


def test_only_wanted_plain_words_are_shown_where_they_match() -> None:
    """Globs, properties and unwanted words are not marked in names."""
    assert parse_filter('Rain !snow *.csv is:link "b c"').words == ("rain", "b c")


@given(st.text(alphabet='ab*?[]!"<>=:./\\ is ext', max_size=12))
def test_any_text_is_a_filter(text: str) -> None:
    """Whatever is typed, there is an answer and never an error."""
    assert set(select(text)) <= {entry.path for entry in ENTRIES}
