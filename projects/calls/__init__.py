"""Calls for projects and the rule packs they freeze."""
