"""A proposal as papers: the whole application, the page to be stamped, the receipt. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from kernel.documents import papers
from kernel.money import Fen
from projects.calls.rulepack import RulePack
from projects.submitting import rules, words
from projects.submitting.document import Part, area_name
from projects.submitting.queries import Proposal

SEAL = "seal"
"""The code of the asked-for document that carries the unit's stamp."""


def content_of(row: Proposal) -> dict[str, Any]:
    """What the unit puts its stamp to: every word and number of the form, not the attachments."""
    return {"title": row.title, "answers": row.answers, "rows": msgspec.to_builtins(row.rows)}


def version_code(row: Proposal) -> str:
    return rules.seal_code(content_of(row))


def _leader(row: Proposal) -> str:
    return str(row.answers.get(words.UNIT_SECTION, {}).get("leader") or row.author_name)


def _amount(row: Proposal) -> Fen:
    return row.requested if row.requested is not None else row.total


def seal_page(row: Proposal, pack: RulePack) -> papers.SealPage:
    promises = [part.strip() for part in pack.form.promise.split(words.CLAUSE) if part.strip()]
    return papers.SealPage(
        call=row.call_title,
        project=row.title or words.UNTITLED,
        code=row.code or words.NO_CODE,
        organisation=row.organisation_name,
        leader=_leader(row),
        amount=_amount(row),
        digest=version_code(row),
        promises=promises,
    )


def application(row: Proposal, parts: list[Part]) -> papers.Proposal:
    return papers.Proposal(
        call=row.call_title,
        project=row.title or words.UNTITLED,
        code=row.code or words.NO_CODE,
        organisation=row.organisation_name,
        leader=_leader(row),
        department="",
        area=area_name(row.area),
        amount=_amount(row),
        submitted_at=row.submitted_at,
        sections=[_section(part) for part in parts],
    )


def _section(part: Part) -> papers.Section:
    grids = []
    if part.grid and part.grid.rows:
        grids.append(papers.Grid(list(part.grid.heads), [list(row) for row in part.grid.rows], right=list(part.grid.right)))
    answers = [papers.Named(item.label, item.text) for item in part.items]
    if part.grid and part.grid.total:
        answers.append(papers.Named(words.TOTAL, part.grid.total))
    answers += [papers.Named(p.name, words.SEPARATOR.join(file.name for file in p.files)) for p in part.papers if p.files]
    return papers.Section(part.title, answers, grids)


def receipt(row: Proposal, parts: list[Part]) -> papers.Receipt:
    contents = [papers.Named(p.name, words.COPIES.format(count=len(p.files))) for part in parts for p in part.papers if p.files]
    return papers.Receipt(
        call=row.call_title,
        project=row.title,
        code=row.ref,
        organisation=row.organisation_name,
        leader=_leader(row),
        amount=_amount(row),
        submitted_at=row.submitted_at,  # type: ignore[arg-type] # issued after formal submission only
        contents=contents,
    )
