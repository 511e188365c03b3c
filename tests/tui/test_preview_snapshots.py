"""How previews look, beside the tree and instead of it.

The pictures are compared as SVG; see `test_snapshots.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.tui.screens.browse import BrowseScreen
from tests.preview.samples import (
    code_cell,
    notebook,
    picture,
    shown_picture,
    zipped,
)
from tests.tui.conftest import MakeApp
from tests.tui.driving import Driver, browser, on, tree_of, until
from tests.tui.memory_remote import MemoryRemote, entry

Compare = Callable[..., bool]

README = """\
# Rain in the valley

Readings of the **upper** station, see [the protocol](protocol.md) and `data/`.

![Red over blue](figures/map.png) ![CI](https://example.org/badge.svg)

1. wet days
2. dry days
   - hot
   - cold

> Rain is what happens elsewhere.

```python
def total(rows):
    # millimetres
    return sum(row["mm"] for row in rows)
```

| month | mm |
|---|---|
| May | 61 |
"""
CODE = '''\
"""Reads the logger."""

from pathlib import Path


def read(path: Path, *, most: int = 10) -> list[str]:
    """Return the first lines."""  # and no more
    return path.read_text("utf-8").splitlines()[:most]
'''
FILES: dict[str, bytes] = {
    "README.md": README.encode(),
    "figures/map.png": picture(size=(64, 40)),
    "data/rain.csv": b"station,day,mm,wet,note\n"
    + b"".join(
        b"Valley floor,2016-05-%02d,%.1f,%s,\n"
        % (n, n * 1.7, b"yes" if n % 3 else b"no")
        for n in range(1, 32)
    ),
    "data/stations.json": json.dumps(
        {"stations": [{"code": "VAL", "at": [46.1, 7.2]}, {"code": "RID", "at": None}]},
        separators=(",", ":"),
    ).encode()
    + b" " * 400,
    "data/all.zip": zipped({f"2016/{n:02}.csv": b"x" * n * 900 for n in range(1, 13)}),
    "data/raw.bin": bytes(range(256)),
    "notebooks/season.ipynb": notebook(
        {"cell_type": "markdown", "source": "# The season\n\nIn *hours*."},
        code_cell(
            "frame.plot()",
            {"output_type": "stream", "name": "stdout", "text": "2 stations\n"},
            shown_picture(picture(size=(48, 20))),
        ),
        code_cell(
            "1 / 0",
            {"output_type": "error", "traceback": ["ZeroDivisionError: no"]},
        ),
    ),
    "src/logger.py": CODE.encode(),
}


def shows(path: str) -> Callable[[Driver], object]:
    """Return what puts the cursor on a file and shows it."""

    async def show(pilot: Driver) -> None:
        await on(pilot, BrowseScreen)
        if not pilot.app.screen.has_class("-wide"):
            await pilot.press("p")
        space, pane = browser(pilot).workspace, browser(pilot).pane
        node = space.tree.node(path)
        space.rows.reveal(node)
        tree_of(pilot).show(node=node)

        def is_shown() -> bool:
            loaded = pane.preview.loaded
            return loaded is not None and loaded.node == node

        await until(pilot, is_shown)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause(0.2)

    return show


@pytest.mark.parametrize("size", [(80, 24), (131, 45)], ids=["80x24", "131x45"])
@pytest.mark.parametrize("path", [*FILES, "data"], ids=lambda path: Path(path).name)
def test_previews_look_as_they_did(
    snap_compare: Compare,
    memory_app: MakeApp,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    size: tuple[int, int],
) -> None:
    """Every kind, in a small and in a usual notebook terminal."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    entries = [entry(name, data) for name, data in FILES.items()]
    app = memory_app(
        MemoryRemote(entries=entries, contents=FILES),
        destination=Path("/nowhere/session"),
    )
    assert snap_compare(app, terminal_size=size, run_before=shows(path))
