"""The Word version of a paper that offices go on working with: same sentences, same tables, same number and code."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor

from kernel import money
from kernel.documents import bodies, qr, words
from kernel.documents.papers import Agreement, AwardLetter, Notice, Paper, Reason, Stamp
from kernel.documents.printing import clean
from kernel.errors import Refused
from kernel.templating import long_date, moment

RED = RGBColor(0xB3, 0x26, 0x1E)
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def write(paper: Paper, stamp: Stamp) -> bytes:
    """DOCX of a notice, award letter or agreement; the other kinds are forms and have none."""
    if not isinstance(paper, Notice | AwardLetter | Agreement):
        raise Refused(Reason.NO_WORD_VERSION)
    word = _blank(stamp)
    if isinstance(paper, Notice | AwardLetter):
        _line(word, stamp.issuer, size=26, centred=True, colour=RED)
    _line(word, stamp.number or words.DRAFT, centred=True)
    _line(word, stamp.title, size=20, centred=True, font=words.HEAD_FONT)
    match paper:
        case Notice():
            _notice(word, paper)
        case AwardLetter():
            _line(word, words.TO.format(to=paper.organisation))
            _sentences(word, paper, paper.conditions)
            _table(word, "lines", [[line.department, line.fund, money.show(line.amount)] for line in paper.lines])
        case Agreement():
            _agreement(word, paper)
    _line(word, stamp.issuer, right=True)
    _line(word, long_date(stamp.issued_on), right=True)
    _strip(word, stamp)
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


def _blank(stamp: Stamp) -> Word:
    word = docx.Document()
    page = word.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    word.core_properties.title, word.core_properties.author = clean(stamp.title), clean(stamp.issuer)
    normal: Any = word.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(14)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), words.BODY_FONT)
    return word


def _line(
    word: Word,
    text: str,
    *,
    size: int = 14,
    centred: bool = False,
    right: bool = False,
    indent: bool = False,
    font: str = "",
    colour: RGBColor | None = None,
) -> None:
    paragraph = word.add_paragraph()
    if centred or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    run: Any = paragraph.add_run(clean(text))
    run.font.size = Pt(size)
    if colour is not None:
        run.font.color.rgb = colour
    if font:
        run.font.name = font
        run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _sentences(word: Word, paper: Paper, conditions: list[str]) -> None:
    for part in bodies.body(paper):
        _line(word, part.text, indent=not part.heading, font=words.HEAD_FONT if part.heading else "")
    for number, line in enumerate(conditions, start=1):
        _line(word, f"{number}. {line}", indent=True)


def _notice(word: Word, paper: Notice) -> None:
    if paper.to:
        _line(word, words.TO.format(to=paper.to))
    for text in paper.paragraphs:
        _line(word, text, indent=True)
    for grid in paper.grids:
        _grid(word, grid.title, grid.heads, grid.rows)
    for number, name in enumerate(paper.attachments, start=1):
        _line(word, words.ATTACHMENT.format(number=number, name=name), indent=True)


def _agreement(word: Word, paper: Agreement) -> None:
    _sentences(word, paper, paper.conditions)
    _table(word, "indicators", [[row.name, row.target, row.evidence] for row in paper.indicators])
    _table(word, "budget", [[row.item, row.basis, money.show(row.amount)] for row in paper.budget])
    _table(word, "lines", [[row.department, row.fund, money.show(row.amount)] for row in paper.lines])
    _table(word, "instalments", [[row.name, row.gate, row.share, money.show(row.amount)] for row in paper.instalments])
    for signature in paper.signatures:
        _line(word, words.PARTY.format(party=signature.party))
        signed = words.SIGNER.format(person=signature.person, at=moment(signature.signed_at))
        _line(word, signed if signature.signed_at else words.TO_SIGN)


def _table(word: Word, name: str, lines: list[list[str]]) -> None:
    if lines:
        title, heads = words.TABLE_LABELS[name]
        _grid(word, title, list(heads), lines)


def _grid(word: Word, title: str, heads: list[str], lines: list[list[str]]) -> None:
    if title:
        _line(word, title, size=12, font=words.HEAD_FONT)
    table: Any = word.add_table(rows=0, cols=len(heads), style="Table Grid")
    for line in [heads, *lines]:
        for cell, text in zip(table.add_row().cells, line, strict=True):
            run = cell.paragraphs[0].add_run(clean(text))
            run.font.size = Pt(12)


def _strip(word: Word, stamp: Stamp) -> None:
    if not stamp.code:
        return
    word.add_picture(io.BytesIO(qr.png(stamp.url)), width=Cm(2.2))
    _line(word, words.CODE_LINE.format(code=stamp.code), size=9)
    _line(word, words.VERIFY_HINT.format(url=stamp.url), size=9)
