"""The applying unit's own look at a proposal: formal submission, or back to the author; and what lapses without it."""
