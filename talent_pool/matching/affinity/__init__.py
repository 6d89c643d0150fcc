"""How near a project and an expert are: texts, their features, what speaks for a pair."""
