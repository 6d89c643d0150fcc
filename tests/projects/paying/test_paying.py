"""A payment passes five people and is counted once; the ledger says what was paid, and nobody else."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date
from uuid import UUID

import asyncpg
import pytest

from departments.funds.queries import balances
from departments.funds.rules import Account
from kernel import clock, rows, signoff
from kernel.access import Actor, Role
from kernel.errors import Missing, Refused, Stale
from kernel.life import LifeReason
from kernel.money import Fen, yuan
from kernel.rows import DB, Q
from kernel.signoff import SignoffReason
from projects.paying import actions, queries
from projects.paying.plan import Timeliness
from projects.paying.rules import Reason
from projects.paying.tables import PaymentRequest
from projects.signing import rules as signing
from projects.states import PaymentState
from projects.vouching import actions as vouching
from tests import builders
from tests.builders import hidden
from tests.conftest import SignIn
from tests.projects.awarded import PDF, City, Sent, approved, at, at_once, member_of, running
from tests.projects.deciding import round as rounds

pytestmark = pytest.mark.anyio


async def refused(verb: Awaitable[object]) -> object:
    with pytest.raises(Refused) as no:
        await verb
    return no.value.reason


async def instalment(city: City, number: int = 1) -> UUID:
    found = await rows.value(Q("SELECT id FROM instalment WHERE line = {} AND number = {}", city.line.id, number))
    return UUID(str(found))


async def requested(city: City) -> UUID:
    await actions.request(city.team, city.code, await instalment(city), purpose="", receipt=Sent("收据.pdf"))
    return UUID(str(await rows.value(Q("SELECT id FROM payment_request WHERE project = {}", city.project.id))))


async def approved_request(city: City) -> UUID:
    ident = await requested(city)
    await actions.check(city.officer, ident, version=1)
    await actions.approve(city.head, ident, version=2)
    return ident


async def register(city: City, ident: UUID, number: str = "示例支-1", version: int = 3, amount: Fen | None = None) -> None:
    await vouching.register_voucher(
        city.finance,
        ident,
        number=number,
        paid_on=clock.today(),
        amount=amount or yuan(25_000),
        slip=Sent(),
        version=version,
    )


async def state(ident: UUID) -> PaymentState:
    return PaymentState(await rows.value(Q("SELECT state FROM payment_request WHERE id = {}", ident)))


async def test_each_office_finds_the_request_among_its_todos_and_the_team_is_told(db: None) -> None:
    city = await running()
    ident = await approved_request(city)
    await register(city, ident)
    await vouching.confirm_voucher(city.other_finance, ident, version=4)

    asked = await rows.column(Q("SELECT action FROM todo WHERE subject = {} ORDER BY asked_at, id", ident))
    assert asked == ["payment.check", "payment.approve", "payment.register-voucher", "payment.confirm-voucher"]
    assert await rows.value(Q("SELECT count(*) FROM todo WHERE subject = {} AND done_at IS NULL", ident)) == 0
    kinds = set(await rows.column(Q("SELECT kind FROM letter WHERE person = {}", city.team.person)))
    assert {"payment_approved", "payment_paid"} <= kinds
    assert await state(ident) is PaymentState.PAID
    assert await rows.value(Q("SELECT count(*) FROM document WHERE subject_id = {}", ident)) == 1


async def test_approval_makes_money_due_and_confirmation_pays_it_exactly_once(db: None) -> None:
    city = await running()
    ident = await approved_request(city)

    held = await balances(city.line.id)
    assert (held[Account.SIGNED], held[Account.DUE], held[Account.PAID]) == (yuan(25_000), yuan(25_000), 0)
    await register(city, ident)
    await vouching.confirm_voucher(city.other_finance, ident, version=4)
    assert await refused(vouching.confirm_voucher(city.head, ident, version=5)) is LifeReason.WRONG_STATE
    held = await balances(city.line.id)
    assert (held[Account.DUE], held[Account.PAID]) == (0, yuan(25_000))
    assert await refused(requested(city)) is Reason.ALREADY_REQUESTED


async def test_persons_are_compared_not_roles(db: None) -> None:
    city = await running()
    checks = await member_of(city.officer, city.line.owner, Role.HEAD)
    ident = await requested(city)

    await actions.check(checks, ident, version=1)
    assert await refused(actions.approve(checks, ident, version=2)) is Reason.SAME_CHECKER
    await actions.approve(city.head, ident, version=2)
    await register(city, ident)
    assert await refused(vouching.confirm_voucher(city.finance, ident, version=4)) is Reason.SAME_CONFIRMER


async def test_people_of_the_project_never_decide_on_its_money(db: None) -> None:
    city = await running()
    team_too = await member_of(city.officer, city.project.organisation, Role.APPLICANT)

    assert await refused(actions.check(team_too, await requested(city), version=1)) is signing.Reason.OWN_UNIT


async def test_the_package_needs_its_receipt_and_the_gate_its_milestone(db: None) -> None:
    city = await running()
    first, second = await instalment(city, 1), await instalment(city, 2)

    assert await refused(actions.request(city.team, city.code, first, purpose="", receipt=None)) is Reason.ATTACHMENT_MISSING
    assert await refused(actions.request(city.team, city.code, second, purpose="", receipt=Sent())) is Reason.GATE_MIDTERM
    assert await rows.value(Q("SELECT count(*) FROM payment_request")) == 0


async def test_next_years_money_waits_for_its_budget(db: None) -> None:
    city = await running(year=2027)

    assert await refused(requested(city)) is Reason.NEXT_YEAR
    steps = await queries.steps(city.project.id)
    assert queries.shown(steps[0], await queries.passed(city.project.id)) is Timeliness.NEXT_YEAR


async def test_late_money_is_shown_as_funds_late_never_as_a_project_behind(db: None) -> None:
    city = await running()
    first = (await queries.steps(city.project.id))[0]
    at(date(2026, 12, 31))

    assert queries.shown(first, await queries.passed(city.project.id)) is Timeliness.FUNDS_LATE


async def test_a_returned_request_is_asked_for_again_on_the_same_row(db: None) -> None:
    city = await running()
    ident = await requested(city)
    await actions.check(city.officer, ident, version=1)
    assert await refused(actions.return_to_team(city.head, ident, reason=" ", version=2)) is Reason.NO_REASON

    await actions.return_to_team(city.head, ident, reason="票据抬头有误", version=2)
    assert await requested(city) == ident

    row = await rows.find(PaymentRequest, PaymentRequest.id == ident, lock=False)
    assert (PaymentState(row.state), row.checked_by) == (PaymentState.REQUESTED, None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"number": " "}, Reason.NO_NUMBER),
        ({"paid_on": date(2026, 11, 21)}, Reason.FUTURE_DATE),
        ({"paid_on": date(2026, 11, 19)}, Reason.BEFORE_APPROVAL),
        ({"amount": yuan(24_999)}, Reason.AMOUNT_DIFFERS),
        ({"slip": None}, Reason.NO_FILE),
    ],
)
async def test_a_voucher_is_whole_or_not_registered(db: None, changes: dict[str, object], reason: Reason) -> None:
    city = await running()
    ident = await approved_request(city)
    given: dict[str, object] = {"number": "示例支-1", "paid_on": date(2026, 11, 20), "amount": yuan(25_000), "slip": Sent()}

    assert await refused(vouching.register_voucher(city.finance, ident, version=3, **(given | changes))) is reason  # type: ignore[arg-type]


async def test_a_voucher_number_is_used_once_in_a_department(db: None) -> None:
    one, two = await running(), await running()
    await register(one, await approved_request(one))

    assert await refused(register(two, await approved_request(two))) is Reason.VOUCHER_USED


async def test_a_returned_voucher_is_entered_again(db: None) -> None:
    city = await running()
    ident = await approved_request(city)
    await register(city, ident)

    await vouching.return_voucher(city.other_finance, ident, reason="凭证号抄错", version=4)
    await register(city, ident, number="示例支-2", version=5)
    await vouching.confirm_voucher(city.other_finance, ident, version=6)

    assert await rows.value(Q("SELECT voucher FROM payment_request WHERE id = {}", ident)) == "示例支-2"


async def test_a_heads_paper_approval_needs_two_people(db: None) -> None:
    city = await running()
    ident = await requested(city)
    paper = signoff.Paper("memo", "绵科〔2026〕3号", date(2026, 11, 20), "局长")
    early = actions.register_paper(city.finance, ident, paper, Sent())
    assert await refused(early) is Reason.NOT_WAITING
    await actions.check(city.officer, ident, version=1)
    await actions.register_paper(city.finance, ident, paper, Sent())
    entered = UUID(str(await rows.value(Q("SELECT id FROM signoff WHERE subject = {}", ident))))

    assert await refused(actions.confirm_paper(city.finance, ident, entered)) is SignoffReason.SAME_PERSON
    await actions.confirm_paper(city.other_finance, ident, entered)

    assert await state(ident) is PaymentState.APPROVED


@pytest.mark.parametrize("who", ["team", "admin", "stranger", "foreign_officer", "coordinator", "director", "finance"])
async def test_only_the_owners_officer_checks(db: None, who: str) -> None:
    city = await running()
    ident = await requested(city)
    actor: Actor = getattr(city, who)

    with pytest.raises(Missing):
        await actions.check(actor, ident, version=1)
    with pytest.raises(Missing):
        await actions.check(city.officer, rows.new_id(), version=1)


async def test_another_department_of_the_same_project_does_not_see_this_ones_request(db: None) -> None:
    city = await running((50_000, 30_000))
    other = await builders.actor(Role.OFFICER, city.lines[1].owner)
    ident = await requested(city)

    with pytest.raises(Missing):
        await actions.check(other, ident, version=1)
    assert [row.id for row in await queries.payments(city.officer)] == [ident]
    assert await queries.payments(other) == []


async def test_a_stale_page_changes_nothing(db: None) -> None:
    city = await running()
    ident = await requested(city)
    await actions.check(city.officer, ident, version=1)

    with pytest.raises(Stale):
        await actions.approve(city.head, ident, version=1)


async def test_a_foreign_instalment_is_missing(db: None) -> None:
    city, other = await running(), await running()

    with pytest.raises(Missing):
        await actions.request(city.team, city.code, await instalment(other), purpose="", receipt=Sent())


async def test_a_double_click_asks_once(db: None, as_: SignIn) -> None:
    city = await running()
    browser = await as_(city.team)
    page = (await browser.get(f"/my/projects/{city.code}/payments")).text
    url = f"/my/projects/{city.code}/payments/{await instalment(city)}"
    data = {"csrf": hidden(page, "csrf"), "once": hidden(page, "once"), "purpose": ""}

    answers = [await browser.post(url, data=data, files={"receipt": ("收据.pdf", PDF, "application/pdf")}) for _ in range(2)]

    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert await rows.value(Q("SELECT count(*) FROM payment_request")) == 1


@pytest.mark.parametrize("count", [1, 3])
async def test_the_list_asks_the_same_questions_for_one_and_for_three(db: None, count: int) -> None:
    cities = [await running() for _ in range(count)]
    for city in cities:
        await requested(city)

    DB.queries.set([])
    found = await queries.payments(cities[0].officer, mine=True)

    assert len(found) == count
    assert len(DB.queries.get() or []) == 1


async def test_a_request_larger_than_its_instalment_cannot_be_stored(db: None) -> None:
    city = await running()
    ident = await requested(city)

    with pytest.raises(asyncpg.CheckViolationError, match="larger than"):
        await at_once(Q("UPDATE payment_request SET amount = amount + 1 WHERE id = {}", ident))


async def test_nothing_is_paid_before_the_agreement(db: None) -> None:
    city = await approved()

    assert await queries.steps(city.project.id) == []


async def test_the_team_reads_which_receipt_is_wanted(db: None, as_: SignIn) -> None:
    city = await running()
    await rows.execute(Q("UPDATE funding_line SET receipt = 'settlement' WHERE id = {}", city.line.id))

    page = (await (await as_(city.team)).get(f"/my/projects/{city.code}/payments")).text

    assert "行政事业单位资金往来结算票据，PDF 或图片" in page


async def test_the_package_quotes_the_minutes_and_no_milestone_of_a_later_instalment(db: None, as_: SignIn) -> None:
    city, decided = await running(), await rounds.released(1, 1)
    ident = await requested(city)
    await rows.execute(Q("UPDATE funding_line SET decision = {} WHERE id = {}", decided.ident, city.line.id))

    page = (await (await as_(city.officer)).get(f"/w/payments/{ident}")).text

    number = await rows.value(Q("SELECT number FROM signoff WHERE subject = {}", decided.ident))
    assert f"会议纪要（{number}）" in page
    assert "中期报告与结项结论" not in page
