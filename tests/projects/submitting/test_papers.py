"""The stamped page and its version code, the receipt, the application as a PDF."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pypdfium2
import pytest

from kernel import jobs, rows
from kernel.access import Actor
from kernel.documents import queries as documents
from kernel.errors import Refused
from kernel.rows import Q
from projects.submitting import actions, drafts, papers, queries, report
from projects.submitting.endorsing import actions as endorsing
from projects.submitting.rules import Reason
from tests.projects.submitting import city

pytestmark = pytest.mark.anyio
SignIn = Callable[[Actor | None], Awaitable[httpx.AsyncClient]]


async def row_of(ref: str) -> queries.Proposal:
    return await queries.proposal(await rows.value(Q("SELECT id FROM project WHERE id::text = {} OR code = {}", ref, ref)))


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return "".join(document[number].get_textpage().get_text_range() for number in range(len(document)))


async def test_changing_one_word_after_the_stamp_makes_the_page_void(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.filled(world, upload)
    await actions.add_paper(world.applicant, ref, papers.SEAL, upload("盖章页.pdf"))
    row = await row_of(ref)
    assert report.all_problems(await drafts.facts(row, {})) == []

    await actions.save(
        world.applicant, ref, "need", 1, {**city.ANSWERS["need"], "goal": "一年内服务骑手三百人，建立三支互助队伍。"}, []
    )

    found = report.all_problems(await drafts.facts(await row_of(ref), {}))
    assert [(p.section, p.field, p.refusal.reason) for p in found] == [("files", "seal", Reason.SEAL_STALE)]
    with pytest.raises(Refused) as no:
        await actions.submit(world.applicant, ref, promised=True, version=await city.version(ref))
    assert no.value.reason is Reason.NOT_COMPLETE


async def test_a_new_stamped_page_counts_again(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.filled(world, upload)
    await actions.add_paper(world.applicant, ref, papers.SEAL, upload("旧盖章页.pdf"))
    await actions.save(
        world.applicant, ref, "need", 1, {**city.ANSWERS["need"], "goal": "一年内服务骑手三百人，建立三支互助队伍。"}, []
    )

    await actions.add_paper(world.applicant, ref, papers.SEAL, upload("新盖章页.pdf"))

    assert report.all_problems(await drafts.facts(await row_of(ref), {})) == []


async def test_the_page_to_be_stamped_carries_the_version_code(db: None, as_: SignIn, upload: Any) -> None:
    world = await city.build()
    ref = await city.filled(world, upload)

    answer = await (await as_(world.applicant)).get(f"/my/proposals/{ref}/seal")

    code = papers.version_code(await row_of(ref))
    assert answer.headers["content-type"] == "application/pdf"
    assert code[:4] in text_of(answer.content)
    assert "骑手驿站社工服务" in text_of(answer.content)


async def test_the_application_is_a_pdf_for_its_own_people_only(db: None, as_: SignIn, upload: Any) -> None:
    world = await city.build()
    ref = await city.filled(world, upload)

    mine = await (await as_(world.applicant)).get(f"/my/proposals/{ref}/pdf")
    theirs = await (await as_(await city.builders.actor(city.Role.APPLICANT, None))).get(f"/my/proposals/{ref}/pdf")

    assert "优势视角和增能理论" in text_of(mine.content).replace("\r\n", "")
    assert theirs.status_code == 404


async def test_formal_submission_gives_one_receipt(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)
    await endorsing.endorse(world.admin, ref, await city.version(ref))
    row = await row_of(ref)

    await jobs.drain()
    await endorsing.print_receipt(project=str(row.id))

    assert [paper.kind for paper in await documents.of("project", row.id)] == ["receipt"]
