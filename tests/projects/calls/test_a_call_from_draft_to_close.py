"""A call is drafted by one person, published by another, corrected in public, and closed when its time is over."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from departments.organisation.actions import ensure_city
from kernel import clock, rows, signoff
from kernel.access import Actor, Role
from kernel.errors import Refused, Stale
from kernel.rows import Q
from projects.calls import actions, queries
from projects.calls.correcting import actions as correcting
from projects.calls.editing import Changes, changes_of
from projects.calls.rulepack import default_pack
from projects.calls.rules import Reason
from projects.states import CallState
from tests import builders

pytestmark = pytest.mark.anyio


@pytest.fixture
async def coordinator(db: None) -> Actor:
    await ensure_city()
    return await builders.actor(Role.COORDINATOR, await builders.unit("society"))


@pytest.fixture
async def director(coordinator: Actor) -> Actor:
    return await builders.actor(Role.DIRECTOR, await builders.unit("society"))


async def drafted(actor: Actor) -> queries.CallRow:
    url = await actions.draft(actor)
    return await queries.call(url.split("/")[3])


async def sent(actor: Actor) -> queries.CallRow:
    call = await drafted(actor)
    await actions.send(actor, call.code, call.version)
    return await queries.call(call.code)


async def test_a_new_call_is_dated_by_the_calendar_of_the_default_pack(coordinator: Actor) -> None:
    call = await drafted(coordinator)

    assert (call.opens_on, call.fill_until, call.endorse_until) == (date(2026, 11, 20), date(2026, 12, 10), date(2026, 12, 14))
    assert call.pack_hash == default_pack().sha256
    assert len(call.areas) == 10


async def test_a_new_call_is_numbered_among_the_citys_own_of_this_year(coordinator: Actor) -> None:
    await builders.call(year=2025)
    await builders.call(batch=rows.new_id())
    await builders.call(CallState.DISCARDED)

    titles = [(await drafted(coordinator)).title for _ in range(2)]

    assert titles == [f"2026年第{number}批“绵社有为”社工＋志愿服务项目征集" for number in ("一", "二")]


async def test_the_director_publishes_what_the_coordinator_drafted(coordinator: Actor, director: Actor) -> None:
    call = await sent(coordinator)

    await actions.publish(director, call.code, call.version)

    published = await queries.public_call(call.code)
    assert published.state is CallState.PUBLISHED
    assert [v.number for v in await queries.versions(call.id)] == [1]
    assert await rows.value(Q("SELECT count(*) FROM audit_line WHERE action = 'call.publish' AND subject = {}", call.id)) == 1


async def test_nobody_publishes_their_own_draft(director: Actor) -> None:
    both = Actor(
        director.person,
        director.name,
        (*director.memberships, *(await builders.actor(Role.COORDINATOR, person_id=director.person)).memberships),
    )
    call = await sent(both)

    with pytest.raises(Refused) as no:
        await actions.publish(both, call.code, call.version)

    assert no.value.reason is Reason.SAME_PERSON


async def test_a_colleague_publishes_only_with_a_confirmed_paper(coordinator: Actor, upload: Any) -> None:
    call = await sent(coordinator)
    colleague = await builders.actor(Role.COORDINATOR, await builders.unit("society"), "同事甲")

    with pytest.raises(Refused) as no:
        await actions.publish(colleague, call.code, call.version)
    assert no.value.reason is Reason.NEEDS_APPROVAL

    await actions.register_approval(
        coordinator,
        call.code,
        signoff.Paper("memo", "绵社呈〔2026〕8号", date(2026, 11, 19), "部长办公会"),
        upload("memo.pdf"),
    )
    paper = await rows.value(Q("SELECT id FROM signoff WHERE subject = {}", call.id))
    await actions.confirm_approval(colleague, call.code, paper)
    await actions.publish(colleague, call.code, call.version)

    assert (await queries.call(call.code)).state is CallState.PUBLISHED


async def test_a_draft_is_not_public(coordinator: Actor, client: Any) -> None:
    call = await drafted(coordinator)

    assert (await client.get(f"/calls/{call.code}")).status_code == 404
    assert (await client.get("/calls/2026-99")).status_code == 404


async def test_a_correction_is_a_new_version_that_drafts_are_told_of(coordinator: Actor, director: Actor) -> None:
    call = await sent(coordinator)
    await actions.publish(director, call.code, call.version)
    now = await queries.call(call.code)
    of = await rows.find(builders.projects.Call, builders.projects.Call.id == call.id)
    project = await builders.project(of=of)
    pack = await queries.pack(now.pack_hash)
    await correcting.correct(director, call.code, "笔误", Changes(**{**changes_of(pack), "per_unit": 2}), now.version)

    after = await queries.call(call.code)
    latest = (await queries.versions(call.id))[0]
    assert (after.pack_version, latest.number, [d["after"] for d in latest.differences]) == (2, 2, [2])
    assert (await queries.pack(after.pack_hash)).eligibility.per_unit == 2
    assert await rows.column(Q("SELECT person FROM letter WHERE kind = 'call_corrected'")) == [project.author]


async def test_a_correction_without_a_difference_is_refused(coordinator: Actor, director: Actor) -> None:
    call = await sent(coordinator)
    await actions.publish(director, call.code, call.version)
    now = await queries.call(call.code)
    with pytest.raises(Refused) as no:
        await correcting.correct(
            director, call.code, "笔误", Changes(**changes_of(await queries.pack(now.pack_hash))), now.version
        )

    assert no.value.reason is Reason.NO_DIFFERENCE


async def test_an_extension_moves_both_deadlines_for_all(coordinator: Actor, director: Actor) -> None:
    call = await sent(coordinator)
    await actions.publish(director, call.code, call.version)
    now = await queries.call(call.code)

    await correcting.extend(director, call.code, date(2026, 12, 15), date(2026, 12, 17), "系统故障", now.version)

    after = await queries.call(call.code)
    assert (after.fill_until, after.endorse_until) == (date(2026, 12, 15), date(2026, 12, 17))


async def test_a_call_closes_only_when_its_time_is_over(coordinator: Actor, director: Actor) -> None:
    call = await sent(coordinator)
    await actions.publish(director, call.code, call.version)
    now = await queries.call(call.code)

    with pytest.raises(Refused) as no:
        await actions.close(coordinator, call.code, now.version)
    assert no.value.reason is Reason.STILL_OPEN

    clock.fix(datetime(2026, 12, 15, 9, tzinfo=clock.SHANGHAI))
    await actions.close(coordinator, call.code, now.version)

    assert (await queries.call(call.code)).state is CallState.CLOSED


async def test_an_older_page_does_not_overwrite_a_newer_save(coordinator: Actor) -> None:
    call = await drafted(coordinator)
    await actions.edit(coordinator, call.code, call.version, {"title": "第一次改名"})

    with pytest.raises(Stale):
        await actions.edit(coordinator, call.code, call.version, {"title": "第二次改名"})

    assert (await queries.call(call.code)).title == "第一次改名"
