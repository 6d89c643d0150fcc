"""Whether a proposal answers its form: every problem at once, each with the section and field to go to. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from msgspec import Struct

from kernel.errors import Refused
from projects.calls.form import Field, FieldKind, Form, Section, SectionKind
from projects.calls.rulepack import FileRules
from projects.submitting.rules import Reason

Answers = Mapping[str, Mapping[str, Any]]
_TEXTS = frozenset({FieldKind.TEXT, FieldKind.TEXTAREA})
_SHAPES = {
    FieldKind.MONTH: (r"20\d\d-(0[1-9]|1[0-2])", Reason.NOT_A_MONTH),
    FieldKind.PHONE: (r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}", Reason.NOT_A_PHONE),
    FieldKind.EMAIL: (r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,}", Reason.NOT_AN_EMAIL),
}
_LISTS = frozenset({FieldKind.CHOICES, FieldKind.PLACES})
_PICKED = frozenset({FieldKind.CHOICE, FieldKind.AREA}) | _LISTS
_NUMBERS = frozenset({FieldKind.INTEGER, FieldKind.MONEY})


class Problem(Struct, frozen=True):
    """One thing to mend. `field` is empty when the section as a whole is meant."""

    section: str
    field: str
    refusal: Refused

    @property
    def sentence(self) -> str:
        return str(self.refusal)


def problems(
    form: Form, answers: Answers, rows: Mapping[str, int], documents: Collection[str], files: FileRules
) -> list[Problem]:
    """`rows` counts the rows of each row section, `documents` are the codes already uploaded or on the unit's record."""
    found = [problem for section in form.sections for problem in section_problems(section, form, answers, rows)]
    for section in form.sections:
        if section.kind is SectionKind.FILES:
            found += [Problem(section.code, document, refusal) for document, refusal in _missing(files, documents)]
    return found


def section_problems(section: Section, form: Form, answers: Answers, rows: Mapping[str, int]) -> Iterator[Problem]:
    """Also what the task list asks: a section without problems is done."""
    given = answers.get(section.code, {})
    for field in section.fields:
        if is_shown(field, answers):
            for refusal in field_problems(field, given.get(field.code)):
                yield Problem(section.code, field.code, refusal)
    if section.kind not in (SectionKind.FIELDS, SectionKind.FILES):
        count = rows.get(section.code, 0)
        if count < section.min_rows:
            yield Problem(section.code, "", Refused(Reason.TOO_FEW_ROWS, section=section.title, min=section.min_rows, rows=count))
        if section.max_rows is not None and count > section.max_rows:
            yield Problem(
                section.code, "", Refused(Reason.TOO_MANY_ROWS, section=section.title, max=section.max_rows, rows=count)
            )
    start, end = given.get("start"), given.get("end")
    if isinstance(start, str) and isinstance(end, str) and start and end and end < start:
        yield Problem(section.code, "end", Refused(Reason.PERIOD))


def is_shown(field: Field, answers: Answers) -> bool:
    if field.show_if is None:
        return True
    section, _, name = field.show_if.field.partition(".")
    value = answers.get(section, {}).get(name)
    held = set(value) if isinstance(value, list | tuple) else {value}
    return not held.isdisjoint(field.show_if.values)


def field_problems(field: Field, value: Any) -> Iterator[Refused]:
    """A field that is not required and empty has none."""
    if _is_empty(value):
        if field.required:
            yield Refused(Reason.NO_CHOICE if field.kind in _PICKED else Reason.REQUIRED, field=field.label)
    elif field.kind in _SHAPES:
        pattern, reason = _SHAPES[field.kind]
        if not re.fullmatch(pattern, str(value).strip()):
            yield Refused(reason, field=field.label)
    elif field.kind in _TEXTS:
        yield from _text_problems(field, str(value).strip())
    elif field.kind in _NUMBERS:
        yield from _number_problems(field, value)
    elif field.kind in _LISTS:
        if field.min is not None and len(value) < field.min:
            yield Refused(Reason.TOO_FEW_CHOICES, field=field.label, min=field.min)
        yield from _choice_problems(field, value)
    else:
        yield from _choice_problems(field, [value])


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or (isinstance(value, list | tuple) and not value)


def _text_problems(field: Field, text: str) -> Iterator[Refused]:
    length = len("".join(text.split("\r")))  # browsers send CRLF; people count the line once
    if field.min is not None and length < field.min:
        yield Refused(Reason.TOO_SHORT, field=field.label, min=field.min, length=length)
    if field.max is not None and length > field.max:
        yield Refused(Reason.TOO_LONG, field=field.label, max=field.max, length=length, over=length - field.max)


def _number_problems(field: Field, value: Any) -> Iterator[Refused]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield Refused(Reason.NOT_A_NUMBER, field=field.label)
    elif value < (field.min or 0):
        yield Refused(Reason.TOO_SMALL, field=field.label, min=field.min or 0, unit=field.unit)
    elif field.max is not None and value > field.max:
        yield Refused(Reason.TOO_LARGE, field=field.label, max=field.max, unit=field.unit)


def _choice_problems(field: Field, values: Collection[Any]) -> Iterator[Refused]:
    if field.choices and not set(values) <= {choice.code for choice in field.choices}:
        yield Refused(Reason.NOT_A_CHOICE, field=field.label)


def _missing(files: FileRules, documents: Collection[str]) -> Iterator[tuple[str, Refused]]:
    for document in files.documents:
        if document.required and document.code not in documents:
            yield document.code, Refused(Reason.NO_FILE, document=document.name)
