"""Asking from a project: the pool gets what it may know, as plain values."""

from __future__ import annotations

from collections.abc import Sequence

from kernel import rows
from kernel.access import Action, Actor
from kernel.files.actions import Upload
from projects.consulting import queries, rules
from projects.queries import find
from projects.states import State
from talent_pool.consultations import actions as pool
from talent_pool.consultations.actions import About, Asked


@rows.verb
async def ask(actor: Actor, ref: str, asked: Asked, papers: Sequence[Upload] = ()) -> str:
    """The team asks for its organisation, an official for the department that answers for the project. Returns the code.

    Refused: a project that is not being carried out.
    """
    project = await find(actor, Action.ASK_CONSULTATION, ref)
    rules.check_running(State(project.state))
    speaks = await queries.speaking_unit(list(actor.units(Action.ASK_CONSULTATION)), project.id)
    about = About(
        unit=speaks or project.organisation,
        parties=await queries.parties(project.id),
        project=project.id,
        code=project.code,
        title=project.title,
    )
    return await pool.ask(actor, asked, about, papers)
