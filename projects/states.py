"""Where a project and the rows around it may stand. `projects.life` says what leads there. Pure."""

from __future__ import annotations

from kernel import life
from projects import words


class Worded(life.State):
    """A state enum says its words once; a member without a word fails the test of words."""

    @property
    def label(self) -> str:
        return WORDS[type(self)][self]


class State(Worded):
    """Of a project, from draft to settled. Decisions, consents and objections are rows, never states."""

    DRAFT = "draft"
    ENDORSING = "endorsing"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    INELIGIBLE = "ineligible"
    ACCEPTED = "accepted"
    IN_REVIEW = "in-review"
    SCORED = "scored"
    PUBLICISED = "publicised"
    RESERVED = "reserved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    APPROVED = "approved"
    ABANDONED = "abandoned"
    RUNNING = "running"
    SUSPENDED = "suspended"
    CLOSING = "closing"
    CLOSED = "closed"
    TERMINATED = "terminated"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class CallState(Worded):
    DRAFT = "draft"
    IN_APPROVAL = "in-approval"
    PUBLISHED = "published"
    CLOSED = "closed"
    DISCARDED = "discarded"
    WITHDRAWN = "withdrawn"


class PanelState(Worded):
    FORMING = "forming"
    DRAWN = "drawn"
    OPEN = "open"
    CLOSED = "closed"


class SeatState(Worded):
    STANDBY = "standby"
    INVITED = "invited"
    ACCEPTED = "accepted"
    PROMISED = "promised"
    SIGNED = "signed"
    DECLINED = "declined"
    RECUSED = "recused"
    REPLACED = "replaced"


class RunState(Worded):
    """Of a matching: its answer is kept as it is; to change it, it is run again."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    SHORT = "short"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    APPROVED = "approved"


class DecisionState(Worded):
    PREPARING = "preparing"
    CONVENED = "convened"
    RELEASED = "released"


class LineState(Worded):
    PROPOSED = "proposed"
    CHECKED = "checked"
    CONSENTED = "consented"
    DECLINED = "declined"
    RELEASED = "released"


class NoticeState(Worded):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class ObjectionState(Worded):
    LODGED = "lodged"
    ANSWERED = "answered"
    REFUSED = "refused"


class AgreementState(Worded):
    DRAFTING = "drafting"
    PRESENTED = "presented"
    TEAM_SIGNED = "team-signed"
    SIGNED = "signed"


class PaymentState(Worded):
    REQUESTED = "requested"
    RETURNED = "returned"
    CHECKED = "checked"
    APPROVED = "approved"
    REGISTERED = "registered"
    PAID = "paid"


class ReportState(Worded):
    DUE = "due"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


WORDS: dict[type[life.State], dict[str, str]] = {
    State: words.STATE,
    CallState: words.CALL_STATE,
    PanelState: words.PANEL_STATE,
    SeatState: words.SEAT_STATE,
    RunState: words.RUN_STATE,
    DecisionState: words.DECISION_STATE,
    LineState: words.LINE_STATE,
    NoticeState: words.NOTICE_STATE,
    ObjectionState: words.OBJECTION_STATE,
    AgreementState: words.AGREEMENT_STATE,
    PaymentState: words.PAYMENT_STATE,
    ReportState: words.REPORT_STATE,
}
