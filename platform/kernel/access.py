"""Who may do what, and how far: the one table that routes, buttons, moves, audit lines and tests share. Pure."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from kernel.vocabulary import Action, Reach, Role

__all__ = ["EVERYONE", "GRANTS", "Action", "Actor", "Membership", "Reach", "Role"]

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
