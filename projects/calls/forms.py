"""What the pages of a call ask for."""

from __future__ import annotations

from typing import Any, Self

from wtforms import HiddenField
from wtforms.validators import ValidationError

from departments import catalogue
from departments.kinds import OrganisationKind
from kernel.web import Choices, Day, Form, Money, Text, Whole
from projects.calls.editing import Changes, changes_of
from projects.calls.rulepack import RulePack
from projects.calls.words import FIELD, REASON

DIGITS = 5
"""A telephone number has at least as many: 12345."""


class Nothing(Form):
    """A button: only the hidden fields."""


class ReasonForm(Form):
    reason = Text(max=500)


class Step(Form):
    """A wizard page over columns of the call."""

    def columns(self) -> dict[str, Any]:
        return {name: field.data for name, field in self._fields.items() if name not in {"once", "version"}}


class BasicForm(Step):
    title = Text(max=120, min=4)
    number = Text(max=80, required=False)
    summary = Text(max=2000, required=False)
    budget = Money(min=0, required=False)
    contact = Text(max=200)
    supervision = Text(max=200)

    def columns(self) -> dict[str, Any]:
        return {**super().columns(), "budget": self.budget.data or 0}

    def validate_contact(self, field: Text) -> None:
        if sum(sign.isdecimal() for sign in field.data) < DIGITS:
            raise ValidationError(FIELD["no-number"])

    validate_supervision = validate_contact


class AreasForm(Step):
    areas = Choices([(area.code, area.name) for area in catalogue.load().areas], required=True)


class CalendarForm(Step):
    opens_on = Day()
    fill_until = Day()
    endorse_until = Day()

    def validate_fill_until(self, field: Day) -> None:
        if self.opens_on.data and field.data < self.opens_on.data:
            raise ValidationError(FIELD["fill-first"].format(opens=self.opens_on.data))

    def validate_endorse_until(self, field: Day) -> None:
        if self.fill_until.data and field.data < self.fill_until.data:
            raise ValidationError(FIELD["endorse-first"].format(fill=self.fill_until.data))


class RulesForm(Form):
    kinds = Choices([(kind.value, kind.label) for kind in OrganisationKind], required=True)
    per_unit = Whole(min=1, max=20)
    registered_cap = Money(min=1)
    team_cap = Money(min=1)
    minimum = Money(min=1)
    seats = Whole(min=1, max=15)
    pass_line = Whole(min=0, max=100)
    first = Whole(min=0, max=100)
    second = Whole(min=0, max=100)
    third = Whole(min=0, max=100)
    screening_days = Whole(min=1, max=60)
    correction_days = Whole(min=1, max=10)
    notice_days = Whole(min=1, max=30)

    def validate_minimum(self, field: Money) -> None:
        if any(cap.data is not None and cap.data < field.data for cap in (self.registered_cap, self.team_cap)):
            raise ValidationError(REASON["amounts-order"])

    def validate_seats(self, field: Whole) -> None:
        if field.data % 2 == 0:
            raise ValidationError(REASON["even-seats"].format(seats=field.data))

    def validate_third(self, field: Whole) -> None:
        parts = [self.first.data, self.second.data, field.data]
        if None not in parts and sum(parts) != 100:
            raise ValidationError(REASON["instalments-sum"].format(total=sum(parts)))

    @classmethod
    def of(cls, pack: RulePack) -> Self:
        now = changes_of(pack)
        parts = [*now.pop("instalments"), 0, 0, 0][:3]
        kinds = [kind.value for kind in now.pop("kinds")]
        return cls(data={**now, "kinds": kinds, "first": parts[0], "second": parts[1], "third": parts[2]})

    def changes(self) -> Changes:
        typed: dict[str, Any] = self.data
        given = {name: typed[name] for name in Changes.__struct_fields__ if name in typed}
        given["kinds"] = tuple(OrganisationKind(code) for code in typed["kinds"] or ())
        given["instalments"] = (typed["first"], typed["second"], typed["third"])
        return Changes(**given)


class CorrectForm(RulesForm):
    reason = Text(max=500)
    go = HiddenField()


class ExtendForm(Form):
    fill_until = Day()
    endorse_until = Day()
    reason = Text(max=500)
