"""Notebooks in nbformat 4, with outputs."""

from __future__ import annotations

import base64
import hashlib
import json

from rehydrate_tui.demo.sample.pictures import sparkline
from rehydrate_tui.demo.sample.tables import SIGHTINGS_2016, most_seen
from rehydrate_tui.demo.sample.weather import YEAR, year

_KERNEL = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {
        "name": "python",
        "version": "3.10.4",
        "mimetype": "text/x-python",
        "file_extension": ".py",
    },
}
_MISSING = "[Errno 2] No such file: '../data/audio/2016-05-14-dawn.npy'"
Cell = dict[str, object]


def season_notebook() -> bytes:
    """Write the notebook that the README leads to."""
    daily = [day.mean_temperature for day in year()]
    hourly = [hour.temperature for day in year() for hour in day.hours]
    warmest = max(year(), key=lambda day: day.mean_temperature)
    return _notebook(
        _markdown(
            "# The 2016 season\n",
            "\n",
            "Hourly readings of the valley station, **one file a day**. The files come\n",
            "back with the manifest in the repository's root.",
        ),
        _code(
            1,
            "from pathlib import Path\n",
            "import pandas as pd\n",
            "\n",
            'files = sorted(Path("../data/stations").glob("2016-*.csv"))\n',
            "frame = pd.concat(map(pd.read_csv, files), ignore_index=True)\n",
            'print(f"{len(files)} files, {len(frame):,} readings")',
            output=_stream("366 files, 8,784 readings\n"),
        ),
        _code(
            2,
            'frame["temperature_c"].describe().round(1)',
            output=_result(
                2,
                f"count    {len(hourly):6}.0\n"
                f"mean     {sum(hourly) / len(hourly):8.1f}\n"
                f"min      {min(hourly):8.1f}\n"
                f"max      {max(hourly):8.1f}\n"
                "Name: temperature_c, dtype: float64",
            ),
        ),
        _markdown(f"The warmest day was **{warmest.day.isoformat()}**."),
        _code(
            3,
            'frame.groupby(frame["time"].str[:10])["temperature_c"].mean().plot()',
            output=_picture(sparkline(daily)),
        ),
    )


def birds_notebook() -> bytes:
    """Write a second notebook, one cell of which failed."""
    common = "\n".join(
        f"{species:<18}{count}"
        for species, count in most_seen(YEAR, SIGHTINGS_2016)[:3]
    )
    return _notebook(
        _markdown(
            "# Birds by station\n", "\n", "Counts per species, April to September."
        ),
        _code(
            1,
            "import pandas as pd\n",
            "\n",
            'birds = pd.read_csv("../data/birds/sightings-2016.csv")\n',
            'birds.groupby("species")["count"].sum().sort_values(ascending=False).head(3)',
            output=_result(
                1,
                f"species\n{common}\nName: count, dtype: int64",
            ),
        ),
        _code(
            2,
            "import numpy as np\n",
            "\n",
            'chorus = np.load("../data/audio/2016-05-14-dawn.npy")\n',
            "chorus.shape",
            output={
                "output_type": "error",
                "ename": "FileNotFoundError",
                "evalue": _MISSING,
                "traceback": ["\x1b[0;31mFileNotFoundError\x1b[0m: " + _MISSING],
            },
        ),
        _markdown(
            "The session had ended, and the recordings with it. _Rehydrate first._"
        ),
    )


def scratch_notebook(title: str) -> bytes:
    """Write a short notebook without outputs."""
    return _notebook(_markdown(f"# {title}"), _code(None, "%load_ext rehydrate_tui"))


def _notebook(*cells: Cell) -> bytes:
    numbered = [
        {"id": hashlib.sha256(str(index).encode()).hexdigest()[:8], **cell}
        for index, cell in enumerate(cells)
    ]
    document = {
        "cells": numbered,
        "metadata": _KERNEL,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"


def _markdown(*lines: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": list(lines)}


def _code(count: int | None, *lines: str, output: Cell | None = None) -> Cell:
    return {
        "cell_type": "code",
        "execution_count": count,
        "metadata": {},
        "outputs": [] if output is None else [output],
        "source": list(lines),
    }


def _stream(text: str) -> Cell:
    return {"output_type": "stream", "name": "stdout", "text": [text]}


def _result(count: int, text: str) -> Cell:
    return {
        "output_type": "execute_result",
        "execution_count": count,
        "metadata": {},
        "data": {"text/plain": text.splitlines(keepends=True)},
    }


def _picture(data: bytes) -> Cell:
    encoded = base64.b64encode(data).decode("ascii") + "\n"
    return {
        "output_type": "display_data",
        "metadata": {"needs_background": "light"},
        "data": {"image/png": encoded, "text/plain": ["<Figure size 640x480>"]},
    }
