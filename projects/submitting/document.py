"""A proposal as it is read: the form's sections with labels, values in words, grids of rows, attachments. Pure.

One structure for the check page, the officer's and the reviewer's view and the papers. What is hidden never enters it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct

from departments import catalogue
from kernel.files.life import FileState
from kernel.money import Fen, show
from projects.calls.form import Field, FieldKind, Section, SectionKind
from projects.calls.rulepack import RulePack
from projects.submitting import words
from projects.submitting.completeness import is_shown

FACT = 24
"""Characters an answer may have to be shown as a fact in the grid instead of as a paragraph."""


class BudgetRow(Struct, frozen=True):
    category: str
    item: str
    quantity: int
    unit: str
    unit_price: Fen
    requested: Fen
    own: Fen
    basis: str


class IndicatorRow(Struct, frozen=True):
    kind: str
    name: str
    unit: str
    target: int
    evidence: str


class MemberRow(Struct, frozen=True):
    name: str
    part: str
    qualification: str
    percent: int


class StepRow(Struct, frozen=True):
    month: str
    work: str
    result: str


class RowSet(Struct, frozen=True):
    """The rows of all row sections."""

    budget: list[BudgetRow] = []
    indicators: list[IndicatorRow] = []
    team: list[MemberRow] = []
    plan: list[StepRow] = []

    def count(self) -> dict[str, int]:
        return {kind: len(getattr(self, kind)) for kind in self.__struct_fields__}


class Attached(Struct, frozen=True):
    """A file of the proposal, or one of the organisation's record that it rests on (`dated_on` then says its date)."""

    id: UUID
    code: str
    name: str
    size: int
    state: FileState
    from_record: bool
    dated_on: date | None

    @property
    def url(self) -> str:
        return f"/files/{self.id}"


class Item(Struct, frozen=True):
    """`text` is empty when nothing was answered."""

    code: str
    label: str
    text: str

    @property
    def is_fact(self) -> bool:
        """Short enough to stand beside others; unanswered ones are, too."""
        return len(self.text) <= FACT and "\n" not in self.text


class Grid(Struct, frozen=True):
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    right: tuple[int, ...] = ()
    total: str = ""


class Papers(Struct, frozen=True):
    """One asked-for document and the files that answer it."""

    code: str
    name: str
    required: bool
    files: list[Attached]


class Part(Struct, frozen=True):
    """A section. `hidden` says that reviewers of this round do not see it; then there is nothing in it."""

    code: str
    title: str
    items: list[Item] = []
    grid: Grid | None = None
    papers: list[Papers] = []
    hidden: bool = False

    @property
    def facts(self) -> list[Item]:
        return [item for item in self.items if item.is_fact]

    @property
    def texts(self) -> list[Item]:
        return [item for item in self.items if not item.is_fact]


class Content(Struct, frozen=True):
    """Everything a proposal says, as stored."""

    answers: dict[str, dict[str, Any]]
    rows: RowSet
    files: list[Attached]
    record: list[Item]
    """The organisation's own record, shown at the head of its section."""


def parts(pack: RulePack, content: Content, *, anonymous: bool = False, contacts: bool = False) -> list[Part]:
    """`anonymous` leaves out what a blind round hides; `contacts` shows telephone numbers in full."""
    return [_part(section, pack, content, anonymous, contacts) for section in pack.form.sections]


def _part(section: Section, pack: RulePack, content: Content, anonymous: bool, contacts: bool) -> Part:
    if anonymous and section.anonymous:
        return Part(section.code, section.title, hidden=True)
    given = content.answers.get(section.code, {})
    items = list(content.record) if section.code == words.UNIT_SECTION else []
    items += [
        Item(field.code, field.label, text_of(field, given.get(field.code), contacts=contacts))
        for field in section.fields
        if is_shown(field, content.answers) and not (anonymous and field.anonymous)
    ]
    papers = _papers(pack, content.files, anonymous) if section.kind is SectionKind.FILES else []
    return Part(section.code, section.title, items, _grid(section.kind, pack, content.rows), papers)


def text_of(field: Field, value: Any, *, contacts: bool = True) -> str:
    """The answer as people read it."""
    if value is None or value == "" or value == []:
        return ""
    named = {choice.code: choice.label for choice in field.choices}
    match field.kind:
        case FieldKind.CHOICE:
            return named.get(str(value), str(value))
        case FieldKind.CHOICES:
            return words.SEPARATOR.join(named.get(str(code), str(code)) for code in _many(value))
        case FieldKind.AREA:
            return area_name(str(value))
        case FieldKind.PLACES:
            return places_text(_many(value))
        case FieldKind.MONEY if isinstance(value, int):
            return f"{show(Fen(value))} {words.YUAN}"
        case FieldKind.INTEGER if isinstance(value, int):
            return f"{value} {field.unit}".rstrip()
        case FieldKind.PHONE if not contacts:
            return masked(str(value))
    return str(value)


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def masked(number: str) -> str:
    """13800001234 becomes 138****1234."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 11 else "****"


def area_name(code: str) -> str:
    return next((area.name for area in catalogue.load().areas if area.code == code), code)


def places_text(codes: Iterable[Any]) -> str:
    """Townships behind the name of their county."""
    chosen = {str(code) for code in codes}
    lines = []
    for county in catalogue.counties():
        here = [t.name for t in catalogue.townships() if t.county == county.code and t.code in chosen]
        if here:
            lines.append(words.PLACES.format(county=county.name, townships=words.SEPARATOR.join(here)))
    return words.PLACES_END.join(lines)


def _grid(kind: SectionKind, pack: RulePack, rows: RowSet) -> Grid | None:
    match kind:
        case SectionKind.BUDGET:
            return _budget_grid(pack, rows.budget)
        case SectionKind.INDICATORS:
            lines = [
                (words.INDICATOR.get(r.kind, r.kind), r.name, f"{r.target} {r.unit}".rstrip(), r.evidence)
                for r in rows.indicators
            ]
            return Grid(words.HEADS["indicators"], lines, right=(2,))
        case SectionKind.TEAM:
            people = [(r.name, r.part, r.qualification, f"{r.percent}%") for r in rows.team]
            return Grid(words.HEADS["team"], people, right=(3,))
        case SectionKind.PLAN:
            return Grid(words.HEADS["plan"], [(r.month, r.work, r.result) for r in rows.plan])
    return None


def _budget_grid(pack: RulePack, lines: list[BudgetRow]) -> Grid:
    shown = []
    for line in lines:
        category = pack.budget.category(line.category)
        quantity = f"{line.quantity} {line.unit}".rstrip()
        amounts = (show(line.unit_price), show(line.requested), show(line.own))
        shown.append((category.name if category else line.category, line.item, quantity, *amounts, line.basis))
    requested, own = sum(line.requested for line in lines), sum(line.own for line in lines)
    total = words.BUDGET_TOTAL.format(requested=show(Fen(requested)), own=show(Fen(own)))
    return Grid(words.HEADS["budget"], shown, right=(2, 3, 4, 5), total=total)


def _papers(pack: RulePack, files: list[Attached], anonymous: bool) -> list[Papers]:
    by_code: Mapping[str, list[Attached]] = {
        document.code: [file for file in files if file.code == document.code] for document in pack.files.documents
    }
    # Certificates and seal pages carry the applicant's name on every page: a blind round shows none of them.
    return [] if anonymous else [Papers(d.code, d.name, d.required, by_code[d.code]) for d in pack.files.documents]
