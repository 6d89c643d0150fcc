"""Filling in: one page a section, and the attachments."""
