"""Asking an expert from a project, and what was asked, on the pages of the project."""
