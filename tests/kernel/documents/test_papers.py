"""Papers print what they were given, in Chinese, as text that can be read back."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from datetime import date
from pathlib import Path

import docx
import pypdfium2
import pytest

from kernel import money, settings
from kernel.documents import bodies, numbering, qr, typesetting, word
from kernel.documents.papers import KINDS, Agreement, AwardLetter, Notice, Paper, PaperKind, Reason, ScoreSheet
from kernel.documents.printing import printed
from kernel.errors import Refused
from tests.kernel.documents.samples import AT, CODE, DRAFT, LEADER, PROJECT, SAMPLES, STAMP, UNIT

pytestmark = pytest.mark.anyio

WORD_SAMPLES = [paper for paper in SAMPLES if isinstance(paper, Notice | AwardLetter | Agreement)]


def text_of(pdf: bytes) -> str:
    """All text of the PDF without blanks: lines break where they like."""
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return re.sub(r"\s|\ufffe|\u2003", "", text)


def flat(text: str) -> str:
    return re.sub(r"\s", "", text)


def name_of(paper: Paper) -> str:
    return KINDS[type(paper)]


def test_every_kind_of_paper_has_a_struct_a_template_words_and_a_sample(servers: object) -> None:
    assert set(KINDS.values()) == set(PaperKind)
    assert {name_of(paper) for paper in SAMPLES} == set(PaperKind)
    for kind in PaperKind:
        assert (typesetting.ROOT / f"{kind}.typ").exists()
        assert kind.label


@pytest.mark.parametrize("paper", SAMPLES, ids=name_of)
async def test_every_paper_prints_its_facts_its_number_and_its_code(servers: object, paper: Paper) -> None:
    pdf = await typesetting.render(paper, STAMP, AT)

    text = text_of(pdf)
    assert flat(STAMP.title) in text
    assert STAMP.number in text
    assert STAMP.code in text
    assert flat(STAMP.url) in text
    assert "系统校验码" in text
    assert "—1—" in text
    assert b"/Lang" in pdf
    if not isinstance(paper, Notice):
        assert flat(PROJECT) in text or "项目59" in text
        assert CODE in text or "第一组" in text
    if hasattr(paper, "leader"):
        assert LEADER in text
    if hasattr(paper, "organisation"):
        assert UNIT in text


@pytest.mark.parametrize("paper", SAMPLES, ids=name_of)
async def test_a_draft_says_so_and_carries_neither_number_nor_code(servers: object, paper: Paper) -> None:
    text = text_of(await typesetting.render(paper, DRAFT, AT))

    assert "草稿，未编号" in text
    assert "系统校验码" not in text
    assert "〔2026〕" not in text


async def test_amounts_are_printed_in_digits_and_in_words(servers: object) -> None:
    letter = next(paper for paper in SAMPLES if isinstance(paper, AwardLetter))

    text = text_of(await typesetting.render(letter, STAMP, AT))

    assert "批准资助金额为46,800.00元（大写：肆万陆仟捌佰元整）" in text
    assert "自2026年12月1日至2027年11月30日" in text


async def test_what_people_typed_is_never_run_as_markup(servers: object) -> None:
    wicked = '#panic("ran") #read("_paper.typ") = 标题 $ sum $ `raw` <a> @b // no\n\n# 第二行'
    paper = ScoreSheet(wicked, "组", wicked, CODE, "专家", [], "0", wicked, None)

    text = text_of(await typesetting.render(paper, STAMP, AT))

    assert text.count('#panic("ran")#read("_paper.typ")=标题$sum$`raw`<a>@b//no') == 3


async def test_a_fact_with_line_breaks_makes_no_paragraph_or_heading_of_its_own(servers: object) -> None:
    letter = AwardLetter(
        UNIT, "批次\n# 第九条 假", "项目\r\n二", CODE, "主办", money.yuan(1), date(2026, 1, 1), date(2026, 2, 1), 10
    )

    assert [part.heading for part in bodies.body(letter)] == [False, False, False]
    assert "批次 # 第九条 假" in bodies.body(letter)[0].text


async def test_rare_characters_do_not_stop_a_paper_and_can_be_copied_from_it(servers: object) -> None:
    rare = "\U00020bb7\U0002a6a5·喆堃珺彧芃旸翀"
    paper = ScoreSheet("批次", "组", rare + "\x00\x0b\ud800", CODE, "专家", [], "0", "", None)

    pdf = await typesetting.render(paper, STAMP, AT)

    assert "喆堃珺彧芃旸翀" in text_of(pdf)


async def test_common_papers_keep_the_archive_and_accessibility_standards(servers: object) -> None:
    pdf = await typesetting.render(SAMPLES[0], STAMP, AT)

    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf


async def test_the_same_paper_gives_the_same_bytes(servers: object) -> None:
    assert await typesetting.render(SAMPLES[0], STAMP, AT) == await typesetting.render(SAMPLES[0], STAMP, AT)


async def test_papers_are_set_side_by_side(servers: object) -> None:
    pdfs = await asyncio.gather(*(typesetting.render(paper, STAMP, AT) for paper in SAMPLES))

    assert all(pdf.startswith(b"%PDF") for pdf in pdfs)


async def test_a_paper_that_takes_too_long_is_given_up(servers: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "SECONDS", 0.001)

    with pytest.raises(Refused) as refused:
        await typesetting.render(SAMPLES[0], STAMP, AT)

    assert refused.value.reason is Reason.TOO_SLOW


async def test_a_paper_whose_facts_are_missing_is_refused_and_the_log_keeps_its_content_to_itself(
    servers: object, caplog: pytest.LogCaptureFixture
) -> None:
    data = typesetting.contents(SAMPLES[0], STAMP)
    del data["paper"]["code"]

    with pytest.raises(Refused) as refused:
        await typesetting.typeset(PaperKind.RECEIPT, data, AT)

    assert refused.value.reason is Reason.NOT_TYPESET
    assert "receipt" in caplog.text
    assert LEADER not in caplog.text


@pytest.mark.parametrize("paper", WORD_SAMPLES, ids=name_of)
def test_the_word_version_opens_and_says_the_same(servers: object, paper: Paper) -> None:
    data = word.write(paper, STAMP)

    opened = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    text = "\n".join([paragraph.text for paragraph in opened.paragraphs] + cells)
    assert all(part in text for part in (STAMP.number, STAMP.title, STAMP.code, STAMP.url, "2026年11月20日"))
    if isinstance(paper, AwardLetter):
        assert "肆万陆仟捌佰元整" in text
        assert {"30,000.00", "16,800.00"} <= set(cells)
    if isinstance(paper, Agreement):
        assert "第二条　资助金额与拨付" in text
        assert {"12,000.00", "34,800.00", "23,400.00", "≥ 600"} <= set(cells)
    assert any(name.startswith("word/media/") for name in zipfile.ZipFile(io.BytesIO(data)).namelist())


def test_forms_have_no_word_version(servers: object) -> None:
    with pytest.raises(Refused) as refused:
        word.write(SAMPLES[0], STAMP)

    assert refused.value.reason is Reason.NO_WORD_VERSION


def test_amounts_days_and_moments_become_text() -> None:
    assert printed(SAMPLES[0])["amount"] == {"yuan": "46,800.00", "capital": "肆万陆仟捌佰元整"}
    assert printed(SAMPLES[0])["submitted_at"] == "2026-11-20 09:30"
    assert printed(date(2026, 3, 1)) == "2026年3月1日"
    assert printed("a\x00b\ud800\nc") == "ab\nc"


def test_a_code_is_long_random_and_readable_as_people_type_it() -> None:
    codes = {numbering.new_code() for _ in range(1_000)}

    assert len(codes) == 1_000
    assert all(len(code) == 16 and set(code) <= set(numbering.ALPHABET) for code in codes)
    assert numbering.read_code(" 7k3m-9qxa 2b4c-8dOI ") == "7K3M9QXA2B4C8D01"
    assert numbering.show_code("7K3M9QXA2B4C8D01") == "7K3M-9QXA-2B4C-8D01"


def test_a_qr_code_comes_as_picture_drawing_and_path() -> None:
    path, size = qr.path("http://127.0.0.1/verify/7K3M9QXA2B4C8D6E")

    assert size == 29
    assert re.fullmatch(r"(M\d+ \d+h1v1h-1z)+", path)
    assert qr.svg("x").startswith("<svg")
    assert qr.png("x").startswith(b"\x89PNG")


def test_fonts_of_the_city_come_before_ours(servers: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert typesetting.font_folders() == [typesetting.FONTS]
    own = settings.get().data_dir / "fonts"
    own.mkdir()
    try:
        assert typesetting.font_folders() == [own, typesetting.FONTS]
    finally:
        own.rmdir()
