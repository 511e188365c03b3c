"""The version: read by the build, printed by `--version`, sent as user agent."""

__version__ = "0.1.0"
