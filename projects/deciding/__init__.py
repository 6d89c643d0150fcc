"""Amounts, funding lines and the meeting's decision, prepared where nobody else sees them."""
