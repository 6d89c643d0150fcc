"""Proposals on their way in: drafting, the unit's endorsement, submission."""
