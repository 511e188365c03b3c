"""Files whose names have tripped somebody up."""

from __future__ import annotations

LONG_NAME = (
    "a very long file name, as people write them when the name is the only label "
    "they have - valley floor, third logger from the left, after the battery was "
    "changed and before the storm of the 24th of August.txt"
)


def awkward_files() -> dict[str, bytes]:
    """Return one small file for every kind of name that needs care."""
    names = (
        "100% humidity.txt",
        "-readme.txt",
        "Bären & Füchse.txt",
        "Tomás's “quoted” note.txt",
        "plus+minus.txt",
        "station #3.txt",
        "two  spaces.txt",
        "what - really!.txt",
        "観測メモ.txt",
        "雪 🏔️.txt",
        LONG_NAME,
    )
    return {f"notes/{name}": f"{name}\n".encode() for name in names}
