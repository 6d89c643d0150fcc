"""Changing a rule pack's numbers: what the wizard and a correction may touch. Pure."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, structs

from departments.kinds import OrganisationKind
from kernel.money import Fen
from projects.calls.rulepack import RulePack


class Changes(Struct, frozen=True):
    """The numbers that differ from call to call. Everything else of the pack stays as it is."""

    kinds: tuple[OrganisationKind, ...]
    per_unit: int
    registered_cap: Fen
    team_cap: Fen
    minimum: Fen
    seats: int
    pass_line: int
    instalments: tuple[int, ...]
    screening_days: int
    correction_days: int
    notice_days: int


def changes_of(pack: RulePack) -> dict[str, Any]:
    """The pack's present numbers, to fill the form with."""
    return structs.asdict(
        Changes(
            kinds=pack.eligibility.kinds,
            per_unit=pack.eligibility.per_unit,
            registered_cap=pack.amounts.registered_cap,
            team_cap=pack.amounts.team_cap,
            minimum=pack.amounts.minimum,
            seats=pack.panel.seats,
            pass_line=pack.rubric.pass_line,
            instalments=tuple(rule.percent for rule in pack.money.instalments),
            screening_days=pack.calendar.screening_days,
            correction_days=pack.calendar.correction_days,
            notice_days=pack.calendar.notice_days,
        )
    )


def changed(pack: RulePack, to: Changes) -> RulePack:
    gates = [rule.gate for rule in pack.money.instalments]
    parts = [structs.replace(rule, percent=p) for rule, p in zip(pack.money.instalments, to.instalments, strict=False)]
    return pack.replace(
        eligibility=structs.replace(pack.eligibility, kinds=to.kinds, per_unit=to.per_unit),
        amounts=structs.replace(pack.amounts, registered_cap=to.registered_cap, team_cap=to.team_cap, minimum=to.minimum),
        panel=structs.replace(pack.panel, seats=to.seats),
        rubric=structs.replace(pack.rubric, pass_line=to.pass_line),
        money=structs.replace(pack.money, instalments=tuple(parts) if len(parts) == len(gates) else pack.money.instalments),
        calendar=structs.replace(
            pack.calendar,
            screening_days=to.screening_days,
            correction_days=to.correction_days,
            notice_days=to.notice_days,
        ),
    )
