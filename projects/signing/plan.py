"""How an agreed amount becomes instalments. Pure; splits lose no fen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from kernel.money import Fen, split
from kernel.working_days import Calendar
from projects.calls.rulepack import MoneyRules
from projects.signing.rules import Gate


class Planned(Struct, frozen=True):
    """One instalment over all lines: `parts` are the fen of each funding line."""

    number: int
    gate: Gate
    percent: int
    amount: Fen
    parts: Mapping[str, Fen]
    by_grade: bool = False


def is_small(agreed: Fen, rules: MoneyRules) -> bool:
    return agreed <= rules.small_up_to


def instalments(lines: Mapping[str, Fen], rules: MoneyRules) -> list[Planned]:
    """Each line is split by largest remainder, so each line and each instalment is exact to the fen.

    Small projects are paid once, after acceptance, by grade: what is planned is the most they can get.
    """
    whole = Fen(sum(lines.values()))
    if is_small(whole, rules):
        return [Planned(1, Gate.ACCEPTED, 100, whole, dict(lines), by_grade=True)]
    percents = [rule.percent for rule in rules.instalments]
    parts = {line: split(amount, percents) for line, amount in lines.items()}
    return [
        Planned(
            number,
            Gate(rule.gate),
            rule.percent,
            Fen(sum(parts[line][number - 1] for line in lines)),
            {line: parts[line][number - 1] for line in lines},
        )
        for number, rule in enumerate(rules.instalments, 1)
    ]


def first_due(signed_on: date, rules: MoneyRules, calendar: Calendar) -> date:
    return calendar.add(signed_on, rules.first_within_days)


def due(
    gate: Gate, *, signed_on: date, starts: date, ends: date, midterm_percent: int, rules: MoneyRules, calendar: Calendar
) -> date:
    """When the money of a gate should have arrived if the project keeps its time."""
    if gate is Gate.SIGNED:
        return first_due(signed_on, rules, calendar)
    reached = starts + timedelta(days=(ends - starts).days * midterm_percent // 100) if gate is Gate.MIDTERM else ends
    return calendar.add(max(reached, signed_on), rules.first_within_days)
