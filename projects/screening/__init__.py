"""Eligibility and completeness, the one return for changes, opinions, the audited amount."""
