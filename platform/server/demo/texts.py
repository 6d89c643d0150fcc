"""What the proposals of the demo city say: answers, budget lines, indicators, team, plan. All of it complete and made up."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any, NamedTuple

import msgspec

from kernel.money import Fen
from projects.calls.form import Field, FieldKind, Form
from projects.calls.form_default import default_form
from server.demo.words import ANSWER, BASIS, BUDGET, INDICATORS, KNOWN, LONG, PARTS, PHONE, PLAN, SHORT


class Line(NamedTuple):
    category: str
    item: str
    quantity: int
    unit: str
    unit_price: int
    requested: int
    own: int
    basis: str


class Promise(NamedTuple):
    kind: str
    name: str
    unit: str
    target: int
    evidence: str


class Mate(NamedTuple):
    name: str
    part: str
    qualification: str
    percent: int


class Step(NamedTuple):
    month: str
    work: str
    result: str


def amount(dice: Random, low: int = 35, high: int = 90) -> Fen:
    """So many thousand yuan, so that every share of it is whole."""
    return Fen(dice.randrange(low, high + 1) * 100_000)


def budget(requested: Fen) -> list[Line]:
    """Lines that sum to `requested` and keep the default pack's shares. The last one takes what is left."""
    lines: list[Line] = []
    left = int(requested)
    for number, (category, item, percent, unit, own) in enumerate(BUDGET, 1):
        share = left if number == len(BUDGET) else int(requested) * percent // 100
        left -= share
        lines.append(Line(category, item, 10, unit, (share + own) // 10, share, own, BASIS))
    return lines


def indicators(dice: Random) -> list[Promise]:
    scale = dice.randrange(1, 5)
    return [
        Promise(kind, name, unit, target if kind == "satisfaction" else target * scale, evidence)
        for kind, name, unit, target, evidence in INDICATORS
    ]


def team(names: list[str], percent: int = 0) -> list[Mate]:
    """Each with their part; `percent` instead of its usual share of time, for people of several projects."""
    parts = [PARTS[number % len(PARTS)] for number in range(len(names))]
    return [Mate(name, part, paper, percent or share) for name, (part, paper, share) in zip(names, parts, strict=True)]


def plan(start: date, months: int) -> list[Step]:
    found = []
    for number, (work, result) in enumerate(PLAN):
        month = start + timedelta(days=30 * (number * max(months - 1, 1) // max(len(PLAN) - 1, 1)))
        found.append(Step(f"{month:%Y-%m}", work, result))
    return found


def answers(
    title: str, area: str, places: list[str], start: date, end: date, leader: str, form: Form | None = None
) -> dict[str, dict[str, Any]]:
    """Every asked field of the form, by section."""
    given = {
        "basic.title": title,
        "basic.area": area,
        "basic.template": "activity",
        "basic.start": f"{start:%Y-%m}",
        "basic.end": f"{end:%Y-%m}",
        "basic.places": places,
        "unit.leader": leader,
        "unit.contact": leader,
    }
    found: dict[str, dict[str, Any]] = {}
    for section in (form or default_form()).sections:
        for field in section.fields:
            name = f"{section.code}.{field.code}"
            if field.show_if is None:
                found.setdefault(section.code, {})[field.code] = given[name] if name in given else _value(name, field)
    return found


def _value(name: str, field: Field) -> Any:
    if name in KNOWN:
        return KNOWN[name]
    match field.kind:
        case FieldKind.TEXTAREA:
            text = SHORT if (field.max or 0) <= 300 or (field.min or 0) <= 10 else ANSWER
            return text if len(text) >= (field.min or 0) else LONG
        case FieldKind.CHOICE:
            return field.choices[0].code
        case FieldKind.CHOICES:
            return [choice.code for choice in field.choices[:2]]
        case FieldKind.INTEGER | FieldKind.MONEY:
            return max(field.min or 0, 120)
        case FieldKind.PHONE:
            return PHONE
        case FieldKind.EMAIL:
            return "team@example.cn"
    return SHORT[: field.max or 20]


@cache
def template() -> tuple[str, ...]:
    """The answers as JSON text with places to fill in, split there: a big city is built without encoding each anew."""
    marks = [f"@{number}@" for number in range(6)]
    filled = answers(marks[0], marks[1], [marks[2]], date(2000, 1, 1), date(2000, 1, 1), marks[5])
    filled["basic"]["start"], filled["basic"]["end"] = marks[3], marks[4]
    return tuple(msgspec.json.encode(filled).decode().split("@"))


def answers_json(title: str, area: str, place: str, start: date, end: date, leader: str) -> str:
    values = (title, area, place, f"{start:%Y-%m}", f"{end:%Y-%m}", leader)
    return "".join(values[int(part)] if part in _MARKS else part for part in template())


_MARKS = frozenset("012345")
