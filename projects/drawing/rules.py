"""Who of the pool may be drawn for a panel and why the others may not; when a panel may be drawn and opened. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from kernel.errors import Refused
from kernel.money import Fen, show
from kernel.working_days import Calendar
from projects.calls.rulepack import PanelRules
from projects.drawing import words
from projects.states import State
from talent_pool.matching.conflicts import ConflictKind, ProjectFacts, find_conflicts
from talent_pool.matching.draw.panel import Candidate, DrawRules, Excluded
from talent_pool.profiles.load import Load
from talent_pool.profiles.rules import Entry, consent_over, facts, named, unavailable_label, why_unavailable

HOST = "host"
"""Staff of the host count as one employer, whatever their profiles say."""


class Reason(StrEnum):
    NO_PROJECTS = "no-projects"
    NOT_READY = "not-ready"
    SEATS_FEW = "seats-few"
    TOO_MANY = "too-many"
    TOO_EARLY_DRAW = "too-early-draw"
    NO_SUPERVISOR = "no-supervisor"
    SUPERVISOR_DRAWS = "supervisor-draws"
    NOT_SUPERVISOR = "not-supervisor"
    HARD_CONFLICT = "hard-conflict"
    SEATS_EMPTY = "seats-empty"
    NO_STANDBY = "no-standby"
    PLACE_EMPTY = "place-empty"
    NO_REASON = "no-reason"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Judged(Struct, frozen=True):
    """A project of a panel as conflicts see it. `namesakes` are experts named like somebody of its team."""

    project: UUID
    code: str
    title: str
    area: str
    requested: Fen
    state: State
    units: list[UUID]
    unit_names: list[str]
    people: list[UUID]
    team: list[str]
    namesakes: list[UUID]
    mentors: list[UUID]
    supervisor: str

    @property
    def facts(self) -> ProjectFacts:
        return ProjectFacts(
            project=str(self.project),
            units=frozenset([*map(str, self.units), *map(named, self.unit_names)]),
            people=frozenset([*map(str, self.people), *map(str, self.namesakes), *map(named, self.team)]),
            mentors=frozenset(map(str, self.mentors)),
            supervising_bodies=frozenset([named(self.supervisor)] if self.supervisor else []),
        )


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason.NO_REASON)


def remaining(projects: Sequence[Judged]) -> list[Judged]:
    """A team may withdraw after the draw; the others are judged all the same."""
    return [project for project in projects if project.state is not State.WITHDRAWN]


def check_projects(projects: Sequence[Judged], rules: PanelRules, seats: int) -> None:
    """Before the draw: at least one project, not more than an expert reads in a day, enough seats for the largest."""
    check_ready(projects)
    if len(projects) > rules.load_per_day:
        raise Refused(Reason.TOO_MANY, count=len(projects), most=rules.load_per_day)
    largest = max(project.requested for project in projects)
    needed = rules.seats_for(largest)
    if seats < needed:
        raise Refused(Reason.SEATS_FEW, amount=show(largest), needed=needed, seats=seats)


def check_ready(projects: Sequence[Judged]) -> None:
    """At least one project, and all of them waiting to be reviewed."""
    if not projects:
        raise Refused(Reason.NO_PROJECTS)
    for project in projects:
        if project.state is not State.ACCEPTED:
            raise Refused(Reason.NOT_READY, code=project.code, state=project.state.label)


def check_charged(empty: Sequence[str]) -> None:
    """On a matched panel every place of every project is taken; `empty` names projects with one that is not."""
    if empty:
        raise Refused(Reason.PLACE_EMPTY, code=empty[0], count=len(empty))


def earliest_draw(today: date, review_on: date, rules: PanelRules, calendar: Calendar) -> date:
    """Names known for long leak: the first day from today on that is at most `draw_days_before` working days ahead."""
    day = today
    while calendar.between(day, review_on) > rules.draw_days_before:
        day = calendar.next(day)
    return day


def check_draw_day(today: date, review_on: date, rules: PanelRules, calendar: Calendar, reason: str = "") -> None:
    earliest = earliest_draw(today, review_on, rules, calendar)
    if today < earliest and not reason.strip():
        raise Refused(Reason.TOO_EARLY_DRAW, days=rules.draw_days_before, earliest=earliest)


def check_watched(drawer: UUID, supervisor: UUID | None) -> None:
    if supervisor is None:
        raise Refused(Reason.NO_SUPERVISOR)
    if supervisor == drawer:
        raise Refused(Reason.SUPERVISOR_DRAWS)


def draw_rules(rules: PanelRules, seats: int) -> DrawRules:
    special = ("finance",) * rules.finance_min + ("community",) * rules.community_min
    return DrawRules(seats, special[:seats], rules.standbys, rules.per_employer_max)


def sift(
    roster: Iterable[Entry],
    projects: Sequence[Judged],
    rules: PanelRules,
    *,
    on: date,
    held: Mapping[UUID, Load],
    declared: Mapping[UUID, Sequence[UUID]],
    fit: bool,
    days: Sequence[date] = (),
) -> tuple[list[Candidate], list[Excluded]]:
    """Who may be drawn, and why each of the others may not. A hard conflict with any project of the panel keeps out.

    `fit` asks for an expert of one of the panel's areas; finance and community experts are exempt.
    """
    areas = {project.area for project in projects}
    judged = [project.facts for project in projects]
    free: list[Candidate] = []
    out: list[Excluded] = []
    for entry in roster:
        reason = why_unfit(entry, rules, on, days) or _why_not(entry, judged, rules, on, held.get(entry.person, Load()), declared)
        if not reason and fit and not areas & set(entry.areas) and not (entry.finance or entry.community):
            reason = "area"
        if reason:
            out.append(Excluded(str(entry.expert), reason))
        else:
            free.append(Candidate(str(entry.expert), employer_key(entry), _roles(entry)))
    return free, out


def why_unfit(entry: Entry, rules: PanelRules, on: date, days: Sequence[date] = ()) -> str:
    """Why this expert is out of the question for every project of the round, or nothing."""
    if entry.host_staff and not rules.host_staff_max:
        return "host-staff"
    reason = why_unavailable(entry, on, days)
    if not reason and rules.consent_required and consent_over(entry.consents, max((on, *days))):
        return "consent"
    return reason


def _why_not(
    entry: Entry,
    judged: Sequence[ProjectFacts],
    rules: PanelRules,
    on: date,
    held: Load,
    declared: Mapping[UUID, Sequence[UUID]],
) -> str:
    if held.now + len(judged) > entry.max_load:
        return "load"
    known = facts(entry, frozenset(map(str, declared.get(entry.person, ()))))
    for project in judged:
        for conflict in find_conflicts(known, project, on, rules.conflict_years):
            if conflict.is_hard:
                return f"conflict:{conflict.kind}"
    return "year" if held.year + len(judged) > entry.max_year else ""


def employer_key(entry: Entry) -> str:
    if entry.host_staff:
        return HOST
    return str(entry.employer) if entry.employer else named(entry.employer_name)


def _roles(entry: Entry) -> frozenset[str]:
    return frozenset([*(["finance"] if entry.finance else []), *(["community"] if entry.community else [])])


def check_seated(seats: int, sitting: int) -> None:
    if sitting < seats:
        raise Refused(Reason.SEATS_EMPTY, seats=seats, sitting=sitting)


def conflict_label(kind: str) -> str:
    return ConflictKind(kind).label


def excluded_label(reason: str) -> str:
    """The words behind a reason in the draw log."""
    head, _, kind = reason.partition(":")
    if head == "conflict":
        return conflict_label(kind)
    return words.EXCLUDED.get(reason) or unavailable_label(reason)
