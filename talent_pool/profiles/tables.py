"""The expert pool: one row a person, and the ties that conflicts are computed from."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Boolean, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Person, Unit
from kernel.sql import one_of
from talent_pool.profiles.rules import Category, FeeClass, TieKind


class Expert(Table):
    """A person who reviews. Paused ones keep their history and are not drawn."""

    id = UUID(primary_key=True, default=rows.new_id)
    person = ForeignKey(Person, null=False, unique=True, on_delete=OnDelete.restrict)
    employer = ForeignKey(Unit, null=True, index=True, on_delete=OnDelete.restrict)
    employer_name = Varchar(length=120, default="")
    category = Varchar(length=12)
    areas = JSONB()
    speciality = Text(default="")
    title = Varchar(length=60, default="")
    county = Varchar(length=12, default="")
    initials = Varchar(length=60, default="", index=True)
    finance = Boolean(default=False)
    community = Boolean(default=False)
    host_staff = Boolean(default=False)
    civil_servant = Boolean(default=False)
    fee_approved = Boolean(default=False)
    """A civil servant whose fee was approved on paper."""
    fee_class = Varchar(length=12, default=FeeClass.OTHER.value)
    max_load = Integer(default=20)
    active = Boolean(default=True)
    fictional = Boolean(default=False)
    added_by = UUID(null=True, default=None)
    added_at = Timestamptz()
    version = Integer(default=1)

    expert_known_category = Check(one_of("category", tuple(Category)))
    expert_known_fee_class = Check(one_of("fee_class", tuple(FeeClass)))
    expert_somewhere = Check("employer IS NOT NULL OR employer_name <> ''")
    expert_load = Check("max_load BETWEEN 0 AND 200")


class ExpertTie(Table):
    """One relation with dates. `other_name` names the relative of a kinship, `unit_name` everything else."""

    id = UUID(primary_key=True, default=rows.new_id)
    expert = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.restrict)
    kind = Varchar(length=12)
    unit = ForeignKey(Unit, null=True, index=True, on_delete=OnDelete.restrict)
    unit_name = Varchar(length=120, default="")
    other_name = Varchar(length=60, default="")
    since = Date(null=True, default=None)
    until = Date(null=True, default=None)
    note = Varchar(length=200, default="")
    added_by = UUID(null=True, default=None)
    added_at = Timestamptz()

    expert_tie_known_kind = Check(one_of("kind", tuple(TieKind)))
    expert_tie_to_somebody = Check("unit IS NOT NULL OR unit_name <> '' OR other_name <> ''")
    expert_tie_dates = Check("since IS NULL OR until IS NULL OR since <= until")
