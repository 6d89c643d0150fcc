"""Into the pool and out of it: by the table of the Life, by a second person, with reasons, never with work in hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import asyncpg
import pytest

from kernel import rows
from kernel.access import GRANTS, Action, Actor, Role
from kernel.errors import Missing, Refused, Stale
from kernel.life import LifeReason
from kernel.rows import Q
from talent_pool.life import EXPERT, LIVES, WORDS, ExpertState
from talent_pool.profiles import load, queries
from talent_pool.profiles.admitting import actions, rules
from talent_pool.profiles.tables import Expert
from tests import builders
from tests.conftest import SignIn
from tests.talent_pool.profiles import pool

pytestmark = pytest.mark.anyio


def test_every_state_is_reached_worded_and_every_move_granted() -> None:
    reached, before = {EXPERT.start}, set[object]()
    while reached != before:
        before = set(reached)
        reached |= {target for source, _, target in EXPERT.edges() if source in reached}

    assert reached == set(ExpertState) == set(WORDS[ExpertState])
    assert EXPERT in LIVES
    assert [action for action in EXPERT.law if action not in GRANTS] == []


async def test_every_move_that_the_table_lacks_is_refused(db: None) -> None:
    verbs: dict[Action, Callable[[Actor, UUID], Awaitable[None]]] = {
        Action.ADMIT_EXPERT: lambda by, made: actions.admit_expert(by, made),
        Action.REFUSE_EXPERT: lambda by, made: actions.refuse_expert(by, made, "理由"),
        Action.PAUSE_EXPERT: lambda by, made: actions.pause_expert(by, made, "理由"),
        Action.RESUME_EXPERT: lambda by, made: actions.resume_expert(by, made),
        Action.REMOVE_EXPERT: lambda by, made: actions.remove_expert(by, made, "理由"),
    }
    lawful = {(source, action): target for source, action, target in EXPERT.edges() if action in verbs}
    host, made = await pool.keeper(), await pool.entered()
    for state in ExpertState:
        for action, verb in verbs.items():
            await Expert.update({Expert.state: state}, force=True)
            if (state, action) in lawful:
                await verb(host, made)
                assert await pool.state(made) == lawful[state, action]
            else:
                with pytest.raises(Refused) as no:
                    await verb(host, made)
                assert no.value.reason is LifeReason.WRONG_STATE


async def test_who_entered_somebody_does_not_admit_them_and_a_second_person_does(db: None) -> None:
    host, other = await pool.keeper(), await pool.keeper()
    made = await pool.entered()
    await Expert.update({Expert.invited_by: host.person}, force=True)

    for verb in (actions.admit_expert(host, made), actions.refuse_expert(host, made, "理由")):
        with pytest.raises(Refused) as no:
            await verb
        assert no.value.reason is rules.Reason.SAME_PERSON
    await actions.admit_expert(other, made)

    found = await queries.profile(host, made)
    assert (found.state, found.settler, found.confirmed_on is not None) == (ExpertState.ADMITTED, other.name, True)
    assert await pool.letters(found.person) == ["expert_admitted"]
    assert (await pool.myself(made)).holds(Role.EXPERT)
    assert await pool.todos(made) == []


async def test_the_database_itself_refuses_an_inviter_who_admits(db: None) -> None:
    host, made = await pool.keeper(), await pool.entered()

    with pytest.raises(asyncpg.CheckViolationError):
        async with rows.transaction():
            await Expert.update({Expert.invited_by: host.person, Expert.settled_by: host.person}, force=True).where(
                Expert.id == made
            )


async def test_nobody_admits_oneself(db: None) -> None:
    made = await pool.entered()
    oneself = await builders.actor(Role.COORDINATOR, await builders.unit("society"), person_id=await pool.person_of(made))

    with pytest.raises(Refused) as no:
        await actions.admit_expert(oneself, made)

    assert no.value.reason is rules.Reason.ONESELF


async def test_the_director_is_asked_where_no_second_coordinator_is(db: None) -> None:
    alone = await pool.entered()
    await pool.keeper()
    two = await pool.entered("李四")

    assert await pool.todos(alone) == [("expert.admit", "director")]
    assert await pool.todos(two) == [("expert.admit", "coordinator")]


async def test_a_profile_that_names_no_area_is_not_admitted(db: None) -> None:
    made = await pool.entered(areas=())

    with pytest.raises(Refused) as no:
        await actions.admit_expert(await pool.keeper(), made)

    assert no.value.reason is rules.Reason.NO_FIELDS


async def test_admission_of_a_version_that_has_changed_since_is_stale(db: None) -> None:
    made = await pool.entered()

    with pytest.raises(Stale):
        await actions.admit_expert(await pool.keeper(), made, 7)


async def test_refusal_pause_and_removal_need_a_reason_and_tell_it(db: None) -> None:
    made, host = await pool.expert(), await pool.keeper()
    await actions.pause_expert(host, made, "出国一年")
    await actions.resume_expert(host, made)
    await actions.remove_expert(host, made, "已调离本市")

    with pytest.raises(Refused) as no:
        await actions.remove_expert(host, made, "  ")

    assert no.value.reason is rules.Reason.NO_REASON
    person = await pool.person_of(made)
    assert await pool.letters(person) == ["expert_admitted", "expert_paused", "expert_resumed", "expert_removed"]
    body = await rows.value(Q("SELECT body FROM letter WHERE person = {} AND kind = 'expert_removed'", person))
    assert "已调离本市" in str(body)
    live = Q("SELECT 1 FROM membership WHERE person = {} AND role = 'expert' AND ends_on IS NULL", person)
    assert await rows.value(live) is None


async def test_who_has_projects_to_judge_does_not_leave(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await pool.expert()

    async def three(persons: Sequence[UUID], year: int) -> dict[UUID, load.Load]:
        return {person: load.Load(3, 9) for person in persons}

    monkeypatch.setattr(load, "SOURCES", [three])
    for verb in (actions.remove_expert(await pool.keeper(), made, "理由"), actions.leave_pool(await pool.myself(made))):
        with pytest.raises(Refused) as no:
            await verb
        assert (no.value.reason, no.value.facts["count"]) == (rules.Reason.HAS_WORK, 3)


async def test_experts_leave_of_their_own_will_and_nothing_of_them_stays_published(db: None) -> None:
    made = await pool.expert()
    await Expert.update({Expert.shown: '["name"]'}, force=True)

    await actions.leave_pool(await pool.myself(made), "退休")

    found = await queries.profile(await pool.keeper(), made)
    assert (found.state, found.shown, found.reason) == (ExpertState.LEFT, [], "退休")


async def test_officers_and_experts_do_not_admit(db: None) -> None:
    made = await pool.entered()
    for actor in (await pool.officer("society"), await builders.actor(Role.EXPERT), await builders.actor(Role.AUDITOR)):
        with pytest.raises(Missing):
            await actions.admit_expert(actor, made)


async def test_the_buttons_work_in_the_browser_and_a_missing_reason_keeps_the_form_open(db: None, as_: SignIn) -> None:
    made = await pool.entered()
    url = f"/w/experts/{made}"
    browser = await as_(await pool.keeper())

    empty = await builders.submit(browser, url, f"{url}/refuse", reason="")
    admitted = await builders.submit(browser, url, f"{url}/admit")
    twice = await builders.submit(browser, url, f"{url}/admit")
    paused = await builders.submit(browser, url, f"{url}/pause", reason="出差")
    page = (await browser.get(url)).text

    assert (empty.status_code, "不予入库" in empty.text, 'confirm-danger" open' in empty.text) == (422, True, True)
    assert [answer.status_code for answer in (admitted, paused)] == [303, 303]
    assert (twice.status_code, "在库" in twice.text) == (409, True)
    assert "暂停理由：出差" in page


async def test_the_one_who_invited_sees_why_the_button_is_shut(db: None, as_: SignIn) -> None:
    host = await pool.keeper()
    made = await pool.entered()
    await Expert.update({Expert.invited_by: host.person}, force=True)

    page = (await (await as_(host)).get(f"/w/experts/{made}")).text

    assert "请由另一位工作人员办理" in page
    assert f"/w/experts/{made}/admit" not in page
