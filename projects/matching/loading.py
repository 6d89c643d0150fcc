"""Everything a matching needs, read in a handful of queries and put into one puzzle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows
from kernel.rows import Q
from projects.calls import queries as calls
from projects.calls.rulepack import PanelRules
from projects.drawing import loads
from projects.drawing import queries as drawing
from projects.drawing.rules import employer_key, why_unfit
from projects.matching.puzzle import KINDS, Judge, Judged, Puzzle
from projects.matching.rules import Parameters
from projects.submitting import saying as proposals
from talent_pool.matching.conflicts import find_conflicts
from talent_pool.profiles import saying
from talent_pool.profiles.queries import roster
from talent_pool.profiles.rules import Entry, facts


class Asked(Struct, frozen=True):
    """A run as its process needs it."""

    id: UUID
    call: UUID
    objective: str
    parameters: Parameters
    pack_hash: str
    seed: str


async def asked(run: UUID) -> Asked:
    return await rows.the(
        Asked, Q("SELECT r.id, r.call, r.objective, r.parameters, r.pack_hash, r.seed FROM match_run r WHERE r.id = {}", run)
    )


async def puzzle(run: UUID) -> Puzzle:
    row = await asked(run)
    pack = (await calls.pack(row.pack_hash)).panel
    today = clock.today()
    projects = await _projects(run)
    declared = await drawing.recused(Q("SELECT mp.project FROM match_project mp WHERE mp.run = {}", run))
    entries = sorted(await roster(), key=lambda entry: str(entry.expert))
    experts = await _experts(entries, row.parameters, pack, declared, today)
    locked, excluded = await _holds(row.call, [p.id for p in projects], [e.id for e in experts])
    return Puzzle(
        run=str(run),
        objective=row.objective,
        seed=row.seed,
        on=today.isoformat(),
        parameters=row.parameters,
        projects=tuple(projects),
        experts=tuple(experts),
        locked=locked,
        excluded=excluded,
    )


class Words(Struct, frozen=True):
    id: UUID
    title: str
    seats: int
    answers: dict[str, dict[str, Any]]


async def _projects(run: UUID) -> list[Judged]:
    which = Q("p.id IN (SELECT mp.project FROM match_project mp WHERE mp.run = {})", run)
    everybody = await drawing.concerned(which)
    said = await rows.fetch(
        Words,
        Q(
            "SELECT p.id, p.title, mp.seats, p.answers FROM match_project mp JOIN project p ON p.id = mp.project WHERE mp.run = {}",
            run,
        ),
    )
    words = {line.id: line for line in said}
    made = [
        Judged(
            id=str(project.project),
            code=project.code,
            area=project.area,
            seats=words[project.project].seats,
            sections=proposals.texts(words[project.project].title, words[project.project].answers),
            facts=project.facts,
        )
        for project in everybody
    ]
    return sorted(made, key=lambda project: project.id)


async def _experts(
    entries: Sequence[Entry], asked_for: Parameters, pack: PanelRules, declared: Mapping[UUID, Sequence[UUID]], today: date
) -> list[Judge]:
    said = {line.expert: line for line in await saying.said([entry.expert for entry in entries])}
    busy = await loads.held([entry.person for entry in entries], asked_for.review_on.year)
    made = []
    for entry in entries:
        before = busy[entry.person]
        left = min(entry.max_load - before.now, entry.max_year - before.year)
        if asked_for.load:
            left = min(left, asked_for.load)
        out = why_unfit(entry, pack, today, [asked_for.review_on]) or ("load" if left <= 0 else "")
        made.append(
            Judge(
                id=str(entry.expert),
                name=entry.name,
                employer=employer_key(entry),
                district=entry.county,
                kinds=_kinds(entry),
                load=max(left, 0),
                before=before.now,
                works=tuple(work.strip() for work in said[entry.expert].works),
                led=tuple(work.strip() for work in said[entry.expert].led),
                about=said[entry.expert].about.strip(),
                areas=tuple(entry.areas),
                fields=tuple(entry.fields),
                methods=tuple(said[entry.expert].methods),
                facts=facts(entry, frozenset(map(str, declared.get(entry.person, ())))),
                out=out,
            )
        )
    return made


def _kinds(entry: Entry) -> tuple[str, ...]:
    able = {"general": True, "finance": entry.finance, "community": entry.community}
    return tuple(kind for kind in KINDS if able[kind])


class Hold(Struct, frozen=True):
    kind: str
    project: UUID | None
    expert: UUID


Places = tuple[tuple[int, int], ...]


async def _holds(call: UUID, projects: Sequence[str], experts: Sequence[str]) -> tuple[Places, Places]:
    """Locks and exclusions that concern this run, as places."""
    found = await rows.fetch(
        Hold,
        Q(
            "SELECT DISTINCT h.kind, h.project, coalesce(e.merged_into, e.id) AS expert FROM match_hold h JOIN expert e ON e.id = h.expert"
            " WHERE h.call = {} AND h.lifted_at IS NULL",
            call,
        ),
    )
    row = {ident: place for place, ident in enumerate(projects)}
    column = {ident: place for place, ident in enumerate(experts)}
    locked: list[tuple[int, int]] = []
    excluded: list[tuple[int, int]] = []
    for hold in found:
        project = -1 if hold.project is None else row.get(str(hold.project))
        expert = column.get(str(hold.expert))
        if project is not None and expert is not None:
            (locked if hold.kind == "lock" else excluded).append((project, expert))
    return tuple(sorted(locked)), tuple(sorted(excluded))


def texts(puzzle: Puzzle) -> Iterator[str]:
    """Everything that is compared: what vectors of meanings are looked up for."""
    for project in puzzle.projects:
        yield from project.sections
    for expert in puzzle.experts:
        yield from (expert.about, *expert.works, *expert.led)


async def hard_conflict(project: UUID, expert: UUID, pack: PanelRules) -> str:
    """The words of the first relation that keeps this expert from this project, or nothing."""
    person = await rows.value(Q("SELECT person FROM expert WHERE id = {}", expert))
    entry = (await roster([person]))[0]
    judged = (await drawing.concerned(Q("p.id = {}", project)))[0]
    declared = await drawing.recused(Q("SELECT {}::uuid", project))
    known = facts(entry, frozenset(map(str, declared.get(entry.person, ()))))
    found = [c for c in find_conflicts(known, judged.facts, clock.today(), pack.conflict_years) if c.is_hard]
    return found[0].kind.label if found else ""
