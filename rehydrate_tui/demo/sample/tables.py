"""The data files of the sample: tables, logs and the recordings kept in LFS."""

from __future__ import annotations

import csv
import json
import random
import struct
from collections import Counter
from functools import cache

from rehydrate_tui.demo.objects import LazyBlob
from rehydrate_tui.demo.sample.weather import HOURS, Day, stamp, year

_SPECIES = (
    ("Ring ouzel", "Turdus torquatus"),
    ("Alpine accentor", "Prunella collaris"),
    ("Nutcracker", "Nucifraga caryocatactes"),
    ("Wheatear", "Oenanthe oenanthe"),
    ("Water pipit", "Anthus spinoletta"),
    ("Rock ptarmigan", "Lagopus muta"),
    ("Citril finch", "Carduelis citrinella"),
    ("Black redstart", "Phoenicurus ochruros"),
)
_REMARKS = ("", "", "", "singing", '"nest, two young"', "in fog")
_OBSERVERS = ("Nora Moreau", "Tomás Øygard", "Li Wei", "Ada Okafor")
STATIONS = (
    ("VAL", "Valley floor", 46.5312, 8.1007, 1204),
    ("SLO", "South slope", 46.5377, 8.1069, 1688),
    ("RID", "Ridge", 46.5429, 8.1123, 2251),
    ("HUT", "Old hut", 46.5350, 8.0958, 1932),
)
SIGHTINGS_2016 = 1800
_GAPS = 0.05
RAW_LOG_SIZE = 60_000_000
RAW_LOG_OID = "18533d99ee8b2276e603dc1aa7feed44ff6ff64f"
_RAW_LOG_HEAD = b"tick,channel,millivolt,flag\n"


def station_day(day: Day) -> bytes:
    """Write the hourly file of one day."""
    lines = ["time,temperature_c,humidity_pct,wind_m_s,rain_mm"]
    for hour, reading in enumerate(day.hours):
        lines.append(
            f"{stamp(day.day, hour)},{reading.temperature},{reading.humidity},"
            f"{reading.wind},{reading.rain}"
        )
    return _joined(lines)


def station_files() -> dict[str, bytes]:
    """Write one file for each day of the year."""
    return {
        f"data/stations/{day.day.isoformat()}.csv": station_day(day) for day in year()
    }


@cache
def daily_summary() -> bytes:
    """Write the whole year, a line for each day."""
    lines = ["date,mean_c,min_c,max_c,rain_mm,wind_max_m_s"]
    for day in year():
        temperatures = [hour.temperature for hour in day.hours]
        wind = max(hour.wind for hour in day.hours)
        lines.append(
            f"{day.day.isoformat()},{day.mean_temperature:.1f},{min(temperatures)},"
            f"{max(temperatures)},{day.rain:.1f},{wind}"
        )
    return _joined(lines)


def monthly_rain() -> bytes:
    """Write the rain of every month."""
    totals = dict.fromkeys(range(1, 13), 0.0)
    for day in year():
        totals[day.day.month] += day.rain
    return _joined(
        ["month\train_mm", *(f"{m:02d}\t{v:.1f}" for m, v in totals.items())]
    )


def stations_geojson() -> bytes:
    """Write where the stations stand."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name, "elevation_m": elevation},
            "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
        }
        for code, name, latitude, longitude, elevation in STATIONS
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, indent=2).encode() + b"\n"


@cache
def sightings(season: int, count: int) -> bytes:
    """Write a table of bird sightings with a quoted remark here and there."""
    source = random.Random(season)  # noqa: S311 - birds, not secrets
    rows: list[str] = []
    for number in range(count):
        month, day = 4 + number * 6 // count, source.randrange(1, 29)
        hour, minute = source.randrange(5, 21), source.randrange(60)
        station = source.choice(STATIONS)[0]
        species, latin = source.choice(_SPECIES)
        seen = 1 + int(source.expovariate(0.7))
        observer, remark = source.choice(_OBSERVERS), source.choice(_REMARKS)
        rows.append(
            f"{season}-{month:02d}-{day:02d},{hour:02d}:{minute:02d},{station},"
            f"{species},{latin},{seen},{observer},{remark}"
        )
    return _joined(
        ["date,time,station,species,latin,count,observer,remark", *sorted(rows)]
    )


def most_seen(season: int, count: int) -> list[tuple[str, int]]:
    """Count the birds of a season, the commonest species first."""
    totals: Counter[str] = Counter()
    for row in csv.DictReader(sightings(season, count).decode().splitlines()):
        totals[row["species"]] += int(row["count"])
    return totals.most_common()


def snow_depth() -> bytes:
    """Write snow depths by station, tab-separated, with gaps."""
    source = random.Random(7)  # noqa: S311 - snow, not secrets
    lines = ["date\t" + "\t".join(code for code, *_ in STATIONS)]
    for day in year()[::7]:
        cover = max(0.0, 6.0 - day.mean_temperature) * 9
        cells = [
            ""
            if source.random() < _GAPS
            else str(int(cover * (0.4 + elevation / 1500)))
            for *_, elevation in STATIONS
        ]
        lines.append(day.day.isoformat() + "\t" + "\t".join(cells))
    return _joined(lines)


def recording(seed: int, samples: int) -> bytes:
    """Write a NumPy file of unsigned 16-bit samples: a dawn chorus, roughly."""
    source = random.Random(seed)  # noqa: S311 - sound, not secrets
    description = f"{{'descr': '<u2', 'fortran_order': False, 'shape': ({samples},), }}"
    padding = -(10 + len(description) + 1) % 64
    header = description.encode() + b" " * padding + b"\n"
    magic = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header))
    return magic + header + source.randbytes(samples * 2)


def raw_log() -> LazyBlob:
    """Promise the logger's raw dump: 60 MB, made only when it is fetched."""
    return LazyBlob(oid=RAW_LOG_OID, size=RAW_LOG_SIZE, make=raw_log_bytes)


def raw_log_bytes() -> bytes:
    """Make the raw dump: whole-number arithmetic, equal on every machine."""
    lines = (
        f"{tick:08d},{tick % 4},{(tick * 7919 + tick * tick % 613) % 5000:04d},ok"
        for tick in range(40_000)
    )
    block = ("\n".join(lines) + "\n").encode()
    repeats = RAW_LOG_SIZE // len(block) + 1
    return (_RAW_LOG_HEAD + block * repeats)[:RAW_LOG_SIZE]


def hourly_json() -> bytes:
    """Write one week as JSON for the web page."""
    week = [
        {"time": stamp(day.day, hour), "temperature": day.hours[hour].temperature}
        for day in year()[182:189]
        for hour in range(0, HOURS, 3)
    ]
    return json.dumps({"station": "VAL", "readings": week}, indent=1).encode() + b"\n"


def _joined(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
