"""Preparing, covering, convening: what each step asks before the meeting sees it."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import asyncpg
import pytest

from departments.funds import queries as funds
from departments.funds.rules import Account
from departments.funds.rules import Reason as FundReason
from departments.kinds import SupportMode
from kernel import rows, signoff
from kernel.access import Role
from kernel.errors import Missing, Refused, Stale
from kernel.life import LifeReason
from kernel.money import Fen, yuan
from kernel.rows import Q
from kernel.signoff import SignoffReason
from projects.deciding import actions as deciding
from projects.deciding import queries
from projects.deciding.rules import Outcome, Reason, ReceiptKind
from projects.deciding.tables import DecisionItem, FundingLine
from projects.pledging import actions as pledging
from projects.pledging import papers
from projects.pledging.rules import Reason as LineReason
from projects.publicising import actions as publicising
from projects.states import DecisionState, LineState
from projects.tables import BudgetLine
from tests import builders
from tests.projects.deciding import round as rounds

pytestmark = pytest.mark.anyio


async def refusal(verb: Awaitable[Any]) -> Any:
    """Why the verb said no; what a problem names counts as the reason itself."""
    with pytest.raises(Refused) as no:
        await verb
    return no.value.reason


async def state_of(line: Any) -> LineState:
    return LineState(await rows.value(Q("SELECT state FROM funding_line WHERE id = {}", line)))


async def available(code: str = "scitech-2026") -> Fen:
    return (await funds.by_id(await rows.value(Q("SELECT id FROM fund WHERE code = {}", code)))).available


# ── preparing ──


async def test_a_decision_lists_what_was_scored_in_published_order_and_suggests_no_outcome(db: None) -> None:
    city = await rounds.ranked(3)

    decision = await deciding.prepare(city.coordinator, city.call.code, title="方案", money_line=None)

    sheet = await queries.all_items(decision.id)
    assert [(item.code, item.position, item.outcome, item.amount) for item in sheet] == [
        (code, n, None, None) for n, code in enumerate(city.codes, 1)
    ]


async def test_a_call_has_one_open_decision(db: None) -> None:
    city = await rounds.prepared(2)

    assert await refusal(deciding.prepare(city.second, city.call.code, title="另一份", money_line=None)) is Reason.DECISION_OPEN


async def test_who_scored_does_not_decide(db: None) -> None:
    city = await rounds.covered(2)
    await rounds.scorer(city, "周经办", city.coordinator.person)
    version = await rounds.version(city.ident)

    for verb in (
        deciding.arrange(city.coordinator, city.ident, city.codes, Outcome.RESERVE),
        deciding.convene(city.coordinator, city.ident, version),
        deciding.set_money_line(city.coordinator, city.ident, yuan(1), version),
    ):
        assert await refusal(verb) is Reason.SCORER_DECIDES


async def test_an_amount_is_never_above_what_was_audited(db: None) -> None:
    city = await rounds.prepared(1, audited=yuan(40_000))
    code = city.codes[0]

    def settle(amount: int | None) -> Awaitable[None]:
        wanted = None if amount is None else yuan(amount)
        return deciding.settle_item(
            city.coordinator, city.ident, code, outcome=Outcome.APPROVE, amount=wanted, reason="", version=2
        )

    assert (await queries.all_items(city.ident))[0].amount == yuan(40_000)
    assert await refusal(settle(40_001)) is Reason.DETERMINED_OVER_AUDITED
    assert await refusal(settle(0)) is Reason.NOTHING_DETERMINED
    assert await refusal(settle(None)) is Reason.AMOUNT_MISSING
    await settle(39_999)
    with pytest.raises(Stale):
        await settle(39_998)


async def test_convening_asks_for_every_outcome_and_covered_awards(db: None) -> None:
    city = await rounds.prepared(2)
    await DecisionItem.update({DecisionItem.outcome: None}).where(DecisionItem.position == 2)
    version = await rounds.version(city.ident)

    assert await refusal(deciding.convene(city.coordinator, city.ident, version)) is Reason.OUTCOME_MISSING
    await deciding.arrange(city.coordinator, city.ident, city.codes[1:], Outcome.DECLINE)
    assert await refusal(deciding.convene(city.coordinator, city.ident, version)) is Reason.PROBLEMS
    await rounds.consented(city, city.codes[0])
    await deciding.convene(city.coordinator, city.ident, version)

    assert await rows.value(Q("SELECT state FROM decision WHERE id = {}", city.ident)) == DecisionState.CONVENED


async def test_a_project_under_the_pass_line_cannot_be_convened(db: None) -> None:
    city = await rounds.covered(1)
    await rows.execute(Q("UPDATE project SET average = 6999 WHERE id = {}", city.projects[0].id))

    with pytest.raises(Refused, match="低于入围分数线"):
        await deciding.convene(city.coordinator, city.ident, await rounds.version(city.ident))


async def test_passing_over_a_better_project_needs_words(db: None) -> None:
    city = await rounds.prepared(2, 0)
    await deciding.arrange(city.coordinator, city.ident, city.codes[1:], Outcome.APPROVE)
    await rounds.consented(city, city.codes[1])
    version = await rounds.version(city.ident)

    assert await refusal(deciding.convene(city.coordinator, city.ident, version)) is Reason.OUT_OF_ORDER
    await deciding.settle_item(
        city.coordinator, city.ident, city.codes[0], outcome=Outcome.DECLINE, amount=None, reason="与在研项目重复", version=2
    )
    await deciding.convene(city.coordinator, city.ident, version)


async def test_what_lies_before_the_meeting_is_not_changed(db: None) -> None:
    city = await rounds.convened(2)

    assert await refusal(deciding.arrange(city.coordinator, city.ident, city.codes, Outcome.DECLINE)) is Reason.NOT_PREPARING
    assert await refusal(rounds.line(city, city.codes[0])) is Reason.NOT_PREPARING
    line = await rows.value(Q("SELECT id FROM funding_line"))
    assert await refusal(pledging.release(city.coordinator, city.ident, line, reason="改")) is Reason.NOT_PREPARING
    version = await rounds.version(city.ident)
    assert await refusal(deciding.convene(city.coordinator, city.ident, version)) is LifeReason.WRONG_STATE


# ── the meeting ──


async def test_minutes_are_confirmed_by_somebody_else(db: None) -> None:
    city = await rounds.convened()
    paper = await rounds.minutes(city)
    version = await rounds.version(city.ident)

    assert await refusal(publicising.release(city.coordinator, city.ident, version)) is Reason.NO_SIGNOFF
    assert await refusal(deciding.confirm_minutes(city.coordinator, city.ident, paper.id)) is SignoffReason.SAME_PERSON
    assert await refusal(publicising.release(city.coordinator, city.ident, version)) is Reason.NO_SIGNOFF
    await deciding.confirm_minutes(city.second, city.ident, paper.id)
    await publicising.release(city.coordinator, city.ident, version)


async def test_minutes_of_an_earlier_text_do_not_release_a_later_one(db: None, business_time: Any) -> None:
    city = await rounds.ready()
    rounds.later(business_time, 2026, 11, 20, 10)
    await deciding.recall(city.coordinator, city.ident, reason="金额有误", version=await rounds.version(city.ident))
    await deciding.convene(city.coordinator, city.ident, await rounds.version(city.ident))
    version = await rounds.version(city.ident)

    assert await refusal(publicising.release(city.coordinator, city.ident, version)) is Reason.NO_SIGNOFF


async def test_the_paper_of_another_decision_cannot_be_confirmed_here(db: None) -> None:
    city, other = await rounds.convened(), await rounds.convened()
    paper = await rounds.minutes(other)

    with pytest.raises(Missing):
        await deciding.confirm_minutes(city.second, city.ident, paper.id)


# ── lines ──


async def test_a_line_holds_the_fund_from_the_moment_it_is_proposed(db: None) -> None:
    city = await rounds.prepared()
    before = await available()

    line = await rounds.line(city, city.codes[0])

    assert before - await available() == rounds.AWARD
    assert (await funds.balances(line))[Account.INTENDED] == rounds.AWARD
    involved = await rows.column(Q("SELECT why FROM involvement WHERE unit = {}", await builders.unit("scitech")))
    assert involved == ["fund"]


@pytest.mark.parametrize(
    ("fund", "mode", "amount", "why"),
    [
        ("scitech-2026", SupportMode.CHARITY, 50_000, Reason.LINE_MODE),
        ("civil-lottery-2026", SupportMode.GRANT, 50_000, FundReason.LOTTERY_PURPOSE),
        ("youth-2026", SupportMode.GRANT, 50_000, Reason.LINE_OVER_CAP),
        ("scitech-2026", SupportMode.GRANT, 50_001, LineReason.OVER_AWARD),
        ("no-such-fund", SupportMode.GRANT, 50_000, LineReason.NO_SUCH_FUND),
    ],
)
async def test_a_line_outside_the_rules_of_its_fund_is_refused_by_name(
    db: None, fund: str, mode: SupportMode, amount: int, why: Any
) -> None:
    city = await rounds.prepared()

    propose = pledging.propose(city.coordinator, city.ident, city.codes[0], fund=fund, mode=mode, amount=yuan(amount))

    assert await refusal(propose) is why


async def _budget(city: rounds.Round, **categories: int) -> None:
    """The budget of the first project, in yuan by category."""
    for position, (category, amount) in enumerate(categories.items(), 1):
        line = {"category": category, "item": "示例", "quantity": 1, "unit_price": yuan(amount), "requested": yuan(amount)}
        await rows.insert(BudgetLine(project=city.projects[0].id, position=position, **line))


async def _proposed(city: rounds.Round, fund: str, mode: SupportMode, amount: int) -> None:
    await pledging.propose(city.coordinator, city.ident, city.codes[0], fund=fund, mode=mode, amount=yuan(amount))


async def test_a_fund_does_not_pay_for_what_it_forbids(db: None) -> None:
    city = await rounds.prepared()
    await _budget(city, management=5_000, service=45_000)
    await rows.execute(Q("UPDATE project SET area = 'elderly' WHERE id = {}", city.projects[0].id))

    assert await refusal(_proposed(city, "civil-lottery-2026", SupportMode.GRANT, 45_001)) is LineReason.FORBIDDEN_USE
    await _proposed(city, "civil-lottery-2026", SupportMode.GRANT, 45_000)


async def test_a_fund_pays_no_more_management_than_its_own_share(db: None) -> None:
    city = await rounds.prepared()
    await _budget(city, management=5_000, service=45_000)

    assert await refusal(_proposed(city, "scitech-2026", SupportMode.GRANT, 47_369)) is LineReason.MANAGEMENT_CAP
    await _proposed(city, "scitech-2026", SupportMode.GRANT, 47_368)


async def test_a_fund_for_posts_pays_no_more_than_its_share_of_the_pay_allows(db: None) -> None:
    city = await rounds.prepared()
    await _budget(city, labour=28_000, service=22_000)

    assert await refusal(_proposed(city, "civil-2026", SupportMode.PURCHASE, 40_001)) is LineReason.LABOUR_FLOOR
    await _proposed(city, "civil-2026", SupportMode.PURCHASE, 40_000)


async def test_one_fund_gives_one_line_a_project(db: None) -> None:
    city = await rounds.prepared()
    await rounds.line(city, city.codes[0], yuan(100))

    assert await refusal(rounds.line(city, city.codes[0], yuan(100))) is LineReason.LINE_EXISTS


async def test_checking_and_consenting_are_done_by_two_people(db: None) -> None:
    city = await rounds.prepared()
    line = await rounds.line(city, city.codes[0])
    both = await builders.actor(Role.HEAD, await builders.unit("scitech"), person_id=city.finance.person)

    assert await refusal(pledging.consent(city.head, line, version=1)) is LifeReason.WRONG_STATE
    await pledging.check(city.finance, line, receipt=ReceiptKind.SETTLEMENT, version=1)
    assert await refusal(pledging.consent(city.finance, line, version=2)) is LineReason.NEEDS_HEAD
    assert await refusal(pledging.consent(both, line, version=2)) is LineReason.SAME_PERSON
    await pledging.consent(city.head, line, version=2)

    assert await state_of(line) is LineState.CONSENTED
    assert (await funds.balances(line))[Account.CLAIMED] == rounds.AWARD


async def test_the_database_refuses_one_person_who_checks_and_consents(db: None) -> None:
    city = await rounds.covered()

    with pytest.raises(asyncpg.CheckViolationError):
        await FundingLine.update({FundingLine.consented_by: city.finance.person}).where(
            FundingLine.project == city.projects[0].id
        )


async def test_a_head_who_does_not_sign_in_consents_on_paper(db: None, upload: Any) -> None:
    city = await rounds.prepared()
    line = await rounds.line(city, city.codes[0])
    await pledging.check(city.finance, line, receipt=ReceiptKind.SETTLEMENT, version=1)
    given = signoff.Paper("memo", "绵科呈〔2026〕3号", rounds.date(2026, 11, 19), "赵局长")
    await papers.register_paper(city.finance, line, given, upload("呈批件.pdf"))
    paper = await rows.value(Q("SELECT id FROM signoff"))

    assert await refusal(pledging.consent(city.finance, line, version=2)) is LineReason.NEEDS_HEAD
    assert await refusal(papers.confirm_paper(city.finance, line, paper)) is SignoffReason.SAME_PERSON
    with pytest.raises(Missing):
        await papers.confirm_paper(city.second, line, paper)
    await papers.confirm_paper(city.officer, line, paper)
    await pledging.consent(city.finance, line, version=2)

    assert await state_of(line) is LineState.CONSENTED


async def test_a_department_reaches_its_own_lines_and_no_other(db: None) -> None:
    city = await rounds.prepared()
    line = await rounds.line(city, city.codes[0])
    stranger = await builders.actor(Role.FINANCE_OFFICER, await builders.unit("civil"))

    for verb in (
        pledging.check(stranger, line, receipt=ReceiptKind.INVOICE, version=1),
        pledging.decline(stranger, line, reason="不", version=1),
        pledging.check(stranger, rows.new_id(), receipt=ReceiptKind.INVOICE, version=1),
    ):
        with pytest.raises(Missing):
            await verb


async def test_declining_needs_words_and_frees_the_fund(db: None) -> None:
    city = await rounds.prepared()
    before = await available()
    line = await rounds.line(city, city.codes[0])

    assert await refusal(pledging.decline(city.head, line, reason=" ", version=1)) is LineReason.NO_REASON
    await pledging.decline(city.head, line, reason="超出本年计划", version=1)

    assert await state_of(line) is LineState.DECLINED
    assert await available() == before
    assert await rounds.line(city, city.codes[0])


async def test_a_declined_line_asks_the_host_until_another_is_proposed(db: None) -> None:
    asked = Q("SELECT count(*) FROM todo WHERE action = 'line.propose' AND done_at IS NULL")
    city = await rounds.prepared(2, 2)
    for code in city.codes:
        await pledging.decline(city.head, await rounds.line(city, code), reason="超出本年计划", version=1)
    assert await rows.value(asked) == 2

    await rounds.line(city, city.codes[0])
    await deciding.arrange(city.coordinator, city.ident, city.codes[1:], Outcome.DECLINE)

    assert await rows.value(asked) == 0


async def test_a_consented_line_is_taken_back_while_preparing_and_frees_the_fund(db: None) -> None:
    city = await rounds.prepared()
    before = await available()
    line = await rounds.consented(city, city.codes[0])

    await pledging.release(city.coordinator, city.ident, line, reason="改由民政局出资")

    assert await state_of(line) is LineState.RELEASED
    assert (await available(), (await funds.balances(line))[Account.CLAIMED]) == (before, 0)


async def test_money_of_what_is_not_awarded_is_given_back_first(db: None) -> None:
    city = await rounds.covered(2, 1)
    await deciding.arrange(city.coordinator, city.ident, city.codes[:1], Outcome.RESERVE)

    assert (
        await refusal(deciding.convene(city.coordinator, city.ident, await rounds.version(city.ident))) is Reason.LINES_ELSEWHERE
    )


async def test_the_last_consent_asks_the_host_to_convene(db: None) -> None:
    await rounds.covered()

    asked = await rows.column(Q("SELECT action FROM todo WHERE subject_kind = 'decision' AND done_at IS NULL"))

    assert asked == ["decision.convene"]


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.COORDINATOR])
async def test_only_the_coordinator_prepares(db: None, role: Role) -> None:
    city = await rounds.prepared()
    stranger = await builders.actor(role, await builders.unit("society"))

    for verb in (
        deciding.prepare(stranger, city.call.code, title="x", money_line=None),
        deciding.arrange(stranger, city.ident, city.codes, Outcome.DECLINE),
        deciding.convene(stranger, city.ident, 1),
    ):
        with pytest.raises(Missing):
            await verb
