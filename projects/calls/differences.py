"""What changed between two versions of a rule pack: the body of a correction notice. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from kernel.errors import Refused
from kernel.money import Fen, show
from projects.calls import words
from projects.calls.rulepack import RulePack
from projects.calls.rules import Reason

_NAMES = ("code", "grade", "template", "gate")
"""By which field the rows of a list are matched, so that an inserted row does not look like ten changed ones."""

_AMOUNTS = frozenset(
    (
        "registered_cap",
        "team_cap",
        "minimum",
        "large_above",
        "small_up_to",
        "monthly_above",
        "audit_from",
        "fee_half_day",
        "fee_day",
    )
)
"""Kept in fen, read in yuan."""


class Difference(Struct, frozen=True):
    """`path` is for code; `label` is how the notice names the place. None on a side means the part is not there."""

    path: str
    label: str
    before: Any
    after: Any


def differences(old: RulePack, new: RulePack) -> list[Difference]:
    return list(_compare((), (), _plain(old), _plain(new)))


def check_correction(old: RulePack, new: RulePack, reason: str) -> list[Difference]:
    found = differences(old, new)
    if not found:
        raise Refused(Reason.NO_DIFFERENCE)
    if not reason.strip():
        raise Refused(Reason.NO_REASON)
    return found


def _compare(path: tuple[str, ...], label: tuple[str, ...], old: Any, new: Any) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _compare((*path, key), (*label, words.PART[key]), old.get(key), new.get(key))
    elif _is_named(old) and _is_named(new):
        yield from _compare_rows(path, label, old, new)
    else:
        yield Difference(".".join(path), " · ".join(label), _shown(path, old), _shown(path, new))


def _plain(pack: RulePack) -> Any:
    """In the order of the structs, which is the order of the wizard and of the notice."""
    return msgspec.json.decode(msgspec.json.encode(pack))


def _shown(path: tuple[str, ...], value: Any) -> Any:
    return show(Fen(value)) if path[-1] in _AMOUNTS and isinstance(value, int) else value


def _compare_rows(
    path: tuple[str, ...], label: tuple[str, ...], old: list[dict[str, Any]], new: list[dict[str, Any]]
) -> Iterator[Difference]:
    before, after = {_name(row) or "": row for row in old}, {_name(row) or "": row for row in new}
    for name in dict.fromkeys([*before, *after]):
        row = after.get(name) or before[name]
        title = str(row.get("name") or row.get("title") or row.get("label") or name)
        yield from _compare((*path, name), (*label, title), before.get(name), after.get(name))
    kept_before = [name for name in before if name in after]
    kept_after = [name for name in after if name in before]
    if kept_before != kept_after:
        yield Difference(".".join(path), " · ".join(label), kept_before, kept_after)


def _is_named(value: Any) -> bool:
    """Rows with distinct names; an empty list compares with them as well."""
    if not isinstance(value, list):
        return False
    names = [_name(row) if isinstance(row, dict) else None for row in value]
    return None not in names and len(set(names)) == len(names)


def _name(row: dict[str, Any]) -> str | None:
    return next((str(row[name]) for name in _NAMES if name in row), None)
