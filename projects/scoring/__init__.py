"""Panels, seats, scores and the published ranking."""
