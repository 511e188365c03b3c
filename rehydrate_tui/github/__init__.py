"""The GitHub client: addresses, requests, answers, all HTTP of the product.

May import `storage` (for `Token`), `domain` and `errors`, and is the only package that
imports httpx. `translate` is the border: no httpx exception leaves it.
"""

from rehydrate_tui.github.client import GitHubClient
from rehydrate_tui.github.http import HttpOptions

__all__ = ["GitHubClient", "HttpOptions"]
