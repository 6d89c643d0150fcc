"""Reads of fees: who came to a consultation and what it pays, and the sheet of all of them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Action, Actor
from kernel.money import Fen
from kernel.rows import Q
from talent_pool.consultations.reach import visible_consultation
from talent_pool.fees import Unpaid
from talent_pool.life import FeeState
from talent_pool.profiles.kinds import FeeClass


class Payable(Struct, frozen=True):
    """An expert who came, and the fee line when one has been entered."""

    invitation: UUID
    name: str
    employer: str
    fee_class: FeeClass
    host_staff: bool
    civil_servant: bool
    fee_approved: bool
    fee: UUID | None
    state: FeeState | None
    gross: Fen | None
    tax: Fen | None
    net: Fen | None
    unpaid: Unpaid | None
    note: str
    entered_by: UUID | None
    enterer: str
    confirmer: str
    version: int


async def payable(consultation: UUID) -> list[Payable]:
    """The caller has asked whether the fees of this consultation may be seen."""
    return await rows.fetch(
        Payable,
        Q(
            "SELECT v.id AS invitation, pe.name, coalesce(u.name, e.employer_name) AS employer, e.fee_class, e.host_staff,"
            " e.civil_servant, e.fee_approved, f.id AS fee, f.state, f.gross, f.tax, f.net, nullif(f.unpaid, '') AS unpaid,"
            " coalesce(f.note, '') AS note, f.entered_by, coalesce(ep.name, '') AS enterer, coalesce(cp.name, '') AS confirmer,"
            " coalesce(f.version, 0) AS version FROM invitation v JOIN expert e ON e.id = v.expert"
            " JOIN person pe ON pe.id = v.person LEFT JOIN unit u ON u.id = e.employer"
            " LEFT JOIN consultation_fee f ON f.invitation = v.id LEFT JOIN person ep ON ep.id = f.entered_by"
            " LEFT JOIN person cp ON cp.id = f.confirmed_by"
            " WHERE v.consultation = {} AND v.state = 'accepted' ORDER BY v.number",
            consultation,
        ),
    )


class Paid(Struct, frozen=True):
    """A confirmed line of the sheet."""

    code: str
    topic: str
    held_on: date
    name: str
    employer: str
    fee_class: FeeClass
    duration: int
    gross: Fen
    tax: Fen
    net: Fen
    unpaid: Unpaid | None
    note: str
    entered_by: str
    confirmed_by: str


async def paid(actor: Actor, year: int) -> list[Paid]:
    """Confirmed fees of consultations held in a year, in the order in which they were held."""
    return await rows.fetch(
        Paid,
        Q(
            "SELECT c.code, c.topic, c.held_on, pe.name, coalesce(u.name, e.employer_name) AS employer, f.fee_class, f.duration,"
            " f.gross, f.tax, f.net, nullif(f.unpaid, '') AS unpaid, f.note, ep.name AS entered_by, cp.name AS confirmed_by"
            " FROM consultation_fee f JOIN invitation v ON v.id = f.invitation JOIN consultation c ON c.id = v.consultation"
            " JOIN expert e ON e.id = v.expert JOIN person pe ON pe.id = v.person LEFT JOIN unit u ON u.id = e.employer"
            " JOIN person ep ON ep.id = f.entered_by JOIN person cp ON cp.id = f.confirmed_by"
            " WHERE f.state = 'confirmed' AND c.held_on >= make_date({}, 1, 1) AND c.held_on < make_date({}, 1, 1) AND {}"
            " ORDER BY c.held_on, c.code, v.number",
            year,
            year + 1,
            visible_consultation(actor, Action.VIEW_FEES),
        ),
    )
