"""Uploaded files: taken in only when harmless, invisible until clean, served only after asking what they belong to."""

from kernel.files.owners import check_owner, owner

__all__ = ["check_owner", "owner"]
