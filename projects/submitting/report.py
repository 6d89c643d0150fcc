"""All that still has to be mended in a proposal, by section: the task list, the check page and submission ask here. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from msgspec import Struct

from departments.kinds import NO_CODE, OrganisationKind
from kernel.errors import Refused
from kernel.files.life import FileState
from kernel.money import Fen
from projects.calls.form import FieldKind, Section, SectionKind
from projects.calls.rulepack import RulePack
from projects.submitting import lines, words
from projects.submitting.budget import BudgetLine, budget_problems, effort_problems, line_problems
from projects.submitting.completeness import Problem, problems
from projects.submitting.document import BudgetRow, Content
from projects.submitting.rules import Reason


class Facts(Struct, frozen=True):
    """What the problems of a proposal follow from."""

    pack: RulePack
    content: Content
    kind: OrganisationKind | None
    areas: Collection[str]
    typed: Mapping[str, list[dict[str, str]]]
    """Lines of sections that could not be stored yet, as typed."""
    elsewhere: Mapping[str, int] = {}
    """Percent of people's time in the unit's other live projects."""
    sealed: str | None = None
    """The version code on the stamped page, when one has been uploaded."""
    current: str = ""


class Task(Struct, frozen=True):
    """One section in the task list. `state` is new, open, done or fixed (not part of the correction)."""

    code: str
    title: str
    state: str
    left: int

    @property
    def word(self) -> str:
        return words.STATUS[self.state]

    @property
    def hint(self) -> str:
        return words.LEFT.format(count=self.left) if self.state == "open" and self.left else ""


def cap_of(kind: OrganisationKind | None, pack: RulePack) -> Fen:
    return pack.amounts.team_cap if kind in NO_CODE else pack.amounts.registered_cap


def all_problems(facts: Facts) -> list[Problem]:
    """Everything at once, in the order of the form."""
    pack, content = facts.pack, facts.content
    counts = content.rows.count()
    # Lines that are typed but cannot be stored yet are wrong, not missing; those beside them are kept in both forms.
    rows = {s.code: len(facts.typed.get(s.code, ())) or counts.get(s.kind, 0) for s in pack.form.sections}
    documents = {file.code for file in content.files if file.state in (FileState.CLEAN, FileState.PENDING)}
    found = problems(pack.form, content.answers, rows, documents, pack.files)
    for section in pack.form.sections:
        found += _of_section(section, facts)
    order = {section.code: at for at, section in enumerate(pack.form.sections)}
    return sorted(found, key=lambda problem: order[problem.section])


def _of_section(section: Section, facts: Facts) -> Iterable[Problem]:
    given = facts.content.answers.get(section.code, {})
    for field in section.fields:
        if field.kind is FieldKind.AREA and given.get(field.code) and given[field.code] not in facts.areas:
            yield Problem(section.code, field.code, Refused(Reason.NOT_A_CHOICE, field=field.label))
    typed = facts.typed.get(section.code, [])
    if typed:
        reading = lines.read(section.kind, typed, facts.pack)
        yield from (Problem(section.code, f"lines-{w.line}-{w.column}", w.refusal) for w in reading.wrong)
        if section.kind is SectionKind.BUDGET:  # sums wait for the lines that cannot be read
            for at, row in reading.rows.items():
                alone = line_problems(at + 1, _rule_line(row), facts.pack.budget)
                yield from (Problem(section.code, "lines", refusal) for refusal in alone)
    elif section.kind is SectionKind.BUDGET and facts.content.rows.budget:
        template = str(facts.content.answers.get("basic", {}).get("template", ""))
        own = [_rule_line(row) for row in facts.content.rows.budget]
        found = budget_problems(own, facts.pack, template=template, cap=cap_of(facts.kind, facts.pack))
        yield from (Problem(section.code, "lines", refusal) for refusal in found)
    elif section.kind is SectionKind.FILES and facts.sealed is not None and facts.sealed != facts.current:
        yield Problem(section.code, "seal", Refused(Reason.SEAL_STALE, sealed=facts.sealed, current=facts.current))
    elif section.kind is SectionKind.TEAM:
        here = {member.name: member.percent for member in facts.content.rows.team}
        yield from (Problem(section.code, "lines", refusal) for refusal in effort_problems(here, facts.elsewhere))


def _rule_line(row: BudgetRow) -> BudgetLine:
    return BudgetLine(row.category, row.item, row.quantity, row.unit_price, row.requested, row.own, row.basis)


def tasks(pack: RulePack, found: Iterable[Problem], touched: Collection[str], named: Collection[str] | None) -> list[Task]:
    """`touched` are the sections somebody saved; `named` limits a correction, None means everything may be edited."""
    left: dict[str, int] = {}
    for problem in found:
        left[problem.section] = left.get(problem.section, 0) + 1
    return [_task(section, left.get(section.code, 0), section.code in touched, named) for section in pack.form.sections]


def _task(section: Section, left: int, touched: bool, named: Collection[str] | None) -> Task:
    if named is not None and not names_section(section.code, named):
        return Task(section.code, section.title, "fixed", left)
    if not left and (touched or section.kind is SectionKind.FILES):
        return Task(section.code, section.title, "done", 0)
    return Task(section.code, section.title, "open" if touched else "new", left)


def named_words(pack: RulePack, named: Collection[str]) -> list[str]:
    """What a correction names, as the form calls it: a section's rows by its title, a field by its label."""
    found: list[str] = []
    for section in pack.form.sections:
        found += [field.label for field in section.fields if f"{section.code}.{field.code}" in named]
        found += [section.title] if section.code in named else []
    return found


def names_section(code: str, named: Collection[str]) -> bool:
    """Whether a correction names the section's rows or one of its fields."""
    return any(name == code or name.startswith(f"{code}.") for name in named)


def may_change(section: Section, named: Collection[str] | None) -> tuple[set[str], bool]:
    """Field codes that may change, and whether the section's rows (or files) may."""
    fields = {field.code for field in section.fields}
    if named is None:
        return fields, True
    return {code for code in fields if f"{section.code}.{code}" in named}, section.code in named


def kept(answers: Mapping[str, Mapping[str, Any]], section: str, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """All answers with those of one section replaced where `values` has them."""
    everything = {code: dict(given) for code, given in answers.items()}
    everything[section] = {**everything.get(section, {}), **values}
    return everything
