"""What only exists inside a kernel: the live display, magics, the notebook's secrets.

May import `headless` and what is below it. IPython is looked up when it is there and
never needed.
"""
