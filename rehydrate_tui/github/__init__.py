"""The GitHub client: addresses, requests, answers, all HTTP of the product.

May import `storage` (for `Token`), `domain` and `errors`, and is the only package that
imports httpx. `translate` is the border: no httpx exception leaves it.
"""

import sys
from typing import cast

# httpx loads the libraries of its own command line where they are installed, which takes
# longer than all the rest of it; it does without what cannot be imported.
_COMMAND_LINE = "httpx._main"
if "httpx" not in sys.modules:
    cast("dict[str, None]", sys.modules)[_COMMAND_LINE] = None
    import httpx as httpx

    del sys.modules[_COMMAND_LINE]

from rehydrate_tui.github.client import GitHubClient  # noqa: E402 - as told above
from rehydrate_tui.github.http import HttpOptions  # noqa: E402 - as told above

__all__ = ["GitHubClient", "HttpOptions"]
