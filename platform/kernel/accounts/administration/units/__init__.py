"""Departments, organisations, counties, stations and agencies as the administrators see them."""
