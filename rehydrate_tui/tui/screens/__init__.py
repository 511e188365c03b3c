"""One screen a module, each with a style sheet of the same name beside it."""
