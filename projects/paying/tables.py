"""用款申请: one request for one instalment of one funding line, and the voucher that proves it was paid."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Date, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Unit
from kernel.sql import one_of
from projects import life, states
from projects.deciding.tables import FundingLine
from projects.signing.tables import Instalment
from projects.tables import Project


class PaymentRequest(Table):
    """One instalment is asked for once, ever: what was returned is asked for again on the same row.

    `signoff` is the approval of a head who does not sign in; it already carries two people.
    """

    LIFE = life.PAYMENT

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    line = ForeignKey(FundingLine, null=False, index=True, on_delete=OnDelete.restrict)
    instalment = ForeignKey(Instalment, null=False, unique=True, on_delete=OnDelete.restrict)
    owner = ForeignKey(Unit, null=False, index=False, on_delete=OnDelete.restrict)
    number = Integer()
    amount = BigInt()
    state = Varchar(length=12, default=life.PAYMENT.start.value)
    purpose = Varchar(length=300, default="")
    made_by = UUID()
    made_at = Timestamptz()
    checked_by = UUID(null=True, default=None)
    checked_at = Timestamptz(null=True, default=None)
    approved_by = UUID(null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    signoff = UUID(null=True, default=None)
    document = UUID(null=True, default=None)
    voucher = Varchar(length=60, null=True, default=None)
    paid_on = Date(null=True, default=None)
    slip = UUID(null=True, default=None)
    registered_by = UUID(null=True, default=None)
    registered_at = Timestamptz(null=True, default=None)
    confirmed_by = UUID(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    version = Integer(default=1)

    payment_request_known_state = Check(one_of("state", tuple(states.PaymentState)))
    payment_request_positive = Check("amount > 0 AND number > 0")
    payment_request_checked = Check("state IN ('requested', 'returned') OR (checked_by IS NOT NULL AND checked_by <> made_by)")
    payment_request_approved = Check(
        "state NOT IN ('approved', 'registered', 'paid') OR (approved_by IS NOT NULL AND approved_at IS NOT NULL"
        " AND approved_by <> made_by AND (signoff IS NOT NULL OR approved_by <> checked_by))"
    )
    payment_request_vouched = Check(
        "state NOT IN ('registered', 'paid')"
        " OR (voucher IS NOT NULL AND paid_on IS NOT NULL AND slip IS NOT NULL AND registered_by IS NOT NULL)"
    )
    payment_request_confirmed = Check("state <> 'paid' OR (confirmed_by IS NOT NULL AND confirmed_by <> registered_by)")
    payment_request_one_voucher = Unique(["owner", "voucher"])
