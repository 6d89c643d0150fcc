"""Rows of a section between what was typed and what is stored. Pure: a row that cannot be stored keeps its text.

A line is what was typed, by column; a row is what the database takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from kernel import money
from kernel.errors import Refused
from kernel.forms.fields import clean, whole
from kernel.money import ZERO, Fen, show
from projects.calls.form import SectionKind
from projects.calls.rulepack import RulePack
from projects.submitting import words
from projects.submitting.document import BudgetRow, IndicatorRow, MemberRow, StepRow
from projects.submitting.rules import Reason

Line = Mapping[str, str]
MOST_LINES = 200
LARGEST_COUNT = 100_000


class Wrong(Struct, frozen=True):
    """What is wrong with one cell; `line` counts from 0."""

    line: int
    column: str
    refusal: Refused


class Reading(Struct, frozen=True):
    """`rows` are those that can be stored, by the place of their line; `wrong` says why the others cannot."""

    rows: dict[int, Any]
    wrong: list[Wrong]


class _Cells:
    """Reads the cells of one line and collects what is wrong with them."""

    def __init__(self, kind: str, number: int, line: Line) -> None:
        self.kind, self.number, self.line = kind, number, line
        self.wrong: list[Wrong] = []

    def refuse(self, column: str, reason: Reason, **facts: object) -> None:
        name = words.CELL.format(line=self.number + 1, head=words.COLUMNS[self.kind][column])
        self.wrong.append(Wrong(self.number, column, Refused(reason, field=name, **facts)))

    def text(self, column: str, longest: int, *, required: bool = False) -> str:
        text = clean(self.line.get(column))
        if required and not text:
            self.refuse(column, Reason.REQUIRED)
        if len(text) > longest:
            self.refuse(column, Reason.TOO_LONG, max=longest, length=len(text), over=len(text) - longest)
        return text

    def whole(self, column: str, low: int, high: int) -> int:
        text = clean(self.line.get(column))
        if not text:
            self.refuse(column, Reason.REQUIRED)
            return low
        try:
            number = whole(text)
        except ValueError:
            self.refuse(column, Reason.NOT_A_NUMBER)
            return low
        if low <= number <= high:
            return number
        self.refuse(column, Reason.TOO_SMALL if number < low else Reason.TOO_LARGE, min=low, max=high, unit="")
        return low

    def amount(self, column: str, *, required: bool = False) -> Fen | None:
        text = clean(self.line.get(column))
        if not text:
            if required:
                self.refuse(column, Reason.REQUIRED)
            return None
        try:
            return money.read(text)
        except Refused as no:
            self.wrong.append(Wrong(self.number, column, no))
            return None


def is_empty(line: Line) -> bool:
    return not any(clean(value) for value in line.values())


def _budget(cells: _Cells, pack: RulePack) -> BudgetRow:
    """The requested amount follows from the product when only the own share was typed, and the other way round."""
    quantity = cells.whole("quantity", 1, LARGEST_COUNT)
    price = cells.amount("unit_price", required=True) or ZERO
    if price < 0:
        cells.refuse("unit_price", Reason.TOO_SMALL, min=0, unit="")
    product = Fen(quantity * price)
    requested, own = cells.amount("requested"), cells.amount("own")
    if own is None:
        own = Fen(max(product - requested, 0)) if requested is not None else ZERO
    if requested is None:
        requested = Fen(max(product - own, 0))
    number = cells.number + 1
    for column, amount in (("requested", requested), ("own", own)):
        if amount < 0:
            cells.wrong.append(Wrong(cells.number, column, Refused(Reason.LINE_NEGATIVE, line=number)))
    if not cells.wrong and product != requested + own:
        facts = {"product": show(product), "requested": show(requested), "own": show(own)}
        cells.wrong.append(Wrong(cells.number, "requested", Refused(Reason.LINE_SUM, line=number, **facts)))
    category = cells.text("category", 30, required=True)
    if category and pack.budget.category(category) is None:
        cells.wrong.append(Wrong(cells.number, "category", Refused(Reason.LINE_CATEGORY, line=number)))
    return BudgetRow(
        category=category,
        item=cells.text("item", 80, required=True),
        quantity=quantity,
        unit=cells.text("unit", 12),
        unit_price=price,
        requested=requested,
        own=own,
        basis=cells.text("basis", 300),
    )


def _indicator(cells: _Cells, _: RulePack) -> IndicatorRow:
    return IndicatorRow(
        kind=cells.text("kind", 30, required=True),
        name=cells.text("name", 80, required=True),
        target=cells.whole("target", 1, 1_000_000_000),
        unit=cells.text("unit", 12),
        evidence=cells.text("evidence", 200),
    )


def _member(cells: _Cells, _: RulePack) -> MemberRow:
    return MemberRow(
        name=cells.text("name", 60, required=True),
        part=cells.text("part", 60),
        qualification=cells.text("qualification", 60),
        percent=cells.whole("percent", 0, 100),
    )


def _step(cells: _Cells, _: RulePack) -> StepRow:
    month = cells.text("month", 7, required=True)
    if month and not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        cells.refuse("month", Reason.NOT_A_MONTH)
    return StepRow(month=month, work=cells.text("work", 300, required=True), result=cells.text("result", 200))


READERS: dict[str, Callable[[_Cells, RulePack], Any]] = {
    SectionKind.BUDGET: _budget,
    SectionKind.INDICATORS: _indicator,
    SectionKind.TEAM: _member,
    SectionKind.PLAN: _step,
}


def read(kind: str, lines: Iterable[Line], pack: RulePack) -> Reading:
    """Every line as a row, or what is wrong with its cells. Wholly empty lines are not lines."""
    found: dict[int, Any] = {}
    wrong: list[Wrong] = []
    for number, line in enumerate(line for line in lines if not is_empty(line)):
        cells = _Cells(kind, number, line)
        row = READERS[kind](cells, pack)
        if cells.wrong:
            wrong += cells.wrong
        else:
            found[number] = row
    return Reading(found, wrong)


def typed(kind: str, stored: Iterable[Struct]) -> list[dict[str, str]]:
    """Stored rows as they would have been typed."""
    amounts = {"unit_price", "requested", "own"}
    return [
        {
            column: show(Fen(value)).replace(",", "").removesuffix(".00") if column in amounts else str(value)
            for column in words.COLUMNS[kind]
            for value in [getattr(row, column)]
        }
        for row in stored
    ]


def pasted(kind: str, text: str, pack: RulePack) -> list[dict[str, str]]:
    """Rows copied from a spreadsheet: one a line, cells divided by tabs, in the order of the columns; headings and sums are skipped."""
    columns = words.COLUMNS[kind]
    found: list[dict[str, str]] = []
    for row in clean(text).split("\n")[:MOST_LINES]:
        cells = [cell.strip() for cell in row.split("\t")]
        if _is_heading(cells, list(columns.values())) or next(filter(None, cells), "") in words.SUMS:
            continue
        line = dict(zip(columns, cells, strict=False))
        if not is_empty(line):
            found.append(_coded(kind, line, pack))
    return found


def _is_heading(cells: list[str], heads: list[str]) -> bool:
    """Whether every cell says what its column is called, with or without the unit."""
    said = [re.sub(r"[\s*]|[(\uff08].*", "", text) for text in cells[: len(heads)]]
    known = [re.sub(r"[(\uff08].*", "", head) for head in heads]
    return len(said) > 1 and said == known[: len(said)]


def _coded(kind: str, line: dict[str, str], pack: RulePack) -> dict[str, str]:
    """Names of categories and kinds become their codes; what is unknown stays as typed and is pointed out."""
    if kind == SectionKind.BUDGET:
        return {**line, "category": _code(line["category"], ((c.code, c.name) for c in pack.budget.categories))}
    if kind == SectionKind.INDICATORS:
        return {**line, "kind": _code(line["kind"], words.INDICATOR.items())}
    return line


def _code(text: str, names: Iterable[Sequence[str]]) -> str:
    return next((code for code, name in names if name == text), text)
