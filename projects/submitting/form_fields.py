"""The form of one section, made from the pack's definition. It takes whatever can be stored; rules say what is missing.

A draft is saved as far as it was typed, so these fields refuse only what no column can hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import FieldList, FormField
from wtforms import Form as WTForm

from departments import catalogue
from kernel import money
from kernel.errors import Refused
from kernel.forms.fields import Choice, Choices, Form, Text, whole
from kernel.money import Fen, show
from projects.calls.form import Field, FieldKind, Section, SectionKind
from projects.calls.rulepack import RulePack
from projects.submitting import words
from projects.submitting.lines import MOST_LINES, is_empty

LONGEST = 20_000
"""Characters of one answer. More is never an answer; what is over the form's own limit is kept and pointed out."""
KEPT = 400
_classes: dict[tuple[str, str, tuple[str, ...]], type[Form]] = {}


class Sent(dict[str, list[str]]):
    """Stored answers the way a browser would send them, so that one path fills forms."""

    def getlist(self, name: str) -> list[str]:
        return self.get(name, [])


class SectionForm(Form):
    """Base of all: `go` says which button, `add` asks for one more line, `paste` brings lines from a spreadsheet."""

    go = Text(required=False, max=20)
    add = Text(required=False, max=40)
    paste = Text(required=False, max=60_000)


def form_class(section: Section, pack: RulePack, pack_hash: str, areas: Iterable[str]) -> type[Form]:
    """Made once per pack, section and offered areas."""
    key = (pack_hash, section.code, tuple(areas))
    if key not in _classes:
        if len(_classes) >= KEPT:
            _classes.clear()
        members: dict[str, Any] = {}
        for field in section.fields:
            members |= _members(field, key[2])
        if section.kind in words.COLUMNS:
            members["lines"] = FieldList(FormField(_line_class(section.kind, pack)), max_entries=MOST_LINES)
        _classes[key] = type("SectionForm", (SectionForm,), members)
    return _classes[key]


def _members(field: Field, areas: tuple[str, ...]) -> dict[str, Any]:
    choices = [(choice.code, choice.label) for choice in field.choices]
    match field.kind:
        case FieldKind.CHOICE:
            return {field.code: Choice(choices, required=False)}
        case FieldKind.CHOICES:
            return {field.code: Choices(choices)}
        case FieldKind.AREA:
            offered = [(area.code, area.name) for area in catalogue.load().areas if area.code in areas]
            return {field.code: Choice(offered, required=False)}
        case FieldKind.PLACES:
            return {county_field(field, code): Choices(here) for code, here in _townships().items()}
    return {field.code: Text(required=False, max=LONGEST)}


def county_field(field: Field, county: str) -> str:
    return f"{field.code}_{county}"


def _townships() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {county.code: [] for county in catalogue.counties()}
    for township in catalogue.townships():
        found.setdefault(township.county, []).append((township.code, township.name))
    return found


def _line_class(kind: str, pack: RulePack) -> type[WTForm]:
    members: dict[str, Any] = {column: Text(required=False, max=1000) for column in words.COLUMNS[kind]}
    # Not checked against the choices here: a pasted name nobody knows is kept and pointed out by the rules.
    if kind == SectionKind.BUDGET:
        members["category"] = Loose([(c.code, c.name) for c in pack.budget.categories])
    if kind == SectionKind.INDICATORS:
        members["kind"] = Loose(list(words.INDICATOR.items()))
    return type("LineForm", (WTForm,), members)


class Loose(Choice):
    """A choice that keeps what is none, so that pasted text is not lost."""

    def __init__(self, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(choices, required=False, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data and self.data not in {value for value, _ in self.choices}:
            self.choices = [*self.choices, (self.data, self.data)]


def sent_from(section: Section, given: Mapping[str, Any], lines: Iterable[Mapping[str, str]], empty: int = 0) -> Sent:
    """Stored answers and lines as form data, with `empty` lines at the end."""
    found = Sent()
    for field in section.fields:
        value = given.get(field.code)
        if field.kind is FieldKind.PLACES:
            for county, here in _townships().items():
                found[county_field(field, county)] = [code for code, _ in here if code in (value or ())]
        elif value is not None:
            found[field.code] = [str(v) for v in value] if isinstance(value, list) else [_shown(field, value)]
    if section.kind in words.COLUMNS:
        blank = [dict.fromkeys(words.COLUMNS[section.kind], "")] * empty
        for number, line in enumerate([*lines, *blank]):
            for column in words.COLUMNS[section.kind]:
                found[f"lines-{number}-{column}"] = [line.get(column, "")]
    return found


def _shown(field: Field, value: Any) -> str:
    return show(Fen(value)).replace(",", "") if field.kind is FieldKind.MONEY and isinstance(value, int) else str(value)


def values_of(section: Section, form: Any) -> dict[str, Any]:
    """What to store: numbers where a number was typed, the text itself where not, nothing where nothing was."""
    found: dict[str, Any] = {}
    for field in section.fields:
        if field.kind is FieldKind.PLACES:
            found[field.code] = [code for county in _townships() for code in form[county_field(field, county)].data or ()]
        else:
            found[field.code] = _value(field, form[field.code].data)
    return found


def _value(field: Field, typed: Any) -> Any:
    if field.kind is FieldKind.INTEGER and typed:
        try:
            return whole(typed)
        except ValueError:
            return typed
    if field.kind is FieldKind.MONEY and typed:
        try:
            return int(money.read(typed))
        except Refused:
            return typed
    if field.kind in (FieldKind.PHONE, FieldKind.MONTH, FieldKind.EMAIL) and typed:
        return typed.strip()
    return typed or ([] if field.kind is FieldKind.CHOICES else "")


def lines_of(section: Section, form: Any) -> list[dict[str, str]]:
    """The lines as typed; wholly empty ones are dropped."""
    if section.kind not in words.COLUMNS:
        return []
    typed = [{column: entry.form[column].data or "" for column in words.COLUMNS[section.kind]} for entry in form.lines.entries]
    return [line for line in typed if not is_empty(line)]
