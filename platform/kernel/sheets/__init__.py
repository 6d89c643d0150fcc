"""Sheets in and out: XLSX and CSV from any list, XLSX into typed rows with errors named by cell."""

from kernel.sheets.columns import Column, Kind
from kernel.sheets.listing import ALL, listing
from kernel.sheets.problems import BadCells, Problem
from kernel.sheets.reading import CellError, Sheet, read
from kernel.sheets.serving import download
from kernel.sheets.writing import CSV_TYPE, XLSX_TYPE, stream_csv, stream_xlsx, write

__all__ = [
    "ALL",
    "CSV_TYPE",
    "XLSX_TYPE",
    "BadCells",
    "CellError",
    "Column",
    "Kind",
    "Problem",
    "Sheet",
    "download",
    "listing",
    "read",
    "stream_csv",
    "stream_xlsx",
    "write",
]
