"""Experts keep their own profile."""
