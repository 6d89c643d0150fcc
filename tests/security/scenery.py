"""What the story left behind, as the attackers know it: who is who, what is whose, and the address of everything."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec

from kernel.access import Role
from kernel.rows import DB
from tests.security.oracle import Facts, Known, Need, Profile, Viewer
from tests.security.world import World

UNTOUCHED = ("access_log", "session", "seal", "limit_window")
"""What reading may write: the log of reads, when a session was last seen."""


async def column(sql: str) -> list[str]:
    return [str(row[0]) for row in await DB.run(sql)]


async def pairs(sql: str) -> dict[str, Any]:
    return {
        str(row[0]): (str(row[1]) if len(row) == 2 else tuple(str(v) for v in list(row.values())[1:]))
        for row in await DB.run(sql)
    }


async def facts(world: World) -> Facts:
    """The story by ids. Which seat, line or payment is whose is read from the rows; who may see them is not."""
    units = await pairs("SELECT id, code FROM unit")
    scoring = {str(world.projects["scoring"]), str(world.projects["recusing"])}
    sitting = set(await column(f"SELECT person FROM seat WHERE panel = '{world.panel}' AND state = 'promised'"))  # noqa: S608 - our own names
    recused = str(world.who["expert-recused"])
    charged: dict[str, set[str]] = defaultdict(set)
    for _, project, person in await DB.run(
        "SELECT ch.id, ch.project, s.person FROM charge ch JOIN seat s ON s.id = ch.seat"
        " WHERE ch.ended_at IS NULL AND s.state = 'promised'"
    ):
        charged[str(project)].add(str(person))
    payers = defaultdict(set)
    for project, owner in (await pairs("SELECT id, project, owner FROM funding_line")).values():
        payers[project].add(units[owner])
    signers = defaultdict(set)
    for _, project, person in await DB.run("SELECT id, project, signed_by FROM signed_sheet"):
        signers[str(project)].add(str(person))
    names = {str(ident): name for name, ident in world.projects.items()}
    awarded = set(await column("SELECT project FROM award UNION SELECT id FROM project WHERE batch IS NOT NULL"))
    projects = {}
    for row in await DB.run(
        "SELECT p.id, p.area, u.code, p.author, left(min(l.township), 6), p.code IS NOT NULL, p.state FROM project p"
        " JOIN unit u ON u.id = p.organisation LEFT JOIN place l ON l.project = p.id GROUP BY p.id, u.code"
    ):
        ident = str(row[0])
        judges = charged[ident]
        if ident in scoring:
            judges = sitting - ({recused} if ident == str(world.projects["recusing"]) else set())
        projects[ident] = Known(
            names.get(ident, "imported"), row[1], row[2], str(row[3]), row[4] or "", row[5], row[6],
            frozenset(payers[ident]), frozenset(judges), frozenset(signers[ident]), ident in awarded,
        )  # fmt: skip
    panels: dict[str, set[str]] = defaultdict(set)
    for panel, person in (await pairs("SELECT id, panel, person FROM seat WHERE state <> 'standby'")).values():
        panels[panel].add(person)
    decisions: dict[str, set[str]] = defaultdict(set)
    for decision, owner in (await pairs("SELECT id, decision, owner FROM funding_line WHERE decision IS NOT NULL")).values():
        decisions[decision].add(units[owner])
    return Facts(
        projects=projects,
        seats=await pairs("SELECT id, person FROM seat"),
        panels_of=panels,
        seat_open={
            k: v == "open" for k, v in (await pairs("SELECT s.id, p.state FROM seat s JOIN panel p ON p.id = s.panel")).items()
        },
        decisions=decisions,
        lines={k: (p, units[o]) for k, (p, o) in (await pairs("SELECT id, project, owner FROM funding_line")).items()},
        payments=await pairs("SELECT id, project, owner FROM payment_request"),
        reports=await pairs("SELECT id, project FROM report"),
        agreements=await pairs("SELECT id, project FROM agreement"),
        expenses=await pairs("SELECT id, project FROM expense"),
        units=units,
        funds={k: units[v] for k, v in (await pairs("SELECT id, owner FROM fund")).items()},
        published=set(await column("SELECT id FROM call WHERE state IN ('published', 'closed')")),
        experts=await pairs("SELECT id, person FROM expert"),
        needs=await needs(units),
        pool=await pool(),
        documents=await pairs("SELECT d.id, e.person FROM expert_document d JOIN expert e ON e.id = d.expert"),
        runs={run: state == "approved" for run, state in (await pairs("SELECT id, state FROM match_run")).items()},
    )


async def pool() -> dict[str, Profile]:
    """What experts agreed to show counts while they are in, and only with their name."""
    found = {}
    asked = "SELECT e.person, e.state, u.code, e.shown, e.merged_into FROM expert e LEFT JOIN unit u ON u.id = e.invited_unit"
    for person, state, code, shown, merged in await DB.run(asked):
        parts = frozenset(msgspec.json.decode(shown))
        is_open = state == "admitted" and merged is None and "name" in parts
        found[str(person)] = Profile(state, code or "", parts if is_open else frozenset())
    return found


async def needs(units: dict[str, str]) -> dict[str, Need]:
    found = {}
    for ident, project, unit, department in await DB.run("SELECT id, project, asking_unit, department FROM consultation"):
        invited = await DB.run("SELECT person, state FROM invitation WHERE consultation = $1", [ident])
        found[str(ident)] = Need(
            str(project or ""),
            units[str(unit)],
            units[str(department)],
            frozenset(str(person) for person, _ in invited),
            frozenset(str(person) for person, state in invited if state == "accepted"),
        )
    return found


async def viewers(world: World, names: tuple[str, ...]) -> dict[str, Viewer]:
    held = {
        str(row[0]): (Role(row[1]), row[2] or "")
        for row in await DB.run("SELECT m.person, m.role, u.code FROM membership m LEFT JOIN unit u ON u.id = m.unit")
    }
    found = {"nobody": Viewer("nobody", "", None, "")}
    for name in names:
        found[name] = Viewer(name, str(world.who[name]), *held[str(world.who[name])])
    return found


async def pools(world: World) -> dict[str, list[str]]:
    """What stands in addresses: real ids and codes of every kind, for every route."""
    panels = [str(world.panel), str(world.closed_panel), world.things["panel-listed"]]
    # What matching does with these stands on its own pages; their other pages are those of the projects being scored.
    projects = [code for name, code in world.codes.items() if name not in {"matched", "matching"}]
    imported = await column("SELECT code FROM project WHERE batch IS NOT NULL")
    decisions = await column("SELECT id FROM decision ORDER BY id")
    reports = await column("SELECT DISTINCT ON (project, state, kind) id FROM report ORDER BY project, state, kind")
    calls = await column("SELECT code FROM call ORDER BY id")
    seats = await column(f"SELECT id FROM seat WHERE panel = '{panels[0]}' AND standby = 0 LIMIT 2")  # noqa: S608 - our own names
    seats += await column(f"SELECT id FROM seat WHERE panel = '{panels[1]}' LIMIT 1")  # noqa: S608 - our own names
    seats += await column(f"SELECT id FROM seat WHERE panel = '{panels[2]}' ORDER BY id LIMIT 1")  # noqa: S608 - our own names
    notices = await column("SELECT code FROM notice ORDER BY id")
    experts = await column("SELECT e.id FROM expert e JOIN seat s ON s.expert = e.id GROUP BY e.id ORDER BY e.id LIMIT 3")
    documents = await column("SELECT id FROM document ORDER BY id")
    things, matching = world.things, [world.codes["listed"], world.codes["matching"], world.codes["scoring"]]
    on_the_way = [things[f"expert-{name}"] for name in ("invited", "applied", "kept", "merged", "paused")]
    outside = await column(f"SELECT id FROM expert WHERE person = '{world.who['expert-outside']}'")  # noqa: S608 - our own names
    of = "SELECT min(w.id::text) FROM expert_work w JOIN expert e ON e.id = w.expert WHERE"
    works = await column(f"{of} e.person = '{world.who['expert-seated']}'")
    works += await column(f"SELECT id FROM expert_work WHERE expert = '{things['expert-applied']}'")  # noqa: S608 - our own names
    return {
        "ref": projects + imported,
        "/calls/code": calls, "/w/calls/code": calls, "call": calls,
        "step": ["basic", "areas", "rules", "calendar", "preview"],
        "/projects/code": projects + imported,
        "/s/code": ["basic", "unit", "need", "budget", "team", "files"],
        "/my/projects/{ref}/reports/ident": reports,
        "/w/decisions/ident": decisions, "/items/code": projects[:2] + [world.codes[n] for n in ("pledged", "promised", "postponed", "publicised")],
        "/w/lines/ident": await column("SELECT id FROM funding_line ORDER BY id"),
        "/w/payments/ident": await column("SELECT id FROM payment_request ORDER BY id"),
        "/w/reports/ident": reports,
        "/w/import/ident": await column("SELECT id FROM import_batch"),
        "/notices/code": notices, "/w/notices/code": notices,
        "/w/objections/code": await column("SELECT code FROM objection"),
        "/w/consultations/code": await column("SELECT code FROM consultation ORDER BY code"),
        "/my/consultations/code": await column("SELECT code FROM consultation ORDER BY code"),
        "/r/consultations/invitation": await column("SELECT id FROM invitation ORDER BY id"),
        "invitation": await column("SELECT id FROM invitation ORDER BY id"),
        "fee": await column("SELECT id FROM consultation_fee ORDER BY id"),
        "/w/funds/code": await column("SELECT code FROM fund WHERE code IN ('scitech-2026', 'civil-lottery-2026', 'union-2026', 'justice-2026')"),
        "/w/experts/expert": experts[:1] + on_the_way,
        "/experts/expert": outside + experts[:1] + on_the_way,
        "/w/experts/import/ident": await column("SELECT id FROM expert_batch UNION ALL SELECT id FROM import_batch"),
        "/w/experts/merges/ident": [things["merge-merged"], things["merge-apart"]],
        "keep": [things["expert-paused"], things["expert-whole"]], "drop": [things["expert-apart"], things["expert-applied"]],
        "run": [things[f"run-{name}"] for name in ("approved", "returned", "done", "short")],
        "/w/matching/{run}/projects/code": matching,
        "hold": [things["hold"]],
        "/works/work": works,
        "panel": panels, "seat": seats,
        "/r/{panel}/code": [world.codes[n] for n in ("scoring", "recusing", "running", "listed", "matched")],
        "person": [str(world.who[n]) for n in ("team-01", "expert-seated", "coordinator")],
        "file_id": await column("SELECT DISTINCT ON (owner_kind, owner_id) id FROM file WHERE state = 'clean' ORDER BY owner_kind, owner_id"),
        "name": [f"{d}.pdf" for d in documents],
        "/verify/code": await column("SELECT code FROM document ORDER BY id"),
        "year": ["2026"],
        "?/w/panels": [f"call={code}" for code in calls], "?/w/panels/new": [f"call={code}" for code in calls],
        "?/w/matching/new": [f"call={code}" for code in calls], "?/w/matching/holds": [f"call={code}" for code in calls],
        "?/w/decisions/new": [f"call={code}" for code in calls],
        "?/objection": [f"notice={code}" for code in notices],
        "?/my/organisation": [f"of={unit}" for unit in await column("SELECT id FROM unit WHERE kind = 'organisation' ORDER BY code LIMIT 3")],
        "token": ["x"],
    }  # fmt: skip


async def state(owner: Any) -> dict[str, tuple[int, int]]:
    """Every table by its number of rows and its latest writer: whatever is written, however little, changes it."""
    tables = [
        row[0]
        for row in await owner.fetch(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        if row[0] not in UNTOUCHED and not row[0].startswith("migration")
    ]
    parts = " UNION ALL ".join(f"SELECT '{t}', count(*), coalesce(max(xmin::text::bigint), 0) FROM \"{t}\"" for t in tables)  # noqa: S608 - our own names
    return {row[0]: (row[1], row[2]) for row in await owner.fetch(parts)}
