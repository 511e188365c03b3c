"""The disk and this machine: files, settings, credentials.

May import `domain` and `errors`. Every `OSError` ends here, translated to a
`LocalError` that names the path.
"""
