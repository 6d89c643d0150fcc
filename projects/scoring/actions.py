"""The verbs of an expert's day: accept or decline, promise, save a sheet, recuse, sign. And handing a signed seat back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from kernel import audit, clock, letters, rows, todo
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused
from kernel.moves import move
from kernel.rows import Q
from projects.calls import queries as calls
from projects.calls.rulepack import Rubric
from projects.drawing.actions import seat_of, summon
from projects.panels import queries as panels
from projects.panels.actions import url_of as panel_url
from projects.panels.tables import Panel, Seat
from projects.queries import JUDGED, project_id
from projects.scoring import queries, rules
from projects.scoring.tables import Score, SignedSheet
from projects.states import PanelState, SeatState
from projects.tables import Recusal


async def _own(actor: Actor, action: Action, panel_id: UUID) -> tuple[Panel, Seat]:
    """The panel and my own seat on it, both locked, or Missing."""
    panel = await panels.find(actor, action, panel_id)
    return panel, await _my_seat(actor, panel.id)


async def _my_seat(actor: Actor, panel_id: UUID) -> Seat:
    return await rows.find(Seat, (Seat.panel == panel_id) & (Seat.person == actor.person) & Seat.state.is_in(panels.SITTING))


@rows.verb
async def accept_seat(actor: Actor, panel_id: UUID) -> str:
    """I will come. The promise is next; no proposal is shown before it."""
    panel, seat = await _own(actor, Action.ACCEPT_SEAT, panel_id)
    await move(actor, seat, Action.ACCEPT_SEAT)
    await seat.update_self({Seat.answered_at: clock.now()})
    url = f"/r/{panel.id}"
    await todo.ask(Action.PROMISE, seat, title=panel.name, url=url, person=seat.person, due=panel.review_on)
    return url


@rows.verb
async def decline_seat(actor: Actor, panel_id: UUID, reason: str) -> str:
    """I cannot come: the next standby is invited at once; with none left, the host is asked."""
    panel, seat = await _own(actor, Action.DECLINE_SEAT, panel_id)
    await move(actor, seat, Action.DECLINE_SEAT, reason=reason)
    await seat.update_self({Seat.reason: reason, Seat.answered_at: clock.now()})
    await todo.settle(seat, None, actor)
    await _fill(actor, panel, seat, seat.project)
    return "/r"


async def _fill(actor: Actor, panel: Panel, left: Seat, project: UUID | None) -> None:
    """The next standby, or a to-do for the host when there is none."""
    if await summon(actor, panel, left, project=project) is None:
        host = await rows.value(Q("SELECT host FROM call WHERE id = {}", panel.call))
        await todo.ask(Action.REPLACE_SEAT, left, title=panel.name, url=panel_url(panel.id), role=Role.COORDINATOR, unit=host)


@rows.verb
async def promise(actor: Actor, panel_id: UUID) -> str:
    """Secrecy and integrity. From here on the proposals can be read, once the panel is open."""
    panel, seat = await _own(actor, Action.PROMISE, panel_id)
    await seat.update_self({Seat.promised_at: clock.now()})
    await move(actor, seat, Action.PROMISE)
    if panel.state == PanelState.OPEN:
        await _ask_to_sign(panel, seat)
    return f"/r/{panel.id}"


async def _ask_to_sign(panel: Panel, seat: Seat) -> None:
    url = f"/r/{panel.id}"
    await todo.ask(Action.SIGN_SCORES, seat, title=panel.name, url=url, person=seat.person, due=panel.review_on)


@rows.verb
async def save_sheet(
    actor: Actor, panel_id: UUID, code: str, points: Mapping[str, int | None], comment: str, version: int, *, aloud: bool = True
) -> int:
    """Keep a sheet as far as it is. Answers its new version. Nothing counts until it is signed.

    Refused: a value out of range or step, a signed seat. Stale: somebody, perhaps I in another window, saved since.
    """
    project = await project_id(actor, Action.SCORE_PROJECT, code)
    seat = await _my_seat(actor, panel_id)
    await _check_of_seat(seat, project)
    rules.check_not_signed(seat.state == SeatState.SIGNED)
    rubric = await _rubric(seat.panel)
    given = {name: value for name, value in points.items() if value is not None}
    for name, value in given.items():
        rules.check_value(rubric, name, value)
    columns = _columns(rubric, given, comment)
    row = await Score.objects().where((Score.seat == seat.id) & (Score.project == project)).first().lock_rows("UPDATE")
    if row is None:
        if version:
            raise Missing
        row = await rows.insert(Score(seat=seat.id, project=project, **columns))
    else:
        rows.check_version(row, version, points=row.points, comment=row.comment, saved_at=row.saved_at)
        await row.update_self({**{getattr(Score, name): value for name, value in columns.items()}, Score.version: version + 1})
    if aloud:
        await audit.record(actor, Action.SCORE_PROJECT, ("project", project), complete=columns["complete"], version=row.version)
    return int(row.version)


def _columns(rubric: Rubric, given: Mapping[str, int], comment: str) -> dict[str, Any]:
    whole = all(criterion.code in given for criterion in rubric.criteria)
    return {
        "points": msgspec.json.encode(given).decode(),
        "total": sum(given.values()) if whole else None,
        "comment": comment,
        "complete": not rules.score_problems(rubric, given, comment),
        "saved_at": clock.now(),
    }


async def _check_of_seat(seat: Seat, project: UUID) -> None:
    """A project under another panel's address is not there."""
    judged = Q(f"SELECT 1 FROM seat st CROSS JOIN {JUDGED} WHERE st.id = {{}} AND j.project = {{}}", seat.id, project)  # noqa: S608 - our own text
    if await rows.value(judged) is None:
        raise Missing


async def _rubric(panel_id: UUID) -> Rubric:
    pack_hash = await rows.value(Q("SELECT pack_hash FROM panel WHERE id = {}", panel_id))
    return (await calls.pack(pack_hash)).rubric


@rows.verb
async def recuse(actor: Actor, panel_id: UUID, code: str, reason: str) -> str:
    """I have a relation with this project: it disappears from my list for good and a standby scores it in my place."""
    project = await project_id(actor, Action.RECUSE, code)
    panel, seat = await _own(actor, Action.RECUSE, panel_id)
    await _check_of_seat(seat, project)
    rules.check_not_signed(seat.state == SeatState.SIGNED)
    await rows.insert(Recusal(project=project, person=actor.person, reason=reason, declared_at=clock.now()))
    await audit.record(actor, Action.RECUSE, ("project", project), panel=panel.name)
    if seat.project is not None or not await queries.items(actor, panel.id):
        await move(actor, seat, Action.RECUSE, reason=reason)
        await seat.update_self({Seat.reason: reason})
        await todo.settle(seat, None, actor)
    await _fill(actor, panel, seat, project)
    await letters.tell("seat_recused", [panel.formed_by], url=panel_url(panel.id), panel=panel.name, name=actor.name, code=code)
    return f"/r/{panel.id}" if seat.state != SeatState.RECUSED else "/r"


@rows.verb
async def sign_scores(actor: Actor, panel_id: UUID) -> str:
    """Every sheet must be complete; what is signed is kept as it was."""
    panel, seat = await _own(actor, Action.SIGN_SCORES, panel_id)
    rules.check_not_signed(seat.state == SeatState.SIGNED)
    rubric = await _rubric(panel.id)
    found = await queries.items(actor, panel.id)
    unscored = sum(bool(rules.score_problems(rubric, item.points, item.comment)) for item in found)
    rules.check_signing(promised=seat.state == SeatState.PROMISED, unscored=unscored if found else 1)
    now = clock.now()
    await SignedSheet.insert(
        *(
            SignedSheet(
                seat=seat.id,
                project=item.project,
                points=msgspec.json.encode(item.points).decode(),
                total=item.total,
                comment=item.comment,
                signed_by=actor.person,
                signed_at=now,
            )
            for item in found
        )
    )
    await seat.update_self({Seat.signed_at: now})
    await move(actor, seat, Action.SIGN_SCORES, sheets=len(found))
    await _ask_to_close(panel)
    return f"/r/{panel.id}"


async def _ask_to_close(panel: Panel) -> None:
    """When the last seat has signed, whoever runs the panel is asked to close it."""
    open_seats = Q("SELECT count(*) FROM seat WHERE panel = {} AND state IN ('invited', 'accepted', 'promised')", panel.id)
    if await rows.value(open_seats):
        return
    host = await rows.value(Q("SELECT host FROM call WHERE id = {}", panel.call))
    url = f"{panel_url(panel.id)}/progress"
    await todo.ask(Action.CLOSE_PANEL, panel, title=panel.name, url=url, role=Role.COORDINATOR, unit=host)
    for person in await rows.column(
        Q("SELECT person FROM call_duty WHERE call = {} AND duty = 'secretary' AND ended_at IS NULL", panel.call)
    ):
        await todo.ask(Action.CLOSE_PANEL, panel, title=panel.name, url=url, person=person)


@rows.verb
async def return_scores(actor: Actor, panel_id: UUID, seat_id: UUID, reason: str) -> str:
    """Hand a signed seat back while the panel is open: the expert reads the reason and signs again; the first signature is kept."""
    panel = await panels.find(actor, Action.RETURN_SCORES, panel_id)
    seat = await seat_of(panel, seat_id)
    rules.check_return(reason)
    if panel.state != PanelState.OPEN:
        raise Refused(rules.Reason.PANEL_SHUT)
    await move(actor, seat, Action.RETURN_SCORES, reason=reason)
    await seat.update_self({Seat.reason: reason})
    await todo.settle(panel, Action.CLOSE_PANEL, actor)
    await _ask_to_sign(panel, seat)
    await letters.tell("seat_returned", [seat.person], url=f"/r/{panel.id}", panel=panel.name, reason=reason)
    return f"{panel_url(panel.id)}/progress"
