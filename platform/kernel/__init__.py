"""What all packages may use; imports nothing of ours."""
