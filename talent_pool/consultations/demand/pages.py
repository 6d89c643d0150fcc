"""HTTP of demand and supply: one page, one sheet. Areas, fields and counties keep the order of their lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Request, get
from litestar.response import Stream, Template
from msgspec import Struct

from kernel import audit, clock, sheets, web
from kernel.access import Action
from talent_pool.consultations import words
from talent_pool.consultations.demand import queries
from talent_pool.consultations.demand.queries import BY, Count
from talent_pool.consultations.forms import AREA_NAMES, AREAS, COUNTIES, COUNTY_NAMES, offered, year_of

AnyRequest = Request[Any, Any, Any]
LISTS = {
    "area": AREAS,
    "field": [*offered(), ("", words.NO_FIELD)],
    "county": [*COUNTIES, ("", words.NO_COUNTY)],
}


class Line(Struct, frozen=True):
    """A row of the table with its name. `lacking`: somebody asked, and nobody of the pool stands for it."""

    by: str
    name: str
    asked: int
    met: int
    open: int
    unmet: int
    supply: int

    @property
    def lacking(self) -> bool:
        return self.unmet > 0 or (self.asked > 0 and self.supply == 0)


def lines(by: str, found: Sequence[Count]) -> list[Line]:
    """In the order of the list, never sorted into a ranking; what the list does not know any more comes last."""
    counted = {count.code: count for count in found}
    listed = dict(LISTS[by])
    rest = [(code, code) for code in counted if code not in listed]
    title, zero = words.DEMAND_BY[by], Count("", 0, 0, 0, 0, 0)
    every = [(name, counted.get(code, zero), code) for code, name in [*listed.items(), *rest]]
    # Without a code nobody of the pool can be counted; where nothing was asked either, the line says nothing.
    kept = [(name, count) for name, count, code in every if code or count.asked]
    return [Line(title, name, c.asked, c.met, c.open, c.unmet, c.supply) for name, c in kept]


@get("/w/consultations/demand", name="consultations.demand", action=Action.VIEW_DEMAND)
async def show(request: AnyRequest) -> Template:
    year = year_of(request)
    tables = [(by, words.DEMAND_BY[by], lines(by, await queries.counts(by, year))) for by in BY]
    return web.page(
        request,
        "talent_pool/consultations/demand/show.html",
        year=year,
        years=[(str(y), str(y)) for y in range(clock.today().year, clock.today().year - 4, -1)],
        tables=tables,
        unmet=await queries.unmet(year),
        area_names=AREA_NAMES,
        county_names=COUNTY_NAMES,
    )


@get("/w/consultations/demand.xlsx", name="consultations.demand-sheet", action=Action.VIEW_DEMAND)
async def sheet(request: AnyRequest) -> Stream:
    year = year_of(request)
    await audit.record_read(request.user, Action.VIEW_DEMAND, ("consultation", None), year=year)
    found = [line for by in BY for line in lines(by, await queries.counts(by, year))]
    kinds = dict.fromkeys(("asked", "met", "open", "unmet", "supply"), sheets.Kind.INTEGER)
    columns = [sheets.Column(key, title, kinds.get(key, sheets.Kind.TEXT)) for key, title in words.DEMAND_HEADS.items()]
    return await sheets.download(f"{words.DEMAND} {year}", columns, found)


routes = [show, sheet]
