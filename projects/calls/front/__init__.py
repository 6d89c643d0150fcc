"""What everybody may read of a call."""
