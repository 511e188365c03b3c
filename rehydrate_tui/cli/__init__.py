"""The command line: reads the arguments, chooses a front end, gives the exit status."""

from rehydrate_tui.cli.run import main

__all__ = ["main"]
