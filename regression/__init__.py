"""The regression benchmark of continuous integration: a pytest plugin that fails where scores or speed got worse."""
