"""The expert pool: one row a person, and what is known of each: ties, works, documents, absences, links.

Whoever reads experts asks for `state = 'admitted'`; rows with `merged_into` are duplicates whose history lives on in another.
"""

from __future__ import annotations

from typing import Any

from piccolo.columns import JSONB, UUID, Boolean, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Person, Unit
from kernel.sql import one_of
from talent_pool.life import EXPERT, ExpertState
from talent_pool.profiles.kinds import Category, DocumentKind, FeeClass, LinkKind, Source, TieKind, WorkKind

LARGEST_LOAD = 200
LARGEST_YEAR = 2000


class Expert(Table):
    """A person who reviews or consults, from the invitation on. Ended ones keep their history and are not drawn.

    JSONB columns are lists of codes: `areas` of departments.catalogue, `fields` and `methods` of fields.toml, `counties`
    served (GB/T 2260), `shown` of kinds.Part: what the expert agreed to publish (empty: nothing at all).
    """

    LIFE = EXPERT

    id = UUID(primary_key=True, default=rows.new_id)
    person = ForeignKey(Person, null=False, unique=True, on_delete=OnDelete.restrict)
    state = Varchar(length=12, default=ExpertState.ADMITTED.value, index=True)
    employer = ForeignKey(Unit, null=True, index=True, on_delete=OnDelete.restrict)
    employer_name = Varchar(length=120, default="")
    category = Varchar(length=12)
    areas = JSONB()
    fields = JSONB(default="[]")
    methods = JSONB(default="[]")
    counties = JSONB(default="[]")
    keywords = Varchar(length=300, default="")
    """The expert's own words for the subject, separated by 、 — found by search, read by matching."""
    speciality = Text(default="")
    """Self-description in sentences."""
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
    """Projects at the same time: in one round."""
    max_year = Integer(default=100)
    """Projects in one calendar year."""
    shown = JSONB(default="[]")
    shown_at = Timestamptz(null=True, default=None)
    """When the expert last decided what may be published."""
    source = Varchar(length=12, default=Source.DEPARTMENT.value)
    invited_by = UUID(null=True, default=None)
    invited_unit = ForeignKey(Unit, null=True, default=None, on_delete=OnDelete.restrict)
    invited_at = Timestamptz(null=True, default=None)
    recommendation = Varchar(length=500, default="")
    """Why the department asks this person."""
    applied_at = Timestamptz(null=True, default=None)
    settled_by = UUID(null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
    """Admitted or refused: by whom and when."""
    reason = Varchar(length=500, default="")
    """Of the latest refusal, pause or removal, as the expert was told."""
    confirmed_on = Date(null=True, default=None)
    """The day on which the expert last said that the profile is right."""
    asked_on = Date(null=True, default=None)
    """The day since which a confirmation is waited for; none while nothing is asked."""
    merged_into: Any = ForeignKey("self", null=True, default=None, index=True, on_delete=OnDelete.restrict)
    fictional = Boolean(default=False)
    added_by = UUID(null=True, default=None)
    added_at = Timestamptz()
    version = Integer(default=1)

    expert_known_state = Check(one_of("state", tuple(ExpertState)))
    expert_known_category = Check(one_of("category", tuple(Category)))
    expert_known_fee_class = Check(one_of("fee_class", tuple(FeeClass)))
    expert_known_source = Check(one_of("source", tuple(Source)))
    expert_somewhere = Check("employer IS NOT NULL OR employer_name <> ''")
    expert_load = Check(f"max_load BETWEEN 0 AND {LARGEST_LOAD}")
    expert_year = Check(f"max_year BETWEEN 0 AND {LARGEST_YEAR}")
    expert_never_merged_into_itself = Check("merged_into IS NULL OR (merged_into <> id AND state = 'left')")
    expert_never_admitted_by_inviter = Check("settled_by IS NULL OR invited_by IS NULL OR settled_by <> invited_by")


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


class ExpertWork(Table):
    """A paper, a patent, a project led, a case from practice: what the expert's knowledge shows in."""

    id = UUID(primary_key=True, default=rows.new_id)
    expert = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.restrict)
    position = Integer()
    kind = Varchar(length=12)
    title = Varchar(length=200)
    year = Integer(null=True, default=None)
    venue = Varchar(length=200, default="")
    text = Text(default="")
    """Abstract or a few sentences."""
    changed_at = Timestamptz()

    expert_work_known_kind = Check(one_of("kind", tuple(WorkKind)))
    expert_work_year = Check("year IS NULL OR year BETWEEN 1950 AND 2100")
    expert_work_titled = Check("title <> ''")


class ExpertDocument(Table):
    """A paper about the expert. Its file belongs to this row (kernel.files, owner kind "expert-document")."""

    id = UUID(primary_key=True, default=rows.new_id)
    expert = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.restrict)
    kind = Varchar(length=16)
    title = Varchar(length=120, default="")
    issued_on = Date(null=True, default=None)
    expires_on = Date(null=True, default=None, index=True)
    warned_on = Date(null=True, default=None)
    """The day on which the expert and the host were told that it runs out."""
    withdrawn_at = Timestamptz(null=True, default=None)
    added_by = UUID(null=True, default=None)
    added_at = Timestamptz()

    expert_document_known_kind = Check(one_of("kind", tuple(DocumentKind)))
    expert_document_dates = Check("issued_on IS NULL OR expires_on IS NULL OR issued_on <= expires_on")


class ExpertAbsence(Table):
    """Days, the first and the last included, on which the expert does not review."""

    id = UUID(primary_key=True, default=rows.new_id)
    expert = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.restrict)
    since = Date()
    until = Date()
    note = Varchar(length=60, default="")
    added_by = UUID(null=True, default=None)
    added_at = Timestamptz()

    expert_absence_dates = Check("since <= until")


class ExpertLink(Table):
    """A single-use way in without an account. The link itself is signed when it is sent and kept nowhere."""

    id = UUID(primary_key=True, default=rows.new_id)
    expert = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.restrict)
    kind = Varchar(length=10)
    made_by = UUID(null=True, default=None)
    made_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)

    expert_link_known_kind = Check(one_of("kind", tuple(LinkKind)))
