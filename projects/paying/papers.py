"""The 用款申请表: what a department takes to its treasury system, with every step and who took it."""

from __future__ import annotations

from uuid import UUID

from kernel.access import Actor
from kernel.documents import actions as documents
from kernel.documents import papers
from kernel.documents.papers import FundLine, Named, Step
from kernel.files import queries as files
from kernel.money import Fen
from kernel.templating import short_date
from projects.paying import queries, words
from projects.paying.tables import PaymentRequest
from projects.signing.beginning import account_of
from projects.signing.rules import Gate
from projects.spending.queries import standing


async def issue(actor: Actor, row: PaymentRequest, seen: queries.PaymentRow, paper: str) -> UUID:
    """Issued at approval, when all steps are known. `paper` is the number of the head's paper approval, if it was one."""
    name, bank, account = await account_of(seen.project)
    line = await standing(seen.line)
    evidence = [Named(file.name, short_date(file.uploaded_at)) for file in await files.of("payment_request", row.id)]
    if seen.gate is Gate.MIDTERM:
        evidence.append(Named(words.MIDTERM, ""))
    approved = words.STEP["paper"].format(number=paper) if paper else words.STEP["approved"]
    filled = papers.PaymentRequest(
        organisation=seen.organisation,
        project=seen.title,
        code=seen.code,
        instalment=words.INSTALMENT.format(number=seen.number),
        agreed=seen.line_amount,
        paid_before=line.paid,
        amount=Fen(row.amount),
        purpose=seen.purpose or words.LINE_PURPOSE.format(number=seen.number),
        account_name=name,
        account=account,
        bank=bank,
        lines=[FundLine(seen.owner_name, seen.fund_name, Fen(row.amount))],
        evidence=evidence,
        steps=[
            Step(words.STEP["made"], seen.maker, seen.made_at),
            Step(words.STEP["checked"], seen.checker or "", seen.checked_at),
            Step(approved, actor.name, row.approved_at),
        ],
    )
    title = words.PAPER_TITLE.format(title=seen.title, number=seen.number)
    return (await documents.issue(actor, row, filled, title, issuer=seen.owner_name)).id
