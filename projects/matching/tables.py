"""Runs of a matching with everything that explains them, and the pairs that were locked or excluded by hand."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Array, Boolean, Bytea, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Person
from kernel.sql import one_of
from projects import life, states
from projects.matching.rules import HOLDS, OBJECTIVES
from projects.panels.rules import SEAT_KINDS
from projects.panels.tables import Panel
from projects.tables import Call, Project
from talent_pool.profiles.tables import Expert


class MatchRun(Table):
    """One matching of a call: what was asked, how far it is, what came out. A trigger keeps what came out as it is."""

    LIFE = life.RUN

    id = UUID(primary_key=True, default=rows.new_id)
    call = ForeignKey(Call, null=False, index=True, on_delete=OnDelete.restrict)
    number = Integer()
    state = Varchar(length=10, default=life.RUN.start.value)
    objective = Varchar(length=8)
    parameters = JSONB()
    """`rules.Parameters`: loads, threshold, districts, the panel's numbers as they stood."""
    pack_hash = Varchar(length=64)
    seed = Varchar(length=64, default="")
    share = Integer(default=0)
    """Percent done."""
    doing = Varchar(length=20, default="")
    asked_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    asked_at = Timestamptz()
    begun_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    failure = Varchar(length=20, default="")
    input_hash = Varchar(length=64, default="")
    result_hash = Varchar(length=64, default="")
    algorithm = Varchar(length=60, default="")
    code_version = Varchar(length=64, default="")
    figures = JSONB(default="{}")
    """Total and bound in millionths, floor, seconds, memory, and how many of whom were looked at."""
    shortages = JSONB(default="[]")
    returned_reason = Varchar(length=300, default="")
    approved_by = ForeignKey(Person, null=True, default=None, index=True, on_delete=OnDelete.restrict)
    approved_at = Timestamptz(null=True, default=None)
    panel = ForeignKey(Panel, null=True, default=None, index=True, on_delete=OnDelete.restrict)
    version = Integer(default=1)

    match_run_known_state = Check(one_of("state", tuple(states.RunState)))
    match_run_known_objective = Check(one_of("objective", OBJECTIVES))
    match_run_numbered_once = Unique(["call", "number"])
    match_run_share = Check("share BETWEEN 0 AND 100")
    match_run_result = Check("state NOT IN ('done', 'returned', 'approved') OR (result_hash <> '' AND input_hash <> '')")
    match_run_two_people = Check("approved_by IS NULL OR approved_by <> asked_by")
    match_run_approved = Check(
        "state <> 'approved' OR (approved_at IS NOT NULL AND approved_by IS NOT NULL AND panel IS NOT NULL)"
    )


class MatchProject(Table):
    """A project that a run has experts for, in the order of the run's arrays."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    run = ForeignKey(MatchRun, null=False, index=False, on_delete=OnDelete.restrict)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    place = Integer()
    """From 0."""
    seats = Integer()

    match_project_once = Unique(["run", "project"])
    match_project_place = Unique(["run", "place"])


class MatchRecord(Table):
    """What a run worked on, number by number: with the code of its version anybody recomputes the answer."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    run = ForeignKey(MatchRun, null=False, unique=True, on_delete=OnDelete.restrict)
    experts = Array(base_column=UUID())
    """In the order of the run's arrays."""
    loads = JSONB()
    """Of each expert: [most in this round, had before, given by the run]."""
    kinds = JSONB()
    """Of each expert: the seats they qualify for besides a general one."""
    masked = JSONB()
    """[project place, expert place, why] of every pair that was not allowed; project place -1: from the whole round."""
    groups = JSONB(default="[]")
    """Of each expert: [number of the employer, number of the district] as the rules counted them; -1 for none."""
    floors = JSONB(default="[]")
    """Of a lottery, for each project: from what affinity on an expert of each kind of seat was in the draw."""
    affinity = Bytea()
    """Millionths, four bytes each, little-endian, project by project; compressed with zlib."""
    at = Timestamptz()


class MatchPair(Table):
    """An expert in a place of a project (`standby` 0) or next in order for it, with what explains the pair."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    run = ForeignKey(MatchRun, null=False, index=False, on_delete=OnDelete.restrict)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    expert = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.restrict)
    place = Integer()
    kind = Varchar(length=10)
    standby = Integer(default=0)
    affinity = Integer()
    rank = Integer()
    """Among the `eligible` experts of this project, 1 the nearest."""
    eligible = Integer()
    locked = Boolean(default=False)
    load_before = Integer(default=0)
    load_after = Integer(default=0)

    match_pair_known_kind = Check(one_of("kind", SEAT_KINDS))
    match_pair_once = Unique(["run", "project", "expert"])


class MatchReason(Table):
    """What speaks for a seated pair, as people read it: shared terms with their share, the nearest past work, fields in common."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    run = ForeignKey(MatchRun, null=False, index=False, on_delete=OnDelete.restrict)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    expert = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.restrict)
    reasons = JSONB()

    match_reason_once = Unique(["run", "project", "expert"])


class MatchExtra(Table):
    """That the reasons of a run are written, and the log of its lottery: JSON for the verifier, compressed with zlib."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    run = ForeignKey(MatchRun, null=False, unique=True, on_delete=OnDelete.restrict)
    log = Bytea(null=True, default=None)
    at = Timestamptz()


class MatchHold(Table):
    """A person's word over the machine: this expert with this project (lock), or not with it, or not in this round (exclude)."""

    id = UUID(primary_key=True, default=rows.new_id)
    call = ForeignKey(Call, null=False, index=True, on_delete=OnDelete.restrict)
    project = ForeignKey(Project, null=True, index=True, on_delete=OnDelete.restrict)
    expert = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.restrict)
    kind = Varchar(length=8)
    why = Text()
    made_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    made_at = Timestamptz()
    lifted_by = UUID(null=True, default=None)
    lifted_at = Timestamptz(null=True, default=None)
    version = Integer(default=1)

    match_hold_known_kind = Check(one_of("kind", HOLDS))
    match_hold_lock_of_pair = Check("kind <> 'lock' OR project IS NOT NULL")
    match_hold_lifted = Check("(lifted_by IS NULL) = (lifted_at IS NULL)")
    match_hold_why = Check("why <> ''")
