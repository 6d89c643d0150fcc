"""Once a year every expert says that the profile is still right; papers that run out are told in time."""
