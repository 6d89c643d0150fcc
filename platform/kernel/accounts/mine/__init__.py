"""One's own account: data, password, second factor, sessions, letters."""
