"""Departments in order, key areas, and the units that apply: one record each, feeding every call."""
