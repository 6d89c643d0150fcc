"""Asking somebody to join the pool, and the application behind the link."""
