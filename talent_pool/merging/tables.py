"""Merges with everything needed to take them back, and pairs that somebody has said are two people."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Person
from talent_pool.profiles.tables import Expert


class ExpertMerge(Table):
    """`winner` lives on; `loser` keeps its row, its account, its seats and its consultations, which count for the winner.

    Where the loser stands by or is held for a matching, the winner is who is summoned or seated: readers look that up.

    `before` holds the winner's columns, `moved` the ids of what went over, `made` the ties that keep former employers,
    `followed` the experts who had been merged into the loser earlier.
    """

    id = UUID(primary_key=True, default=rows.new_id)
    winner = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.restrict)
    loser = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.restrict)
    loser_before = JSONB()
    before = JSONB()
    moved = JSONB()
    made = JSONB()
    followed = JSONB()
    shifted = Integer(default=0)
    """By how much the places of moved works were shifted."""
    reason = Varchar(length=300, default="")
    merged_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    merged_at = Timestamptz()
    audited = BigInt(default=0)
    """The last line of the log when it was done: later lines about the two are somebody's work."""
    undone_by = ForeignKey(Person, null=True, default=None, index=False, on_delete=OnDelete.restrict)
    undone_at = Timestamptz(null=True, default=None)
    undone_reason = Varchar(length=300, default="")
    version = Integer(default=1)

    expert_merge_two = Check("winner <> loser")
    expert_merge_undone = Check("(undone_by IS NULL) = (undone_at IS NULL)")


class ExpertApart(Table):
    """Two records that look alike and are two people: somebody has looked."""

    id = UUID(primary_key=True, default=rows.new_id)
    one = ForeignKey(Expert, null=False, index=False, on_delete=OnDelete.cascade)
    other = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.cascade)
    said_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    said_at = Timestamptz()

    expert_apart_ordered = Check("one < other")
    expert_apart_once = Unique(["one", "other"])
