"""What a row of the import must hold, cell by cell, against the pool as it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from kernel.forms.fields import MOBILE, plain
from kernel.sheets.importing import Desk, Found
from talent_pool.importing import words
from talent_pool.importing.rules import Reason
from talent_pool.importing.sheet import Known, Pool, Resolved, Row, Tie, Work
from talent_pool.life import ExpertState
from talent_pool.profiles.kinds import WorkKind
from talent_pool.profiles.rules import MOST_FIELDS, MOST_WORKS, named

LARGEST_LOAD = 200
LARGEST_YEAR = 500
OPEN = frozenset({ExpertState.INVITED, ExpertState.APPLIED, ExpertState.ADMITTED, ExpertState.PAUSED})
_WORK = re.compile(words.WORK_PATTERN)
_ENDED = re.compile(words.ENDED_PATTERN)
_DAY = re.compile(r"(\d{4})\D(\d{1,2})(?:\D(\d{1,2}))?\D?\Z")
_KINDS = {**{kind.label: kind for kind in WorkKind}, **{word: WorkKind(kind) for word, kind in words.WORK_ALIAS.items()}}
T = TypeVar("T")


class _Seen:
    """Rows further up that were the same person."""

    def __init__(self) -> None:
        self.names: dict[tuple[str, str], int] = {}
        self.mobiles: dict[str, int] = {}


def judge(rows: Sequence[Row], pool: Pool) -> Found[Resolved]:
    """All rows against the pool, every error at once. A row with an error names nothing."""
    found, seen = Found[Resolved]([], [], []), _Seen()
    for row in rows:
        desk = Desk(row, found)
        resolved = _resolve(desk, pool, seen)
        if not desk.wrong:
            found.rows.append(resolved)
    return found


def _resolve(desk: Desk[Row], pool: Pool, seen: _Seen) -> Resolved:
    row = desk.row
    if (row.name or "").startswith(words.EXAMPLE_MARK):
        desk.error("name", Reason.EXAMPLE)
    mobile = _mobile(desk)
    _check_loads(desk)
    _check_file(desk, mobile, seen)
    known, person = _known(desk, mobile, pool)
    fields = _coded(desk, "fields", row.fields, pool.fields, Reason.UNKNOWN_FIELD)
    if len(fields) > MOST_FIELDS:
        desk.error("fields", Reason.TOO_MANY_FIELDS, most=MOST_FIELDS, count=len(fields))
    county = _coded(desk, "county", row.county, pool.counties, Reason.UNKNOWN_COUNTY)
    return Resolved(
        row=row,
        areas=_coded(desk, "areas", row.areas, pool.areas, Reason.UNKNOWN_AREA),
        fields=fields,
        county=county[0] if county else "",
        counties=_coded(desk, "counties", row.counties, pool.counties, Reason.UNKNOWN_COUNTY),
        mobile=mobile,
        former=_lines(desk, "former", row.former, _tie),
        board=_lines(desk, "board", row.board, _tie),
        works=_works(desk),
        known=known,
        person=person,
    )


def _coded(desk: Desk[Row], key: str, cell: str | None, codes: Mapping[str, str], reason: Reason) -> list[str]:
    found = []
    for word in re.split(words.SEPARATORS, cell or ""):
        if word in codes:
            found.append(codes[word])
        elif word:
            desk.error(key, reason, value=word[:40])
    return list(dict.fromkeys(found))


def _mobile(desk: Desk[Row]) -> str:
    number = plain(desk.row.mobile).removeprefix("+86")
    if number and not re.fullmatch(MOBILE, number):
        desk.error("mobile", Reason.NOT_MOBILE, value=(desk.row.mobile or "")[:20])
        return ""
    return number


def _check_loads(desk: Desk[Row]) -> None:
    row = desk.row
    for key, value, most in (("max_load", row.max_load, LARGEST_LOAD), ("max_year", row.max_year, LARGEST_YEAR)):
        if value is not None and not 0 <= value <= most:
            desk.error(key, Reason.LOAD_RANGE, most=most)
    if row.max_load is not None and row.max_year is not None and row.max_year < row.max_load:
        desk.error("max_year", Reason.YEAR_BELOW_ROUND, year=row.max_year, round=row.max_load)


def _check_file(desk: Desk[Row], mobile: str, seen: _Seen) -> None:
    row = desk.row
    if row.name and row.employer:
        key = (named(row.name), named(row.employer))
        if key in seen.names:
            desk.error("name", Reason.TWICE_IN_FILE, row=seen.names[key])
        seen.names.setdefault(key, row.number)
    if mobile:
        if mobile in seen.mobiles:
            desk.error("mobile", Reason.MOBILE_IN_FILE, row=seen.mobiles[mobile])
        seen.mobiles.setdefault(mobile, row.number)


def _known(desk: Desk[Row], mobile: str, pool: Pool) -> tuple[Known | None, UUID | None]:
    """The expert who is there already, and the person whose number it is."""
    row = desk.row
    if not row.name or not row.employer:
        return None, None
    keys = set(pool.keys.get(mobile, ()))
    holder = next((pool.holders[key] for key in keys if key in pool.holders), None)
    if holder is not None and named(holder.name) != named(row.name):
        desk.error("mobile", Reason.OTHER_NAME)
        return None, None
    same = pool.by_name.get(named(row.name), ())
    by_number = [one for one in same if one.mobile_key in keys]
    matching = by_number or [one for one in same if named(one.employer) == named(row.employer)]
    if not matching:
        _look_new(desk, mobile, same)
        return None, holder.id if holder else None
    _check_twin(desk, matching, pool.update, bool(by_number))
    return matching[0], holder.id if holder else None


def _look_new(desk: Desk[Row], mobile: str, same: Sequence[Known]) -> None:
    if same:
        others = words.BETWEEN.join(words.OTHER.format(name=one.name, employer=one.employer) for one in same[:3])
        desk.look("name", Reason.NAMESAKE, others=others)
    if not mobile:
        desk.look("mobile", Reason.NO_MOBILE)


def _check_twin(desk: Desk[Row], matching: Sequence[Known], update: bool, by_number: bool) -> None:
    one, name = matching[0], desk.row.name
    if len(matching) > 1:
        desk.error("name", Reason.MANY, name=name)
    elif one.state not in OPEN:
        desk.error("name", Reason.ENDED, name=name, state=one.state.label)
    elif not update and by_number:
        desk.error("mobile", Reason.TWICE_MOBILE, name=name, employer=one.employer, state=one.state.label)
    elif not update:
        desk.error("name", Reason.TWICE, name=name, state=one.state.label)
    elif named(one.employer) != named(desk.row.employer or ""):
        desk.look("employer", Reason.RENAMED_EMPLOYER, employer=one.employer)


def _lines(desk: Desk[Row], key: str, cell: str | None, of: Callable[[Desk[Row], str, str], T | None]) -> list[T]:
    parts = [line.strip() for line in re.split(words.LINES, cell or "")]
    return [one for line in parts if line and (one := of(desk, key, line)) is not None]


def _tie(desk: Desk[Row], key: str, line: str) -> Tie | None:
    found = _ENDED.match(line)
    if found is None:
        return None
    if len(found["unit"]) > 120:
        desk.error(key, Reason.UNIT_LONG)
        return None
    until = _day(found["until"]) if found["until"] else None
    if found["until"] and until is None:
        desk.error(key, Reason.NOT_A_DATE, value=line[:40])
    return Tie(found["unit"], until)


def _day(text: str) -> date | None:
    """2025-03-01, or the last possible day of 2025-03: a tie rather lasts too long than too short."""
    found = _DAY.match(text.strip())
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3] or 28)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _works(desk: Desk[Row]) -> list[Work]:
    found = _lines(desk, "works", desk.row.works, _work)
    if len(found) > MOST_WORKS:
        desk.error("works", Reason.TOO_MANY_WORKS, most=MOST_WORKS, count=len(found))
    return found


def _work(desk: Desk[Row], key: str, line: str) -> Work | None:
    found = _WORK.match(line)
    if found is None or found["kind"].strip() not in _KINDS:
        desk.error(key, Reason.NOT_A_WORK, value=line[:30], kinds=words.BETWEEN.join(words.WORK_ALIAS))
        return None
    if len(found["title"]) > 200:
        desk.error(key, Reason.WORK_LONG)
        return None
    return Work(_KINDS[found["kind"].strip()], found["title"], int(found["year"]) if found["year"] else None)
