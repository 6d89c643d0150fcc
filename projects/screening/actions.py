"""The verbs of screening: accept, return once, refuse, readmit; the lead department's opinion; the audited amount."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

import msgspec

from kernel import audit, clock, letters, rows, todo
from kernel.access import Action, Actor, Role
from kernel.money import Fen, show
from kernel.moves import move
from kernel.rows import Q
from projects.calls.rulepack import RulePack
from projects.queries import find, pack_of, ref_of, team_of
from projects.screening import rules
from projects.screening.tables import Screening
from projects.tables import Amount, Correction, Project


def url_of(project: Project) -> str:
    return f"/w/proposals/{ref_of(project)}"


async def _conclude(actor: Actor, project: Project, outcome: str, items: Mapping[str, bool | None], note: str) -> None:
    await rows.insert(
        Screening(
            project=project.id,
            outcome=outcome,
            items=msgspec.json.encode(dict(items)).decode(),
            note=note,
            concluded_by=actor.person,
            concluded_at=clock.now(),
        )
    )


async def _check_impartial(actor: Actor, project: Project) -> None:
    interested: list[UUID] = await rows.column(
        Q(
            "SELECT m.person FROM membership m WHERE m.unit IN ({}, {}) UNION SELECT pm.person FROM project_member pm"
            " WHERE pm.project = {}",
            project.organisation,
            project.payee,
            project.id,
        )
    )
    rules.check_impartial(actor.person, interested)


@rows.verb
async def accept(actor: Actor, ref: str, *, items: Mapping[str, bool | None], note: str, version: int) -> str:
    """资格审查通过. Every item of the checklist must be decided and met."""
    project = await find(actor, Action.ACCEPT_PROJECT, ref)
    rows.check_version(project, version)
    await _check_impartial(actor, project)
    rules.check_acceptance(items)
    await move(actor, project, Action.ACCEPT_PROJECT)
    await _conclude(actor, project, "accepted", items, note)
    await todo.settle(project, None, actor)
    await letters.tell("proposal_accepted", await team_of(project.id), url=_my(project), title=project.title, code=project.code)
    return url_of(project)


@rows.verb
async def return_for_changes(
    actor: Actor, ref: str, *, fields: Collection[str], explanation: str, days: int, head_reason: str, version: int
) -> str:
    """一次性告知补正: only `fields` may change, within `days` working days; a second time needs the head's reason."""
    project = await find(actor, Action.RETURN_FOR_CHANGES, ref)
    rows.check_version(project, version)
    pack = await pack_of(project)
    earlier = await rows.value(Q("SELECT count(*) FROM correction WHERE project = {}", project.id))
    rules.check_return(pack.form, fields, explanation, days, earlier=earlier, head_reason=head_reason)
    due = rules.correction_due(clock.today(), days, clock.calendar())
    await move(actor, project, Action.RETURN_FOR_CHANGES, reason=explanation, fields=sorted(fields), due=due)
    await rows.insert(
        Correction(
            project=project.id,
            named=msgspec.json.encode(sorted(fields)).decode(),
            explanation=explanation,
            days=days,
            due=due,
            before=project.answers,
            total_before=project.requested or 0,
            head_reason=head_reason,
            returned_by=actor.person,
            returned_at=clock.now(),
        )
    )
    await _conclude(actor, project, "returned", {}, explanation)
    await todo.settle(project, None, actor)
    names = rules.correctable(pack.form)
    await _ask_for_changes(project, [names[name] for name in sorted(fields)], explanation, due)
    return url_of(project)


async def _ask_for_changes(project: Project, named: list[str], explanation: str, due: date) -> None:
    await todo.ask(
        Action.RESUBMIT_PROJECT,
        project,
        title=project.title,
        url=f"/my/proposals/{ref_of(project)}",
        person=project.author,
        due=due,
    )
    await letters.tell(
        "proposal_returned",
        await team_of(project.id),
        url=_my(project),
        title=project.title,
        code=project.code,
        named=named,
        explanation=explanation,
        due=due,
    )


@rows.verb
async def refuse(actor: Actor, ref: str, *, grounds: str, version: int) -> str:
    """不予受理, with grounds. The team may ask for a second look by another officer."""
    project = await find(actor, Action.REFUSE_PROJECT, ref)
    rows.check_version(project, version)
    await _check_impartial(actor, project)
    rules.check_refusal(grounds)
    await move(actor, project, Action.REFUSE_PROJECT, reason=grounds)
    await _conclude(actor, project, "refused", {}, grounds)
    await todo.settle(project, None, actor)
    days = (await pack_of(project)).calendar.readmit_days
    until = clock.add_working_days(clock.today(), days)
    await letters.tell(
        "proposal_refused",
        await team_of(project.id),
        url=_my(project),
        title=project.title,
        code=project.code,
        grounds=grounds,
        until=until,
    )
    return url_of(project)


@rows.verb
async def readmit(actor: Actor, ref: str, *, reason: str, version: int) -> str:
    """复核后受理, by an officer other than the one who refused, within the days the call gives."""
    project = await find(actor, Action.READMIT_PROJECT, ref)
    rows.check_version(project, version)
    last = await (
        Screening.objects()
        .where((Screening.project == project.id) & (Screening.outcome == "refused"))
        .order_by(Screening.concluded_at, ascending=False)
        .first()
    )
    if last is not None:
        days = (await pack_of(project)).calendar.readmit_days
        refused_on = last.concluded_at.astimezone(clock.SHANGHAI).date()
        rules.check_readmission(actor.person, last.concluded_by, clock.now(), clock.add_working_days(refused_on, days))
    await move(actor, project, Action.READMIT_PROJECT, reason=reason)
    await _conclude(actor, project, "readmitted", {}, reason)
    await ask_for_screening(project, await pack_of(project))
    await letters.tell("proposal_readmitted", await team_of(project.id), url=_my(project), title=project.title, code=project.code)
    return url_of(project)


async def ask_for_screening(project: Project, pack: RulePack) -> None:
    """The to-do of whoever accepts proposals. Called where a project becomes SUBMITTED."""
    due = rules.screening_due(clock.today(), pack.calendar, clock.calendar())
    await todo.ask(Action.ACCEPT_PROJECT, project, title=project.title, url=url_of(project), role=Role.COORDINATOR, due=due)


@rows.verb
async def give_opinion(actor: Actor, ref: str, *, view: str, text: str) -> str:
    """业务意见 of the lead department within its days; it informs, it decides nothing."""
    project = await find(actor, Action.GIVE_OPINION, ref)
    pack = await pack_of(project)
    submitted_on = project.submitted_at.astimezone(clock.SHANGHAI).date()
    due = rules.opinion_due(submitted_on, pack.calendar, clock.calendar())
    rules.check_opinion_open(clock.now(), due)
    await rows.execute(
        Q(
            "INSERT INTO opinion (id, project, unit, due, view, text, given_by, given_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {})"
            " ON CONFLICT (project) DO UPDATE SET view = excluded.view, text = excluded.text,"
            " given_by = excluded.given_by, given_at = excluded.given_at",
            rows.new_id(),
            project.id,
            project.lead,
            due,
            view,
            text,
            actor.person,
            clock.now(),
        )
    )
    await audit.record(actor, Action.GIVE_OPINION, project, view=view)
    await todo.settle(project, Action.GIVE_OPINION, actor)
    return url_of(project)


@rows.verb
async def review_budget(actor: Actor, ref: str, *, audited: Fen, note: str, version: int) -> str:
    """财务审核: the audited amount, at most the requested one; a cut needs its reason."""
    project = await find(actor, Action.REVIEW_BUDGET, ref)
    rows.check_version(project, version)
    requested = Fen(project.requested or 0)
    rules.check_audited(audited, requested, note)
    await rows.insert(
        Amount(project=project.id, kind="audited", amount=audited, reason=note, set_by=actor.person, set_at=clock.now())
    )
    await project.update_self({Project.audited: audited, Project.version: project.version + 1, Project.changed_at: clock.now()})
    await audit.record(actor, Action.REVIEW_BUDGET, project, audited=show(audited), requested=show(requested), note=note)
    return url_of(project)


def _my(project: Project) -> str:
    return f"/my/proposals/{ref_of(project)}"
