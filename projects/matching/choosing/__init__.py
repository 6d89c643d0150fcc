"""Choosing the experts of a panel by hand, with the reason on record."""
