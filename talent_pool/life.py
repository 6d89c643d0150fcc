"""When things of the talent pool may change: the Life of an expert. Who may is `kernel.grants.GRANTS`."""

from __future__ import annotations

from kernel import life
from kernel.access import Action
from kernel.life import Life, Move
from talent_pool import words


class Worded(life.State):
    """A state enum says its words once; a member without a word fails the test of words."""

    @property
    def label(self) -> str:
        return WORDS[type(self)][self]


class ExpertState(Worded):
    """Of a person towards the pool. Only ADMITTED is ever drawn, matched or published."""

    INVITED = "invited"
    APPLIED = "applied"
    ADMITTED = "admitted"
    PAUSED = "paused"
    LEFT = "left"
    REFUSED = "refused"


class ConsultationState(Worded):
    """Of a need for advice. UNMET is kept as such: it is what the pool lacks."""

    ASKED = "asked"
    RETURNED = "returned"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    INVITING = "inviting"
    UNMET = "unmet"
    AGREED = "agreed"
    HELD = "held"
    FINISHED = "finished"


class InvitationState(Worded):
    """Of one expert asked to one consultation."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class FeeState(Worded):
    """It counts once a second person has confirmed it."""

    ENTERED = "entered"
    CONFIRMED = "confirmed"


WORDS: dict[type[life.State], dict[str, str]] = {
    ExpertState: words.EXPERT_STATE,
    ConsultationState: words.CONSULTATION_STATE,
    InvitationState: words.INVITATION_STATE,
    FeeState: words.FEE_STATE,
}


def _move(target: life.State, *sources: life.State) -> Move:
    return Move(frozenset(sources), target)


E = ExpertState
EXPERT = Life(
    "expert",
    ExpertState,
    {
        # Again and again: a link that was lost is followed by a new one. Who was refused or left may be asked once more.
        Action.INVITE_EXPERT: _move(E.INVITED, E.INVITED, E.REFUSED, E.LEFT),
        Action.APPLY_AS_EXPERT: _move(E.APPLIED, E.INVITED),
        Action.ADMIT_EXPERT: _move(E.ADMITTED, E.APPLIED),
        Action.REFUSE_EXPERT: _move(E.REFUSED, E.APPLIED),
        Action.PAUSE_EXPERT: _move(E.PAUSED, E.ADMITTED),
        Action.RESUME_EXPERT: _move(E.ADMITTED, E.PAUSED),
        Action.REMOVE_EXPERT: _move(E.LEFT, E.INVITED, E.ADMITTED, E.PAUSED),
        # The duplicate of an expert leaves the pool with its history; separated again, it pauses until somebody takes it back.
        Action.MERGE_EXPERTS: _move(E.LEFT, E.ADMITTED, E.PAUSED, E.LEFT),
        Action.UNMERGE_EXPERTS: _move(E.PAUSED, E.LEFT),
        Action.LEAVE_POOL: _move(E.LEFT, E.ADMITTED, E.PAUSED),
    },
    start=ExpertState.INVITED,
)

C = ConsultationState
CONSULTATION = Life(
    "consultation",
    ConsultationState,
    {
        Action.ASK_CONSULTATION: _move(C.ASKED, C.RETURNED),
        Action.RETURN_CONSULTATION: _move(C.RETURNED, C.ASKED),
        Action.DECLINE_CONSULTATION: _move(C.DECLINED, C.ASKED),
        Action.CANCEL_CONSULTATION: _move(C.CANCELLED, C.ASKED, C.RETURNED, C.INVITING, C.UNMET, C.AGREED),
        # What found nobody this year may find somebody the next.
        Action.INVITE_CONSULTANT: _move(C.INVITING, C.ASKED, C.INVITING, C.UNMET),
        Action.LEAVE_UNMET: _move(C.UNMET, C.ASKED, C.INVITING),
        Action.FILL_CONSULTATION: _move(C.AGREED, C.INVITING),
        Action.REOPEN_CONSULTATION: _move(C.INVITING, C.AGREED),
        Action.SCHEDULE_CONSULTATION: _move(C.AGREED, C.AGREED),
        # Written again while the two sides still answer.
        Action.RECORD_MINUTES: _move(C.HELD, C.AGREED, C.HELD),
        Action.FINISH_CONSULTATION: _move(C.FINISHED, C.HELD),
    },
    start=ConsultationState.ASKED,
)

N = InvitationState
INVITATION = Life(
    "invitation",
    InvitationState,
    {
        Action.ACCEPT_INVITATION: _move(N.ACCEPTED, N.INVITED),
        Action.DECLINE_INVITATION: _move(N.DECLINED, N.INVITED),
        Action.LAPSE_INVITATION: _move(N.LAPSED, N.INVITED),
        Action.WITHDRAW_INVITATION: _move(N.WITHDRAWN, N.INVITED, N.ACCEPTED),
    },
    start=InvitationState.INVITED,
)

FEE = Life(
    "consultation-fee",
    FeeState,
    {
        Action.ENTER_FEE: _move(FeeState.ENTERED, FeeState.ENTERED),
        Action.CONFIRM_FEE: _move(FeeState.CONFIRMED, FeeState.ENTERED),
    },
    start=FeeState.ENTERED,
)

LIVES = (EXPERT, CONSULTATION, INVITATION, FEE)
