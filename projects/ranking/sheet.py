"""The ranking as a workbook that recomputes itself: totals, means and places are formulas over the experts' own points."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from projects.calls.rulepack import RankingRules, Rubric
from projects.ranking import words
from projects.ranking.queries import Detail
from projects.scoring.ranking import mean, tie_chain

FIXED = len(words.HEADS)


class _Layout:
    """Where things stand: fixed columns, one total a sheet, the mean, tie-break means, then every point."""

    def __init__(self, found: Sequence[Detail], rubric: Rubric, rules: RankingRules) -> None:
        self.rubric, self.rules = rubric, rules
        self.experts = max((len(line.sheets) for line in found), default=0)
        self.last = len(found)
        self.chain = tie_chain(rubric, rules)
        self.mean = FIXED + self.experts
        self.points = self.mean + 1 + len(self.chain)

    def point(self, expert: int, code: str) -> int:
        order = [criterion.code for criterion in self.rubric.criteria]
        return self.points + expert * len(order) + order.index(code)

    def heads(self) -> list[str]:
        experts = [words.EXPERT.format(number=n + 1) for n in range(self.experts)]
        names = {criterion.code: criterion.name for criterion in self.rubric.criteria}
        return [
            *words.HEADS,
            *(words.TOTAL.format(expert=expert) for expert in experts),
            words.MEAN,
            *(words.TIE.format(criterion=names[code]) for code in self.chain),
            *(words.POINT.format(expert=expert, criterion=c.name) for expert in experts for c in self.rubric.criteria),
        ]

    def total_formula(self, row: int, expert: int) -> str:
        first, last = self.point(expert, self.rubric.criteria[0].code), self.point(expert, self.rubric.criteria[-1].code)
        return f"=SUM({xl_rowcol_to_cell(row, first)}:{xl_rowcol_to_cell(row, last)})"

    def mean_formula(self, row: int) -> str:
        span = f"{xl_rowcol_to_cell(row, FIXED)}:{xl_rowcol_to_cell(row, self.mean - 1)}"
        return f"=(SUM({span})-MAX({span})-MIN({span}))/(COUNT({span})-2)" if self.rules.trim else f"=AVERAGE({span})"

    def tie_formula(self, row: int, code: str) -> str:
        return f"=AVERAGE({','.join(xl_rowcol_to_cell(row, self.point(n, code)) for n in range(self.experts))})"

    def place_formula(self, row: int) -> str:
        """One more than how many stand before: a higher mean, or an equal one and more in the chain."""
        columns = [self.mean, *(self.mean + 1 + n for n in range(len(self.chain)))]
        formula = ""
        for column in reversed(columns):
            everyone, mine = xl_range_abs(1, column, self.last, column), xl_rowcol_to_cell(row, column)
            formula = f"({everyone}>{mine})" + (f"+({everyone}={mine})*({formula})" if formula else "")
        return f"=1+SUMPRODUCT(--(({formula})>0))"


def workbook(found: Sequence[Detail], rubric: Rubric, rules: RankingRules) -> bytes:
    """XLSX with formulas and their values, so that both a spreadsheet and a plain reader see the same."""
    layout = _Layout(found, rubric, rules)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet(words.SHEET)
    head = book.add_format({"bold": True, "bg_color": "#E6F0FA", "border": 1, "border_color": "#D5DCE4", "text_wrap": True})
    for column, title in enumerate(layout.heads()):
        sheet.write_string(0, column, title, head)
    formats = {"money": book.add_format({"num_format": "#,##0.00"}), "mean": book.add_format({"num_format": "0.00"})}
    for row, line in enumerate(found, 1):
        _write(sheet, row, line, layout, formats)
    sheet.set_column(1, 1, 15)
    sheet.set_column(2, 3, 30)
    sheet.set_column(4, 4, 14)
    sheet.freeze_panes(1, 3)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, row: int, line: Detail, layout: _Layout, formats: dict[str, Any]) -> None:
    sheet.write_formula(row, 0, layout.place_formula(row), None, line.place)
    for column, text in enumerate((line.code, line.title, line.organisation), 1):
        sheet.write_string(row, column, text)
    sheet.write_number(row, 4, line.requested / 100, formats["money"])
    for expert, points in enumerate(line.sheets):
        sheet.write_formula(row, FIXED + expert, layout.total_formula(row, expert), None, sum(points.values()) / 2)
        for code, value in points.items():
            sheet.write_number(row, layout.point(expert, code), value / 2)
    average = mean([sum(points.values()) for points in line.sheets], layout.rules)
    sheet.write_formula(row, layout.mean, layout.mean_formula(row), formats["mean"], float(average / 2))
    for order, code in enumerate(layout.chain, 1):
        parting = sum(points[code] for points in line.sheets) / len(line.sheets) / 2
        sheet.write_formula(row, layout.mean + order, layout.tie_formula(row, code), formats["mean"], parting)
