"""Departments, their funds, stations, desk and requests: the city as the other packages find it."""
