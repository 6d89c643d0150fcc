"""What a need means counts in its list as it counts in a matching: from the cache, and the same list as ever without."""

from __future__ import annotations

from uuid import UUID

import pytest
from msgspec.structs import replace

from kernel import clock, rows
from kernel.rows import Q
from talent_pool.consultations import candidates, queries
from talent_pool.consultations.reckoning import reckon
from talent_pool.meaning import actions as meaning
from talent_pool.meaning import queries as cache
from talent_pool.profiles import saying
from talent_pool.profiles.tables import ExpertWork
from tests.talent_pool.consultations import scene

pytestmark = pytest.mark.anyio

ELDERLY = replace(scene.NEED, topic="为独居老人提供居家照料", need="上门照料独居老人的起居")
"""In no word of it like the work of who knows most about it."""


async def expert(name: str, title: str) -> UUID:
    one, _ = await scene.expert(name)
    await rows.insert(ExpertWork(expert=one, position=1, kind="practice", title=title, changed_at=clock.now()))
    return one


async def world() -> tuple[queries.Consulted, list[UUID]]:
    """A need, and who knows about the old, drugs and fires."""
    titles = ("陪伴高龄长者安享晚年", "开展禁毒宣传", "组织消防演练")
    experts = [await expert(f"专家{n}", title) for n, title in enumerate(titles)]
    _, code = await scene.asked(need=ELDERLY)
    return await queries.consulted(Q("c.code = {}", code)), experts


async def ranking(row: queries.Consulted) -> list[tuple[UUID, int]]:
    await reckon(consultation=str(row.id))
    found = await candidates.listed(await queries.consulted(Q("c.id = {}", row.id)))
    return [(line.expert, line.score) for line in found.ranked]


async def understand(row: queries.Consulted, experts: list[UUID]) -> None:
    for one in await saying.said(experts):
        await meaning.later(one.texts)
    await meaning.later((row.topic, row.need))
    await meaning.embed()


async def test_who_knows_it_in_other_words_leads_once_the_texts_are_understood(db: None) -> None:
    row, experts = await world()
    plain = await ranking(row)

    await understand(row, experts)
    understood = await ranking(row)

    assert understood[0][0] == experts[0]
    assert understood[0][1] > dict(plain)[experts[0]]


async def test_without_the_extra_the_list_is_the_one_of_the_words(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    row, experts = await world()
    plain = await ranking(row)
    await understand(row, experts)
    assert await ranking(row) != plain

    monkeypatch.setattr(cache, "have_meaning", lambda: False)

    assert await ranking(row) == plain


async def test_a_need_is_reckoned_again_until_it_is_understood(db: None) -> None:
    row, experts = await world()
    queued = Q("SELECT count(*) FROM outbox WHERE job = 'talent_pool.consultations.reckoning.reckon' AND run_after > queued_at")

    await ranking(row)
    assert await rows.value(queued) == 1

    await understand(row, experts)
    await ranking(row)
    assert await rows.value(queued) == 1, "understood: nothing to wait for"


async def test_what_is_looked_up_is_what_is_written_down(db: None) -> None:
    """A text put together in two ways would never be found again."""
    row, experts = await world()
    await understand(row, experts)
    said = await saying.said(experts)

    found = await cache.vectors([row.topic, row.need, *(text for one in said for text in one.texts)])

    assert {model: len(known) for model, known in found.items()} == {"e5": 5, "use3": 5}
