"""`python -m rehydrate_tui` is `rehydrate-tui`."""

import sys

from rehydrate_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
