"""The API origin: one module per family of endpoints."""
