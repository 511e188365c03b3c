"""How previews are drawn: values of `preview` become lines, away from the event loop."""
