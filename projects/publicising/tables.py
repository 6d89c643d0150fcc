"""Notices, what they list, the objections they draw, and the awards issued after them."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Person
from kernel.sql import one_of
from projects import life, states
from projects.deciding.objections import Upheld
from projects.deciding.tables import Decision
from projects.tables import Call, Project

NOTICE_KINDS = ("award", "reserve")
"""拟立项公示, 递补公示."""


class Notice(Table):
    """公示. Its words and list are kept as published; `starts_on` and `ends_on` are stored, never computed again."""

    LIFE = life.NOTICE

    id = UUID(primary_key=True, default=rows.new_id)
    code = Varchar(length=20, unique=True)
    kind = Varchar(length=10)
    call = ForeignKey(Call, null=False, index=True, on_delete=OnDelete.restrict)
    decision = ForeignKey(Decision, null=False, unique=True, on_delete=OnDelete.restrict)
    title = Varchar(length=160)
    body = Text()
    issuer = Varchar(length=120)
    experts = JSONB()
    consult_phone = Varchar(length=60)
    supervision_phone = Varchar(length=60)
    number = Varchar(length=60, default="")
    document = UUID(null=True, default=None)
    published_at = Timestamptz(null=True, default=None)
    starts_on = Date()
    ends_on = Date()
    state = Varchar(length=10, default=life.NOTICE.start.value)
    version = Integer(default=1)

    notice_known_state = Check(one_of("state", tuple(states.NoticeState)))
    notice_known_kind = Check(one_of("kind", NOTICE_KINDS))
    notice_window = Check("starts_on <= ends_on")
    notice_published = Check("state = 'draft' OR published_at IS NOT NULL")


class NoticeItem(Table):
    """One project as the public reads it: no phone, no number of any person."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    notice = ForeignKey(Notice, null=False, index=True, on_delete=OnDelete.restrict)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    position = Integer()
    code = Varchar(length=20)
    title = Varchar(length=120)
    organisation = Varchar(length=120)
    payee = Varchar(length=120, default="")
    area = Varchar(length=60)
    amount = BigInt()
    lottery = Boolean(default=False)

    notice_item_once = Unique(["notice", "project"])
    notice_item_amount = Check("amount > 0")


class Award(Table):
    """立项: the number and day under which a project was issued."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, unique=True, on_delete=OnDelete.restrict)
    notice = ForeignKey(Notice, null=True, default=None, index=True, on_delete=OnDelete.restrict)
    number = Varchar(length=60)
    document = UUID(null=True, default=None)
    amount = BigInt()
    issued_on = Date(index=True)
    issued_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)


class Objection(Table):
    """实名异议. Who objects is encrypted; the platform shows it to those who handle the objection and to nobody else."""

    LIFE = life.OBJECTION

    id = UUID(primary_key=True, default=rows.new_id)
    code = Varchar(length=20, unique=True)
    notice = ForeignKey(Notice, null=False, index=True, on_delete=OnDelete.restrict)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    by_unit = Boolean(default=False)
    objector = Text()
    contact = Text()
    statement = Text()
    state = Varchar(length=10, default=life.OBJECTION.start.value)
    lodged_at = Timestamptz()
    due = Date()
    extended_reason = Varchar(length=300, default="")
    extended_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=10, null=True, default=None)
    answer = Text(default="")
    answered_by = UUID(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    version = Integer(default=1)

    objection_known_state = Check(one_of("state", tuple(states.ObjectionState)))
    objection_known_outcome = Check(f"outcome IS NULL OR {one_of('outcome', tuple(Upheld))}")
    objection_answered = Check("state <> 'answered' OR (outcome IS NOT NULL AND answered_by IS NOT NULL AND answer <> '')")
    objection_refused = Check("state <> 'refused' OR (answered_by IS NOT NULL AND answer <> '')")
