"""The Python code that exported scripts and cells carry, as it stands here.

`embedding.py` puts it together: a script is `files`, `run` and `main`, a cell is one
function around `files`, `run` and `cell`. So nothing in these modules may need anything
but the standard library of Python 3.8, nor `global`, nor a `__future__` import, which
would switch a whole notebook.
"""
