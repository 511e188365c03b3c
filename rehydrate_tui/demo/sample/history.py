"""The two sample repositories, commit by commit."""

from __future__ import annotations

from datetime import datetime, timezone

from rehydrate_tui.demo.builder import (
    Content,
    Executable,
    Gitlink,
    LfsFile,
    RepositoryBuilder,
    Symlink,
)
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.sample import notebooks, pictures, prose, tables
from rehydrate_tui.demo.sample.names import awkward_files

OWNER = "rehydrate"
NORA = "Nora Moreau <nora@example.org>"
TOMAS = "Tomás Øygard <tomas@example.org>"
LI = "Li Wei <li.wei@example.org>"
DAWN_SAMPLES = 2_400_000


def sample_repositories() -> list[Repository]:
    """Build the sample repositories.

    Returns:
        `rehydrate/field-notes`, and `rehydrate/logger-tools`, which it holds as
        a submodule.
    """
    tools = _logger_tools()
    head = tools.resolve("main")
    if head is None:
        raise AssertionError("The submodule has a commit.")
    return [_field_notes(head), tools]


def _logger_tools() -> Repository:
    tools = RepositoryBuilder(OWNER, "logger-tools", description="Logger software")
    tools.commit(
        {"README.md": prose.TOOLS_README.encode()},
        "Begin",
        author=TOMAS,
        when=_moment(2016, 2, 20),
    )
    tools.commit(
        _logger_script(),
        "Add the start script and its settings",
        author=TOMAS,
        when=_moment(2016, 2, 27),
    )
    tools.tag("v0.2")
    return tools.build()


def _field_notes(tools_head: str) -> Repository:
    notes = RepositoryBuilder(OWNER, "field-notes", description="Field station data")
    notes.commit(_beginning(), "Begin", author=NORA, when=_moment(2016, 3, 1))
    notes.commit(
        _tools(tools_head),
        "Carry the logger software as a submodule, and its raw dump",
        author=TOMAS,
        when=_moment(2016, 3, 9),
    )
    notes.commit(
        _weather(), "Add hourly weather of 2016", author=NORA, when=_moment(2016, 8, 31)
    )
    notes.tag("v1.0", message="Hourly weather, complete")
    notes.branch("data")
    _grow_data_branch(notes)
    notes.commit(
        _birds(),
        "Add bird sightings\n\nCounted by four observers from April to September.",
        author=LI,
        when=_moment(2016, 10, 3),
    )
    notes.commit(
        _recordings(),
        "Keep the dawn recordings in LFS",
        author=LI,
        when=_moment(2016, 10, 17),
    )
    notes.commit(
        _notebooks(), "Add the notebooks", author=NORA, when=_moment(2016, 11, 20)
    )
    notes.commit(
        _laptops(),
        "Collect the notes from everybody's laptops",
        author=TOMAS,
        when=_moment(2016, 11, 28),
    )
    notes.tag("v1.1")
    _begin_next_season(notes)
    return notes.build()


def _logger_script() -> dict[str, Content]:
    return {
        "start-logger.sh": Executable(prose.TOOLS_SCRIPT.encode()),
        "config/logger.toml": prose.TOOLS_CONFIG.encode(),
        "config/default.toml": Symlink("logger.toml"),
    }


def _tools(head: str) -> dict[str, Content]:
    return {
        "tools": Gitlink(head),
        ".gitmodules": prose.MODULES.encode(),
        "data/raw/logger-2016.csv": tables.raw_log(),
        "data/raw/empty.log": b"",
    }


def _laptops() -> dict[str, Content]:
    return {**awkward_files(), "notes/latest": Symlink("../CHANGES.md")}


def _beginning() -> dict[str, Content]:
    return {
        "README.md": prose.README.encode(),
        "LICENSE": prose.LICENSE.encode(),
        "CHANGES.md": prose.CHANGES.encode(),
        "CITATION.cff": prose.CITATION.encode(),
        "pyproject.toml": prose.PROJECT.encode(),
        ".gitattributes": prose.ATTRIBUTES.encode(),
        ".gitignore": prose.IGNORED.encode(),
        "docs/protocol.md": prose.PROTOCOL.encode(),
        "docs/stations.yaml": prose.STATIONS_YAML.encode(),
        "docs/internal/keys.md": prose.INTERNAL.encode(),
        "fieldnotes/__init__.py": prose.PACKAGE.encode(),
        "fieldnotes/clean.py": prose.CLEAN.encode(),
        "fieldnotes/split.py": Executable(prose.SPLIT.encode()),
        "fieldnotes/stations.py": prose.STATIONS_PY.encode(),
        "fieldnotes/version.py": prose.VERSION.encode(),
        "start.bat": prose.START_BAT.encode(),
        "figures/station.png": pictures.icon(),
    }


def _weather() -> dict[str, Content]:
    return {
        **tables.station_files(),
        "data/stations.geojson": tables.stations_geojson(),
        "data/daily-2016.csv": tables.daily_summary(),
        "data/rain-by-month.tsv": tables.monthly_rain(),
        "data/snow-depth.tsv": tables.snow_depth(),
        "data/week-27.json": tables.hourly_json(),
        # twice the same bytes: a download fetches them once
        "notebooks/daily-2016.csv": tables.daily_summary(),
        "figures/temperature-2016.png": pictures.heat_map(),
        "figures/rain-2016.png": pictures.rain_chart(),
        "data/current.csv": Symlink("stations/2016-12-31.csv"),
        "notes/shared-drive": Symlink("../../shared-drive/valley"),
    }


def _birds() -> dict[str, Content]:
    return {
        "data/birds/sightings-2016.csv": tables.sightings(2016, tables.SIGHTINGS_2016),
        "data/birds/README.md": b"# Sightings\n\nOne line for each sighting.\n",
    }


def _recordings() -> dict[str, Content]:
    return {
        "data/audio/2016-05-14-dawn.npy": LfsFile(tables.recording(514, DAWN_SAMPLES)),
        "data/audio/2016-06-02-dawn.npy": LfsFile(tables.recording(602, 90_000)),
    }


def _notebooks() -> dict[str, Content]:
    return {
        "notebooks/01 season.ipynb": notebooks.season_notebook(),
        "notebooks/02 birds.ipynb": notebooks.birds_notebook(),
        "notebooks/scratch/untitled.ipynb": notebooks.scratch_notebook("Untitled"),
    }


def _grow_data_branch(notes: RepositoryBuilder) -> None:
    notes.commit(
        {
            "notebooks/daily-2016.csv": None,
            "data/daily-2016.tsv": tables.daily_summary().replace(b",", b"\t"),
        },
        "Offer the daily table with tabs",
        branch="data",
        author=LI,
        when=_moment(2016, 9, 12),
    )


def _begin_next_season(notes: RepositoryBuilder) -> None:
    notes.branch("feature/2017-season")
    notes.commit(
        {
            "data/birds/sightings-2017.csv": tables.sightings(2017, 240),
            "notebooks/03 next season.ipynb": notebooks.scratch_notebook("Season 2017"),
            "README.md": prose.README.replace("season 2016", "season 2017").encode(),
        },
        "Begin the 2017 season",
        branch="feature/2017-season",
        author=TOMAS,
        when=_moment(2017, 4, 2),
    )


def _moment(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, 30, tzinfo=timezone.utc)
