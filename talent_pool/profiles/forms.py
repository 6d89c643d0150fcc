"""Forms of a profile that the host's pages, the expert's own and the application by link share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from departments import catalogue
from kernel import web
from talent_pool.profiles import actions, fields
from talent_pool.profiles.keeping import Work
from talent_pool.profiles.kinds import Category, DocumentKind, FeeClass, Part, TieKind, WorkKind
from talent_pool.profiles.queries import Profile
from talent_pool.profiles.tables import LARGEST_LOAD, LARGEST_YEAR

AREAS = [(area.code, area.name) for area in catalogue.load().areas]
AREA_NAMES = dict(AREAS)
COUNTIES = [(county.code, county.name) for county in catalogue.counties()]
GROUPS = [(f"fields_{group.code.replace('-', '_')}", group) for group in fields.load().groups]


def words(kind: Iterable[Any]) -> list[tuple[str, str]]:
    """The members of a closed list as choices."""
    return [(member.value, member.label) for member in kind]


class SaidForm(web.Form):
    """What experts say of themselves. Fields are chosen group by group: sixty boxes in one heap nobody reads."""

    employer_name = web.Text(max=120)
    title = web.Text(max=60, required=False)
    category = web.Choice(words(Category))
    areas = web.Choices(AREAS, required=True)
    methods = web.Choices(list(fields.method_names().items()))
    keywords = web.Text(max=300, required=False)
    speciality = web.Text(max=2000, required=False)
    county = web.Choice([("", ""), *COUNTIES], required=False)
    counties = web.Choices(COUNTIES)
    max_load = web.Whole(min=0, max=LARGEST_LOAD)
    max_year = web.Whole(min=0, max=LARGEST_YEAR)
    for _name, _group in GROUPS:
        locals()[_name] = web.Choices(list(_group.fields))
    del _name, _group

    @property
    def groups(self) -> list[tuple[Any, Any]]:
        """(group, its field), for the page."""
        return [(group, self[name]) for name, group in GROUPS]

    @property
    def is_confirmed(self) -> bool:
        """Whether the host has confirmed the list of fields; until then the page says that it is an example."""
        return fields.load().confirmed

    def _said(self) -> dict[str, Any]:
        return {
            "employer_name": self.employer_name.data,
            "title": self.title.data,
            "category": Category(self.category.data),
            "areas": tuple(self.areas.data),
            "fields": tuple(code for _, field in self.groups for code in field.data or ()),
            "methods": tuple(self.methods.data or ()),
            "counties": tuple(self.counties.data or ()),
            "keywords": self.keywords.data,
            "speciality": self.speciality.data,
            "county": self.county.data,
            "max_load": self.max_load.data,
            "max_year": self.max_year.data,
        }

    def said(self) -> actions.Said:
        return actions.Said(**self._said())


def filled(found: Profile) -> dict[str, Any]:
    """A profile as the data of its form."""
    data = {name: getattr(found, name) for name in found.__struct_fields__}
    data["employer_name"] = found.employer
    for name, group in GROUPS:
        data[name] = [code for code, _ in group.fields if code in found.fields]
    return data


class DetailsForm(SaidForm):
    fee_class = web.Choice(words(FeeClass))
    finance = web.Tick()
    community = web.Tick()
    host_staff = web.Tick()
    civil_servant = web.Tick()
    fee_approved = web.Tick()
    renamed = web.Tick()

    def details(self) -> actions.Details:
        return actions.Details(
            **self._said(),
            fee_class=FeeClass(self.fee_class.data),
            finance=self.finance.data,
            community=self.community.data,
            host_staff=self.host_staff.data,
            civil_servant=self.civil_servant.data,
            fee_approved=self.fee_approved.data,
        )


class NewForm(DetailsForm):
    name = web.Text(max=60)
    username = web.Text(max=60, required=False)


class TieForm(web.Form):
    kind = web.Choice(words(TieKind))
    unit_name = web.Text(max=120, required=False)
    other_name = web.Text(max=60, required=False)
    since = web.Day(required=False)
    until = web.Day(required=False)
    note = web.Text(max=200, required=False)


class WorkForm(web.Form):
    kind = web.Choice(words(WorkKind))
    title = web.Text(max=200)
    year = web.Whole(required=False, min=1950, max=2100)
    venue = web.Text(max=200, required=False)
    text = web.Text(max=4000, required=False)

    def work(self) -> Work:
        return Work(WorkKind(self.kind.data), self.title.data, self.year.data, self.venue.data, self.text.data)


class DocumentForm(web.Form):
    kind = web.Choice(words(DocumentKind))
    title = web.Text(max=120, required=False)
    issued_on = web.Day(required=False)
    expires_on = web.Day(required=False)
    file = web.Upload()


class AbsenceForm(web.Form):
    since = web.Day()
    until = web.Day()
    note = web.Text(max=60, required=False)


class ShownForm(web.Form):
    parts = web.Choices(words(Part))

    def chosen(self) -> list[Part]:
        return [Part(part) for part in self.parts.data or ()]


class ReasonForm(web.Form):
    reason = web.Text(max=500)


class WillForm(web.Form):
    """A reason that need not be given."""

    reason = web.Text(max=500, required=False)
