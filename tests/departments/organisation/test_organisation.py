"""The city's own units, an organisation's record and its dated papers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest

from departments import catalogue
from departments.kinds import OrganisationKind
from departments.organisation import actions, queries
from departments.organisation.rules import Reason, sort_key
from kernel import files, rows
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused, Stale
from kernel.rows import Q
from tests import builders
from tests.projects.conftest import PDF
from tests.projects.conftest import upload as upload

pytestmark = pytest.mark.anyio
SignIn = Callable[[Actor | None], Awaitable[httpx.AsyncClient]]


async def agency(code: str = "52510700MJX0000017", name: str = "绵阳示例社会工作服务中心") -> Any:
    return await actions.create(None, kind=OrganisationKind.SERVICE_AGENCY, code=code, name=name, confirmed=True)


async def test_the_city_is_built_once_in_the_order_of_establishment(db: None) -> None:
    await actions.ensure_city()
    before = await rows.value(Q("SELECT array_agg(id ORDER BY id) FROM unit"))

    await actions.ensure_city()

    assert [d.code for d in await queries.departments()] == [d.code for d in catalogue.load().departments]
    assert await rows.value(Q("SELECT count(*) FROM unit WHERE kind = 'county'")) == 9
    assert await rows.value(Q("SELECT array_agg(id ORDER BY id) FROM unit")) == before


async def test_a_code_in_use_names_who_has_it(db: None) -> None:
    await agency()

    with pytest.raises(Refused) as no:
        await agency(name="另一家")

    assert no.value.reason is Reason.CODE_TAKEN
    assert "绵阳示例社会工作服务中心" in str(no.value)


async def test_names_sort_by_pinyin_and_are_found_by_initials() -> None:
    assert sort_key("绵阳社工") == "mian yang she gong mysg"


async def test_only_its_own_administrator_edits_a_record(db: None) -> None:
    unit = await agency()
    admin = await builders.actor(Role.ORGANISATION_ADMIN, unit)
    applicant = await builders.actor(Role.APPLICANT, unit)
    stranger = await builders.actor(Role.ORGANISATION_ADMIN, await builders.unit("other", kind="organisation"))

    await actions.edit(admin, unit, 1, {"legal_person": "示例负责人"})

    assert (await queries.record(unit)).legal_person == "示例负责人"
    for other in (applicant, stranger):
        with pytest.raises(Missing):
            await actions.edit(other, unit, 2, {"legal_person": "别人"})


async def test_a_record_saved_from_an_old_page_is_stale(db: None) -> None:
    unit = await agency()
    admin = await builders.actor(Role.ORGANISATION_ADMIN, unit)
    await actions.edit(admin, unit, 1, {"staff": 5})

    with pytest.raises(Stale):
        await actions.edit(admin, unit, 1, {"staff": 6})


async def test_both_texts_of_a_stale_save_are_on_the_page(db: None, as_: SignIn) -> None:
    unit = await agency()
    admin = await builders.actor(Role.ORGANISATION_ADMIN, unit)
    browser = await as_(admin)
    shown = (await browser.get("/my/organisation")).text
    hidden = {name: builders.hidden(shown, name) for name in ("csrf", "once", "version")}
    await actions.edit(admin, unit, 1, {"address": "同事填的住所"})

    answer = await browser.post(f"/my/organisation/{unit}", data={**hidden, "kind": "service-agency", "address": "我填的住所"})

    assert answer.status_code == 409
    assert "同事填的住所" in answer.text
    assert "我填的住所" in answer.text


async def test_a_date_in_the_future_is_refused_with_everything_typed(db: None, as_: SignIn) -> None:
    unit = await agency()
    browser = await as_(await builders.actor(Role.ORGANISATION_ADMIN, unit))

    answer = await builders.submit(
        browser,
        "/my/organisation",
        f"/my/organisation/{unit}",
        kind="service-agency",
        registered_on="2027-01-01",
        address="涪城区某路",
    )

    assert answer.status_code == 422
    assert "不能晚于今天" in answer.text
    assert "涪城区某路" in answer.text


async def test_the_newest_paper_of_a_kind_counts_and_strangers_do_not_see_it(db: None, as_: SignIn, upload: Any) -> None:
    unit = await agency()
    admin = await builders.actor(Role.ORGANISATION_ADMIN, unit)
    await actions.add_paper(admin, unit, "audit", date(2025, 3, 1), upload("旧审计.pdf"))
    browser = await as_(admin)
    shown = (await browser.get("/my/organisation")).text

    sent = await browser.post(
        f"/my/organisation/{unit}/papers",
        data={"csrf": builders.hidden(shown, "csrf"), "code": "audit", "dated_on": "2026-03-01"},
        files={"file": ("新审计.pdf", PDF, "application/pdf")},
    )

    assert sent.status_code == 303
    assert [p.name for p in await queries.papers(unit)] == ["新审计.pdf", "旧审计.pdf"]
    await files.check_owner(admin, "organisation", unit)
    for other in (await builders.actor(Role.APPLICANT, await builders.unit("other", kind="organisation")), None):
        with pytest.raises(Missing):
            await files.check_owner(other, "organisation", unit)


async def test_who_may_not_see_an_organisation_gets_the_same_answer_as_for_none(db: None, as_: SignIn) -> None:
    await agency()
    mine = await agency("52510700MJX0000025", "另一家示例中心")
    browser = await as_(await builders.actor(Role.ORGANISATION_ADMIN, mine))
    assert (await browser.get(f"/my/organisation?of={mine}")).status_code == 200
    theirs = await rows.value(Q("SELECT id FROM unit WHERE code = '52510700MJX0000017'"))

    assert (await browser.get(f"/my/organisation?of={theirs}")).status_code == 404
    assert (await browser.get(f"/my/organisation?of={rows.new_id()}")).status_code == 404
    assert await rows.value(Q("SELECT count(*) FROM audit_line WHERE action = {}", Action.EDIT_ORGANISATION)) == 0


async def test_a_unit_opened_by_the_administrators_fills_in_its_record_and_is_confirmed(db: None, as_: SignIn) -> None:
    await actions.ensure_city()
    unit = await builders.unit("52510700MJX0000033", "新登记示例中心", kind="organisation")
    admin = await builders.actor(Role.ORGANISATION_ADMIN, unit)
    coordinator = await builders.actor(Role.COORDINATOR, await builders.unit("society"))
    with pytest.raises(Refused) as no:
        await actions.confirm(coordinator, unit)
    assert no.value.reason is Reason.NO_RECORD

    browser = await as_(admin)
    saved = await builders.submit(
        browser, "/my/organisation", f"/my/organisation/{unit}", kind="foundation", legal_person="示例理事长"
    )
    assert saved.status_code == 303
    browser = await as_(coordinator)
    done = await builders.submit(browser, "/w/organisations", f"/w/organisations/{unit}/confirm")

    record = await queries.record(unit)
    assert done.status_code == 303
    assert (record.kind, record.confirmed_at is not None) == (OrganisationKind.FOUNDATION, True)
    assert await rows.value(Q("SELECT count(*) FROM todo WHERE action = 'organisation.confirm' AND done_at IS NULL")) == 0


async def test_two_forms_of_one_page_share_a_key_and_each_is_done(db: None, as_: SignIn) -> None:
    units = [
        await actions.create(
            None, kind=OrganisationKind.FOUNDATION, code=f"52510700MJX000005{n}", name=f"示例基金会{n}", confirmed=False
        )
        for n in "12"
    ]
    browser = await as_(await builders.actor(Role.COORDINATOR, await builders.unit("society")))
    page = (await browser.get("/w/organisations")).text
    sent = {name: builders.hidden(page, name) for name in ("csrf", "once")}

    answers = [await browser.post(f"/w/organisations/{unit}/confirm", data=sent | {"version": "1"}) for unit in units]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert all([(await queries.record(unit)).confirmed_at for unit in units])
