"""The think tank and the people who do the work: profiles, tiers, training, matching."""
