"""Values and rules, pure: no files, sockets, clock, environment or event loop.

May import `rehydrate_tui.errors` and nothing else of the package.
"""
