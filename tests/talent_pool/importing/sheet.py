"""Builders of sheets with experts."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from kernel.sheets.columns import letters
from talent_pool.importing.words import COLUMNS

LETTER = {key: letters(place) for place, (key, *_) in enumerate(COLUMNS)}
GOOD: dict[str, Any] = {"name": "张三", "employer": "示例大学", "category": "学", "areas": "养老服务、community"}


def row(**cells: Any) -> dict[str, Any]:
    """A row that may be brought in, changed as told; None leaves a cell empty."""
    return {**GOOD, **cells}


def workbook(*lines: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet()
    for place, (_, title, *_) in enumerate(COLUMNS):
        page.write_string(0, place, title)
    for number, line in enumerate(lines, 1):
        for place, (key, *_) in enumerate(COLUMNS):
            if line.get(key) is not None:
                page.write(number, place, line[key])
    book.close()
    return file.getvalue()
