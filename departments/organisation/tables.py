"""What the platform knows of an applying unit beyond its name and code (kernel's Unit): one record that feeds every call."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from departments.kinds import OrganisationKind
from kernel import rows
from kernel.accounts.tables import Unit
from kernel.sql import one_of


class Organisation(Table):
    """The dated facts of a unit. Bank and personal data are not here: they are collected at signing."""

    unit = ForeignKey(Unit, primary_key=True, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=30)
    registered_on = Date(null=True, default=None)
    legal_person = Varchar(length=60, default="")
    supervisor = Varchar(length=120, default="")
    county = Varchar(length=12, default="", index=True)
    address = Varchar(length=200, default="")
    scope = Text(default="")
    profile = Text(default="")
    staff = Integer(default=0)
    social_workers = Integer(default=0)
    inspection = Varchar(length=20, default="")
    grade = Varchar(length=10, default="")
    abnormal_on = Date(null=True, default=None)
    dishonest_on = Date(null=True, default=None)
    violation_on = Date(null=True, default=None)
    banned_until = Date(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    fictional = Boolean(default=False)
    version = Integer(default=1)

    known_kind = Check(one_of("kind", tuple(OrganisationKind)), name="organisation_known_kind")
    counts = Check("staff >= 0 AND social_workers >= 0", name="organisation_counts")


class OrganisationDocument(Table):
    """A dated paper of the record: certificate, yearly inspection, audit. The newest of a code counts."""

    id = UUID(primary_key=True, default=rows.new_id)
    unit = ForeignKey(Unit, null=False, index=True, on_delete=OnDelete.restrict)
    code = Varchar(length=40)
    file = UUID(unique=True)
    dated_on = Date()
    added_by = UUID()
    added_at = Timestamptz()
    removed_at = Timestamptz(null=True, default=None)
