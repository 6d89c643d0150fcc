"""Agreements, instalments, payment requests and their vouchers."""
