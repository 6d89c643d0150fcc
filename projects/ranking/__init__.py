"""Closing a panel and the ranking by the published formula, seen by those who prepare the decision."""
