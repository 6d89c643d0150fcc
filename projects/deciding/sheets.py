"""What the sheet of a decision shows beside its rows: sums, the typed 经费线, why it cannot be released yet. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from departments.funds.queries import FundRow
from kernel.errors import Refused
from kernel.money import Fen, show_wan, total
from projects.deciding.queries import MEETING, DecisionRow, ItemRow
from projects.deciding.rules import Outcome, check_release
from projects.deciding.words import FUND_CHOICE


def counts(paper: Any, decision: DecisionRow) -> bool:
    """Confirmed minutes of a meeting that saw this text."""
    return bool(
        paper.purpose == MEETING
        and paper.confirmed_by
        and decision.convened_at is not None
        and paper.registered_at >= decision.convened_at
    )


def blocked(items: Sequence[ItemRow], confirmed: bool) -> str:
    """Why it cannot be released yet, in words, or nothing."""
    try:
        check_release([item.outcome for item in items], signoff_confirmed=confirmed)
    except Refused as no:
        return str(no)
    return ""


def sums(items: Sequence[ItemRow]) -> dict[str, Any]:
    approved = [item for item in items if item.outcome is Outcome.APPROVE]
    return {
        "approve": len(approved),
        "reserve": sum(item.outcome is Outcome.RESERVE for item in items),
        "decline": sum(item.outcome is Outcome.DECLINE for item in items),
        "open": sum(item.outcome is None for item in items),
        "amount": total(item.amount or Fen(0) for item in approved),
        "consented": total(amount for item in approved for amount in item.consented),
    }


def above(items: Sequence[ItemRow], money_line: Fen | None) -> int:
    """How many projects, from the top, the typed 经费线 would pay for at their audited amounts. It marks; it suggests nothing."""
    if money_line is None:
        return 0
    spent, count = 0, 0
    for item in items:
        spent += item.suggested if item.amount is None else item.amount
        if spent > money_line:
            break
        count += 1
    return count


def missing_amount(row: ItemRow) -> Fen | None:
    gap = Fen((row.amount or 0) - total(line.amount for line in row.live))
    return gap if gap > 0 else None


def fund_choices(found: list[FundRow]) -> list[tuple[str, str]]:
    return [
        (fund.code, FUND_CHOICE.format(owner=fund.owner_name, fund=fund.name, left=show_wan(fund.available))) for fund in found
    ]
