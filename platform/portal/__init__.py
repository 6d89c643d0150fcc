"""What looks across packages: the public site, home pages, search."""
