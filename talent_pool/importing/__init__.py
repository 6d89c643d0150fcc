"""Experts from a sheet: looked over cell by cell, brought in as a whole, admitted by a second person, taken back as a whole."""
