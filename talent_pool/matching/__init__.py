"""Experts and projects: conflicts, the draw that anyone can replay."""
