"""An issued paper has its own number and code, anybody can verify it, and only those meant to can open it."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import docx
import httpx
import pytest

from kernel import clock, files, rows
from kernel.access import Actor, Role
from kernel.documents import actions, numbering, queries
from kernel.documents.papers import KINDS, Agreement, AwardLetter, Notice, Paper, Reason, Receipt
from kernel.documents.tables import Document
from kernel.errors import Missing, Refused
from kernel.files import owners, storage
from kernel.rows import Q
from tests import builders
from tests.conftest import MORNING, SignIn
from tests.kernel.documents.samples import LEADER, SAMPLES, UNIT
from tests.kernel.documents.test_papers import text_of

pytestmark = pytest.mark.anyio

RECEIPT = next(paper for paper in SAMPLES if isinstance(paper, Receipt))
LETTER = next(paper for paper in SAMPLES if isinstance(paper, AwardLetter))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    storage.use(storage.Folder(tmp_path))
    yield tmp_path
    storage.use(None)


@pytest.fixture
def shelf() -> Iterator[dict[UUID, set[UUID | None]]]:
    seen: dict[UUID, set[UUID | None]] = {}

    @files.owner("shelf")
    async def check(actor: Actor | None, ident: UUID) -> None:
        if (actor.person if actor else None) not in seen.get(ident, set()):
            raise Missing

    yield seen
    del owners.OWNERS["shelf"]


@pytest.mark.parametrize("paper", SAMPLES, ids=lambda paper: KINDS[type(paper)])
async def test_every_kind_is_issued_with_number_hash_and_audit_line(db: None, paper: Paper) -> None:
    officer, thing = await builders.actor(Role.COORDINATOR), uuid4()

    paper_row = await actions.issue(officer, ("shelf", thing), paper, "示例标题")

    (listed,) = await queries.of("shelf", thing)
    assert listed.number.endswith("〔2026〕1号")
    assert listed.kind is KINDS[type(paper)]
    assert bool(listed.word_url) == isinstance(paper, Notice | AwardLetter | Agreement)
    kept = b"".join([chunk async for chunk in storage.current().read(paper_row.pdf_key)])
    assert hashlib.sha256(kept).hexdigest() == paper_row.sha256
    assert listed.number in text_of(kept)
    assert numbering.show_code(listed.code) in text_of(kept)
    line = Q("SELECT facts ->> 'number' FROM audit_line WHERE subject = {} AND action = 'document.issue'", listed.id)
    assert await rows.value(line) == listed.number


async def test_numbers_run_per_kind_and_begin_anew_each_year(db: None) -> None:
    thing = uuid4()

    first = await actions.issue(None, ("shelf", thing), RECEIPT, "一")
    second = await actions.issue(None, ("shelf", thing), RECEIPT, "二")
    other = await actions.issue(None, ("shelf", thing), LETTER, "三")
    clock.fix(MORNING.replace(year=2027))
    later = await actions.issue(None, ("shelf", thing), RECEIPT, "四")

    assert [paper.number for paper in (first, second, other, later)] == [
        "绵社受〔2026〕1号",
        "绵社受〔2026〕2号",
        "绵社立〔2026〕1号",
        "绵社受〔2027〕1号",
    ]
    assert len({paper.code for paper in (first, second, other, later)}) == 4


async def test_a_paper_that_fails_leaves_no_gap_in_the_numbers(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    thing = uuid4()
    with monkeypatch.context() as slow:
        slow.setattr("kernel.documents.typesetting.SECONDS", 0.001)
        with pytest.raises(Refused):
            await actions.issue(None, ("shelf", thing), RECEIPT, "失败")
    assert await queries.of("shelf", thing) == []

    issued = await actions.issue(None, ("shelf", thing), RECEIPT, "成功")

    assert issued.number == "绵社受〔2026〕1号"


async def test_papers_issued_at_once_get_different_numbers(committed: str) -> None:
    thing = uuid4()

    issued = await asyncio.gather(*(actions.issue(None, ("shelf", thing), RECEIPT, f"第{n}份") for n in range(4)))

    assert sorted(paper.number for paper in issued) == [f"绵社受〔2026〕{n}号" for n in range(1, 5)]


async def test_the_city_sets_its_own_series_and_issuer(db: None) -> None:
    numbering.configure(prefixes={"receipt": "测试"}, issuer="测试机关")
    try:
        issued = await actions.issue(None, ("shelf", uuid4()), RECEIPT, "一")
    finally:
        numbering.configure()

    assert (issued.number, issued.issuer) == ("测试〔2026〕1号", "测试机关")


async def test_anybody_verifies_a_paper_and_learns_nothing_about_people(db: None, client: httpx.AsyncClient) -> None:
    issued = await actions.issue(None, ("shelf", uuid4()), RECEIPT, "关于示例项目的受理回执", issuer="示例机关")

    page = await client.get(f"/verify/{issued.code}")
    typed = await client.get("/verify", params={"code": numbering.show_code(issued.code).lower()})

    assert page.status_code == 200
    assert all(
        fact in page.text
        for fact in (issued.number, "关于示例项目的受理回执", "示例机关", "2026年11月20日", "有效", issued.sha256)
    )
    assert RECEIPT.leader == LEADER
    assert not any(secret in page.text for secret in (LEADER, UNIT, str(issued.id), "46,800"))
    assert (typed.status_code, typed.headers["location"]) == (303, f"/verify/{issued.code}")


@pytest.mark.parametrize("code", ["7K3M9QXA2B4C8D6E", "x", "%00", "查无", "' OR 1=1 --", "a" * 500])
async def test_an_unknown_code_is_answered_kindly(db: None, client: httpx.AsyncClient, code: str) -> None:
    page = await client.get(f"/verify/{code}")

    assert page.status_code == 404
    assert "没有找到" in page.text
    assert "先不要使用这份文书" in page.text


async def test_the_look_up_page_asks_for_a_code(db: None, client: httpx.AsyncClient) -> None:
    page = await client.get("/verify")

    assert page.status_code == 200
    assert 'name="code"' in page.text


async def test_a_revoked_paper_says_so_to_everybody_and_only_once(db: None, client: httpx.AsyncClient) -> None:
    officer = await builders.actor(Role.COORDINATOR)
    issued = await actions.issue(officer, ("shelf", uuid4()), LETTER, "立项通知书")
    assert "已撤销" not in (await client.get(f"/verify/{issued.code}")).text

    with pytest.raises(Refused) as silent:
        await actions.revoke(officer, issued.id, "  ")
    await actions.revoke(officer, issued.id, "申报单位张三举报属实")
    with pytest.raises(Refused) as twice:
        await actions.revoke(officer, issued.id, "再次")

    page = (await client.get(f"/verify/{issued.code}")).text
    assert "已撤销" in page
    assert "张三" not in page
    assert (silent.value.reason, twice.value.reason) == (Reason.NEEDS_REASON, Reason.REVOKED_ALREADY)
    line = Q("SELECT facts ->> 'reason' FROM audit_line WHERE subject = {} AND action = 'document.revoke'", issued.id)
    assert await rows.column(line) == ["申报单位张三举报属实"]


async def test_an_issued_paper_cannot_be_changed_or_deleted_by_the_program(db: None) -> None:
    issued = await actions.issue(None, ("shelf", uuid4()), RECEIPT, "一")

    for change in (
        Q("UPDATE document SET title = 'x' WHERE id = {}", issued.id),
        Q("DELETE FROM document WHERE id = {}", issued.id),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with rows.transaction():
                await rows.execute(change)

    assert await Document.count().where(Document.id == issued.id) == 1


async def test_the_subject_decides_who_opens_a_paper(db: None, as_: SignIn, shelf: dict[UUID, set[UUID | None]]) -> None:
    mine, stranger, thing = await builders.actor(Role.APPLICANT), await builders.actor(Role.DIRECTOR), uuid4()
    shelf[thing] = {mine.person}
    issued = await actions.issue(None, ("shelf", thing), LETTER, "立项通知书")

    browser = await as_(mine)
    pdf, word = await browser.get(f"/documents/{issued.id}.pdf"), await browser.get(f"/documents/{issued.id}.docx")
    foreign = await (await as_(stranger)).get(f"/documents/{issued.id}.pdf")
    anonymous = await (await as_(None)).get(f"/documents/{issued.id}.pdf")

    assert (pdf.status_code, word.status_code, foreign.status_code, anonymous.status_code) == (200, 200, 404, 404)
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"].startswith("inline; ")
    assert word.headers["content-disposition"].startswith("attachment; ")
    assert hashlib.sha256(pdf.content).hexdigest() == issued.sha256
    assert issued.number in [paragraph.text for paragraph in docx.Document(io.BytesIO(word.content)).paragraphs]
    log = Q("SELECT action FROM access_log WHERE subject = {}", issued.id)
    assert await rows.column(log) == ["document.view", "document.view"]


async def test_public_papers_open_for_everybody_and_are_linked_from_their_verification(
    db: None, client: httpx.AsyncClient
) -> None:
    issued = await actions.issue(None, ("shelf", uuid4()), RECEIPT, "公示", public=True)

    assert f"/documents/{issued.id}.pdf" in (await client.get(f"/verify/{issued.code}")).text
    assert (await client.get(f"/documents/{issued.id}.pdf")).status_code == 200


@pytest.mark.parametrize("form", ["docx", "html", "", "pdf.exe"])
async def test_a_form_the_paper_does_not_have_is_not_found(db: None, client: httpx.AsyncClient, form: str) -> None:
    issued = await actions.issue(None, ("shelf", uuid4()), RECEIPT, "公示", public=True)

    assert (await client.get(f"/documents/{issued.id}.{form}")).status_code == 404
