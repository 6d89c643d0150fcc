"""What a meeting decides: the decision of a call, its items, and the 出资明细 that pay for them.

All of it is hidden until released; that is why these are rows and never states of the project.
"""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from departments.funds.tables import Fund
from departments.kinds import SupportMode
from kernel import rows
from kernel.accounts.tables import Person, Unit
from kernel.sql import one_of
from projects import life, states
from projects.deciding.rules import Outcome, ReceiptKind
from projects.tables import Call, Project


class Decision(Table):
    """审定: prepared invisibly, convened to a meeting, released in one act. `money_line` is the 经费线 the officer typed."""

    LIFE = life.DECISION

    id = UUID(primary_key=True, default=rows.new_id)
    call = ForeignKey(Call, null=False, index=True, on_delete=OnDelete.restrict)
    title = Varchar(length=120)
    state = Varchar(length=12, default=life.DECISION.start.value)
    money_line = BigInt(null=True, default=None)
    prepared_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    prepared_at = Timestamptz()
    convened_at = Timestamptz(null=True, default=None)
    released_by = UUID(null=True, default=None)
    released_at = Timestamptz(null=True, default=None)
    version = Integer(default=1)

    decision_known_state = Check(one_of("state", tuple(states.DecisionState)))
    decision_convened = Check("state = 'preparing' OR convened_at IS NOT NULL")
    decision_released = Check("state <> 'released' OR (released_at IS NOT NULL AND released_by IS NOT NULL)")
    decision_money_line = Check("money_line IS NULL OR money_line >= 0")


class DecisionItem(Table):
    """What the decision says of one project. `position` is the published rank; `reason` why it departs from it."""

    id = UUID(primary_key=True, default=rows.new_id)
    decision = ForeignKey(Decision, null=False, index=True, on_delete=OnDelete.restrict)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    position = Integer()
    outcome = Varchar(length=10, null=True, default=None)
    amount = BigInt(null=True, default=None)
    reason = Varchar(length=300, default="")
    version = Integer(default=1)

    decision_item_once = Unique(["decision", "project"])
    decision_item_known_outcome = Check(f"outcome IS NULL OR {one_of('outcome', tuple(Outcome))}")
    decision_item_amount = Check("amount IS NULL OR (amount > 0 AND outcome = 'approve')")


class FundingLine(Table):
    """出资明细: one department's money for one project, bound only by that department's own consent.

    `signoff` is the paper consent of a head who does not sign in; it already carries two people.
    """

    LIFE = life.LINE

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    decision = ForeignKey(Decision, null=True, default=None, index=True, on_delete=OnDelete.restrict)
    fund = ForeignKey(Fund, null=False, index=True, on_delete=OnDelete.restrict)
    owner = ForeignKey(Unit, null=False, index=False, on_delete=OnDelete.restrict)
    support_mode = Varchar(length=20)
    amount = BigInt()
    receipt = Varchar(length=20, default="")
    state = Varchar(length=12, default=life.LINE.start.value)
    proposed_by = UUID()
    proposed_at = Timestamptz()
    checked_by = UUID(null=True, default=None)
    checked_at = Timestamptz(null=True, default=None)
    consented_by = UUID(null=True, default=None)
    consented_at = Timestamptz(null=True, default=None)
    signoff = UUID(null=True, default=None)
    batch = UUID(null=True, default=None)
    """The import that brought it in: consented to before, elsewhere. Nobody is made to have consented here."""
    reason = Varchar(length=300, default="")
    version = Integer(default=1)

    funding_line_positive = Check("amount > 0")
    funding_line_known_state = Check(one_of("state", tuple(states.LineState)))
    funding_line_known_mode = Check(one_of("support_mode", tuple(SupportMode)))
    funding_line_known_receipt = Check(f"receipt = '' OR {one_of('receipt', tuple(ReceiptKind))}")
    funding_line_checked = Check(
        "state NOT IN ('checked', 'consented') OR batch IS NOT NULL OR (checked_by IS NOT NULL AND receipt <> '')"
    )
    funding_line_consented = Check("state <> 'consented' OR batch IS NOT NULL OR consented_by IS NOT NULL")
    funding_line_brought_in = Check("batch IS NULL OR (decision IS NULL AND checked_by IS NULL AND consented_by IS NULL)")
    funding_line_two_people = Check("consented_by IS NULL OR signoff IS NOT NULL OR consented_by <> checked_by")
