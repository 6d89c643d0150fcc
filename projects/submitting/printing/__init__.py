"""A draft on paper: the application to read, the page to be stamped."""
