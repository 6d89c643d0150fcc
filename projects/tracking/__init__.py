"""Reports, visits, changes and closing."""
