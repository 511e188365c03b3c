"""The texts of the sample: readme, documentation, settings and code."""

from __future__ import annotations

README = """\
# Field notes

Readings, recordings and notebooks of the **upper valley field station**,
season 2016.

![A year of temperatures, hour by hour](figures/temperature-2016.png)

| Folder | What it holds |
|---|---|
| `data/stations` | hourly weather, one CSV file a day (366) |
| `data/birds` | sightings by species and observer |
| `data/audio` | dawn recordings, kept in Git LFS |
| `data/raw` | the loggers' raw dump: *60 MB, rarely needed* |
| `notebooks` | how the figures were made |
| `fieldnotes` | the small Python package that the notebooks import |
| `tools` | logger software, a submodule |

## Bring the data back into a notebook session

```sh
rehydrate-tui --replay manifest.toml
```

## Licence

Data CC BY 4.0, code MIT. Please name the station when you use the data.
"""

LICENSE = """\
MIT License

Copyright (c) 2016 The upper valley field station

Permission is hereby granted, free of charge, to any person obtaining a copy of
this software to deal in the software without restriction.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND.
"""

ATTRIBUTES = """\
*.npy filter=lfs diff=lfs merge=lfs -text
*.png binary
fieldnotes/version.py export-subst
docs/internal export-ignore
*.bat text eol=crlf
"""

MODULES = """\
[submodule "tools"]
\tpath = tools
\turl = ../logger-tools.git
"""

IGNORED = """\
__pycache__/
.ipynb_checkpoints/
*.part
"""

CITATION = """\
cff-version: 1.2.0
title: Field notes of the upper valley station
message: Please cite the data set when you use it.
authors:
  - family-names: Moreau
    given-names: Nora
  - family-names: Øygard
    given-names: Tomás
version: "1.1"
date-released: "2016-11-30"
"""

PROJECT = """\
[project]
name = "fieldnotes"
version = "1.1"
requires-python = ">=3.8"
dependencies = ["pandas", "numpy"]

[tool.fieldnotes]
station = "VAL"
year = 2016
"""

STATIONS_YAML = """\
# Where the loggers stand and what they carry.
stations:
  VAL:
    name: Valley floor
    sensors: [temperature, humidity, wind, rain]
  SLO:
    name: South slope
    sensors: [temperature, snow]
  RID:
    name: Ridge
    sensors: [wind]
    note: out of order from 3 to 11 February (ice)
"""

PROTOCOL = """\
# Protocol

1. Change the logger's battery on the first of the month.
2. Read the card, copy it to `data/raw`, **never edit it there**.
3. Run `fieldnotes/split.py`: it writes one file a day.
4. Commit, tag, done.

> Times are UTC. There is no summer time on the mountain.

```python
from fieldnotes import stations

for station in stations.load():
    print(station.code, station.elevation)
```
"""

CHANGES = """\
# Changes

## 1.1 (2016-11-30)
- Bird sightings of the whole season.
- Dawn recordings in Git LFS.

## 1.0 (2016-09-01)
- Hourly weather of the valley station.
"""

INTERNAL = """\
# Internal

The key to the hut hangs behind the third beam. This folder is left out of
archives (`export-ignore`), so a download as tar.gz does not hold it.
"""

PACKAGE = '''\
"""Reads the station's files."""

from fieldnotes.version import REVISION

__all__ = ["REVISION"]
'''

VERSION = '''\
"""The revision, filled in by `git archive`."""

REVISION = "$Format:%h$"
DATE = "$Format:%cs$"
'''

STATIONS_PY = '''\
"""Where the stations stand."""

import json
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Station:
    """One weather station."""

    code: str
    name: str
    elevation: int


def load(path=HERE.parent / "data" / "stations.geojson"):
    """Read all stations."""
    features = json.loads(path.read_text("utf-8"))["features"]
    return [
        Station(item["code"], item["name"], item["elevation_m"])
        for item in (feature["properties"] for feature in features)
    ]
'''

CLEAN = '''\
"""Takes implausible readings out."""


def plausible(frame, low=-40.0, high=40.0):
    """Keep the rows whose temperature can be true."""
    inside = frame["temperature_c"].between(low, high)
    return frame[inside]


def fill_gaps(frame, limit=3):
    """Interpolate over up to `limit` missing hours."""
    return frame.interpolate(limit=limit)
'''

SPLIT = '''\
#!/usr/bin/env python3
"""Splits the loggers' raw dump into one file a day."""

import csv
import sys
from pathlib import Path


def main(source, target):
    """Read one dump and write the daily files."""
    days = {}
    with open(source, newline="") as dump:
        for row in csv.DictReader(dump):
            days.setdefault(int(row["tick"]) // 86_400, []).append(row)
    for number, rows in days.items():
        path = Path(target, f"{number:05d}.csv")
        with open(path, "w", newline="") as out:
            writer = csv.DictWriter(out, rows[0])
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
'''

START_BAT = "@echo off\necho Reading the card in drive E:\npy fieldnotes\\split.py E:\\dump.csv data\\stations\n"

TOOLS_README = """\
# Logger tools

What runs on the loggers themselves. Field notes carries this repository as a
submodule.
"""

TOOLS_SCRIPT = """\
#!/bin/sh
# Set the logger's clock from GPS and start a new file.
set -eu
gpstime --wait 60 >/dev/clock
exec logger --rate 1 --channels 4 --out "/card/$(date -u +%F).log"
"""

TOOLS_CONFIG = """\
[logger]
rate = 1
channels = ["temperature", "humidity", "wind", "rain"]

[battery]
warn_below_volt = 3.4
"""
