"""The kernel's own rows: audit, outbox, to-dos, sign-offs, clock, once keys."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, BigSerial, Date, Integer, Text, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from kernel import rows
from kernel.sql import one_of

JOB_STATES = ("waiting", "running", "done", "dead")
SIGNOFF_KINDS = ("minutes", "memo", "countersign")


class AuditLine(Table):
    """What was done, by whom, through which membership, to what. Inserted with the change it tells of, never touched again."""

    APPEND_ONLY = True

    id = BigSerial(primary_key=True)
    at = Timestamptz()
    actor = UUID(null=True, default=None, index=True)
    actor_name = Varchar(length=60, default="")
    role = Varchar(length=30, default="")
    unit = UUID(null=True, default=None)
    action = Varchar(length=40)
    subject_kind = Varchar(length=40)
    subject = UUID(null=True, default=None, index=True)
    facts = JSONB()


class Seal(Table):
    """One link of the chain over audit lines, made by the sealer after they committed."""

    APPEND_ONLY = True

    seq = BigInt(primary_key=True)
    line = BigInt(unique=True)
    prev_hash = Varchar(length=64)
    hash = Varchar(length=64)


class AccessLog(Table):
    """Reads of personal data, scores and exports: who looked at what."""

    APPEND_ONLY = True

    id = BigSerial(primary_key=True)
    at = Timestamptz()
    actor = UUID(index=True)
    action = Varchar(length=40)
    subject_kind = Varchar(length=40)
    subject = UUID(null=True, default=None)
    facts = JSONB()


class Outbox(Table):
    """Work for later. The row exists if and only if its transaction committed."""

    id = UUID(primary_key=True, default=rows.new_id)
    job = Varchar(length=120)
    kwargs = JSONB()
    key = Varchar(length=200, null=True, default=None, unique=True)
    state = Varchar(length=10, default="waiting")
    attempts = Integer(default=0)
    run_after = Timestamptz()
    claimed_until = Timestamptz(null=True, default=None)
    last_error = Text(default="")
    queued_at = Timestamptz()
    done_at = Timestamptz(null=True, default=None)

    outbox_known_state = Check(one_of("state", JOB_STATES))


class Todo(Table):
    """Somebody must do `action` to `subject` by `due`. One person, or whoever holds `role` (in `unit`)."""

    id = UUID(primary_key=True, default=rows.new_id)
    action = Varchar(length=40)
    subject_kind = Varchar(length=40)
    subject = UUID(index=True)
    title = Varchar(length=200)
    url = Varchar(length=300)
    person = UUID(null=True, default=None)
    unit = UUID(null=True, default=None)
    role = Varchar(length=30, null=True, default=None)
    due = Date(null=True, default=None)
    asked_at = Timestamptz()
    done_at = Timestamptz(null=True, default=None)
    done_by = UUID(null=True, default=None)

    todo_somebody = Check("person IS NOT NULL OR role IS NOT NULL")


class Signoff(Table):
    """线下签批登记: an approval given on paper, entered by one person and confirmed by another."""

    id = UUID(primary_key=True, default=rows.new_id)
    subject_kind = Varchar(length=40)
    subject = UUID(index=True)
    purpose = Varchar(length=40)
    kind = Varchar(length=20)
    number = Varchar(length=80)
    signed_on = Date()
    body = Varchar(length=120)
    votes = Varchar(length=200, default="")
    summary = Text(default="")
    scan = UUID(null=True, default=None)
    registered_by = UUID()
    registered_at = Timestamptz()
    confirmed_by = UUID(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    version = Integer(default=1)

    signoff_known_kind = Check(one_of("kind", SIGNOFF_KINDS))
    signoff_two_people = Check("confirmed_by IS NULL OR confirmed_by <> registered_by")
    signoff_whole_confirmation = Check("(confirmed_by IS NULL) = (confirmed_at IS NULL)")


class DemoClock(Table):
    """How far business time runs ahead of real time. One row, demo mode only."""

    id = Integer(primary_key=True, default=1)
    seconds = BigInt(default=0)

    demo_clock_single = Check("id = 1")


class Once(Table):
    """The key of a submitted form and where its answer went: a second submit gets the same answer."""

    id = Varchar(length=100, primary_key=True)
    person = UUID()
    url = Varchar(length=400, default="")
    at = Timestamptz()


class Counter(Table):
    """Series of numbers per kind and year, taken under a row lock."""

    id = UUID(primary_key=True, default=rows.new_id)
    kind = Varchar(length=60)
    year = Integer()
    last = Integer(default=0)

    counter_one_per_year = Unique(["kind", "year"])


class LimitWindow(Table):
    """How often something was tried since its window began. Only used while Valkey is away."""

    id = Varchar(length=120, primary_key=True)
    spent = Integer()
    ends_at = Timestamptz()
