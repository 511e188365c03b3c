"""What type a file is, as far as its name tells."""

from __future__ import annotations

import pytest

from rehydrate_tui.domain.file_type import OTHER, type_of


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.csv", ".csv"),
        ("deep/er/A.CSV", ".csv"),
        ("a.tar.gz", ".gz"),
        ("Makefile", OTHER),
        ("v1.0/Makefile", OTHER),
        (".gitignore", OTHER),
        ("deep/.gitignore", OTHER),
        ("ends.", "."),
    ],
)
def test_types(path: str, expected: str) -> None:
    """The last extension, in lower case; a name that begins with a dot has none."""
    assert type_of(path) == expected
