"""Work that waits, runs or has given up, as the system administrator sees it."""
