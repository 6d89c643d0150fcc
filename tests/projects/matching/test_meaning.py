"""Vectors are looked up for the very texts that are compared."""

from __future__ import annotations

import pytest

from kernel import rows
from kernel.rows import Q
from projects.matching import loading
from projects.matching.solving.weigh import expert_text, project_text
from talent_pool.matching.affinity.reading import written
from talent_pool.matching.affinity.texts import hashes
from talent_pool.profiles import saying
from tests import builders
from tests.projects.matching import pool

pytestmark = pytest.mark.anyio


async def test_what_is_looked_up_is_what_is_compared_and_what_was_written_down(db: None) -> None:
    call = await builders.call()
    await pool.project(call)
    expert = await pool.expert("张三", speciality="研究骑手权益")
    await rows.execute(Q("UPDATE expert SET methods = '[\"method.mediation\"]'::jsonb WHERE id = {}", expert))
    puzzle = await loading.puzzle(await pool.asked(call))

    looked_up = hashes(loading.texts(puzzle))

    (judge,) = puzzle.experts
    (said,) = await saying.said([expert])
    assert judge.methods == ("method.mediation",)
    assert looked_up == hashes(written([project_text(one) for one in puzzle.projects], [expert_text(judge)]))
    assert looked_up >= hashes(said.texts)
