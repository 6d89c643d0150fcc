"""Experts: who they are, what they know, and the ties that keep them from a project."""
