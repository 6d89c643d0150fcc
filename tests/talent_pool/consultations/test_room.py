"""A consultation is work like a panel's: it counts against the limits that an expert has set, and a limit is kept."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from kernel import clock, rows
from kernel.access import Actor
from kernel.errors import Refused
from kernel.rows import Q
from talent_pool.consultations import candidates, queries
from talent_pool.consultations.inviting import actions
from talent_pool.consultations.reckoning import reckon
from talent_pool.consultations.rules import Reason
from talent_pool.profiles import load
from talent_pool.profiles.kinds import DocumentKind
from talent_pool.profiles.tables import ExpertDocument
from tests.talent_pool.consultations import scene
from tests.talent_pool.merging.test_merging import merged

pytestmark = pytest.mark.anyio
FULL_NOW = "在手任务已到本人上限（1／1 项，一次咨询计一项）"


async def held(person: UUID, year: int = 2026) -> load.Load:
    return (await load.of([person], year))[person]


async def accepted(expert: UUID, who: Actor) -> str:
    _, code = await scene.asked()
    (ident,) = await scene.invite(await scene.coordinator(), code, expert)
    await actions.accept(who, ident)
    return code


async def whole(code: str) -> queries.Consulted:
    return await queries.consulted(Q("c.code = {}", code))


async def test_what_was_accepted_counts_until_it_is_held_and_in_its_year(db: None) -> None:
    expert, who = await scene.expert()
    _, code = await scene.asked()
    await scene.invite(await scene.coordinator(), code, expert)
    assert await held(who.person) == load.Load(0, 0), "an invitation is no work yet"

    other, person = await scene.expert("李四")
    await accepted(other, person)
    assert (await held(person.person), await held(person.person, 2027)) == (load.Load(1, 1), load.Load(1, 0))

    _, _, third, _, _ = await scene.held()
    assert await held(third.person) == load.Load(0, 1)


async def test_who_has_been_merged_has_the_consultations_of_both(db: None) -> None:
    keep, _ = await scene.expert("张三", "甲大学")
    drop, who = await scene.expert("张三", "乙大学")
    await accepted(drop, who)

    await merged(keep, drop)

    kept = UUID(str(await rows.value(Q("SELECT person FROM expert WHERE id = {}", keep))))
    assert (await held(kept), await held(who.person)) == (load.Load(1, 1), load.Load(1, 1))


@pytest.mark.parametrize("reckoned", [False, True])
async def test_who_is_full_is_named_with_the_limit_instead_of_being_listed_and_cannot_be_invited(
    db: None, reckoned: bool
) -> None:
    expert, who = await scene.expert("张三", max_load=1)
    free, _ = await scene.expert("李四")
    await accepted(expert, who)
    _, code = await scene.asked()
    if reckoned:
        await reckon(consultation=str((await whole(code)).id))

    listed = await candidates.listed(await whole(code))
    with pytest.raises(Refused) as no:
        await actions.invite(await scene.coordinator(), code, [expert], version=await scene.version(code))

    assert [line.expert for line in listed.ranked] == [free]
    assert [(line.expert, line.kinds) for line in listed.masked] == [(expert, [FULL_NOW])]
    assert (no.value.reason, str(no.value)) == (
        Reason.AT_LIMIT,
        f"张三{FULL_NOW}，不能再邀请。请邀请其他专家，或请本人调高上限。",
    )


async def test_the_year_is_a_limit_of_its_own(db: None) -> None:
    expert, who = await scene.expert("张三", max_load=1, max_year=1)
    code = await accepted(expert, who)
    await rows.execute(
        Q("UPDATE consultation SET state = 'held', held_on = {}, duration = 60 WHERE code = {}", date(2026, 11, 19), code)
    )
    _, other = await scene.asked()

    (line,) = (await candidates.listed(await whole(other))).masked

    assert line.kinds == ["本年任务已到本人上限（1／1 项，一次咨询计一项）"]


async def test_whose_employers_consent_is_over_is_listed_with_that_reason(db: None) -> None:
    over, _ = await scene.expert("张三")
    await scene.expert("李四")
    paper = ExpertDocument(expert=over, kind=DocumentKind.CONSENT, expires_on=date(2026, 11, 19), added_at=clock.now())
    await rows.insert(paper)
    _, code = await scene.asked()

    told = {
        line.name: [reason.why.value for reason in line.reasons] for line in (await candidates.listed(await whole(code))).ranked
    }

    assert {name for name, reasons in told.items() if "consent" in reasons} == {"张三"}
