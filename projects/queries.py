"""Reads that every phase needs. A row that is not yours is a row that is not there."""

from __future__ import annotations

from uuid import UUID

from kernel import rows
from kernel.access import GRANTS, Action, Actor, Reach, Role
from kernel.errors import Missing
from kernel.rows import Q
from projects.calls.rulepack import RulePack, from_json
from projects.tables import Project

_OWN = "EXISTS (SELECT 1 FROM project_member pm WHERE pm.project = p.id AND pm.person = {})"
JUDGED = (
    "LATERAL (SELECT jp.project, st.number AS place FROM panel_project jp WHERE NOT st.listed AND jp.panel = st.panel"
    " AND (st.project IS NULL OR st.project = jp.project)"
    " UNION ALL SELECT jc.project, jc.place FROM charge jc WHERE st.listed AND jc.seat = st.id AND jc.ended_at IS NULL) j"
)
"""What a seat (as st) is to judge (as j): all of its panel, or one project of it, or on a matched panel what is in its charge."""
_SEAT = (
    f"EXISTS (SELECT 1 FROM seat st JOIN panel pn ON pn.id = st.panel CROSS JOIN {JUDGED} WHERE j.project = p.id AND st.person = {{}}"  # noqa: S608 - our own text
    " AND st.state IN ('promised', 'signed') AND pn.state = 'open' AND p.state = 'in-review')"
)
"""Nothing before the promise, nothing after the panel has closed."""
_DUTY = "EXISTS (SELECT 1 FROM call_duty cd WHERE cd.call = p.call AND cd.person = {} AND cd.ended_at IS NULL)"
_UNITS = "EXISTS (SELECT 1 FROM involvement i WHERE i.project = p.id AND i.unit = ANY({}) AND i.why = ANY({}))"
ANSWERING = ["team", "payee", "lead", "host"]
"""The reasons for which a unit answers for a project; any other only concerns it (project.units, see schema.sql)."""
TEAM_SIDE = {Role.APPLICANT, Role.ORGANISATION_ADMIN}
DEPARTMENTAL = {Role.OFFICER, Role.HEAD, Role.FINANCE_OFFICER}


def visible_project(actor: Actor, action: Action) -> Q:
    """The condition on project (as p) that `action` reaches it for this actor, hard conflicts taken away.

    One condition for lists, counts, averages, search, exports, letters and pages, so that none can leak what another hides.
    """
    ways = [way for m in actor.memberships if (way := _way(actor, action, m.role, m.unit)) is not None]
    if not ways:
        return Q("false")
    return Q("(" + " OR ".join("{}" for _ in ways) + ") AND {}", *ways, not_recused(actor))


def not_recused(actor: Actor) -> Q:
    """Read once a query, not once a row: hardly anybody has recused, and a list looks at a thousand rows."""
    return Q("p.id <> ALL ({})", recused_from(actor))


def recused_from(actor: Actor) -> Q:
    """The projects from which this person has recused, by whichever of the accounts that have been found to be one person.

    A function of the database (projects/schema.sql), so that its own tables are not planned anew in every list.
    """
    return Q("ARRAY(SELECT recused_from({}))", actor.person)


def _way(actor: Actor, action: Action, role: Role, unit: UUID | None) -> Q | None:
    """How one membership reaches projects. Staff never see what has not been formally submitted."""
    reach = GRANTS.get(action, {}).get(role)
    if reach is None:
        return None
    submitted = "" if role in TEAM_SIDE else "p.code IS NOT NULL AND "
    match reach:
        case Reach.CITY:
            return Q("p.code IS NOT NULL")
        case Reach.INVOLVED if unit is not None and role not in TEAM_SIDE:
            return Q("(p.code IS NOT NULL AND p.units && {})", _written(unit) if role in DEPARTMENTAL else [unit])
        case Reach.UNIT | Reach.INVOLVED if unit is not None:
            return Q(f"({submitted}{_UNITS})", [unit], ["team", "payee"] if role in TEAM_SIDE else ANSWERING)
        case Reach.ASSIGNED:
            return Q(f"({submitted}{_SEAT if role is Role.EXPERT else _DUTY})", actor.person)
        case Reach.OWN:
            return Q(_OWN, actor.person)
    return None


def _written(unit: UUID) -> Q:
    """A department stands in the statement itself: there are few, so it is planned once for each, knowing how much that one sees.

    As a parameter it would be planned anew every time. Counties, townships and organisations are too many for that.
    """
    return Q(f"'{{{{{unit}}}}}'::uuid[]")


def by_ref(ref: str) -> Q:
    """Condition on project (as p): its code, or its id before it has one."""
    try:
        return Q("p.id = {}", UUID(ref))
    except ValueError:
        return Q("p.code = {}", ref)


async def project_id(actor: Actor, action: Action, ref: str) -> UUID:
    """The id behind a code or id in a URL, if `action` reaches it, else Missing."""
    found = await rows.value(Q("SELECT p.id FROM project p WHERE {} AND {}", by_ref(ref), visible_project(actor, action)))
    if found is None:
        raise Missing
    return UUID(str(found))


async def find(actor: Actor, action: Action, ref: str) -> Project:
    """The project locked for a verb, if `action` reaches it, else Missing."""
    return await rows.find(Project, Project.id == await project_id(actor, action, ref))


def ref_of(project: Project) -> str:
    """What stands in URLs: the code, or the id before there is one."""
    return project.code or str(project.id)


async def pack_of(project: Project) -> RulePack:
    """The rule pack in force for this project's call."""
    return from_json(await rows.value(Q("SELECT c.pack::text FROM call c WHERE c.id = {}", project.call)))


async def team_of(project: UUID) -> list[UUID]:
    """The people of the team, who get its letters."""
    found: list[UUID] = await rows.column(Q("SELECT person FROM project_member WHERE project = {} ORDER BY leader DESC", project))
    return found


async def pack_of_call(code: str) -> RulePack:
    """The rule pack of a call by its code, or Missing."""
    text = await rows.value(Q("SELECT c.pack::text FROM call c WHERE c.code = {}", code))
    if text is None:
        raise Missing
    return from_json(text)
