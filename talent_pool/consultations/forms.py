"""What is typed on the pages of consultations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from litestar import Request

from departments import catalogue
from kernel import clock, web
from talent_pool.consultations import words
from talent_pool.consultations.actions import Asked
from talent_pool.consultations.kinds import Help, Mode, Urgency, duration_label
from talent_pool.consultations.queries import AdviceRow
from talent_pool.consultations.tables import LONGEST, MOST_SEATS, QUARTER
from talent_pool.profiles import fields

AREAS = [(area.code, area.name) for area in catalogue.load().areas]
AREA_NAMES = dict(AREAS)
COUNTIES = [(county.code, county.name) for county in catalogue.counties()]
COUNTY_NAMES = dict(COUNTIES)
TIMES = [(f"{hour:02}:{minute:02}", f"{hour:02}:{minute:02}") for hour in range(8, 21) for minute in (0, 30)]


DURATIONS = [(str(minutes), duration_label(minutes)) for minutes in range(QUARTER, LONGEST + 1, QUARTER)]


def _choices(kind: type[Mode] | type[Urgency] | type[Help]) -> list[tuple[str, str]]:
    return [(member.value, member.label) for member in kind]


def offered(area: str = "") -> list[tuple[str, str]]:
    """Fields to choose from: of one area the general ones besides its own, without an area all of them."""
    groups = [group for group in fields.load().groups if not area or group.area in {"", area}]
    return [choice for group in groups for choice in group.fields]


class NeedForm(web.Form):
    topic = web.Text(max=80)
    need = web.Text(min=10, max=3000)
    area = web.Choice(AREAS)
    fields = web.Choices(offered())
    county = web.Choice(COUNTIES, required=False)
    mode = web.Choice(_choices(Mode))
    urgency = web.Choice(_choices(Urgency))
    wished_on = web.Day(required=False)
    seats = web.Choice([(str(n), str(n)) for n in range(1, MOST_SEATS + 1)])
    paper = web.Upload(required=False)
    unit = web.Choice(required=False)

    def asked(self) -> Asked:
        return Asked(
            topic=self.topic.data,
            need=self.need.data,
            area=self.area.data,
            fields=tuple(self["fields"].data or ()),
            county=self.county.data,
            mode=Mode(self.mode.data),
            urgency=Urgency(self.urgency.data),
            wished_on=self.wished_on.data,
            seats=int(self.seats.data),
        )

    def papers(self) -> list[Any]:
        return [self.paper.data] if self.paper.data else []


USUAL_NEED = {"mode": Mode.ON_SITE.value, "urgency": Urgency.NORMAL.value, "seats": "1"}


class ReasonForm(web.Form):
    reason = web.Text(max=500)


class InviteForm(web.Form):
    experts = web.Choices()

    def chosen(self) -> list[UUID]:
        return [web.uuid_or_missing(text) for text in self.experts.data or ()]


class AcceptForm(web.Form):
    free = web.Tick(required=True)


class DeclineForm(web.Form):
    reason = web.Text(max=300, required=False)


class MeetingForm(web.Form):
    day = web.Day()
    at = web.Choice(TIMES)
    place = web.Text(max=200)
    agenda = web.Text(max=2000, required=False)

    def meets_at(self) -> datetime:
        return datetime.combine(self.day.data, time.fromisoformat(self.at.data), clock.SHANGHAI)


class MinutesForm(web.Form):
    held_on = web.Day()
    duration = web.Choice(DURATIONS)
    minutes = web.Text(max=6000)
    advice = web.Text(max=6000, required=False)
    paper = web.Upload(required=False)

    def papers(self) -> list[Any]:
        return [self.paper.data] if self.paper.data else []


class DraftForm(web.Form):
    draft = web.Text(max=6000)


class FeedbackForm(web.Form):
    helped = web.Choice(_choices(Help))
    text = web.Text(max=500, required=False)


ADOPTED = [("yes", words.ADOPTED[True]), ("no", words.ADOPTED[False])]


def advice_form(lines: Sequence[AdviceRow]) -> type[web.Form]:
    """A choice and a reason for every piece of advice."""
    fields: dict[str, Any] = {f"yes_{line.position}": web.Choice(ADOPTED, required=False) for line in lines}
    fields |= {f"why_{line.position}": web.Text(max=300, required=False) for line in lines}
    return type("Answers", (web.Form,), fields)


def answered(lines: Sequence[AdviceRow]) -> web.Form:
    """The form with what was answered before."""
    said = {f"yes_{line.position}": {True: "yes", False: "no", None: ""}[line.adopted] for line in lines}
    return advice_form(lines)(data={**said, **{f"why_{line.position}": line.reason for line in lines}})


def answers(form: web.Form, lines: Sequence[AdviceRow]) -> dict[UUID, tuple[bool, str]]:
    """Only of what was answered: the rest may wait."""
    return {
        line.id: (form[f"yes_{line.position}"].data == "yes", form[f"why_{line.position}"].data or "")
        for line in lines
        if form[f"yes_{line.position}"].data
    }


class FeeForm(web.Form):
    gross = web.Money(min=0)
    note = web.Text(max=200, required=False)


class Nothing(web.Form):
    """A button and nothing else."""


def apart(forms: Mapping[str, Any]) -> dict[str, Any]:
    """Several forms on one page: every field gets an id of its own, so that each label names its own box."""
    for name, form in forms.items():
        for field in form:
            field.id = f"{name}-{field.short_name}"
    return dict(forms)


def year_of(request: Request[Any, Any, Any]) -> int:
    """The year an address names with four digits, this one otherwise."""
    text = request.query_params.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 and text >= "2000" else clock.today().year
