"""Locks and exclusions of a call."""
