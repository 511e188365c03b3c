"""The front end without a screen: plain text and JSON, for cells, scripts and CI.

May import `engine`, `storage`, `domain` and `errors`; never Textual.
"""
