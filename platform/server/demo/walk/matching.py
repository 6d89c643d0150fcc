"""Experts matched to projects: a run that a second person has approved, and one that still waits for that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from kernel import clock, rows
from kernel.rows import Q
from projects.matching import actions, running, seating
from server.demo.walk.cast import Cast, version
from server.demo.words import LOCKED


async def lock(cast: Cast, call: str, code: str, account: str, hour: int) -> None:
    """A person's word that the matching keeps: the account a visitor signs in with has something to judge."""
    known = await rows.DB.run_querystring(
        Q(
            "SELECT p.name, e.employer_name FROM expert e JOIN person p ON p.id = e.person WHERE e.person = {}",
            cast.who[account],
        )
    )
    with clock.at(cast.morning(-1, hour)):
        named = " ".join(known[0].values())
        await actions.hold(await cast.actor("coordinator"), call, kind="lock", expert=named, code=code, why=LOCKED)


async def match(cast: Cast, call: str, codes: Sequence[str], review_on: date, hour: int) -> UUID:
    """Asked for yesterday by the coordinator, answered by the job. Not by lot: the same city has the same panels."""
    coordinator = await cast.actor("coordinator")
    with clock.at(cast.morning(-1, hour)):
        asked = await actions.ask_run(coordinator, call, objective="fair", review_on=review_on, codes=codes)
        run = UUID(asked.rsplit("/", 1)[1])
        running.use(running.Here())  # the city is built in one transaction, which no other task may share
        try:
            await actions.match(run=str(run))
        finally:
            running.use(None)
    return run


async def approve(cast: Cast, run: UUID, hour: int) -> None:
    """The director reads it and says yes: the experts are invited."""
    with clock.at(cast.morning(-1, hour)):
        await seating.approve_run(await cast.actor("director"), run, version=await version("match_run", run))
