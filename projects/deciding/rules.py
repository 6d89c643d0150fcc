"""From ranking to the award letter: amounts, funding lines, the meeting, the notice, objections. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import partial
from uuid import UUID

from msgspec import Struct

from departments.city import FundTerms, KeyArea
from departments.funds.rules import check_lottery
from departments.kinds import SupportMode
from kernel.clock import end_of
from kernel.errors import Refused
from kernel.money import ZERO, Fen, show, total
from projects.calls.rulepack import Rubric
from projects.deciding import words
from projects.scoring.rules import show_mean
from projects.states import DecisionState, State


class Reason(StrEnum):
    AUDITED_OVER_REQUESTED = "audited-over-requested"
    ADVISED_OVER_AUDITED = "advised-over-audited"
    DETERMINED_OVER_AUDITED = "determined-over-audited"
    AGREED_OVER_DETERMINED = "agreed-over-determined"
    NOTHING_DETERMINED = "nothing-determined"
    LINES_NOT_EQUAL = "lines-not-equal"
    LINE_OVER_CAP = "line-over-cap"
    LINE_OVER_REMAINING = "line-over-remaining"
    LINE_MODE = "line-mode"
    BELOW_LINE = "below-line"
    OUT_OF_ORDER = "out-of-order"
    SCORER_DECIDES = "scorer-decides"
    NO_SIGNOFF = "no-signoff"
    NOTHING_TO_RELEASE = "nothing-to-release"
    OUTCOME_MISSING = "outcome-missing"
    WINDOW_OPEN = "window-open"
    OBJECTION_OPEN = "objection-open"
    NO_NUMBER = "no-number"
    NOTICE_OVER = "notice-over"
    NOTICE_NOT_BEGUN = "notice-not-begun"
    NO_NAME = "no-name"
    NO_EVIDENCE = "no-evidence"
    DECIDER_ANSWERS = "decider-answers"
    EXTENDED_ONCE = "extended-once"
    EXTENSION_LATE = "extension-late"
    NO_ANSWER = "no-answer"
    NO_REASON = "no-reason"
    CUT_OUTCOME = "cut-outcome"
    NOT_PREPARING = "not-preparing"
    NOT_CONVENED = "not-convened"
    DECISION_OPEN = "decision-open"
    NO_CANDIDATES = "no-candidates"
    AMOUNT_MISSING = "amount-missing"
    LINES_ELSEWHERE = "lines-elsewhere"
    PROBLEMS = "problems"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Outcome(StrEnum):
    """What a decision proposes for one project."""

    APPROVE = "approve"
    RESERVE = "reserve"
    DECLINE = "decline"

    @property
    def label(self) -> str:
        return words.OUTCOME[self]


class ReceiptKind(StrEnum):
    """票据: what the funding department wants for its money. The platform records it and issues none itself."""

    INVOICE = "invoice"
    SETTLEMENT = "settlement"
    DONATION = "donation"
    RECEIPT = "receipt"

    @property
    def label(self) -> str:
        return words.RECEIPT_KIND[self]


class Amounts(Struct, frozen=True):
    """Five amounts, each no larger than what it stands on; None is not yet set."""

    requested: Fen
    audited: Fen | None = None
    advised: Fen | None = None
    determined: Fen | None = None
    agreed: Fen | None = None


def check_amounts(amounts: Amounts) -> None:
    audited = amounts.requested if amounts.audited is None else amounts.audited
    if audited > amounts.requested:
        raise Refused(Reason.AUDITED_OVER_REQUESTED, audited=show(audited), requested=show(amounts.requested))
    if amounts.advised is not None and amounts.advised > audited:
        raise Refused(Reason.ADVISED_OVER_AUDITED, advised=show(amounts.advised), audited=show(audited))
    if amounts.determined is None:
        return
    if amounts.determined <= 0:
        raise Refused(Reason.NOTHING_DETERMINED)
    if amounts.determined > audited:
        raise Refused(Reason.DETERMINED_OVER_AUDITED, determined=show(amounts.determined), audited=show(audited))
    if amounts.agreed is not None and amounts.agreed > amounts.determined:
        raise Refused(Reason.AGREED_OVER_DETERMINED, agreed=show(amounts.agreed), determined=show(amounts.determined))


def check_lines_cover(amount: Fen, consented: Sequence[Fen]) -> None:
    """An award binds when the consented lines equal it."""
    together = total(consented)
    if together != amount:
        gap = Fen(abs(amount - together))
        raise Refused(Reason.LINES_NOT_EQUAL, consented=show(together), amount=show(amount), gap=show(gap))


def check_line(amount: Fen, *, fund: FundTerms, area: KeyArea, mode: SupportMode, remaining: Fen) -> None:
    """One department's money for one project. The fund's row is locked while `remaining` is read."""
    if amount <= 0:
        raise Refused(Reason.NOTHING_DETERMINED)
    if mode not in fund.modes:
        raise Refused(Reason.LINE_MODE, mode=mode.label)
    check_lottery(fund, area)
    if amount > fund.project_cap:
        raise Refused(Reason.LINE_OVER_CAP, cap=show(fund.project_cap), amount=show(amount))
    if amount > remaining:
        raise Refused(Reason.LINE_OVER_REMAINING, remaining=show(remaining))


def check_order(passed_over: Sequence[str], reason: str) -> None:
    """`passed_over`: better-placed projects left out of the decision. The formula orders; departing needs words."""
    if passed_over and not reason.strip():
        raise Refused(Reason.OUT_OF_ORDER, project=passed_over[0])


def check_decider(person: UUID, scorers: Collection[UUID]) -> None:
    if person in scorers:
        raise Refused(Reason.SCORER_DECIDES)


def approval_problems(amounts: Amounts, mean: Fraction | None, rubric: Rubric, consented: Sequence[Fen]) -> list[Refused]:
    """Everything that stands between a project and its award; `mean` is None for what was never scored here."""
    if amounts.determined is None:
        return [Refused(Reason.AMOUNT_MISSING)]
    found: list[Refused] = []
    if mean is not None and mean < rubric.pass_line * 2:
        found.append(Refused(Reason.BELOW_LINE, mean=show_mean(mean), line=rubric.pass_line))
    for check in (partial(check_amounts, amounts), partial(check_lines_cover, amounts.determined, consented)):
        try:
            check()
        except Refused as no:
            found.append(no)
    return found


def check_preparing(state: DecisionState) -> None:
    """What lies before a meeting is not changed under its hands: take it back first."""
    if state is not DecisionState.PREPARING:
        raise Refused(Reason.NOT_PREPARING)


def check_release(outcomes: Sequence[Outcome | None], *, signoff_confirmed: bool) -> None:
    """The meeting comes before the notice: minutes registered by one person and confirmed by another."""
    if not outcomes:
        raise Refused(Reason.NOTHING_TO_RELEASE)
    missing = sum(outcome is None for outcome in outcomes)
    if missing:
        raise Refused(Reason.OUTCOME_MISSING, count=missing)
    if not signoff_confirmed:
        raise Refused(Reason.NO_SIGNOFF)


def check_issue(now: datetime, *, window_end: date, open_objections: int, number: str) -> None:
    """An objection freezes only the project concerned."""
    if now < end_of(window_end):
        raise Refused(Reason.WINDOW_OPEN, end=window_end)
    if open_objections:
        raise Refused(Reason.OBJECTION_OPEN, count=open_objections)
    if not number.strip():
        raise Refused(Reason.NO_NUMBER)


class Badge(StrEnum):
    """Derived from rows for those who may see the rows; never stored, never a state."""

    PROPOSED = "proposed"
    DECIDED = "decided"
    UNDER_OBJECTION = "under-objection"
    FUNDED = "funded"
    UNFUNDED = "unfunded"

    @property
    def label(self) -> str:
        return words.BADGE[self]


def badges(
    state: State, *, outcome: Outcome | None, meeting_confirmed: bool, open_objections: int, consented: Fen, determined: Fen
) -> list[Badge]:
    """For staff with VIEW_DECISIONS. `outcome` is what the project's decision proposes, if one is being prepared."""
    found: list[Badge] = []
    if state is State.SCORED and outcome is Outcome.APPROVE:
        found.append(Badge.DECIDED if meeting_confirmed else Badge.PROPOSED)
        found.append(Badge.FUNDED if ZERO < determined == consented else Badge.UNFUNDED)
    if open_objections and state in (State.PUBLICISED, State.RESERVED):
        found.append(Badge.UNDER_OBJECTION)
    return found
