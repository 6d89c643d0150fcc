"""What a row of the import must hold, cell by cell, against the city as it is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from departments.city import KeyArea
from departments.funds.rules import check_lottery
from departments.kinds import NO_CODE, WHO_MAY_APPLY
from kernel.errors import Refused
from kernel.money import Fen, show
from kernel.sheets.importing import Desk, Found
from projects.importing import words
from projects.importing.rules import Reason
from projects.importing.sheet import City, Resolved, Row, Source
from projects.states import State
from projects.submitting.rules import code_warning

FIRST_YEAR = 2020
"""Codes of projects are counted from then on."""


def judge(rows: Sequence[Row], city: City) -> Found[Resolved]:
    """All rows against the city, every error at once. A row with an error names nothing."""
    found = Found[Resolved]([], [], [])
    left = {source.code: source.available for source in city.funds}
    seen: dict[tuple[str, str], int] = {}
    names: dict[str, tuple[int, str]] = {}
    for row in rows:
        desk = Desk(row, found)
        _check_cells(desk, city.today)
        key = _organisation(desk, city, names)
        area, lead = _area(desk, city)
        source = _source(desk, city)
        if key and row.title:
            _check_new(desk, (key, row.title), city, seen)
        if source and area:
            _check_money(desk, source, area, left)
        if not desk.wrong and area and lead and source and key:
            found.rows.append(Resolved(row, area, lead, source, key))
    return found


def _check_cells(desk: Desk[Row], today: date) -> None:
    row = desk.row
    if row.title and row.title.startswith(words.EXAMPLE_MARK):
        desk.error("title", Reason.EXAMPLE)
    if row.awarded_on and not (row.awarded_on.year >= FIRST_YEAR and row.awarded_on <= today):
        desk.error("awarded_on", Reason.AWARDED_YEAR, today=today)
    if row.starts_on and row.ends_on and row.ends_on <= row.starts_on:
        desk.error("ends_on", Reason.DATES_TURNED)
    _check_amounts(desk)
    if row.state:
        _check_state(desk, row.state)
    given = [part for part in (row.account_name, row.bank, row.account) if part]
    if given and len(given) < 3:
        desk.error("account", Reason.ACCOUNT)
    elif row.account and not (row.account.isascii() and row.account.isdigit() and 6 <= len(row.account) <= 34):
        desk.error("account", Reason.ACCOUNT_DIGITS)
    if (row.goal is None) != (row.target is None) or (row.target is not None and not 0 < row.target < 2**31):
        desk.error("target", Reason.GOAL)


def _check_amounts(desk: Desk[Row]) -> None:
    row = desk.row
    for key in ("determined", "agreed"):
        amount: Fen | None = getattr(row, key)
        if amount is not None and amount <= 0:
            desk.error(key, Reason.NOT_POSITIVE)
    if row.paid is not None and row.paid < 0:
        desk.error("paid", Reason.NEGATIVE)
    if row.agreed and row.determined and row.agreed > row.determined:
        desk.error("agreed", Reason.AGREED_OVER, agreed=show(row.agreed), determined=show(row.determined))
    if row.paid and row.agreed and 0 < row.agreed < row.paid:
        desk.error("paid", Reason.PAID_OVER, paid=show(row.paid), agreed=show(row.agreed))


_NEEDED = {
    State.APPROVED: ("goal", "target"),
    State.RUNNING: ("agreed", "starts_on", "ends_on"),
    State.CLOSING: ("agreed", "starts_on", "ends_on"),
    State.CLOSED: ("agreed", "starts_on", "ends_on", "paid", "grade"),
}
_EMPTY = {
    State.APPROVED: ("agreed", "paid", "grade", "account"),
    State.RUNNING: ("grade",),
    State.CLOSING: ("grade",),
    State.CLOSED: (),
}


def _check_state(desk: Desk[Row], state: State) -> None:
    for key in _NEEDED[state]:
        if getattr(desk.row, key) is None:
            desk.error(key, Reason.NEEDS, state=state.label)
    for key in _EMPTY[state]:
        if getattr(desk.row, key):
            desk.error(key, Reason.NEEDS_EMPTY, state=state.label)
    if state in {State.RUNNING, State.CLOSING} and not desk.row.account:
        desk.look("account", Reason.NO_ACCOUNT)


def _organisation(desk: Desk[Row], city: City, names: dict[str, tuple[int, str]]) -> str | None:
    """The key of the applying unit: its code when it has one, else its name. None when that cannot be said."""
    row = desk.row
    if not row.organisation:
        return None
    if row.uscc:
        code = row.uscc.upper()
        if code_warning(code):
            desk.look("uscc", Reason.CODE_LOOK, code=row.uscc)
        first = names.setdefault(code, (row.number, row.organisation))
        if first[1] != row.organisation:
            desk.error("organisation", Reason.TWO_NAMES, row=first[0], name=first[1])
        elif (known := city.by_code.get(code)) and known.name != row.organisation:
            desk.look("organisation", Reason.NAME_LOOK, name=known.name)
        return code
    named = city.by_name.get(row.organisation, ())
    if len(named) > 1:
        desk.error("uscc", Reason.MANY_NAMES, name=row.organisation)
        return None
    if named:
        return named[0].code
    if row.kind and row.kind not in NO_CODE:
        desk.error("uscc", Reason.NO_CODE, kind=row.kind.label, name=row.organisation)
        return None
    return row.organisation


def _area(desk: Desk[Row], city: City) -> tuple[KeyArea | None, str | None]:
    row = desk.row
    area = city.areas.get(row.area) if row.area else None
    if row.area and area is None:
        desk.error("area", Reason.UNKNOWN_AREA, value=row.area[:40])
    if not row.lead:
        return area, area.lead if area else None
    lead = city.departments.get(row.lead)
    if lead is None:
        desk.error("lead", Reason.UNKNOWN_DEPARTMENT, value=row.lead[:40])
    return area, lead


def _source(desk: Desk[Row], city: City) -> Source | None:
    """The fund by its code, or by its name among those of the named department."""
    row = desk.row
    owner = city.departments.get(row.owner) if row.owner else None
    if row.owner and owner is None:
        desk.error("owner", Reason.UNKNOWN_DEPARTMENT, value=row.owner[:40])
    if not row.fund or owner is None:
        return None
    by_code = [source for source in city.funds if source.code == row.fund]
    matching = by_code or [source for source in city.funds if (source.name, source.owner) == (row.fund, owner)]
    if not matching:
        desk.error("fund", Reason.UNKNOWN_FUND, value=row.fund[:40], owner=city.department_names[owner])
        return None
    if matching[0].owner != owner:
        named = city.department_names[owner]
        desk.error("fund", Reason.FUND_OWNER, fund=matching[0].code, owner=matching[0].owner_name, named=named)
        return None
    return matching[0]


def _check_new(desk: Desk[Row], key: tuple[str, str], city: City, seen: dict[tuple[str, str], int]) -> None:
    if key in seen:
        desk.error("title", Reason.TWICE_IN_FILE, row=seen[key])
    elif key in city.held:
        desk.error("title", Reason.TWICE, code=city.held[key])
    seen.setdefault(key, desk.row.number)


def _check_money(desk: Desk[Row], source: Source, area: KeyArea, left: dict[str, Fen]) -> None:
    """The fund must hold the row after all rows above it. Old habits of a fund are only worth a look."""
    row, terms = desk.row, source.terms
    try:
        check_lottery(terms, area)
    except Refused as no:
        desk.error("fund", Reason.LOTTERY, why=str(no))
    if row.mode and row.mode not in terms.modes:
        desk.look("mode", Reason.MODE_LOOK, mode=row.mode.label)
    if row.mode and row.kind and row.kind not in NO_CODE and row.kind not in WHO_MAY_APPLY[row.mode]:
        desk.look("kind", Reason.KIND_LOOK, kind=row.kind.label, mode=row.mode.label)
    if row.awarded_on and row.awarded_on.year != source.year:
        desk.look("fund", Reason.FUND_YEAR, year=source.year, awarded=row.awarded_on.year)
    if row.amount <= 0:
        return
    if row.amount > terms.project_cap:
        desk.look("determined", Reason.CAP_LOOK, cap=show(terms.project_cap))
    remaining = left[source.code]
    if row.amount > remaining:
        key = "agreed" if row.agreed else "determined"
        desk.error(key, Reason.OVER_FUND, fund=source.code, remaining=show(remaining), amount=show(row.amount))
    else:
        left[source.code] = Fen(remaining - row.amount)
