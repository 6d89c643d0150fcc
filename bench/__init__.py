"""Measurements: `make bench` or `mianshe bench`. Prints JSON lines; asserts nothing."""
