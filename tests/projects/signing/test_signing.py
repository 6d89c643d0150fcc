"""An agreement is signed by two sides over equal sums, or not at all; with the last signature everything begins."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

import asyncpg
import pytest

from departments.funds.queries import balances
from departments.funds.rules import Account
from kernel import rows, secrets_box, signoff
from kernel.access import Action, Actor, Role
from kernel.clock import SHANGHAI
from kernel.errors import Missing, Refused, Stale
from kernel.life import LifeReason
from kernel.money import Fen, wan, yuan
from kernel.rows import Q
from kernel.signoff import SignoffReason
from projects.signing import actions, queries
from projects.signing.rules import Reason
from projects.signing.tables import Agreement
from projects.states import AgreementState, LineState, State
from tests.conftest import SignIn
from tests.projects.awarded import City, Sent, approved, at_once, member_of, presented, refresh, revise, running, team_signed

pytestmark = pytest.mark.anyio


async def refused(verb: Awaitable[object]) -> object:
    with pytest.raises(Refused) as no:
        await verb
    return no.value.reason


async def agreement_of(city: City) -> Agreement:
    return await rows.find(Agreement, Agreement.project == city.project.id, lock=False)


async def test_with_the_last_signature_the_project_runs_with_its_instalments_ledger_paper_and_todos(db: None) -> None:
    city = await running((50_000, 30_000))

    assert (State(city.project.state), city.project.agreed) == (State.RUNNING, wan(8))
    plan = await queries.instalments(city.project.id)
    assert [(p.number, p.amount) for p in plan] == [
        (1, yuan(25_000)),
        (1, yuan(15_000)),
        (2, yuan(20_000)),
        (2, yuan(12_000)),
        (3, yuan(5_000)),
        (3, yuan(3_000)),
    ]
    for line in city.lines:
        held = await balances(line.id)
        assert (held[Account.DECIDED], held[Account.SIGNED]) == (0, line.amount)
    agreement = await agreement_of(city)
    assert (AgreementState(agreement.state), agreement.document is not None) == (AgreementState.SIGNED, True)
    open_todos = await rows.column(Q("SELECT action FROM todo WHERE done_at IS NULL AND person = {}", city.team.person))
    assert open_todos.count("payment.request") == 1
    assert open_todos.count("report.submit") == 1
    kinds = set(await rows.column(Q("SELECT kind FROM letter WHERE person = {}", city.team.person)))
    assert "agreement_signed" in kinds
    amounts = await rows.column(Q("SELECT amount FROM amount WHERE project = {} AND kind = 'agreed'", city.project.id))
    assert amounts == [wan(8)]


async def test_the_account_is_sealed_and_only_its_tail_is_shown(db: None, as_: SignIn) -> None:
    city = await approved()
    await team_signed(city)
    stored = (await agreement_of(city)).account

    page = (await (await as_(city.coordinator)).get(f"/w/projects/{city.code}/agreement")).text

    assert secrets_box.open("bank-account", stored) == "6222020012345678"
    assert "5678" in page
    assert "6222020012345678" not in page
    assert "6222020012345678" not in stored


async def test_it_is_not_presented_until_the_sums_are_equal(db: None) -> None:
    city = await approved()
    assert await refused(actions.present(city.team, city.code, version=1)) is Reason.INDICATORS_MISSING
    budget = await queries.budget(city.project.id)
    goals = {row.id: row.target for row in await queries.indicators(city.project.id)}
    low = {row.id: Fen(row.requested - 1) for row in budget}
    dates = {"starts_on": date(2026, 12, 1), "ends_on": date(2027, 5, 31)}
    await actions.revise(city.team, city.code, budget=low, goals=goals, version=1, **dates)

    assert await refused(actions.present(city.team, city.code, version=2)) is Reason.BUDGET_DIFFERS
    shown = await queries.head(city.team, Action.VIEW_AGREEMENT, city.code)
    why = queries.obstacle(
        shown,
        await queries.agreement(city.project.id),
        await queries.budget(city.project.id),
        await queries.indicators(city.project.id),
        await queries.lines(city.project.id),
    )
    assert "49,999.98" in why


async def test_lines_that_do_not_carry_the_amount_stop_the_signature(db: None) -> None:
    city = await approved()
    await presented(city)
    await rows.execute(Q("UPDATE funding_line SET amount = amount - 1 WHERE id = {}", city.line.id))

    signing = actions.sign_team(city.admin, city.code, account_name="甲", bank="乙", account="12345678", version=3)

    assert await refused(signing) is Reason.LINES_DIFFER


async def test_a_period_that_runs_backward_and_foreign_lines_are_not_saved(db: None) -> None:
    city, other = await approved(), await approved()
    budget = {row.id: row.requested for row in await queries.budget(city.project.id)}
    goals = {row.id: row.target for row in await queries.indicators(city.project.id)}
    foreign = {row.id: row.requested for row in await queries.budget(other.project.id)}

    backward = actions.revise(
        city.team, city.code, budget=budget, goals=goals, starts_on=date(2027, 1, 1), ends_on=date(2026, 1, 1), version=1
    )
    assert await refused(backward) is Reason.PERIOD_TURNED
    with pytest.raises(Missing):
        await actions.revise(
            city.team, city.code, budget=foreign, goals=goals, starts_on=date(2026, 12, 1), ends_on=date(2027, 1, 1), version=1
        )


async def test_a_second_save_from_the_same_page_is_stale_and_carries_what_was_saved(db: None) -> None:
    city = await approved()
    await revise(city)

    with pytest.raises(Stale) as no:
        await revise(city)

    assert set(no.value.facts.values()) >= {"25,000.00", 12, 300}


async def test_the_other_side_waits_for_its_turn(db: None) -> None:
    city = await approved()
    await revise(city)

    assert await refused(actions.sign_host(city.director, city.code, version=2)) is LifeReason.WRONG_STATE
    sign = actions.sign_team(city.admin, city.code, account_name="甲", bank="乙", account="12345678", version=2)
    assert await refused(sign) is LifeReason.WRONG_STATE


async def test_returning_takes_the_signature_and_the_account_back(db: None) -> None:
    city = await approved()
    await team_signed(city)
    assert await refused(actions.return_to_team(city.coordinator, city.code, reason=" ", version=4)) is Reason.NO_REASON

    await actions.return_to_team(city.coordinator, city.code, reason="指标偏低", version=4)

    agreement = await agreement_of(city)
    assert (AgreementState(agreement.state), agreement.team_signed_by, agreement.account) == (AgreementState.DRAFTING, None, "")
    asked = await rows.column(Q("SELECT action FROM todo WHERE subject = {} AND done_at IS NULL", agreement.id))
    assert asked == ["agreement.revise"]


async def test_nobody_of_the_unit_signs_for_the_host(db: None) -> None:
    city = await approved()
    await team_signed(city)
    both = await member_of(city.director, city.project.organisation, Role.ORGANISATION_ADMIN)

    assert await refused(actions.sign_host(both, city.code, version=4)) is Reason.OWN_UNIT


async def register(city: City, by: Actor) -> Any:
    await actions.register_paper(
        by,
        city.code,
        signoff.Paper("memo", "绵社办〔2026〕9号", date(2026, 11, 20), "部长"),
        Sent("签批.pdf"),
    )
    return await rows.value(Q("SELECT id FROM signoff WHERE purpose = 'sign-agreement' ORDER BY registered_at DESC LIMIT 1"))


async def test_a_director_who_signs_on_paper_is_registered_by_one_and_confirmed_by_another(db: None) -> None:
    city = await approved()
    await presented(city)
    assert await refused(register(city, city.coordinator)) is Reason.NOT_WAITING
    await actions.sign_team(city.admin, city.code, account_name="甲", bank="乙", account="12345678", version=3)
    paper = await register(city, city.coordinator)

    assert await refused(actions.confirm_paper(city.coordinator, city.code, paper)) is SignoffReason.SAME_PERSON
    await actions.confirm_paper(city.second, city.code, paper)

    agreement = await agreement_of(city)
    assert (State((await refresh(city.project)).state), agreement.signoff) == (State.RUNNING, paper)


async def test_a_paper_of_an_earlier_text_does_not_sign_the_new_one(db: None, business_time: Callable[..., None]) -> None:
    city = await approved()
    await team_signed(city)
    paper = await register(city, city.coordinator)
    await actions.return_to_team(city.coordinator, city.code, reason="重新提交", version=4)
    business_time(datetime(2026, 11, 20, 15, tzinfo=SHANGHAI))
    await actions.present(city.team, city.code, version=5)
    await actions.sign_team(city.admin, city.code, account_name="甲", bank="乙", account="12345678", version=6)

    assert await refused(actions.confirm_paper(city.second, city.code, paper)) is Reason.OLD_PAPER


async def test_giving_up_frees_the_money(db: None) -> None:
    city = await approved()
    await actions.abandon(city.team, city.code, reason="人员变动", version=1)

    held = await balances(city.line.id)
    assert State((await refresh(city.project)).state) is State.ABANDONED
    assert held[Account.DECIDED] == 0
    assert LineState(await rows.value(Q("SELECT state FROM funding_line WHERE id = {}", city.line.id))) is LineState.RELEASED


@pytest.mark.parametrize("who", ["stranger", "foreign_officer", "officer", "finance", "admin", "director"])
async def test_only_the_team_revises_and_presents(db: None, who: str) -> None:
    city = await approved()
    actor: Actor = getattr(city, who)

    with pytest.raises(Missing):
        await actions.present(actor, city.code, version=1)


@pytest.mark.parametrize("who", ["team", "admin", "stranger", "officer", "coordinator", "head"])
async def test_only_the_director_signs_for_the_host(db: None, who: str) -> None:
    city = await approved()
    await team_signed(city)

    with pytest.raises(Missing):
        await actions.sign_host(getattr(city, who), city.code, version=4)


async def test_an_abandoned_or_unknown_project_is_refused_or_missing(db: None) -> None:
    city = await approved()
    await actions.abandon(city.admin, city.code, reason="不再实施", version=1)

    assert await refused(actions.present(city.team, city.code, version=1)) is Reason.NOT_APPROVED
    with pytest.raises(Missing):
        await actions.present(city.team, "MY2026-999999", version=1)


async def test_instalments_that_do_not_sum_to_their_line_cannot_be_stored(db: None) -> None:
    city = await running()

    with pytest.raises(asyncpg.CheckViolationError, match="do not sum"):
        await at_once(Q("UPDATE instalment SET amount = amount - 1 WHERE line = {} AND number = 1", city.line.id))


async def test_the_page_of_a_stale_revision_names_only_what_differs(db: None, as_: SignIn) -> None:
    city = await approved()
    browser = await as_(city.team)
    page = f"/my/projects/{city.code}/agreement"
    lines, goals = await queries.budget(city.project.id), await queries.indicators(city.project.id)
    typed = {f"line_{line.id.hex}": f"{line.requested / 100:.2f}" for line in lines}
    typed |= {f"goal_{row.id.hex}": str(row.target) for row in goals} | {"starts_on": "2026-12-01", "ends_on": "2027-05-31"}
    before = (await browser.get(page)).text
    hidden = {name: re.findall(rf'name="{name}" value="([^"]*)"', before)[0] for name in ("csrf", "version")}
    revise_url = f"{page}/revise"
    await browser.post(revise_url, data=typed | hidden | {"once": "first"})
    changed = f"line_{lines[0].id.hex}"

    answer = await browser.post(revise_url, data=typed | hidden | {"once": "second", changed: "1"})

    conflict = answer.text.partition('class="conflict"')[2].partition("</section>")[0]
    assert answer.status_code == 409
    assert conflict.count("有差异") == 1
    assert "1.00 元" in conflict
