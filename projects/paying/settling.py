"""What becomes of unpaid money when a project ends: the last instalment follows grade and spending, the rest is free again."""

from __future__ import annotations

from departments.funds import actions as ledger
from departments.funds.queries import balances
from departments.funds.rules import Account, Event
from kernel import rows
from kernel.access import Actor
from kernel.money import ZERO, Fen
from projects.calls.rulepack import MoneyRules
from projects.paying import plan, queries
from projects.signing.rules import Gate
from projects.signing.tables import Instalment
from projects.spending import queries as spending
from projects.tables import Project


async def fix_last(actor: Actor, project: Project, grade: str, money: MoneyRules) -> None:
    """Set what the instalments that wait for acceptance pay, and release the difference. Called by the closing verb."""
    steps = await queries.steps(project.id)
    standing = {row.line: row for row in await spending.standings(project.id)}
    await ledger.lock([row.fund for row in standing.values()])
    for step in steps:
        if step.gate is not Gate.ACCEPTED or step.request is not None or step.payable is not None:
            continue
        line = standing[step.line]
        waiting = Fen(sum(s.amount for s in steps if s.line == step.line and s.gate is not Gate.ACCEPTED and s.request is None))
        payable = _payable(step, grade, money, Fen(line.spent - line.paid - waiting))
        row = await rows.find(Instalment, Instalment.id == step.id)
        await row.update_self({Instalment.payable: payable})
        if payable < step.amount:
            await _drop(actor, project, line, Fen(step.amount - payable), f"instalment:{step.id}:cut")


def _payable(step: queries.Step, grade: str, money: MoneyRules, still_to_cover: Fen) -> Fen:
    """Small projects are paid by grade; of larger ones the rest covers what was spent beyond what was paid."""
    if step.by_grade:
        return plan.payable_by_grade(step.amount, grade, money)
    if plan.payable_by_grade(step.amount, grade, money) == 0:
        return ZERO
    return max(ZERO, min(step.amount, still_to_cover))


async def release_rest(actor: Actor, project: Project) -> None:
    """An ended project asks for nothing more: what was signed for and not paid becomes available again."""
    for line in await spending.standings(project.id):
        await ledger.lock([line.fund])
        left = (await balances(line.line))[Account.SIGNED]
        if left > 0:
            await _drop(actor, project, line, left, f"line:{line.line}:ended")


async def _drop(actor: Actor, project: Project, line: spending.Standing, amount: Fen, source: str) -> None:
    about = ledger.About(project.id, project.code, project.title)
    await ledger.post(actor, Event.DROP_SIGNED, amount, fund=line.fund, source=source, about=about, line=line.line)
