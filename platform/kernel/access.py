"""Who may do what, and how far: the one table that routes, buttons, moves, audit lines and tests share. Pure."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from uuid import UUID

from msgspec import Struct

from kernel import words


class Role(StrEnum):
    MEMBER = "member"
    APPLICANT = "applicant"
    ORGANISATION_ADMIN = "organisation_admin"
    OFFICER = "officer"
    HEAD = "head"
    FINANCE_OFFICER = "finance_officer"
    COORDINATOR = "coordinator"
    DIRECTOR = "director"
    COUNTY_OFFICER = "county_officer"
    AGENCY_WORKER = "agency_worker"
    EXPERT = "expert"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    STATION_WORKER = "station_worker"
    AGENT = "agent"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"

    @property
    def label(self) -> str:
        return words.ROLE[self]


class Action(StrEnum):
    """One word for a route, a grant, a move, a button, an audit line and a test."""

    # everyone
    PUBLIC = "public"
    SIGNED_IN = "signed-in"
    # accounts and administration
    SIGN_IN = "account.sign-in"
    SIGN_OUT = "account.sign-out"
    CHANGE_PASSWORD = "account.change-password"  # noqa: S105 - a verb
    END_SESSION = "account.end-session"
    EDIT_ACCOUNT = "account.edit"
    CHANGE_FACTOR = "account.change-factor"
    VIEW_ADMINISTRATION = "admin.view"
    OPEN_ACCOUNT = "account.open"
    CLOSE_ACCOUNT = "account.close"
    OPEN_UNIT = "unit.open"
    GRANT_MEMBERSHIP = "membership.grant"
    END_MEMBERSHIP = "membership.end"
    UNLOCK_ACCOUNT = "account.unlock"
    SEND_RESET = "account.send-reset"
    READ_AUDIT = "audit.read"
    VIEW_JOBS = "jobs.view"
    RETRY_JOB = "jobs.retry"
    SET_CLOCK = "clock.set"
    # papers and files
    UPLOAD_FILE = "file.upload"
    VIEW_FILE = "file.view"
    CLEAR_FILE = "file.clear"
    REFUSE_FILE = "file.refuse"
    REMOVE_FILE = "file.remove"
    VIEW_DOCUMENT = "document.view"
    ISSUE_DOCUMENT = "document.issue"
    REVOKE_DOCUMENT = "document.revoke"
    REGISTER_SIGNOFF = "signoff.register"
    CONFIRM_SIGNOFF = "signoff.confirm"
    # organisations
    REGISTER_ORGANISATION = "organisation.register"
    CONFIRM_ORGANISATION = "organisation.confirm"
    VIEW_ORGANISATION = "organisation.view"
    EDIT_ORGANISATION = "organisation.edit"
    MANAGE_MEMBERS = "organisation.members"
    # calls
    VIEW_CALL = "call.view"
    DRAFT_CALL = "call.draft"
    EDIT_CALL = "call.edit"
    SEND_CALL = "call.send"
    RETURN_CALL = "call.return"
    PUBLISH_CALL = "call.publish"
    CORRECT_CALL = "call.correct"
    EXTEND_CALL = "call.extend"
    CLOSE_CALL = "call.close"
    DISCARD_CALL = "call.discard"
    WITHDRAW_CALL = "call.withdraw"
    ASSIGN_DUTY = "call.assign-duty"
    # the proposal
    VIEW_PROJECT = "project.view"
    LIST_PROJECTS = "project.list"
    EXPORT_PROJECTS = "project.export"
    LIST_OWN_PROJECTS = "project.list-own"
    DRAFT_PROJECT = "project.draft"
    EDIT_PROJECT = "project.edit"
    SHARE_PROJECT = "project.share"
    SUBMIT_PROJECT = "project.submit"
    RESUBMIT_PROJECT = "project.resubmit"
    ENDORSE_PROJECT = "project.endorse"
    RETURN_TO_AUTHOR = "project.return-to-author"
    WITHDRAW_PROJECT = "project.withdraw"
    RESTORE_PROJECT = "project.restore"
    LAPSE_PROJECT = "project.lapse"
    # screening
    ACCEPT_PROJECT = "project.accept"
    RETURN_FOR_CHANGES = "project.return-for-changes"
    REFUSE_PROJECT = "project.refuse"
    READMIT_PROJECT = "project.readmit"
    GIVE_OPINION = "project.give-opinion"
    REVIEW_BUDGET = "project.review-budget"
    # experts, panels, scoring
    SEARCH_EXPERTS = "expert.search"
    VIEW_EXPERTS = "expert.view"
    EXPORT_EXPERTS = "expert.export"
    MANAGE_EXPERTS = "expert.manage"
    INVITE_EXPERT = "expert.invite"
    APPLY_AS_EXPERT = "expert.apply"
    ADMIT_EXPERT = "expert.admit"
    REFUSE_EXPERT = "expert.refuse"
    PAUSE_EXPERT = "expert.pause"
    RESUME_EXPERT = "expert.resume"
    REMOVE_EXPERT = "expert.remove"
    LEAVE_POOL = "expert.leave"
    EDIT_OWN_EXPERT = "expert.edit-own"
    CONFIRM_EXPERT = "expert.confirm"
    IMPORT_EXPERTS = "expert.import"
    UNDO_EXPERT_IMPORT = "expert.undo-import"
    MERGE_EXPERTS = "expert.merge"
    UNMERGE_EXPERTS = "expert.unmerge"
    VIEW_PANELS = "panel.view"
    MANAGE_PANEL = "panel.manage"
    DRAW_EXPERTS = "panel.draw"
    CHOOSE_EXPERTS = "panel.choose"
    OPEN_REVIEW = "project.open-review"
    CLOSE_REVIEW = "project.close-review"
    REOPEN_REVIEW = "project.reopen-review"
    OPEN_PANEL = "panel.open"
    CLOSE_PANEL = "panel.close"
    REOPEN_PANEL = "panel.reopen"
    VIEW_SEATS = "seat.list"
    ACCEPT_SEAT = "seat.accept"
    DECLINE_SEAT = "seat.decline"
    PROMISE = "seat.promise"
    SCORE_PROJECT = "seat.score"
    SIGN_SCORES = "seat.sign"
    RECUSE = "seat.recuse"
    RETURN_SCORES = "seat.return"
    REPLACE_SEAT = "seat.replace"
    SUMMON_STANDBY = "seat.summon"
    VIEW_RANKING = "ranking.view"
    EXPORT_RANKING = "ranking.export"
    # matching
    VIEW_MATCHING = "match.view"
    RUN_MATCHING = "match.run"
    HOLD_MATCH = "match.hold"
    BEGIN_MATCHING = "match.begin"
    FINISH_MATCHING = "match.finish"
    REPORT_SHORTAGE = "match.shortage"
    FAIL_MATCHING = "match.fail"
    CANCEL_MATCHING = "match.cancel"
    APPROVE_MATCHING = "match.approve"
    RETURN_MATCHING = "match.return"
    # deciding
    VIEW_DECISIONS = "decision.view"
    PREPARE_DECISION = "decision.prepare"
    CONVENE_DECISION = "decision.convene"
    RECALL_DECISION = "decision.recall"
    RELEASE_DECISION = "decision.release"
    PROPOSE_LINE = "line.propose"
    CHECK_LINE = "line.check"
    CONSENT_LINE = "line.consent"
    DECLINE_LINE = "line.decline"
    RELEASE_LINE = "line.release"
    PUBLICISE_PROJECT = "project.publicise"
    RESERVE_PROJECT = "project.reserve"
    DECLINE_PROJECT = "project.decline"
    RECONSIDER_PROJECT = "project.reconsider"
    PUBLISH_NOTICE = "notice.publish"
    CLOSE_NOTICE = "notice.close"
    LODGE_OBJECTION = "objection.lodge"
    VIEW_OBJECTIONS = "objection.view"
    ANSWER_OBJECTION = "objection.answer"
    EXTEND_OBJECTION = "objection.extend"
    REFUSE_OBJECTION = "objection.refuse"
    CANCEL_PROJECT = "project.cancel"
    ISSUE_PROJECT = "project.issue"
    ABANDON_PROJECT = "project.abandon"
    # funds
    VIEW_FUNDS = "fund.view"
    MANAGE_FUND = "fund.manage"
    VIEW_LEDGER = "ledger.view"
    # agreement and payment
    VIEW_AGREEMENT = "agreement.view"
    REVISE_BUDGET = "agreement.revise"
    PRESENT_AGREEMENT = "agreement.present"
    RETURN_AGREEMENT = "agreement.return"
    SIGN_AGREEMENT_TEAM = "agreement.sign-team"
    SIGN_AGREEMENT_HOST = "agreement.sign-host"
    BEGIN_PROJECT = "project.begin"
    REQUEST_PAYMENT = "payment.request"
    CHECK_PAYMENT = "payment.check"
    RETURN_PAYMENT = "payment.return"
    APPROVE_PAYMENT = "payment.approve"
    REGISTER_VOUCHER = "payment.register-voucher"
    RETURN_VOUCHER = "payment.return-voucher"
    CONFIRM_VOUCHER = "payment.confirm-voucher"
    REGISTER_EXPENSE = "expense.register"
    REGISTER_REFUND = "refund.register"
    # tracking
    REPORT_PROGRESS = "report.submit"
    ACCEPT_REPORT = "report.accept"
    RETURN_REPORT = "report.return"
    SUBMIT_FINAL = "project.submit-final"
    SEND_BACK_PROJECT = "project.send-back"
    CLOSE_PROJECT = "project.close"
    SUSPEND_PROJECT = "project.suspend"
    RESUME_PROJECT = "project.resume"
    TERMINATE_PROJECT = "project.terminate"
    SETTLE_PROJECT = "project.settle"
    # asking an expert during delivery
    LIST_CONSULTATIONS = "consultation.list"
    LIST_OWN_CONSULTATIONS = "consultation.list-own"
    ASK_CONSULTATION = "consultation.ask"
    RETURN_CONSULTATION = "consultation.return"
    DECLINE_CONSULTATION = "consultation.decline"
    CANCEL_CONSULTATION = "consultation.cancel"
    INVITE_CONSULTANT = "consultation.invite"
    LEAVE_UNMET = "consultation.leave-unmet"
    FILL_CONSULTATION = "consultation.fill"
    REOPEN_CONSULTATION = "consultation.reopen"
    SCHEDULE_CONSULTATION = "consultation.schedule"
    RECORD_MINUTES = "consultation.record-minutes"
    DECIDE_ADVICE = "consultation.decide-advice"
    GIVE_FEEDBACK = "consultation.give-feedback"
    FINISH_CONSULTATION = "consultation.finish"
    VIEW_DEMAND = "consultation.view-demand"
    LIST_INVITATIONS = "invitation.list"
    ACCEPT_INVITATION = "invitation.accept"
    DECLINE_INVITATION = "invitation.decline"
    LAPSE_INVITATION = "invitation.lapse"
    WITHDRAW_INVITATION = "invitation.withdraw"
    DRAFT_MINUTES = "invitation.draft-minutes"
    GIVE_EXPERT_FEEDBACK = "invitation.give-feedback"
    VIEW_FEES = "fee.view"
    ENTER_FEE = "fee.enter"
    CONFIRM_FEE = "fee.confirm"
    # bringing in
    IMPORT_PROJECTS = "import.load"
    UNDO_IMPORT = "import.undo"

    @property
    def label(self) -> str:
        return words.ACTION[self]


class Reach(IntEnum):
    """How far a grant reaches from the person who holds it. Each includes what the smaller ones see."""

    OWN = 1
    ASSIGNED = 2
    UNIT = 3
    INVOLVED = 4
    CITY = 5

    @property
    def label(self) -> str:
        return words.REACH[self.name]


OWN, ASSIGNED, UNIT, INVOLVED, CITY = Reach
EVERYONE = frozenset({Action.PUBLIC, Action.SIGNED_IN})
"""PUBLIC needs nobody, SIGNED_IN needs only a session; neither reaches any row."""

_STAFF_READ = {
    Role.OFFICER: INVOLVED,
    Role.HEAD: INVOLVED,
    Role.FINANCE_OFFICER: INVOLVED,
    Role.COUNTY_OFFICER: INVOLVED,
    Role.AGENCY_WORKER: ASSIGNED,
    Role.COORDINATOR: CITY,
    Role.DIRECTOR: CITY,
    Role.AUDITOR: CITY,
}
_HOST = {Role.COORDINATOR: CITY, Role.OFFICER: ASSIGNED}
"""The coordinator, and an officer who holds the duty (评审秘书, 异议处理, …) on that call."""
_TEAM = {Role.APPLICANT: OWN}
_UNIT_ADMIN = {Role.ORGANISATION_ADMIN: UNIT}
_ASKING = {**_TEAM, **_UNIT_ADMIN, Role.OFFICER: UNIT, Role.STATION_WORKER: UNIT, Role.COORDINATOR: UNIT}
_SYSTEM: dict[Role, Reach] = {}
"""Nobody's by hand: only a job or another verb makes this move."""

GRANTS: dict[Action, dict[Role, Reach]] = {
    Action.SIGN_IN: _SYSTEM,
    Action.SIGN_OUT: _SYSTEM,
    Action.CHANGE_PASSWORD: _SYSTEM,
    Action.END_SESSION: _SYSTEM,
    Action.EDIT_ACCOUNT: _SYSTEM,
    Action.CHANGE_FACTOR: _SYSTEM,
    Action.VIEW_ADMINISTRATION: {Role.SYSTEM_ADMIN: CITY, Role.SECURITY_ADMIN: CITY, Role.AUDIT_ADMIN: CITY},
    Action.OPEN_ACCOUNT: {Role.SYSTEM_ADMIN: CITY},
    Action.CLOSE_ACCOUNT: {Role.SYSTEM_ADMIN: CITY},
    Action.OPEN_UNIT: {Role.SYSTEM_ADMIN: CITY},
    Action.GRANT_MEMBERSHIP: {Role.SECURITY_ADMIN: CITY},
    Action.END_MEMBERSHIP: {Role.SECURITY_ADMIN: CITY},
    Action.UNLOCK_ACCOUNT: {Role.SECURITY_ADMIN: CITY},
    Action.SEND_RESET: {Role.SECURITY_ADMIN: CITY},
    Action.READ_AUDIT: {Role.AUDIT_ADMIN: CITY},
    Action.VIEW_JOBS: {Role.SYSTEM_ADMIN: CITY},
    Action.RETRY_JOB: {Role.SYSTEM_ADMIN: CITY},
    Action.SET_CLOCK: _SYSTEM,
    Action.UPLOAD_FILE: _SYSTEM,
    Action.VIEW_FILE: _SYSTEM,
    Action.CLEAR_FILE: _SYSTEM,
    Action.REFUSE_FILE: _SYSTEM,
    Action.REMOVE_FILE: _SYSTEM,
    Action.VIEW_DOCUMENT: _SYSTEM,
    Action.ISSUE_DOCUMENT: _SYSTEM,
    Action.REVOKE_DOCUMENT: {Role.COORDINATOR: CITY},
    Action.REGISTER_SIGNOFF: {Role.OFFICER: UNIT, Role.FINANCE_OFFICER: UNIT, Role.COORDINATOR: CITY},
    Action.CONFIRM_SIGNOFF: {
        Role.OFFICER: UNIT,
        Role.FINANCE_OFFICER: UNIT,
        Role.HEAD: UNIT,
        Role.COORDINATOR: CITY,
        Role.DIRECTOR: CITY,
    },
    Action.REGISTER_ORGANISATION: _SYSTEM,
    Action.CONFIRM_ORGANISATION: {Role.COORDINATOR: CITY},
    Action.VIEW_ORGANISATION: {Role.APPLICANT: UNIT, Role.ORGANISATION_ADMIN: UNIT, **_STAFF_READ},
    Action.EDIT_ORGANISATION: _UNIT_ADMIN,
    Action.MANAGE_MEMBERS: _UNIT_ADMIN,
    Action.VIEW_CALL: {**_STAFF_READ, Role.SUPERVISOR: CITY},
    Action.DRAFT_CALL: {Role.COORDINATOR: CITY},
    Action.EDIT_CALL: {Role.COORDINATOR: CITY},
    Action.SEND_CALL: {Role.COORDINATOR: CITY},
    Action.RETURN_CALL: {Role.DIRECTOR: CITY},
    # A coordinator publishes only what a confirmed paper approval covers (projects.calls.rules.check_approved).
    Action.PUBLISH_CALL: {Role.DIRECTOR: CITY, Role.COORDINATOR: CITY},
    Action.CORRECT_CALL: {Role.DIRECTOR: CITY},
    Action.EXTEND_CALL: {Role.DIRECTOR: CITY},
    Action.CLOSE_CALL: {Role.COORDINATOR: CITY},
    Action.DISCARD_CALL: {Role.COORDINATOR: CITY},
    Action.WITHDRAW_CALL: {Role.DIRECTOR: CITY},
    Action.ASSIGN_DUTY: {Role.DIRECTOR: CITY, Role.COORDINATOR: CITY},
    Action.VIEW_PROJECT: {**_TEAM, **_UNIT_ADMIN, Role.EXPERT: ASSIGNED, **_STAFF_READ},
    Action.LIST_PROJECTS: _STAFF_READ,
    Action.EXPORT_PROJECTS: _STAFF_READ,
    Action.LIST_OWN_PROJECTS: {Role.APPLICANT: OWN, Role.ORGANISATION_ADMIN: UNIT},
    Action.DRAFT_PROJECT: _TEAM,
    Action.EDIT_PROJECT: _TEAM,
    Action.SHARE_PROJECT: _TEAM,
    Action.SUBMIT_PROJECT: _TEAM,
    Action.RESUBMIT_PROJECT: _TEAM,
    Action.ENDORSE_PROJECT: _UNIT_ADMIN,
    Action.RETURN_TO_AUTHOR: _UNIT_ADMIN,
    Action.WITHDRAW_PROJECT: {**_TEAM, **_UNIT_ADMIN},
    Action.RESTORE_PROJECT: _TEAM,
    Action.LAPSE_PROJECT: _SYSTEM,
    Action.ACCEPT_PROJECT: {Role.COORDINATOR: CITY, Role.AGENCY_WORKER: ASSIGNED},
    Action.RETURN_FOR_CHANGES: {Role.COORDINATOR: CITY, Role.AGENCY_WORKER: ASSIGNED},
    Action.REFUSE_PROJECT: {Role.COORDINATOR: CITY, Role.AGENCY_WORKER: ASSIGNED},
    Action.READMIT_PROJECT: {Role.COORDINATOR: CITY},
    Action.GIVE_OPINION: {Role.OFFICER: UNIT, Role.HEAD: UNIT},
    Action.REVIEW_BUDGET: {Role.COORDINATOR: CITY, Role.OFFICER: ASSIGNED, Role.FINANCE_OFFICER: ASSIGNED},
    # A department finds what experts agreed to show; the pool itself is the host's.
    Action.SEARCH_EXPERTS: {
        Role.OFFICER: INVOLVED,
        Role.HEAD: INVOLVED,
        Role.COUNTY_OFFICER: INVOLVED,
        Role.COORDINATOR: CITY,
        Role.DIRECTOR: CITY,
        Role.AUDITOR: CITY,
    },
    Action.VIEW_EXPERTS: {Role.COORDINATOR: CITY, Role.DIRECTOR: CITY, Role.AUDITOR: CITY},
    Action.EXPORT_EXPERTS: {Role.COORDINATOR: CITY, Role.DIRECTOR: CITY, Role.AUDITOR: CITY},
    Action.MANAGE_EXPERTS: {Role.COORDINATOR: CITY},
    Action.INVITE_EXPERT: {Role.OFFICER: UNIT, Role.HEAD: UNIT, Role.COORDINATOR: CITY},
    # By the single-use link that the invitation sent.
    Action.APPLY_AS_EXPERT: _SYSTEM,
    # Never by the person who invited (talent_pool.profiles.admitting.rules.check_other).
    Action.ADMIT_EXPERT: {Role.COORDINATOR: CITY, Role.DIRECTOR: CITY},
    Action.REFUSE_EXPERT: {Role.COORDINATOR: CITY, Role.DIRECTOR: CITY},
    Action.PAUSE_EXPERT: {Role.COORDINATOR: CITY},
    Action.RESUME_EXPERT: {Role.COORDINATOR: CITY},
    Action.REMOVE_EXPERT: {Role.COORDINATOR: CITY},
    Action.LEAVE_POOL: {Role.EXPERT: OWN},
    Action.EDIT_OWN_EXPERT: {Role.EXPERT: OWN},
    Action.CONFIRM_EXPERT: {Role.EXPERT: OWN},
    Action.IMPORT_EXPERTS: {Role.COORDINATOR: CITY},
    Action.UNDO_EXPERT_IMPORT: {Role.COORDINATOR: CITY},
    Action.MERGE_EXPERTS: {Role.COORDINATOR: CITY},
    Action.UNMERGE_EXPERTS: {Role.COORDINATOR: CITY},
    Action.VIEW_PANELS: {**_HOST, Role.DIRECTOR: CITY, Role.SUPERVISOR: CITY, Role.AUDITOR: CITY},
    Action.MANAGE_PANEL: _HOST,
    Action.DRAW_EXPERTS: _HOST,
    Action.CHOOSE_EXPERTS: {Role.COORDINATOR: CITY},
    Action.OPEN_REVIEW: _HOST,
    Action.CLOSE_REVIEW: _HOST,
    Action.REOPEN_REVIEW: _HOST,
    Action.OPEN_PANEL: _HOST,
    Action.CLOSE_PANEL: _HOST,
    Action.REOPEN_PANEL: _HOST,
    Action.VIEW_SEATS: {Role.EXPERT: ASSIGNED},
    Action.ACCEPT_SEAT: {Role.EXPERT: ASSIGNED},
    Action.DECLINE_SEAT: {Role.EXPERT: ASSIGNED},
    Action.PROMISE: {Role.EXPERT: ASSIGNED},
    Action.SCORE_PROJECT: {Role.EXPERT: ASSIGNED},
    Action.SIGN_SCORES: {Role.EXPERT: ASSIGNED},
    Action.RECUSE: {Role.EXPERT: ASSIGNED},
    Action.RETURN_SCORES: _HOST,
    Action.REPLACE_SEAT: _HOST,
    Action.SUMMON_STANDBY: _HOST,
    Action.VIEW_RANKING: {**_HOST, Role.DIRECTOR: CITY, Role.AUDITOR: CITY},
    Action.EXPORT_RANKING: {**_HOST, Role.DIRECTOR: CITY, Role.AUDITOR: CITY},
    # Who watches sees a matching once it is approved (projects.matching.queries.visible_run).
    Action.VIEW_MATCHING: {Role.COORDINATOR: CITY, Role.DIRECTOR: CITY, Role.SUPERVISOR: CITY, Role.AUDITOR: CITY},
    Action.RUN_MATCHING: {Role.COORDINATOR: CITY},
    Action.HOLD_MATCH: {Role.COORDINATOR: CITY},
    Action.BEGIN_MATCHING: _SYSTEM,
    Action.FINISH_MATCHING: _SYSTEM,
    Action.REPORT_SHORTAGE: _SYSTEM,
    Action.FAIL_MATCHING: _SYSTEM,
    Action.CANCEL_MATCHING: {Role.COORDINATOR: CITY},
    Action.APPROVE_MATCHING: {Role.COORDINATOR: CITY, Role.DIRECTOR: CITY},
    Action.RETURN_MATCHING: {Role.COORDINATOR: CITY, Role.DIRECTOR: CITY},
    Action.VIEW_DECISIONS: {
        Role.COORDINATOR: CITY,
        Role.DIRECTOR: CITY,
        Role.AUDITOR: CITY,
        Role.HEAD: INVOLVED,
        Role.FINANCE_OFFICER: INVOLVED,
    },
    Action.PREPARE_DECISION: {Role.COORDINATOR: CITY},
    Action.CONVENE_DECISION: {Role.COORDINATOR: CITY},
    Action.RECALL_DECISION: {Role.COORDINATOR: CITY},
    Action.RELEASE_DECISION: {Role.COORDINATOR: CITY, Role.DIRECTOR: CITY},
    Action.PROPOSE_LINE: {Role.COORDINATOR: CITY},
    Action.CHECK_LINE: {Role.FINANCE_OFFICER: UNIT},
    Action.CONSENT_LINE: {Role.HEAD: UNIT, Role.FINANCE_OFFICER: UNIT},
    Action.DECLINE_LINE: {Role.HEAD: UNIT, Role.FINANCE_OFFICER: UNIT},
    Action.RELEASE_LINE: {Role.COORDINATOR: CITY},
    Action.PUBLICISE_PROJECT: _SYSTEM,
    Action.RESERVE_PROJECT: _SYSTEM,
    Action.DECLINE_PROJECT: _SYSTEM,
    Action.RECONSIDER_PROJECT: {Role.COORDINATOR: CITY},
    Action.PUBLISH_NOTICE: _SYSTEM,
    Action.CLOSE_NOTICE: _SYSTEM,
    Action.LODGE_OBJECTION: _SYSTEM,
    Action.VIEW_OBJECTIONS: {Role.COORDINATOR: CITY, Role.DIRECTOR: CITY, Role.AUDITOR: CITY, Role.OFFICER: ASSIGNED},
    Action.ANSWER_OBJECTION: {Role.COORDINATOR: CITY, Role.OFFICER: ASSIGNED},
    Action.EXTEND_OBJECTION: {Role.COORDINATOR: CITY, Role.OFFICER: ASSIGNED},
    Action.REFUSE_OBJECTION: {Role.COORDINATOR: CITY, Role.OFFICER: ASSIGNED},
    Action.CANCEL_PROJECT: {Role.COORDINATOR: CITY, Role.DIRECTOR: CITY},
    Action.ISSUE_PROJECT: {Role.COORDINATOR: CITY},
    Action.ABANDON_PROJECT: {**_TEAM, **_UNIT_ADMIN},
    Action.VIEW_FUNDS: {
        Role.FINANCE_OFFICER: UNIT,
        Role.HEAD: UNIT,
        Role.OFFICER: UNIT,
        Role.COORDINATOR: CITY,
        Role.DIRECTOR: CITY,
        Role.AUDITOR: CITY,
    },
    Action.MANAGE_FUND: {Role.FINANCE_OFFICER: UNIT},
    Action.VIEW_LEDGER: {Role.FINANCE_OFFICER: UNIT, Role.HEAD: UNIT, Role.COORDINATOR: CITY, Role.AUDITOR: CITY},
    Action.VIEW_AGREEMENT: {**_TEAM, **_UNIT_ADMIN, **_STAFF_READ},
    Action.REVISE_BUDGET: _TEAM,
    Action.PRESENT_AGREEMENT: _TEAM,
    Action.RETURN_AGREEMENT: {Role.COORDINATOR: CITY},
    Action.SIGN_AGREEMENT_TEAM: _UNIT_ADMIN,
    Action.SIGN_AGREEMENT_HOST: {Role.DIRECTOR: CITY},
    Action.BEGIN_PROJECT: _SYSTEM,
    Action.REQUEST_PAYMENT: _TEAM,
    Action.CHECK_PAYMENT: {Role.OFFICER: INVOLVED},
    Action.RETURN_PAYMENT: {Role.OFFICER: INVOLVED, Role.HEAD: INVOLVED},
    Action.APPROVE_PAYMENT: {Role.HEAD: INVOLVED},
    Action.REGISTER_VOUCHER: {Role.FINANCE_OFFICER: INVOLVED},
    Action.RETURN_VOUCHER: {Role.FINANCE_OFFICER: INVOLVED, Role.HEAD: INVOLVED},
    Action.CONFIRM_VOUCHER: {Role.FINANCE_OFFICER: INVOLVED, Role.HEAD: INVOLVED},
    Action.REGISTER_EXPENSE: _TEAM,
    Action.REGISTER_REFUND: {Role.FINANCE_OFFICER: INVOLVED},
    Action.REPORT_PROGRESS: _TEAM,
    Action.ACCEPT_REPORT: {Role.OFFICER: UNIT, Role.COORDINATOR: CITY},
    Action.RETURN_REPORT: {Role.OFFICER: UNIT, Role.COORDINATOR: CITY},
    Action.SUBMIT_FINAL: _TEAM,
    Action.SEND_BACK_PROJECT: {Role.COORDINATOR: CITY},
    Action.CLOSE_PROJECT: {Role.COORDINATOR: CITY},
    Action.SUSPEND_PROJECT: {Role.COORDINATOR: CITY},
    Action.RESUME_PROJECT: {Role.COORDINATOR: CITY},
    Action.TERMINATE_PROJECT: {Role.COORDINATOR: CITY},
    Action.SETTLE_PROJECT: {Role.COORDINATOR: CITY},
    # UNIT is the unit that asks, INVOLVED also the department that leads the area (talent_pool.consultations.queries).
    Action.LIST_CONSULTATIONS: {
        Role.OFFICER: INVOLVED,
        Role.HEAD: INVOLVED,
        Role.STATION_WORKER: UNIT,
        Role.COORDINATOR: CITY,
        Role.DIRECTOR: CITY,
        Role.AUDITOR: CITY,
    },
    Action.LIST_OWN_CONSULTATIONS: {**_TEAM, **_UNIT_ADMIN},
    Action.ASK_CONSULTATION: _ASKING,
    Action.RETURN_CONSULTATION: {Role.COORDINATOR: CITY},
    Action.DECLINE_CONSULTATION: {Role.COORDINATOR: CITY},
    Action.CANCEL_CONSULTATION: {**_ASKING, Role.COORDINATOR: CITY},
    Action.INVITE_CONSULTANT: {Role.COORDINATOR: CITY},
    Action.LEAVE_UNMET: {Role.COORDINATOR: CITY},
    Action.FILL_CONSULTATION: _SYSTEM,
    Action.REOPEN_CONSULTATION: _SYSTEM,
    Action.SCHEDULE_CONSULTATION: {Role.COORDINATOR: CITY},
    Action.RECORD_MINUTES: {Role.COORDINATOR: CITY},
    Action.DECIDE_ADVICE: _ASKING,
    Action.GIVE_FEEDBACK: _ASKING,
    Action.FINISH_CONSULTATION: {Role.COORDINATOR: CITY},
    Action.VIEW_DEMAND: {Role.COORDINATOR: CITY, Role.DIRECTOR: CITY, Role.AUDITOR: CITY},
    # The invited expert: signed in, or by the single-use link of the invitation.
    Action.LIST_INVITATIONS: {Role.EXPERT: ASSIGNED},
    Action.ACCEPT_INVITATION: {Role.EXPERT: ASSIGNED},
    Action.DECLINE_INVITATION: {Role.EXPERT: ASSIGNED},
    Action.LAPSE_INVITATION: _SYSTEM,
    Action.WITHDRAW_INVITATION: {Role.COORDINATOR: CITY},
    Action.DRAFT_MINUTES: {Role.EXPERT: ASSIGNED},
    Action.GIVE_EXPERT_FEEDBACK: {Role.EXPERT: ASSIGNED},
    Action.VIEW_FEES: {Role.COORDINATOR: CITY, Role.DIRECTOR: CITY, Role.AUDITOR: CITY},
    Action.ENTER_FEE: {Role.COORDINATOR: CITY},
    # Never by the person who entered it (talent_pool.consultations.fees.rules.check_second).
    Action.CONFIRM_FEE: {Role.COORDINATOR: CITY, Role.DIRECTOR: CITY},
    Action.IMPORT_PROJECTS: {Role.COORDINATOR: CITY},
    Action.UNDO_IMPORT: {Role.COORDINATOR: CITY},
}


class Membership(Struct, frozen=True):
    """One role in one unit, live now."""

    id: UUID
    role: Role
    unit: UUID | None
    unit_name: str


class Actor(Struct, frozen=True):
    """The caller: a person and all live memberships. All of them count."""

    person: UUID
    name: str
    memberships: tuple[Membership, ...] = ()
    session: UUID | None = None

    def reach(self, action: Action) -> Reach | None:
        """The furthest that any membership carries this action, or None."""
        grants = GRANTS.get(action, {})
        return max((grants[m.role] for m in self.memberships if m.role in grants), default=None)

    def may(self, action: Action) -> bool:
        return action in EVERYONE or self.reach(action) is not None

    def holds(self, role: Role) -> bool:
        return any(m.role is role for m in self.memberships)

    def units(self, action: Action, at_least: Reach = Reach.UNIT) -> tuple[UUID, ...]:
        """The units through which this person holds the action with at least this reach."""
        grants = GRANTS.get(action, {})
        return tuple(dict.fromkeys(m.unit for m in self.memberships if m.unit is not None and grants.get(m.role, 0) >= at_least))

    def granting(self, action: Action) -> Membership | None:
        """The membership that goes on the audit line: the one with the furthest reach."""
        grants = GRANTS.get(action, {})
        held = [m for m in self.memberships if m.role in grants]
        return max(held, key=lambda m: grants[m.role], default=None)
