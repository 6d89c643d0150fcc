"""Setting a password through a single-use link: invitations and resets."""
