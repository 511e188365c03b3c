"""Plausible weather of one mountain valley: seeded, smooth, with seasons."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

HOURS = 24
YEAR = 2016
FIRST_DAY = date(YEAR, 1, 1)
DAYS_IN_YEAR = 366
_DAY_CURVE = tuple(-math.cos((hour - 3) / HOURS * math.tau) for hour in range(HOURS))
_WET_DAYS, _WET_HOURS = 0.31, 0.4


@dataclass(frozen=True, slots=True)
class Hour:
    """One hourly reading at the valley station."""

    temperature: float
    humidity: int
    wind: float
    rain: float


@dataclass(frozen=True, slots=True)
class Day:
    """All readings of one day."""

    day: date
    hours: tuple[Hour, ...]

    @property
    def mean_temperature(self) -> float:
        """Mean of the hourly temperatures."""
        return sum(hour.temperature for hour in self.hours) / len(self.hours)

    @property
    def rain(self) -> float:
        """Precipitation of the whole day in millimetres."""
        return sum(hour.rain for hour in self.hours)


def day_of(index: int) -> date:
    """Return the date of a day of the year, counted from 0."""
    return FIRST_DAY + timedelta(days=index)


@cache
def year() -> tuple[Day, ...]:
    """Make the readings of the whole year."""
    source = random.Random(1870)  # noqa: S311 - weather, not secrets
    drift = 0.0
    days: list[Day] = []
    for index in range(DAYS_IN_YEAR):
        drift = 0.82 * drift + source.uniform(-1.9, 1.9)
        season = -math.cos((index - 18) / DAYS_IN_YEAR * math.tau)
        wet = source.random() < _WET_DAYS
        days.append(Day(day_of(index), _hours(source, 7.5 + 9.8 * season + drift, wet)))
    return tuple(days)


def _hours(source: random.Random, mean: float, wet: bool) -> tuple[Hour, ...]:  # noqa: FBT001 - private
    swing = 2.2 if wet else 5.4
    readings: list[Hour] = []
    for curve in _DAY_CURVE:
        temperature = mean + swing * curve + source.uniform(-0.5, 0.5)
        humidity = (80 if wet else 62) - 14 * curve + source.uniform(-5, 5)
        rain = source.uniform(0.1, 2.4) if wet and source.random() < _WET_HOURS else 0.0
        readings.append(
            Hour(
                temperature=round(temperature, 1),
                humidity=int(min(100, max(15, humidity))),
                wind=round(abs(source.gauss(2.4, 1.6)), 1),
                rain=round(rain, 1),
            )
        )
    return tuple(readings)


def stamp(day: date, hour: int) -> str:
    """Render the time of a reading."""
    return f"{day.isoformat()}T{hour:02d}:00Z"
