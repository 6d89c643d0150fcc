"""Measurements of the matching on real bids and generated families, against the LP bound."""
