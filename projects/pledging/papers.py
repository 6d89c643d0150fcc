"""The consent of a head who does not sign in: entered by one, confirmed by a colleague of the same department."""

from __future__ import annotations

from uuid import UUID

from kernel import files, rows, signoff
from kernel.access import Action, Actor, Role
from kernel.errors import Missing
from kernel.files.actions import Upload, receive
from projects.pledging import queries, words
from projects.pledging.actions import ask, find
from projects.states import LineState

files.owner("funding_line")(queries.check_visible)


@rows.verb
async def register_paper(
    actor: Actor,
    ident: UUID,
    paper: signoff.Paper,
    scan: Upload | None,
) -> None:
    """Enter the head's consent given on paper. A colleague of the same department confirms it."""
    line, seen = await find(actor, Action.REGISTER_SIGNOFF, ident)
    file = await receive(actor, scan, "funding_line", line.id, slot=queries.CONSENT) if scan else None
    await signoff.register(
        actor,
        line,
        paper,
        purpose=queries.CONSENT,
        scan=file.id if file else None,
        ask=Role.FINANCE_OFFICER if actor.holds(Role.OFFICER) else Role.OFFICER,
        ask_unit=line.owner,
        title=words.TODO["signoff"].format(title=seen.title),
        url=seen.url,
    )


@rows.verb
async def confirm_paper(actor: Actor, ident: UUID, paper: UUID) -> None:
    """A second person of the department has compared the entry with the paper."""
    line, seen = await find(actor, Action.CONFIRM_SIGNOFF, ident)
    if paper not in {found.id for found in await signoff.papers(line)}:
        raise Missing
    await signoff.confirm(actor, paper)
    if LineState(line.state) is LineState.CHECKED:
        await ask(Action.CONSENT_LINE, line, "consent", seen.title, Role.FINANCE_OFFICER)
