"""Getting in and out: password, second factor, one-time code, links that set a password."""
