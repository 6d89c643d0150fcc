"""Telephone numbers of a proposal lie sealed in the database; the team reads them as typed, everybody else masked."""

from __future__ import annotations

from typing import Any

import pytest

from kernel import rows
from kernel.rows import Q
from projects.submitting import actions, queries
from projects.submitting.endorsing import actions as endorsing
from tests.projects.submitting import city

pytestmark = pytest.mark.anyio


async def stored() -> str:
    """Everything the database keeps of proposals' texts."""
    return str(
        await rows.value(
            Q(
                "SELECT (SELECT string_agg(answers::text, '') FROM project) || (SELECT string_agg(content::text, '') FROM submission)"
            )
        )
    )


async def test_numbers_are_sealed_in_drafts_and_in_what_was_handed_in(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)
    before = await queries.proposal(await rows.value(Q("SELECT id FROM project")))

    await endorsing.endorse(world.admin, ref, await city.version(ref))

    kept = await stored()
    assert "骑手驿站社工服务" in kept
    assert "13800001234" not in kept
    assert "2345678" not in kept
    assert before.answers["unit"]["leader_phone"] == "13800001234"


async def test_saving_without_a_new_number_leaves_the_seal_as_it_is(db: None) -> None:
    world = await city.build()
    ref = await city.start(world)
    answers = city.ANSWERS["unit"]
    await actions.save(world.applicant, ref, "unit", 0, answers, [])
    first = await rows.value(Q("SELECT answers -> 'unit' -> 'leader_phone' ->> 'sealed' FROM project"))

    await actions.save(world.applicant, ref, "unit", 1, {**answers, "leader": "示例另一位"}, [])
    same = await rows.value(Q("SELECT answers -> 'unit' -> 'leader_phone' ->> 'sealed' FROM project"))
    await actions.save(world.applicant, ref, "unit", 2, {**answers, "leader_phone": "13900001234"}, [])
    other = await rows.value(Q("SELECT answers -> 'unit' -> 'leader_phone' ->> 'sealed' FROM project"))

    assert first == same
    assert first != other


async def test_readers_see_a_masked_number_and_the_team_its_own(db: None, upload: Any) -> None:
    world = await city.build()
    await city.filled(world, upload)
    ident = await rows.value(Q("SELECT id FROM project"))

    read, own = await queries.document(ident), await queries.document(ident, contacts=True)

    def number(document: Any) -> str:
        return next(item.text for part in document.sections for item in part.items if item.code == "leader_phone")

    assert (number(read), number(own)) == ("138****1234", "13800001234")
