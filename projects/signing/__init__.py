"""The project agreement: revised budget and indicators, both signatures, the beginning."""
