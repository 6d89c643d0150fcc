"""People, units, memberships; sign-in and its administration."""
