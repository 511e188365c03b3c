"""Embedded GitHub server."""
