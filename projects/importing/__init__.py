"""Bringing in projects that were awarded before, so that the first round here is not a green field."""
