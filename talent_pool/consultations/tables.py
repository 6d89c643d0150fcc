"""A need for advice, who was invited, what was advised, what it pays.

What is known of a project stands here as plain columns: the pool does not know projects, they write themselves in
(projects.consulting). `parties` are units and people, by id and by name, as conflicts see them.
"""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Person, Unit
from kernel.sql import one_of
from talent_pool.consultations.kinds import Help, Mode, Urgency
from talent_pool.fees import Unpaid
from talent_pool.life import CONSULTATION, FEE, INVITATION, ConsultationState, FeeState, InvitationState
from talent_pool.profiles.kinds import FeeClass
from talent_pool.profiles.tables import Expert

MOST_SEATS = 3
QUARTER = 15
LONGEST = 480


class Consultation(Table):
    """One need. `fields` are codes of the pool's controlled list, `area` and `county` of the city's."""

    LIFE = CONSULTATION

    id = UUID(primary_key=True, default=rows.new_id)
    code = Varchar(length=20, unique=True)
    state = Varchar(length=12, default=ConsultationState.ASKED.value, index=True)
    topic = Varchar(length=80)
    need = Text()
    area = Varchar(length=40)
    fields = JSONB(default="[]")
    county = Varchar(length=12, default="")
    mode = Varchar(length=12)
    urgency = Varchar(length=12, default=Urgency.NORMAL.value)
    wished_on = Date(null=True, default=None)
    seats = Integer(default=1)

    project = UUID(null=True, default=None, index=True)
    project_code = Varchar(length=20, default="")
    project_title = Varchar(length=120, default="")
    parties = JSONB(default="{}")
    asked_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    asking_unit = ForeignKey(Unit, null=False, index=True, on_delete=OnDelete.restrict)
    department = ForeignKey(Unit, null=True, default=None, index=True, on_delete=OnDelete.restrict)
    """Leads the area, and may therefore read."""
    asked_at = Timestamptz()
    due = Date()
    """Until when the office answers."""
    reason = Varchar(length=500, default="")
    """Of the latest return, refusal, cancellation, or of finding nobody, as the asking side was told."""
    ended_at = Timestamptz(null=True, default=None)

    agenda = Text(default="")
    meets_at = Timestamptz(null=True, default=None)
    place = Varchar(length=200, default="")
    minutes = Text(default="")
    held_on = Date(null=True, default=None)
    duration = Integer(null=True, default=None)
    """Minutes on the clock, in quarter hours."""
    recorded_by = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=True, default=None)

    helped = Varchar(length=12, default="")
    feedback = Varchar(length=500, default="")
    feedback_by = UUID(null=True, default=None)
    feedback_at = Timestamptz(null=True, default=None)
    ranked_at = Timestamptz(null=True, default=None)
    """When the candidates stored for it were reckoned; none while the job has not run for this text."""
    version = Integer(default=1)

    consultation_known_state = Check(one_of("state", tuple(ConsultationState)))
    consultation_known_mode = Check(one_of("mode", tuple(Mode)))
    consultation_known_urgency = Check(one_of("urgency", tuple(Urgency)))
    consultation_known_help = Check(f"helped = '' OR {one_of('helped', tuple(Help))}")
    consultation_seats = Check(f"seats BETWEEN 1 AND {MOST_SEATS}")
    consultation_duration = Check(f"duration IS NULL OR (duration BETWEEN {QUARTER} AND {LONGEST} AND duration % {QUARTER} = 0)")
    consultation_held_recorded = Check("state NOT IN ('held', 'finished') OR (held_on IS NOT NULL AND duration IS NOT NULL)")
    consultation_feedback_whole = Check("(helped = '') = (feedback_at IS NULL)")


class Invitation(Table):
    """One expert asked to one consultation. `draft` is what the expert writes towards the minutes."""

    LIFE = INVITATION

    id = UUID(primary_key=True, default=rows.new_id)
    consultation = ForeignKey(Consultation, null=False, index=True, on_delete=OnDelete.restrict)
    expert = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.restrict)
    person = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    number = Integer()
    """In the order in which they were invited."""
    state = Varchar(length=12, default=InvitationState.INVITED.value)
    invited_by = UUID()
    invited_at = Timestamptz()
    due = Date()
    answered_at = Timestamptz(null=True, default=None)
    by_link = Boolean(default=False)
    reason = Varchar(length=300, default="")
    draft = Text(default="")
    helped = Varchar(length=12, default="")
    feedback = Varchar(length=500, default="")
    feedback_at = Timestamptz(null=True, default=None)
    version = Integer(default=1)

    invitation_known_state = Check(one_of("state", tuple(InvitationState)))
    invitation_known_help = Check(f"helped = '' OR {one_of('helped', tuple(Help))}")
    invitation_feedback_whole = Check("(helped = '') = (feedback_at IS NULL)")
    invitation_number_once = Unique(["consultation", "number"])


class Advice(Table):
    """One thing that was advised. `adopted` is the asking side's answer, with its reason where it is no."""

    id = UUID(primary_key=True, default=rows.new_id)
    consultation = ForeignKey(Consultation, null=False, index=True, on_delete=OnDelete.restrict)
    position = Integer()
    text = Varchar(length=500)
    adopted = Boolean(null=True, default=None)
    reason = Varchar(length=300, default="")
    decided_by = UUID(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)

    advice_once = Unique(["consultation", "position"])
    advice_refused_with_reason = Check("adopted IS DISTINCT FROM false OR reason <> ''")
    advice_decided_whole = Check("(adopted IS NULL) = (decided_at IS NULL)")


class ConsultationFee(Table):
    """What one expert is paid for one consultation: gross, tax, net in fen, or nothing and why."""

    LIFE = FEE

    id = UUID(primary_key=True, default=rows.new_id)
    invitation = ForeignKey(Invitation, null=False, unique=True, on_delete=OnDelete.restrict)
    state = Varchar(length=12, default=FeeState.ENTERED.value)
    fee_class = Varchar(length=12)
    duration = Integer()
    gross = BigInt()
    tax = BigInt()
    net = BigInt()
    unpaid = Varchar(length=16, default="")
    note = Varchar(length=200, default="")
    entered_by = UUID()
    entered_at = Timestamptz()
    confirmed_by = UUID(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    version = Integer(default=1)

    consultation_fee_known_state = Check(one_of("state", tuple(FeeState)))
    consultation_fee_known_class = Check(one_of("fee_class", tuple(FeeClass)))
    consultation_fee_known_reason = Check(f"unpaid = '' OR {one_of('unpaid', tuple(Unpaid))}")
    consultation_fee_sums = Check("gross >= 0 AND tax >= 0 AND net >= 0 AND gross = tax + net")
    consultation_fee_unpaid = Check("unpaid = '' OR gross = 0")
    consultation_fee_two_people = Check("confirmed_by IS NULL OR confirmed_by <> entered_by")
    consultation_fee_confirmed = Check("state <> 'confirmed' OR confirmed_by IS NOT NULL")


class ConsultationCandidate(Table):
    """One place of the list that the job reckoned. Reasons are codes and terms, worded on the page."""

    id = UUID(primary_key=True, default=rows.new_id)
    consultation = ForeignKey(Consultation, null=False, index=True, on_delete=OnDelete.restrict)
    expert = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.restrict)
    position = Integer()
    score = Integer()
    reasons = JSONB()
    masked = JSONB(default="[]")
    """Kinds of hard conflict: who has one is named and cannot be invited."""

    consultation_candidate_once = Unique(["consultation", "expert"])
    consultation_candidate_score = Check("score BETWEEN 0 AND 1000000")
