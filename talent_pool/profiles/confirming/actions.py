"""Asking once a year, hearing the answer, and telling of papers that run out. Each may run twice or at once."""

from __future__ import annotations

from uuid import UUID

from kernel import audit, clock, letters, rows, todo
from kernel.access import Action, Actor, Role
from kernel.rows import Q
from talent_pool.life import ExpertState
from talent_pool.profiles import links, rules, words
from talent_pool.profiles.actions import found_own
from talent_pool.profiles.confirming import queries
from talent_pool.profiles.kinds import DocumentKind, LinkKind
from talent_pool.profiles.tables import Expert, ExpertDocument

AT_ONCE = 300
PROFILE = "/r/profile"


@rows.verb
async def ask_confirmation(expert: UUID) -> bool:
    """Letter, to-do and a link that needs no sign-in. False when it was asked already or has been answered since."""
    row = await rows.find(Expert, Expert.id == expert)
    due = row.confirmed_on is None or clock.today() - row.confirmed_on > rules.YEAR
    if row.state != ExpertState.ADMITTED or row.asked_on is not None or not due:
        return False
    await row.update_self({Expert.asked_on: clock.today(), Expert.version: row.version + 1})
    until = clock.today() + rules.PATIENCE
    await todo.ask(Action.CONFIRM_EXPERT, row, title=words.DUE, url=PROFILE, person=row.person, due=until)
    await letters.tell("expert_confirm_due", [row.person], url=PROFILE, channels=("email",), until=until)
    await links.send(LinkKind.CONFIRM, row.id, row.person, None)
    await audit.record(None, Action.CONFIRM_EXPERT, row, what="asked")
    return True


async def ask_due_confirmations() -> None:
    """Everybody whose last word is more than a year old."""
    for expert in await queries.unconfirmed(clock.today() - rules.YEAR, AT_ONCE):
        await ask_confirmation(expert)


@rows.verb
async def confirm_own(actor: Actor) -> None:
    """One click: everything is still right."""
    await _confirm(actor, await found_own(actor, Action.CONFIRM_EXPERT))


@rows.verb
async def confirm_by_link(token: str) -> None:
    holder = await links.use(LinkKind.CONFIRM, token)
    await _confirm(holder.actor, await rows.find(Expert, Expert.id == holder.expert))


async def _confirm(actor: Actor, row: Expert) -> None:
    await row.update_self({Expert.confirmed_on: clock.today(), Expert.asked_on: None, Expert.version: row.version + 1})
    await rows.execute(
        Q(
            "UPDATE expert_link SET used_at = {} WHERE expert = {} AND kind = 'confirm' AND used_at IS NULL",
            clock.real_now(),
            row.id,
        )
    )
    await todo.settle(row, Action.CONFIRM_EXPERT, actor)
    await audit.record(actor, Action.CONFIRM_EXPERT, row)


@rows.verb
async def warn_of_expiry(document: UUID) -> bool:
    """Tell the expert and the host, once. False when they know."""
    row = await rows.find(ExpertDocument, ExpertDocument.id == document)
    if row.warned_on is not None or row.withdrawn_at is not None:
        return False
    expert = await rows.find(Expert, Expert.id == row.expert, lock=False)
    name = await rows.value(Q("SELECT name FROM person WHERE id = {}", expert.person))
    kind = DocumentKind(row.kind).label
    await row.update_self({ExpertDocument.warned_on: clock.today()})
    await letters.tell(
        "expert_document_runs_out",
        [expert.person],
        url=f"{PROFILE}/documents",
        paper=kind,
        expires_on=row.expires_on,
        stops=row.kind == DocumentKind.CONSENT,
    )
    said = words.CONSENT_RUNS_OUT if row.kind == DocumentKind.CONSENT else words.RUNS_OUT
    title = said.format(name=name, kind=kind, day=row.expires_on.isoformat())
    url = f"/w/experts/{expert.id}/documents"
    await todo.ask(Action.MANAGE_EXPERTS, row, title=title, url=url, role=Role.COORDINATOR, due=row.expires_on)
    return True


async def warn_of_expiries() -> None:
    """Papers of experts in the pool that run out within the month, or have done so unnoticed."""
    for document in await queries.running_out(clock.today() + rules.NOTICE, AT_ONCE):
        await warn_of_expiry(document)


ROUTINES = ((3600.0, ask_due_confirmations), (3600.0, warn_of_expiries))
