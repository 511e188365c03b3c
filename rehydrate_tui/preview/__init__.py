"""What a file shows when only a part of it is looked at: pure readers, no terminal.

Every reader takes bytes from outside and returns a frozen value that is bounded in size
and in the work it took, whatever the bytes are. May import domain and errors.
"""
