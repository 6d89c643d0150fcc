"""What is known of a unit when it applies, and what speaks against it in this call."""

from __future__ import annotations

from msgspec import Struct

from departments.kinds import SupportMode
from departments.organisation.queries import Record
from kernel import clock, rows
from kernel.errors import Refused
from kernel.rows import Q
from projects.calls import queries as calls
from projects.calls.queries import CallRow
from projects.submitting.queries import Proposal
from projects.submitting.rules import Standing, eligibility_problems


async def problems(record: Record, call: CallRow, *, has_payee: bool = False, row: Proposal | None = None) -> list[Refused]:
    """Every reason at once. `row` is the proposal itself when it exists already and must not be counted twice."""
    pack = await calls.pack(call.pack_hash)
    counted = await _counted(record, call, row)
    standing = Standing(
        kind=record.kind,
        confirmed=record.confirmed_at is not None,
        has_payee=has_payee or (row is not None and row.payee_name is not None),
        abnormal_on=record.abnormal_on,
        dishonest_on=record.dishonest_on,
        violation_on=record.violation_on,
        overdue_projects=counted.overdue,
        banned_until=record.banned_until,
        in_this_call=counted.others,
    )
    modes = (SupportMode.PURCHASE,) if pack.eligibility.purchase_only else ()
    return eligibility_problems(standing, pack, modes, clock.today())


class Counted(Struct, frozen=True):
    """The unit's other proposals of this call that count (drafts and those taken back do not), and its overdue projects."""

    others: int
    overdue: int


async def _counted(record: Record, call: CallRow, row: Proposal | None) -> Counted:
    return await rows.the(
        Counted,
        Q(
            "SELECT count(*) FILTER (WHERE call = {} AND id IS DISTINCT FROM {}"
            " AND state NOT IN ('draft', 'withdrawn', 'lapsed'))::int AS others,"
            " count(*) FILTER (WHERE state IN ('running', 'suspended', 'closing') AND ends_on + 30 < {})::int AS overdue"
            " FROM project WHERE organisation = {}",
            call.id,
            row.id if row else None,
            clock.today(),
            record.unit,
        ),
    )
