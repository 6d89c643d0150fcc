"""Every list a person can page through can be taken along as a sheet: the same rows, by the same right, on record."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from python_calamine import CalamineWorkbook

from departments.funds.words import FUND_COLUMNS
from departments.organisation.words import COLUMNS as ORGANISATIONS
from kernel import rows
from kernel.access import Actor, Role
from kernel.accounts.words import PEOPLE_COLUMNS, UNIT_COLUMNS
from kernel.rows import Q
from projects.calls.words import COLUMNS as CALLS
from projects.deciding.words import COLUMNS as DECISIONS
from projects.matching.words import COLUMNS as MATCHINGS
from projects.objecting.words import COLUMNS as OBJECTIONS
from projects.panels.words import COLUMNS as PANELS
from projects.paying.words import COLUMNS as PAYMENTS
from projects.pledging.words import COLUMNS as LINES
from projects.screening.words import COLUMNS as PROPOSALS
from projects.tracking.words import COLUMNS as REPORTS
from talent_pool.consultations.words import COLUMNS as CONSULTATIONS
from talent_pool.directory.words import COLUMNS as EXPERTS
from talent_pool.merging.words import COLUMNS as DUPLICATES
from talent_pool.profiles.inviting.words import COLUMNS as INVITATIONS
from tests import builders

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]
Browser = httpx.AsyncClient
SignIn = Callable[[Actor], Awaitable[Browser]]

SHEETS = {
    "/w/calls.xlsx": (Role.COORDINATOR, CALLS),
    "/w/consultations.xlsx": (Role.COORDINATOR, CONSULTATIONS),
    "/w/decisions.xlsx": (Role.COORDINATOR, DECISIONS),
    "/w/experts/invitations.xlsx": (Role.COORDINATOR, INVITATIONS),
    "/w/matching.xlsx": (Role.COORDINATOR, MATCHINGS),
    "/w/objections.xlsx": (Role.COORDINATOR, OBJECTIONS),
    "/w/organisations.xlsx": (Role.COORDINATOR, ORGANISATIONS),
    "/w/panels.xlsx": (Role.COORDINATOR, PANELS),
    "/w/proposals.xlsx": (Role.COORDINATOR, PROPOSALS),
    "/w/reports.xlsx": (Role.COORDINATOR, REPORTS),
    "/w/experts.xlsx": (Role.COORDINATOR, EXPERTS),
    "/w/experts/duplicates.xlsx": (Role.COORDINATOR, DUPLICATES),
    "/w/funds.xlsx": (Role.FINANCE_OFFICER, FUND_COLUMNS),
    "/w/lines.xlsx": (Role.FINANCE_OFFICER, LINES),
    "/w/payments.xlsx": (Role.FINANCE_OFFICER, PAYMENTS),
    "/admin/people.xlsx": (Role.SYSTEM_ADMIN, PEOPLE_COLUMNS),
    "/admin/units.xlsx": (Role.SYSTEM_ADMIN, UNIT_COLUMNS),
}
OWN_PAPER = {"kernel/accounts/mine/messages", "kernel/accounts/administration/outbox", "documents/look_up", "portal/styleguide"}
"""Pages with a pager that are no lists of the city's business: one's own messages, the machine room."""
ELSEWHERE = {
    "departments/funds/ledger",
    "kernel/accounts/administration/log/show",
    "portal/library",
    "projects/importing/show",
    "projects/panels/projects",
    "talent_pool/importing/show",
    "talent_pool/directory/_published",  # who agreed to a page did not agree to a list that travels
}
"""Tested with their own phase, or part of a form."""


def cells(answer: httpx.Response) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()


async def holder(role: Role) -> Actor:
    at_department = role in {Role.COORDINATOR, Role.FINANCE_OFFICER}
    return await builders.actor(role, of=await builders.unit() if at_department else None)


@pytest.mark.parametrize("path", sorted(SHEETS))
async def test_a_list_comes_as_a_sheet_and_the_read_is_on_record(path: str, as_: SignIn) -> None:
    role, columns = SHEETS[path]
    actor = await holder(role)
    browser = await as_(actor)

    answer = await browser.get(path)

    assert answer.status_code == 200
    assert cells(answer)[0] == [title for _, title, _, _ in columns]
    kept = await rows.column(Q("SELECT facts ->> 'path' FROM access_log WHERE actor = {}", actor.person))
    assert kept == [path]


@pytest.mark.parametrize("path", sorted(SHEETS))
async def test_a_sheet_is_not_there_for_whoever_may_not_see_the_list(path: str, as_: SignIn) -> None:
    browser = await as_(await builders.actor(Role.MEMBER))

    assert (await browser.get(path)).status_code == 404


async def test_the_sheet_holds_the_rows_of_the_list_and_keeps_its_filter(as_: SignIn) -> None:
    browser = await as_(await holder(Role.SYSTEM_ADMIN))
    await builders.unit("s-a", "示例站甲", kind="station")
    await builders.unit("c-b", "示例县乙", kind="county")

    everything, stations = await browser.get("/admin/units.xlsx"), await browser.get("/admin/units.xlsx?kind=station")

    assert {"示例站甲", "示例县乙"} <= {row[2] for row in cells(everything)}
    assert [row[2] for row in cells(stations)[1:]] == ["示例站甲"]


def test_every_list_page_has_its_sheet() -> None:
    templates = Path(__file__).parents[2] / "templates"
    paged = {path for path in templates.rglob("*.html") if re.search(r"ui\.pager\(", path.read_text(encoding="utf8"))}
    names = {path: path.relative_to(templates).with_suffix("").as_posix() for path in paged}

    without = {
        name
        for path, name in names.items()
        if ".xlsx" not in path.read_text(encoding="utf8") and not any(name.startswith(known) for known in OWN_PAPER | ELSEWHERE)
    }

    assert len(paged) > 12
    assert without == set()
