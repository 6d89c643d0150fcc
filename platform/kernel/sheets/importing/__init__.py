"""What every import of a sheet shares: read and looked over as a whole, kept as a batch, taken back as a whole."""

from kernel.sheets.importing.judging import Desk, Found, Line
from kernel.sheets.importing.layout import Layout

__all__ = ["Desk", "Found", "Layout", "Line"]
