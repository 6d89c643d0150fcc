"""Demand for advice and the supply of experts, by area, field and county."""
