"""What a project spent of each funding line, and what it gives back."""
