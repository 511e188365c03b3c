"""The terminal user interface. Layer: front end; imports engine, storage, domain, errors.

It holds an `engine.session.Session` and opens no socket itself. `terminal` is imported
before Textual, so this package imports nothing.
"""
