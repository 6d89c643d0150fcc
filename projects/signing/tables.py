"""The agreement and the instalments it promises."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Boolean, Date, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from kernel import rows
from kernel.sql import one_of
from projects import life, states
from projects.deciding.tables import FundingLine
from projects.signing.rules import Gate
from projects.tables import Project


class Agreement(Table):
    """项目协议. The account is the payee's, sealed; `account_tail` is what pages show. `signoff` is the host's paper signature."""

    LIFE = life.AGREEMENT

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, unique=True, on_delete=OnDelete.restrict)
    state = Varchar(length=12, default=life.AGREEMENT.start.value)
    amount = BigInt()
    account_name = Varchar(length=120, default="")
    bank = Varchar(length=120, default="")
    account = Varchar(length=300, default="")
    account_tail = Varchar(length=4, default="")
    presented_by = UUID(null=True, default=None)
    presented_at = Timestamptz(null=True, default=None)
    team_signed_by = UUID(null=True, default=None)
    team_signed_at = Timestamptz(null=True, default=None)
    host_signed_by = UUID(null=True, default=None)
    host_signed_at = Timestamptz(null=True, default=None)
    signoff = UUID(null=True, default=None)
    document = UUID(null=True, default=None)
    batch = UUID(null=True, default=None)
    """The import that brought it in: signed on paper before. Its signatures and perhaps its account are not known here."""
    created_at = Timestamptz()
    version = Integer(default=1)

    agreement_known_state = Check(one_of("state", tuple(states.AgreementState)))
    agreement_positive = Check("amount > 0")
    agreement_presented = Check(
        "state = 'drafting' OR batch IS NOT NULL OR (presented_by IS NOT NULL AND presented_at IS NOT NULL)"
    )
    agreement_team_signed = Check(
        "state NOT IN ('team-signed', 'signed') OR batch IS NOT NULL"
        " OR (team_signed_by IS NOT NULL AND team_signed_at IS NOT NULL AND account <> '')"
    )
    agreement_host_signed = Check(
        "state <> 'signed' OR batch IS NOT NULL OR (host_signed_by IS NOT NULL AND host_signed_at IS NOT NULL)"
    )
    agreement_brought_in = Check("batch IS NULL OR (state = 'signed' AND team_signed_by IS NULL AND host_signed_by IS NULL)")
    agreement_two_sides = Check("host_signed_by IS NULL OR host_signed_by <> team_signed_by")


class Instalment(Table):
    """第X期拨款 of one funding line. `payable` is set when the grade decides what is paid; else the whole amount is.

    All instalments of a line sum to the line: a deferred trigger in schema.sql.
    """

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    line = ForeignKey(FundingLine, null=False, index=True, on_delete=OnDelete.restrict)
    number = Integer()
    gate = Varchar(length=10)
    percent = Integer()
    amount = BigInt()
    payable = BigInt(null=True, default=None)
    by_grade = Boolean(default=False)
    due = Date()
    year = Integer()

    instalment_known_gate = Check(one_of("gate", tuple(Gate)))
    instalment_positive = Check("amount > 0 AND number > 0 AND percent BETWEEN 0 AND 100")
    instalment_payable = Check("payable IS NULL OR (payable >= 0 AND payable <= amount)")
    instalment_once = Unique(["line", "number"])
