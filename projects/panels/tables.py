"""Panels, their projects and seats. A seat is one expert on one panel; its scores are the scoring phase's."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Boolean, Date, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Person
from kernel.sql import one_of
from projects import life, states
from projects.panels.rules import PHONE_OUTCOMES, SEAT_KINDS, WAYS
from projects.tables import Call, Project
from talent_pool.profiles.tables import Expert


class Panel(Table):
    """One choice of experts, recorded whole, with its seed when drawn; `pack_hash` names the rules it scores by."""

    LIFE = life.PANEL

    id = UUID(primary_key=True, default=rows.new_id)
    call = ForeignKey(Call, null=False, index=True, on_delete=OnDelete.restrict)
    name = Varchar(length=60)
    state = Varchar(length=10, default=life.PANEL.start.value)
    seats = Integer()
    pack_hash = Varchar(length=64)
    review_on = Date()
    way = Varchar(length=6, default="draw")
    formed_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    formed_at = Timestamptz()
    seed = Varchar(length=64, default="")
    draw_log = JSONB(null=True, default=None)
    drawn_by = UUID(null=True, default=None)
    drawn_at = Timestamptz(null=True, default=None)
    supervisor = UUID(null=True, default=None)
    """The second person: who watched the draw or the choice, or approved the matching."""
    early_reason = Varchar(length=300, default="")
    opened_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    close_reason = Varchar(length=300, default="")
    version = Integer(default=1)

    panel_known_way = Check(one_of("way", WAYS))
    panel_known_state = Check(one_of("state", tuple(states.PanelState)))
    panel_name_once = Unique(["call", "name"])
    panel_seats = Check("seats BETWEEN 1 AND 15")
    panel_choice_whole = Check(
        "(seed <> '') = (drawn_at IS NOT NULL AND way = 'draw') AND (drawn_at IS NULL) = (draw_log IS NULL)"
        " AND (drawn_at IS NULL) = (supervisor IS NULL) AND (drawn_at IS NULL) = (drawn_by IS NULL)"
    )
    panel_drawn_watched = Check("supervisor IS NULL OR supervisor <> drawn_by")
    panel_drawn_state = Check("state <> 'drawn' OR drawn_at IS NOT NULL")


class PanelProject(Table):
    """A project is judged by one panel only."""

    id = UUID(primary_key=True, default=rows.new_id)
    panel = ForeignKey(Panel, null=False, index=True, on_delete=OnDelete.restrict)
    project = ForeignKey(Project, null=False, unique=True, on_delete=OnDelete.restrict)
    added_by = UUID()
    added_at = Timestamptz()


class Seat(Table):
    """One expert on one panel. `project` is set when a standby sits in for one recused project alone.

    A `listed` seat belongs to a matched panel and judges what its charges say, nothing else.
    """

    LIFE = life.SEAT

    id = UUID(primary_key=True, default=rows.new_id)
    panel = ForeignKey(Panel, null=False, index=True, on_delete=OnDelete.restrict)
    expert = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.restrict)
    person = ForeignKey(Person, null=False, index=False, on_delete=OnDelete.restrict)
    number = Integer()
    kind = Varchar(length=10)
    standby = Integer(default=0)
    """0 was drawn for the seat itself; 1, 2 … follow in this order."""
    project = ForeignKey(Project, null=True, index=True, on_delete=OnDelete.restrict)
    listed = Boolean(default=False)
    state = Varchar(length=10, default=life.SEAT.start.value)
    phone = Varchar(length=12, default="")
    phone_note = Varchar(length=200, default="")
    phone_at = Timestamptz(null=True, default=None)
    phone_by = UUID(null=True, default=None)
    reason = Varchar(length=300, default="")
    """Why the seat was declined, replaced or recused."""
    answered_at = Timestamptz(null=True, default=None)
    promised_at = Timestamptz(null=True, default=None)
    signed_at = Timestamptz(null=True, default=None)
    on_paper = Boolean(default=False)
    version = Integer(default=1)

    seat_known_state = Check(one_of("state", tuple(states.SeatState)))
    seat_known_kind = Check(one_of("kind", SEAT_KINDS))
    seat_known_phone = Check(one_of("phone", ("", *PHONE_OUTCOMES)))
    seat_once = Unique(["panel", "expert"])
    seat_promised = Check("state NOT IN ('promised', 'signed') OR promised_at IS NOT NULL")
    seat_signed = Check("state <> 'signed' OR signed_at IS NOT NULL")


class Charge(Table):
    """One project in the charge of one expert of a matched panel: seated (`standby` 0), or next in order when that one leaves.

    `place` counts the seats of the project from 1. A standby gets a seat when summoned; who leaves keeps the line, ended.
    """

    id = UUID(primary_key=True, default=rows.new_id)
    panel = ForeignKey(Panel, null=False, index=True, on_delete=OnDelete.restrict)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    expert = ForeignKey(Expert, null=False, index=True, on_delete=OnDelete.restrict)
    place = Integer()
    kind = Varchar(length=10)
    standby = Integer(default=0)
    seat = ForeignKey(Seat, null=True, index=True, on_delete=OnDelete.restrict)
    ended_at = Timestamptz(null=True, default=None)

    charge_known_kind = Check(one_of("kind", SEAT_KINDS))
    charge_once = Unique(["panel", "project", "expert"])
    charge_seated = Check("standby > 0 OR seat IS NOT NULL")
    charge_left = Check("ended_at IS NULL OR seat IS NOT NULL")
