"""When things may change: the Life of a project and of the rows around it. Who may is `kernel.grants.GRANTS`."""

from __future__ import annotations

from kernel import life
from kernel.access import Action
from kernel.life import Life, Move
from projects.states import (
    AgreementState,
    CallState,
    DecisionState,
    LineState,
    NoticeState,
    ObjectionState,
    PanelState,
    PaymentState,
    ReportState,
    RunState,
    SeatState,
    State,
)


def _move(target: life.State, *sources: life.State) -> Move:
    return Move(frozenset(sources), target)


S = State
PROJECT = Life(
    "project",
    State,
    {
        Action.SUBMIT_PROJECT: _move(S.ENDORSING, S.DRAFT),
        Action.ENDORSE_PROJECT: _move(S.SUBMITTED, S.ENDORSING),
        # After a 'resubmit' this leads to DRAFT too: what may be edited there comes from the open correction, not the state.
        Action.RETURN_TO_AUTHOR: _move(S.DRAFT, S.ENDORSING),
        Action.ACCEPT_PROJECT: _move(S.ACCEPTED, S.SUBMITTED),
        Action.RETURN_FOR_CHANGES: _move(S.RETURNED, S.SUBMITTED),
        Action.RESUBMIT_PROJECT: _move(S.ENDORSING, S.RETURNED),
        Action.REFUSE_PROJECT: _move(S.INELIGIBLE, S.SUBMITTED),
        Action.READMIT_PROJECT: _move(S.SUBMITTED, S.INELIGIBLE),
        Action.LAPSE_PROJECT: _move(S.LAPSED, S.DRAFT, S.ENDORSING, S.RETURNED),
        Action.WITHDRAW_PROJECT: _move(
            S.WITHDRAWN, S.DRAFT, S.ENDORSING, S.SUBMITTED, S.RETURNED, S.ACCEPTED, S.IN_REVIEW, S.SCORED
        ),
        Action.RESTORE_PROJECT: _move(S.DRAFT, S.WITHDRAWN),
        Action.OPEN_REVIEW: _move(S.IN_REVIEW, S.ACCEPTED),
        Action.CLOSE_REVIEW: _move(S.SCORED, S.IN_REVIEW),
        Action.REOPEN_REVIEW: _move(S.IN_REVIEW, S.SCORED),
        Action.PUBLICISE_PROJECT: _move(S.PUBLICISED, S.SCORED, S.RESERVED),
        Action.RESERVE_PROJECT: _move(S.RESERVED, S.SCORED),
        Action.DECLINE_PROJECT: _move(S.DECLINED, S.SCORED, S.RESERVED),
        Action.RECONSIDER_PROJECT: _move(S.SCORED, S.PUBLICISED, S.RESERVED, S.DECLINED),
        Action.ISSUE_PROJECT: _move(S.APPROVED, S.PUBLICISED),
        Action.BEGIN_PROJECT: _move(S.RUNNING, S.APPROVED),
        Action.CANCEL_PROJECT: _move(S.CANCELLED, S.PUBLICISED, S.APPROVED),
        Action.ABANDON_PROJECT: _move(S.ABANDONED, S.APPROVED),
        Action.SUSPEND_PROJECT: _move(S.SUSPENDED, S.RUNNING),
        Action.RESUME_PROJECT: _move(S.RUNNING, S.SUSPENDED),
        Action.SUBMIT_FINAL: _move(S.CLOSING, S.RUNNING),
        Action.SEND_BACK_PROJECT: _move(S.RUNNING, S.CLOSING),
        Action.CLOSE_PROJECT: _move(S.CLOSED, S.CLOSING),
        Action.TERMINATE_PROJECT: _move(S.TERMINATED, S.RUNNING, S.SUSPENDED, S.CLOSING),
        Action.SETTLE_PROJECT: _move(S.SETTLED, S.TERMINATED),
    },
    start=State.DRAFT,
)

CALL = Life(
    "call",
    CallState,
    {
        Action.SEND_CALL: _move(CallState.IN_APPROVAL, CallState.DRAFT),
        Action.RETURN_CALL: _move(CallState.DRAFT, CallState.IN_APPROVAL),
        Action.PUBLISH_CALL: _move(CallState.PUBLISHED, CallState.IN_APPROVAL),
        Action.CORRECT_CALL: _move(CallState.PUBLISHED, CallState.PUBLISHED),
        # An outage at the deadline is extended for all, by notice, even after the call has closed.
        Action.EXTEND_CALL: _move(CallState.PUBLISHED, CallState.PUBLISHED, CallState.CLOSED),
        Action.CLOSE_CALL: _move(CallState.CLOSED, CallState.PUBLISHED),
        Action.DISCARD_CALL: _move(CallState.DISCARDED, CallState.DRAFT, CallState.IN_APPROVAL),
        Action.WITHDRAW_CALL: _move(CallState.WITHDRAWN, CallState.PUBLISHED),
    },
    start=CallState.DRAFT,
)

PANEL = Life(
    "panel",
    PanelState,
    {
        # One draw per panel: who drops out is replaced by the standby order of the same draw, never by a new one.
        Action.DRAW_EXPERTS: _move(PanelState.DRAWN, PanelState.FORMING),
        Action.CHOOSE_EXPERTS: _move(PanelState.DRAWN, PanelState.FORMING),
        Action.APPROVE_MATCHING: _move(PanelState.DRAWN, PanelState.FORMING),
        Action.OPEN_PANEL: _move(PanelState.OPEN, PanelState.FORMING, PanelState.DRAWN),
        Action.CLOSE_PANEL: _move(PanelState.CLOSED, PanelState.OPEN),
        Action.REOPEN_PANEL: _move(PanelState.OPEN, PanelState.CLOSED),
    },
    start=PanelState.FORMING,
)

_SITTING = (SeatState.INVITED, SeatState.ACCEPTED, SeatState.PROMISED)
SEAT = Life(
    "seat",
    SeatState,
    {
        Action.SUMMON_STANDBY: _move(SeatState.INVITED, SeatState.STANDBY),
        Action.ACCEPT_SEAT: _move(SeatState.ACCEPTED, SeatState.INVITED),
        Action.DECLINE_SEAT: _move(SeatState.DECLINED, SeatState.STANDBY, *_SITTING),
        Action.PROMISE: _move(SeatState.PROMISED, SeatState.ACCEPTED),
        Action.SIGN_SCORES: _move(SeatState.SIGNED, SeatState.PROMISED),
        Action.RETURN_SCORES: _move(SeatState.PROMISED, SeatState.SIGNED),
        Action.RECUSE: _move(SeatState.RECUSED, *_SITTING),
        Action.REPLACE_SEAT: _move(SeatState.REPLACED, *_SITTING),
    },
    start=SeatState.INVITED,
)

RUN = Life(
    "match-run",
    RunState,
    {
        Action.BEGIN_MATCHING: _move(RunState.RUNNING, RunState.QUEUED),
        Action.FINISH_MATCHING: _move(RunState.DONE, RunState.RUNNING),
        Action.REPORT_SHORTAGE: _move(RunState.SHORT, RunState.RUNNING),
        Action.FAIL_MATCHING: _move(RunState.FAILED, RunState.QUEUED, RunState.RUNNING),
        Action.CANCEL_MATCHING: _move(RunState.CANCELLED, RunState.QUEUED, RunState.RUNNING),
        Action.RETURN_MATCHING: _move(RunState.RETURNED, RunState.DONE),
        Action.APPROVE_MATCHING: _move(RunState.APPROVED, RunState.DONE),
    },
    start=RunState.QUEUED,
)

DECISION = Life(
    "decision",
    DecisionState,
    {
        Action.CONVENE_DECISION: _move(DecisionState.CONVENED, DecisionState.PREPARING),
        Action.RECALL_DECISION: _move(DecisionState.PREPARING, DecisionState.CONVENED),
        Action.RELEASE_DECISION: _move(DecisionState.RELEASED, DecisionState.CONVENED),
    },
    start=DecisionState.PREPARING,
)

LINE = Life(
    "funding-line",
    LineState,
    {
        Action.CHECK_LINE: _move(LineState.CHECKED, LineState.PROPOSED),
        Action.CONSENT_LINE: _move(LineState.CONSENTED, LineState.CHECKED),
        Action.DECLINE_LINE: _move(LineState.DECLINED, LineState.PROPOSED, LineState.CHECKED),
        Action.RELEASE_LINE: _move(LineState.RELEASED, LineState.PROPOSED, LineState.CHECKED, LineState.CONSENTED),
    },
    start=LineState.PROPOSED,
)

NOTICE = Life(
    "notice",
    NoticeState,
    {
        Action.PUBLISH_NOTICE: _move(NoticeState.PUBLISHED, NoticeState.DRAFT),
        Action.CLOSE_NOTICE: _move(NoticeState.CLOSED, NoticeState.PUBLISHED),
    },
    start=NoticeState.DRAFT,
)

OBJECTION = Life(
    "objection",
    ObjectionState,
    {
        Action.EXTEND_OBJECTION: _move(ObjectionState.LODGED, ObjectionState.LODGED),
        Action.ANSWER_OBJECTION: _move(ObjectionState.ANSWERED, ObjectionState.LODGED),
        Action.REFUSE_OBJECTION: _move(ObjectionState.REFUSED, ObjectionState.LODGED),
    },
    start=ObjectionState.LODGED,
)

AGREEMENT = Life(
    "agreement",
    AgreementState,
    {
        Action.REVISE_BUDGET: _move(AgreementState.DRAFTING, AgreementState.DRAFTING),
        Action.PRESENT_AGREEMENT: _move(AgreementState.PRESENTED, AgreementState.DRAFTING),
        Action.RETURN_AGREEMENT: _move(AgreementState.DRAFTING, AgreementState.PRESENTED, AgreementState.TEAM_SIGNED),
        Action.SIGN_AGREEMENT_TEAM: _move(AgreementState.TEAM_SIGNED, AgreementState.PRESENTED),
        Action.SIGN_AGREEMENT_HOST: _move(AgreementState.SIGNED, AgreementState.TEAM_SIGNED),
    },
    start=AgreementState.DRAFTING,
)

PAYMENT = Life(
    "payment-request",
    PaymentState,
    {
        Action.REQUEST_PAYMENT: _move(PaymentState.REQUESTED, PaymentState.RETURNED),
        Action.CHECK_PAYMENT: _move(PaymentState.CHECKED, PaymentState.REQUESTED),
        Action.RETURN_PAYMENT: _move(PaymentState.RETURNED, PaymentState.REQUESTED, PaymentState.CHECKED),
        Action.APPROVE_PAYMENT: _move(PaymentState.APPROVED, PaymentState.CHECKED),
        Action.REGISTER_VOUCHER: _move(PaymentState.REGISTERED, PaymentState.APPROVED),
        Action.RETURN_VOUCHER: _move(PaymentState.APPROVED, PaymentState.REGISTERED),
        Action.CONFIRM_VOUCHER: _move(PaymentState.PAID, PaymentState.REGISTERED),
    },
    start=PaymentState.REQUESTED,
)

REPORT = Life(
    "report",
    ReportState,
    {
        Action.REPORT_PROGRESS: _move(ReportState.SUBMITTED, ReportState.DUE, ReportState.RETURNED),
        Action.RETURN_REPORT: _move(ReportState.RETURNED, ReportState.SUBMITTED),
        Action.ACCEPT_REPORT: _move(ReportState.ACCEPTED, ReportState.SUBMITTED),
    },
    start=ReportState.DUE,
)

LIVES = (PROJECT, CALL, PANEL, SEAT, RUN, DECISION, LINE, NOTICE, OBJECTION, AGREEMENT, PAYMENT, REPORT)
