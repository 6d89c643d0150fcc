"""What the notice and the 立项通知 say, from the rows they are made of. Pure but for the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from departments import catalogue
from kernel.documents.papers import Grid
from kernel.documents.papers import Notice as Paper
from kernel.money import Fen, show, total
from kernel.templating import long_date
from projects.calls.rulepack import RulePack
from projects.publicising import words
from projects.publicising.queries import DeskRow, ItemRow, NoticeRow

AGREEMENT_DAYS = 10
"""Working days from the 立项通知 until the revised budget and the agreement are due."""


def notice_body(call: str, count: int, amount: Fen, starts: date, ends: date, pack: RulePack) -> str:
    return words.BODY.format(
        plan=catalogue.load().city.plan,
        call=call,
        count=count,
        amount=show(amount),
        starts=long_date(starts),
        ends=long_date(ends),
        days=pack.calendar.notice_days,
    )


def notice_paper(notice: NoticeRow, items: Sequence[ItemRow]) -> Paper:
    """The printed notice: the same sentences and list as the page."""
    lines = [
        [
            str(item.position),
            item.code,
            words.LOTTERY.format(title=item.title) if item.lottery else item.title,
            item.payee or item.organisation,
            show(item.amount),
        ]
        for item in items
    ]
    phones = words.PHONES.format(consult=notice.consult_phone, supervision=notice.supervision_phone)
    experts = [words.EXPERTS.format(names=words.SEPARATOR.join(notice.experts))] if notice.experts else []
    grid = Grid(heads=list(words.ITEM_HEADS), rows=lines, title=words.LIST_TITLE, widths=[3, 10, 12, 12, 8], right=[4])
    return Paper(to="", paragraphs=[*notice.paragraphs, *experts, phones], grids=[grid])


def award_paper(notice: NoticeRow, chosen: Sequence[DeskRow]) -> Paper:
    """立项通知: one paper with one number for everything issued together."""
    whole = show(total(row.amount for row in chosen))
    paragraphs = [
        text.format(
            call=notice.call_title,
            starts=long_date(notice.starts_on),
            ends=long_date(notice.ends_on),
            count=len(chosen),
            amount=whole,
            days=AGREEMENT_DAYS,
        )
        for text in words.AWARD_BODY
    ]
    lines = [[str(n), row.code, row.title, row.organisation, show(row.amount)] for n, row in enumerate(chosen, 1)]
    grid = Grid(heads=list(words.AWARD_HEADS), rows=lines, title=words.AWARD_LIST, widths=[3, 10, 12, 12, 8], right=[4])
    return Paper(to=words.AWARD_TO, paragraphs=paragraphs, grids=[grid])
