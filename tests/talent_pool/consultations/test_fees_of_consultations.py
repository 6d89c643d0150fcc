"""Fees: capped by length, nothing for own staff and unapproved civil servants, counted after a second person."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from kernel import rows
from kernel.access import Actor, Role
from kernel.errors import Missing, Refused, Stale
from kernel.life import LifeReason
from kernel.money import Fen, yuan
from kernel.rows import Q
from talent_pool.consultations.fees import actions, queries, rules
from talent_pool.consultations.fees.rules import Length
from talent_pool.consultations.rules import Reason
from talent_pool.fees import Unpaid
from talent_pool.profiles.kinds import FeeClass
from tests import builders
from tests.conftest import SignIn
from tests.talent_pool.consultations import scene

pytestmark = pytest.mark.anyio
NOBODY = {"host_staff": False, "civil_servant": False, "approved": False}


@pytest.mark.parametrize(
    ("minutes", "length", "cap"),
    [(15, Length.HALF_DAY, 500), (240, Length.HALF_DAY, 500), (255, Length.DAY, 1_000), (480, Length.DAY, 1_000)],
)
async def test_half_a_day_pays_at_most_500_and_a_day_1000(minutes: int, length: Length, cap: int) -> None:
    assert rules.length(minutes) is length
    assert rules.assess(yuan(cap), minutes, **NOBODY).gross == yuan(cap)
    with pytest.raises(Refused) as no:
        rules.assess(Fen(yuan(cap) + 1), minutes, **NOBODY)
    assert no.value.reason is Reason.ABOVE_CAP


@pytest.mark.parametrize("fee_class", FeeClass)
@pytest.mark.parametrize("minutes", [60, 300])
async def test_what_is_usual_never_exceeds_the_cap(fee_class: FeeClass, minutes: int) -> None:
    assert 0 < rules.usual(minutes, fee_class) <= rules.CAPS[rules.length(minutes)]


async def test_own_staff_and_unapproved_civil_servants_get_nothing_and_the_reason_stands_there() -> None:
    own = rules.assess(Fen(0), 60, host_staff=True, civil_servant=False, approved=False)
    servant = rules.assess(Fen(0), 60, host_staff=False, civil_servant=True, approved=False)
    approved = rules.assess(yuan(500), 60, host_staff=False, civil_servant=True, approved=True)

    assert (own.unpaid, servant.unpaid, approved.unpaid) == (Unpaid.HOST_STAFF, Unpaid.CIVIL_SERVANT, None)
    with pytest.raises(Refused) as no:
        rules.assess(yuan(1), 60, host_staff=True, civil_servant=False, approved=False)
    assert no.value.reason is Reason.NOT_PAID


async def entered() -> tuple[Actor, str, queries.Payable]:
    _, office, _, code, ident = await scene.held()
    await actions.enter(office, code, ident, yuan(500), version=0)
    (line,) = await queries.payable((await scene.row(code)).id)
    return office, code, line


async def test_a_fee_counts_after_a_second_person_has_confirmed_it(db: None) -> None:
    office, code, line = await entered()
    second = await scene.director()
    assert line.fee is not None

    before = await queries.paid(office, 2026)
    with pytest.raises(Refused) as no:
        await actions.confirm(office, code, line.fee, version=line.version)
    await actions.confirm(second, code, line.fee, version=line.version)
    after = await queries.paid(office, 2026)

    assert no.value.reason is Reason.SAME_PERSON
    assert before == []
    assert [(paid.code, paid.gross, paid.tax, paid.net) for paid in after] == [(code, yuan(500), Fen(0), yuan(500))]


async def test_a_confirmed_fee_is_not_entered_again_and_a_stale_one_not_confirmed(db: None) -> None:
    office, code, line = await entered()
    second = await scene.director()
    assert line.fee is not None
    await actions.enter(office, code, line.invitation, yuan(300), version=line.version)
    with pytest.raises(Stale):
        await actions.confirm(second, code, line.fee, version=line.version)
    await actions.confirm(second, code, line.fee, version=line.version + 1)

    with pytest.raises(Refused) as no:
        await actions.enter(office, code, line.invitation, yuan(400), version=line.version + 2)

    assert no.value.reason is LifeReason.WRONG_STATE
    assert [paid.gross for paid in await queries.paid(office, 2026)] == [yuan(300)]


async def test_nothing_is_paid_before_the_consultation_was_held(db: None) -> None:
    _, office, _, code, ident = await scene.agreed()

    with pytest.raises(Refused) as no:
        await actions.enter(office, code, ident, yuan(100), version=0)

    assert no.value.reason is LifeReason.WRONG_STATE


async def test_a_fee_of_another_consultation_is_not_there(db: None) -> None:
    office, _, line = await entered()
    _, _, _, other, _ = await scene.held()
    assert line.fee is not None

    with pytest.raises(Missing):
        await actions.confirm(await scene.director(), other, line.fee, version=1)
    with pytest.raises(Missing):
        await actions.enter(office, other, line.invitation, yuan(1), version=1)


async def test_the_page_takes_the_amount_keeps_what_was_typed_and_the_sheet_recomputes(db: None, as_: SignIn) -> None:
    _, office, person, code, ident = await scene.held(duration=300)
    second, url = await scene.director(), f"/w/consultations/{code}/fees"
    browser = await as_(office)
    shown = await browser.get(url)

    above = await builders.submit(browser, url, f"{url}/{ident}", gross="1000.01", note="含交通")
    good = await builders.submit(browser, url, f"{url}/{ident}", gross="1000", note="含交通")
    browser = await as_(second)
    (line,) = await queries.payable((await scene.row(code)).id)
    confirmed = await builders.submit(browser, url, f"{url}/{line.fee}/confirm")
    sheet = await browser.get("/w/consultations/fees.xlsx?year=2026")

    assert 'value="600.00"' in shown.text
    assert (above.status_code, good.status_code, confirmed.status_code) == (422, 303, 303)
    assert "不超过 1,000.00 元" in above.text
    assert 'value="1000.01"' in above.text
    table = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert table[1][0] == code
    assert table[1][6:11] == [5.0, 1000.0, 40.0, 960.0, ""]
    mine = await (await as_(person)).get(f"/r/consultations/{ident}")
    assert "960.00 元" in mine.text


async def test_fees_are_shown_to_the_office_alone(db: None, as_: SignIn) -> None:
    who, _, person, code, _ = await scene.held()
    readers = {
        await scene.director(): 200,
        await builders.actor(Role.AUDITOR): 200,
        who: 404,
        person: 404,
        await builders.actor(Role.OFFICER, await scene.lead("new-employment")): 404,
    }

    for actor, status in readers.items():
        browser = await as_(actor)
        assert (await browser.get(f"/w/consultations/{code}/fees")).status_code == status
        assert (await browser.get("/w/consultations/fees.xlsx")).status_code == status
    logged = await rows.value(Q("SELECT count(*) FROM access_log WHERE action = 'fee.view'"))
    assert logged == 2
