"""How fast the last download was: a convenience that no file can turn into trouble."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehydrate_tui.storage.measured import load_rate, remember_rate


def test_it_is_there_the_next_time(tmp_path: Path) -> None:
    """The newest counts; the folder is made when it is needed."""
    state = tmp_path / "state"
    assert load_rate(state) is None
    remember_rate(state, 1e6)
    remember_rate(state, 2e6)
    assert load_rate(state) == 2e6


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "7", '{"bytes_per_second": null}', '{"bytes_per_second": 0}',
     '{"bytes_per_second": NaN}', '{"bytes_per_second": 1e999}', "\udcff",
     '{"bytes_per_second": ' + "9" * 400 + "}"],
)  # fmt: skip
def test_a_damaged_file_is_none(tmp_path: Path, text: str) -> None:
    """Nothing, nonsense and numbers that are no rate are left alone."""
    (tmp_path / "rate.json").write_text(text, "utf-8", "surrogateescape")
    assert load_rate(tmp_path) is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    """A home that cannot be written is no error."""
    (tmp_path / "state").write_text("a file")
    remember_rate(tmp_path / "state", 1e6)
    assert load_rate(tmp_path / "state") is None
