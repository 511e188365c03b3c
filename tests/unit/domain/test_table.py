"""Typed access to untrusted tables."""

from __future__ import annotations

from typing import Any

import pytest

from rehydrate_tui.domain.table import Table
from rehydrate_tui.errors import ManifestValueError


def table(**data: Any) -> Table:  # noqa: ANN401 - any value
    """Return a table below `source[1]`."""
    return Table(data, "source[1]")


@pytest.mark.parametrize(
    ("value", "kind", "is_right"),
    [
        ("x", str, True), (1, int, True), (True, bool, True), (False, bool, True),
        (True, int, False), (1, bool, False), ("1", int, False), (1, str, False),
        (1.0, int, False), ([], str, False), ({}, bool, False), (0, bool, False),
    ],
)  # fmt: skip
def test_a_value_has_the_type_that_was_asked_for(
    value: object,
    kind: type[Any],
    is_right: bool,  # noqa: FBT001 - a table of values
) -> None:
    """Types are TOML's: true is no number, and 1.0 no whole one."""
    if is_right:
        assert table(key=value).required("key", kind) is value
        assert table(key=value).optional("key", kind) is value
        return
    with pytest.raises(ManifestValueError, match="has the wrong type") as caught:
        table(key=value).optional("key", kind)
    assert caught.value.key_path == "source[1].key"


def test_an_absent_value_is_none_or_an_error() -> None:
    """Optional gives None, required says what is missing and what would be right."""
    assert table().optional("key", int) is None
    assert table().size("key") is None
    assert table().strings("key") == ()
    assert not table().has("key")
    with pytest.raises(ManifestValueError, match="Expected: a whole number") as caught:
        table().required("key", int)
    assert caught.value.key_path == "source[1].key"


def test_the_top_table_has_no_path() -> None:
    """A key at the top is just its name."""
    assert Table({}, "").path_of("version") == "version"


@pytest.mark.parametrize("value", [0, 1, 2**63 - 1])
def test_sizes_are_numbers_of_bytes(value: int) -> None:
    """Zero up to what 63 bits hold."""
    assert table(size=value).size("size") == value


@pytest.mark.parametrize("value", [-1, 2**63])
def test_other_numbers_are_no_sizes(value: int) -> None:
    """Negative and enormous numbers are refused."""
    with pytest.raises(ManifestValueError, match="is no size"):
        table(size=value).size("size")


def test_lists_of_texts_name_the_bad_item() -> None:
    """The position of what is wrong is part of the key path."""
    assert table(include=["a", "b"]).strings("include") == ("a", "b")
    for value, where in (("a", "include"), (["a", 1], "include[1]")):
        with pytest.raises(ManifestValueError) as caught:
            table(include=value).strings("include")
        assert caught.value.key_path == f"source[1].{where}"


def test_tables_know_their_place_and_share_warnings() -> None:
    """A table in a list has its number; its warnings arrive at the top."""
    top = table(file=[{"x": 1}, {"y": 2}])
    first, second = top.tables("file", "")
    assert (first.key_path, second.key_path) == (
        "source[1].file[0]",
        "source[1].file[1]",
    )
    second.unknown_keys(set())
    assert top.warnings == ["source[1].file[1].y: unknown key, ignored."]


def test_unknown_keys_are_returned_whole() -> None:
    """What is kept for saving is the value itself."""
    deep = {"a": [{"b": 1}]}
    assert table(known=1, new=deep).unknown_keys({"known"}) == {"new": deep}


def test_long_keys_are_shortened_in_messages() -> None:
    """A key of a thousand characters does not fill the screen."""
    made = table(**{"k" * 1000: 1})
    made.unknown_keys(set())
    assert len(made.warnings[0]) < 120


@pytest.mark.parametrize(
    "key", ["token", "TOKEN", "password", "Authorization", "secret"]
)
def test_a_secret_is_refused_at_any_depth(key: str) -> None:
    """A manifest is passed on, so it must not carry a secret anywhere."""
    for data in ({key: "x"}, {"a": {key: "x"}}, {"a": [{"b": [[{key: 1}]]}]}):
        with pytest.raises(ManifestValueError, match="would carry a secret"):
            table(**data).unknown_keys(set())


def test_deep_unknown_values_are_refused() -> None:
    """What could not be saved again is not taken."""
    deep: Any = 1
    for _ in range(5000):
        deep = {"a": deep}
    with pytest.raises(ManifestValueError, match="nested too deep"):
        table(new=deep).unknown_keys(set())
