"""Call and Project: the rows that every phase shares. One table carries a project from draft to settled."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from departments.kinds import SupportMode
from kernel import rows
from kernel.accounts.tables import Person, Unit
from kernel.sql import one_of
from projects import life, states

DUTIES = ("secretary", "chair", "budget-review", "objections", "screening")
"""评审秘书, 组长, 财务审核, 异议处理, 受理: assignments on a call, not roles."""
INVOLVEMENTS = ("team", "payee", "lead", "host", "co", "fund", "county", "station")
AMOUNT_KINDS = ("requested", "audited", "advised", "determined", "agreed")
_AFTER_SUBMISSION = tuple(
    s for s in states.State if s not in {states.State.DRAFT, states.State.ENDORSING, states.State.LAPSED, states.State.WITHDRAWN}
)


class Call(Table):
    """征集批次. `pack` is the rule pack as published; corrections add a version, drafts are told."""

    LIFE = life.CALL

    id = UUID(primary_key=True, default=rows.new_id)
    code = Varchar(length=20, unique=True)
    year = Integer()
    title = Varchar(length=120)
    summary = Text(default="")
    state = Varchar(length=20, default=life.CALL.start.value, index=True)
    host = ForeignKey(Unit, null=False, index=True, on_delete=OnDelete.restrict)
    areas = JSONB()
    pack = JSONB()
    pack_hash = Varchar(length=64)
    pack_version = Integer(default=1)
    opens_on = Date()
    fill_until = Date()
    endorse_until = Date()
    budget = BigInt(default=0)
    contact = Varchar(length=200, default="")
    supervision = Varchar(length=200, default="")
    number = Varchar(length=80, default="")
    drafted_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    published_at = Timestamptz(null=True, default=None)
    published_by = UUID(null=True, default=None)
    batch = UUID(null=True, default=None)
    """The import whose projects it holds: such a call was never published here and is no officer's to change."""
    created_at = Timestamptz()
    version = Integer(default=1)

    call_known_state = Check(one_of("state", tuple(states.CallState)))
    call_dates = Check("opens_on <= fill_until AND fill_until <= endorse_until")
    call_published = Check("(state IN ('draft', 'in-approval', 'discarded')) OR published_at IS NOT NULL")
    call_two_people = Check("published_by IS NULL OR published_by <> drafted_by")


class CallDuty(Table):
    """An assignment of a person on a call: the ASSIGNED reach of officers."""

    id = UUID(primary_key=True, default=rows.new_id)
    call = ForeignKey(Call, null=False, index=True, on_delete=OnDelete.restrict)
    person = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    duty = Varchar(length=20)
    assigned_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)

    call_duty_known = Check(one_of("duty", DUTIES))
    call_duty_once = Unique(["call", "person", "duty"])


class Project(Table):
    """申报书 → 项目: one row, one life. `code` is given at the first formal submission; drafts have none."""

    LIFE = life.PROJECT

    id = UUID(primary_key=True, default=rows.new_id)
    code = Varchar(length=20, null=True, default=None, unique=True)
    call = ForeignKey(Call, null=False, index=True, on_delete=OnDelete.restrict)
    state = Varchar(length=20, default=life.PROJECT.start.value)
    title = Varchar(length=120, default="")
    area = Varchar(length=40, default="")
    organisation = ForeignKey(Unit, null=False, index=True, on_delete=OnDelete.restrict)
    payee = ForeignKey(Unit, null=True, index=True, on_delete=OnDelete.restrict)
    lead = ForeignKey(Unit, null=True, index=True, on_delete=OnDelete.restrict)
    author = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    county = Varchar(length=12, default="")
    support_mode = Varchar(length=20, default="")
    template = Varchar(length=20, default="")
    starts_on = Date(null=True, default=None)
    ends_on = Date(null=True, default=None)
    answers = JSONB()
    pack_version = Integer(default=1)
    requested = BigInt(null=True, default=None)
    audited = BigInt(null=True, default=None)
    advised = BigInt(null=True, default=None)
    determined = BigInt(null=True, default=None)
    agreed = BigInt(null=True, default=None)
    average = Integer(null=True, default=None)
    """The published formula's result in hundredths of a point, set when the panel closes."""
    rank = Integer(null=True, default=None)
    grade = Varchar(length=20, default="")
    open_to_public = Boolean(default=False)
    submitted_at = Timestamptz(null=True, default=None)
    closed_on = Date(null=True, default=None)
    batch = UUID(null=True, default=None, index=True)
    """The import that brought it in, when it did not start here."""
    created_at = Timestamptz()
    changed_at = Timestamptz()
    version = Integer(default=1)

    project_known_state = Check(one_of("state", tuple(states.State)))
    project_known_mode = Check(f"support_mode = '' OR {one_of('support_mode', tuple(SupportMode))}")
    project_coded = Check(f"NOT {one_of('state', _AFTER_SUBMISSION)} OR (code IS NOT NULL AND submitted_at IS NOT NULL)")
    project_amounts = Check(
        "coalesce(requested, 0) >= 0 AND coalesce(audited, 0) >= 0 AND coalesce(advised, 0) >= 0"
        " AND coalesce(determined, 0) >= 0 AND coalesce(agreed, 0) >= 0",
    )
    project_agreed_within = Check("agreed IS NULL OR determined IS NULL OR agreed <= determined")
    project_running_agreed = Check("state NOT IN ('running', 'closing', 'closed', 'suspended') OR agreed IS NOT NULL")


class ProjectMember(Table):
    """Who may fill in and see the proposal as its team: the OWN reach."""

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    person = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    leader = Boolean(default=False)

    project_member_once = Unique(["project", "person"])


class Involvement(Table):
    """Which units a project concerns and why: UNIT is team, payee, lead, host; INVOLVED is any."""

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    unit = ForeignKey(Unit, null=False, index=False, on_delete=OnDelete.restrict)
    why = Varchar(length=10)

    involvement_known_why = Check(one_of("why", INVOLVEMENTS))
    involvement_once = Unique(["project", "unit", "why"])


class Recusal(Table):
    """A hard conflict of a person with a project: subtracts from every reach. Lifted only by someone else."""

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    person = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    reason = Varchar(length=200)
    declared_at = Timestamptz()
    lifted_by = UUID(null=True, default=None)
    lifted_at = Timestamptz(null=True, default=None)

    recusal_lifted_by_another = Check("lifted_by IS NULL OR lifted_by <> person")


class BudgetLine(Table):
    """One line of the budget: quantity × unit price, requested or the team's own share."""

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    position = Integer()
    category = Varchar(length=30)
    item = Varchar(length=80)
    quantity = Integer()
    unit = Varchar(length=12, default="")
    unit_price = BigInt()
    requested = BigInt()
    own = BigInt(default=0)
    basis = Varchar(length=300, default="")
    agreed = BigInt(null=True, default=None)
    """What the revised budget gives this line, set before signing."""

    budget_line_positive = Check("quantity > 0 AND unit_price >= 0 AND requested >= 0 AND own >= 0")
    budget_line_sums = Check("requested + own = quantity * unit_price")
    budget_line_once = Unique(["project", "position"])


class Indicator(Table):
    """What the project promises: definition, target, and later what was reached."""

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    position = Integer()
    kind = Varchar(length=30)
    name = Varchar(length=80)
    unit = Varchar(length=12, default="")
    target = Integer()
    agreed = Integer(null=True, default=None)
    evidence = Varchar(length=200, default="")

    indicator_positive = Check("target > 0")
    indicator_once = Unique(["project", "position"])


class TeamMember(Table):
    """Who does the work. No ID numbers."""

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    position = Integer()
    name = Varchar(length=60)
    part = Varchar(length=60, default="")
    qualification = Varchar(length=60, default="")
    percent = Integer(default=0)

    team_member_share = Check("percent BETWEEN 0 AND 100")
    team_member_once = Unique(["project", "position"])


class PlanStep(Table):
    """One step of the work plan."""

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    position = Integer()
    month = Varchar(length=7)
    work = Varchar(length=300)
    result = Varchar(length=200, default="")

    plan_step_once = Unique(["project", "position"])


class Place(Table):
    """Where the project works: township codes (GB/T 2260)."""

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    township = Varchar(length=12, index=True)

    place_once = Unique(["project", "township"])


class Amount(Table):
    """One of the five amounts as it was set: who, when, why. The project row holds the latest of each kind."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    kind = Varchar(length=12)
    amount = BigInt()
    reason = Varchar(length=300, default="")
    set_by = UUID(null=True, default=None)
    set_at = Timestamptz()

    amount_known_kind = Check(one_of("kind", AMOUNT_KINDS))
    amount_positive = Check("amount >= 0")


class Correction(Table):
    """一次性告知补正: what may be changed, until when, and how the proposal stood before."""

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    named = JSONB()
    """Names `section.field`, or a section of rows, as projects.screening.rules.correctable gives them."""
    explanation = Text()
    days = Integer()
    due = Date()
    before = JSONB()
    total_before = BigInt()
    head_reason = Text(default="")
    returned_by = UUID()
    returned_at = Timestamptz()
    answered_at = Timestamptz(null=True, default=None)

    correction_days = Check("days BETWEEN 1 AND 10")
