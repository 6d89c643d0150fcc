"""The score sheet as a form: one field a criterion of the rubric, one overall opinion."""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec import Struct

from kernel import web
from projects.calls.rulepack import Rubric
from projects.scoring import rules


class ScoreField(web.Whole):
    """Points as people write them; `data` is points too (17.5), `half_points` what the program keeps."""

    reason = "not-score"

    def parse(self, text: str) -> Any:
        return rules.read_score(text) / 2

    def show(self, value: Any) -> str:
        return rules.show_score(int(value * 2))

    @property
    def half_points(self) -> int | None:
        return None if self.data is None else int(self.data * 2)


class SheetForm(web.Form):
    comment = web.Text(required=False, max=2000)
    go = web.Choice([("next", ""), ("stay", "")], required=False)

    def scores(self, rubric: Rubric) -> dict[str, int | None]:
        return {criterion.code: self[f"s-{criterion.code}"].half_points for criterion in rubric.criteria}


class RecuseForm(web.Form):
    reason = web.Text(max=200, min=4)


class DeclineForm(web.Form):
    reason = web.Text(max=200)


class PromiseForm(web.Form):
    secrecy = web.Tick(required=True)
    integrity = web.Tick(required=True)
    relations = web.Tick(required=True)


@cache
def _sheet(criteria: tuple[tuple[str, int], ...]) -> type[SheetForm]:
    fields = {f"s-{code}": ScoreField(required=False, min=0, max=most) for code, most in criteria}
    return type("Sheet", (SheetForm,), fields)


def sheet_class(rubric: Rubric) -> type[SheetForm]:
    """The form of a rubric, made once."""
    return _sheet(tuple((criterion.code, criterion.max) for criterion in rubric.criteria))


def filled(rubric: Rubric, points: dict[str, int], comment: str) -> SheetForm:
    """The form with what has been saved."""
    data = {f"s-{code}": value / 2 for code, value in points.items()}
    return sheet_class(rubric)(data={**data, "comment": comment})


class Line(Struct, frozen=True):
    """A criterion on the screen: its bands as (word, first, last score), its field."""

    name: str
    most: int
    what: str
    bands: list[tuple[str, float, float]]
    field: Any


def lines(rubric: Rubric, form: SheetForm) -> list[Line]:
    return [
        Line(criterion.name, criterion.max, criterion.what, _bands(rubric, criterion.max), form[f"s-{criterion.code}"])
        for criterion in rubric.criteria
    ]


@cache
def _bands(rubric: Rubric, full: int) -> list[tuple[str, float, float]]:
    return [(band.name, _number(first), _number(last)) for band, first, last in rules.band_ranges(rubric, full)]


def _number(text: str) -> float:
    """Whole points without a decimal."""
    value = float(text)
    return int(value) if value.is_integer() else value
