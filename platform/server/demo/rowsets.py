"""Columns and tuples of every table the bulk writes. Whatever a column does not say takes the table's default."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from kernel import clock
from projects.calls.rulepack import default_pack
from projects.screening.rules import correction_due
from projects.states import State
from server.demo import texts
from server.demo.judging import Panel, Standing
from server.demo.proposals import Place, Proposal, lead_of
from server.demo.words import AUDITED, COMMENT, EXPLANATION, GROUND, PANEL

Rows = Iterable[tuple[Any, ...]]
Of = dict[str, tuple[tuple[str, ...], Callable[[Any], Rows]]]


def near(ident: UUID, k: int) -> UUID:
    """The id of a row's k-th child: beside it, so that indexes stay dense and nothing is hashed a million times."""
    return UUID(int=ident.int ^ (k + 1))


def of_proposals(place: Place) -> Of:
    """In the order that foreign keys ask."""
    return {
        "project": (
            (
                "id", "code", "call", "state", "title", "area", "organisation", "payee", "lead", "author", "county", "template",
                "starts_on", "ends_on", "answers", "pack_version", "requested", "audited", "average", "rank", "submitted_at",
                "created_at", "changed_at", "version", "units",
            ),
            lambda p: [_project(p, place)],
        ),
        "project_member": (
            ("id", "project", "person", "leader"),
            lambda p: [(near(p.id, 0), p.id, p.author, True)],
        ),
        "involvement": (
            ("id", "project", "unit", "why"),
            lambda p: [(near(p.id, k), p.id, unit, why) for k, (unit, why) in enumerate(p.concerned(place))],
        ),
        "place": (("id", "project", "township"), lambda p: [(near(p.id, 0), p.id, p.township)]),
        "budget_line": (
            ("id", "project", "position", "category", "item", "quantity", "unit", "unit_price", "requested", "own", "basis"),
            lambda p: [(near(p.id, k), p.id, k, *line) for k, line in enumerate(p.lines, 1)],
        ),
        "indicator": (
            ("id", "project", "position", "kind", "name", "unit", "target", "evidence"),
            lambda p: [(near(p.id, k), p.id, k, *line) for k, line in enumerate(p.indicators, 1)],
        ),
        "team_member": (
            ("id", "project", "position", "name", "part", "qualification", "percent"),
            lambda p: [(near(p.id, k), p.id, k, *mate) for k, mate in enumerate(texts.team([p.leader, *p.mates]), 1)],
        ),
        "plan_step": (
            ("id", "project", "position", "month", "work", "result"),
            lambda p: [(near(p.id, k), p.id, k, *step) for k, step in enumerate(texts.plan(p.starts, 9), 1)],
        ),
        "amount": (("id", "project", "kind", "amount", "reason", "set_by", "set_at"), lambda p: _amounts(p, place)),
        "screening": (
            ("id", "project", "outcome", "items", "note", "concluded_by", "concluded_at"),
            lambda p: _screenings(p, place),
        ),
        "correction": (
            ("id", "project", "named", "explanation", "days", "due", "before", "total_before", "returned_by", "returned_at"),
            lambda p: _corrections(p, place),
        ),
    }  # fmt: skip


def _project(p: Proposal, place: Place) -> tuple[Any, ...]:
    submitted = p.round_.moment(-6, p.index)
    lead = place.units[lead_of(p.area)]
    return (
        p.id, p.code, p.round_.id, str(p.state), p.title, p.area, p.organisation, p.organisation, lead, p.author, p.county,
        "activity", p.starts, p.ends, p.answers, 1, p.requested, p.audited, p.average, p.rank, submitted,
        submitted - timedelta(days=9), submitted + timedelta(days=3), 4, sorted({unit for unit, _ in p.concerned(place)}),
    )  # fmt: skip


def _amounts(p: Proposal, place: Place) -> Rows:
    yield near(p.id, 0), p.id, "requested", p.requested, "", p.author, p.round_.moment(-6, p.index)
    if p.audited is not None:
        yield near(p.id, 1), p.id, "audited", p.audited, AUDITED, place.coordinator, p.round_.moment(6, p.index)


OUTCOMES = {State.INELIGIBLE: ("refused", GROUND), State.RETURNED: ("returned", EXPLANATION)}


def _screenings(p: Proposal, place: Place) -> Rows:
    outcome, note = OUTCOMES.get(p.state, ("accepted", ""))
    if p.accepted or p.state in OUTCOMES:
        yield near(p.id, 0), p.id, outcome, "{}", note, place.coordinator, p.round_.moment(3, p.index)


def _corrections(p: Proposal, place: Place) -> Rows:
    if p.state is State.RETURNED:
        days = default_pack().calendar.correction_days
        on = p.round_.moment(3, p.index)
        due = correction_due(on.date(), days, clock.calendar())
        named = msgspec.json.encode(["budget", "unit.contact_phone"]).decode()
        yield near(p.id, 0), p.id, named, EXPLANATION, days, due, p.answers, p.requested, place.coordinator, on


def of_panels() -> Of:
    return {
        "panel": (
            (
                "id", "call", "name", "state", "seats", "pack_hash", "review_on", "formed_by", "formed_at", "opened_at", "closed_at",
                "version",
            ),
            lambda panel: [_panel(panel)],
        ),
        "panel_project": (
            ("id", "panel", "project", "added_by", "added_at"),
            lambda panel: [
                (near(p.id, 0), panel.board.id, p.id, panel.formed_by, panel.round_.moment(12)) for p in panel.proposals
            ],
        ),
        "seat": (
            (
                "id", "panel", "expert", "person", "number", "kind", "state", "phone", "answered_at", "promised_at", "signed_at",
                "version",
            ),
            _seats,
        ),
        "score": (
            ("id", "seat", "project", "points", "total", "comment", "complete", "saved_at", "version"),
            lambda panel: [
                (near(p.id, chair.number), chair.id, p.id, sheet.json, sheet.total, COMMENT, True, panel.round_.moment(18), 1)
                for chair, p, sheet in panel.sheets
            ],
        ),
        "signed_sheet": (
            ("id", "seat", "project", "points", "total", "comment", "signed_by", "signed_at"),
            lambda panel: [] if panel.is_open else _signed(panel),
        ),
    }  # fmt: skip


def _panel(panel: Panel) -> tuple[Any, ...]:
    round_ = panel.round_
    closed = None if panel.is_open else round_.moment(19)
    state = "open" if panel.is_open else "closed"
    review_on = round_.moment(18).date() if closed else clock.today() + timedelta(days=3)
    name = PANEL.format(n=panel.board.number)
    digest = default_pack().sha256
    return (
        panel.board.id, round_.id, name, state, len(panel.chairs), digest, review_on, panel.formed_by, round_.moment(11),
        round_.moment(17), closed, 3,
    )  # fmt: skip


def _seats(panel: Panel) -> Rows:
    moment = panel.round_.moment
    for chair in panel.chairs:
        signed = None if panel.is_open else moment(18, chair.number)
        yield (
            chair.id, panel.board.id, chair.judge.expert, chair.judge.person, chair.number, chair.kind,
            "promised" if signed is None else "signed", "coming", moment(15, chair.number), moment(16, chair.number), signed, 3,
        )  # fmt: skip


def _signed(panel: Panel) -> Rows:
    for chair, p, sheet in panel.sheets:
        at = panel.round_.moment(18, chair.number)
        yield near(p.id, chair.number), chair.id, p.id, sheet.json, sheet.total, COMMENT, chair.judge.person, at


STANDING = (
    "project", "call", "panel", "place", "numerator", "denominator", "sheets", "seats", "totals", "tied",
    "decided_by", "passes", "ranked_at",
)  # fmt: skip


def standing(line: Standing) -> tuple[Any, ...]:
    found, round_ = line.ranked, line.proposal.round_
    mean = found.mean
    return (
        line.proposal.id, round_.id, line.panel, found.place, mean.numerator, mean.denominator, found.sheets,
        [number for number, _ in line.totals], [total for _, total in line.totals], found.tied, found.decided_by, found.passes,
        round_.moment(19),
    )  # fmt: skip
