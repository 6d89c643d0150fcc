"""Builders: the smallest true city for a test. Each inserts rows and returns what the test speaks about."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import msgspec

from kernel import clock, rows
from kernel.access import Actor, Membership, Role
from kernel.accounts import tables as accounts
from kernel.rows import Q
from projects import tables as projects
from projects.calls.rulepack import RulePack, default_pack
from projects.states import CallState, State


async def unit(code: str = "society", name: str = "", kind: str = "department") -> UUID:
    """A department, organisation, county or station; the same code gives the same unit."""
    found = await rows.value(Q("SELECT id FROM unit WHERE kind = {} AND code = {}", kind, code))
    if found is None:
        found = (await rows.insert(accounts.Unit(kind=kind, code=code, name=name or f"示例{code}"))).id
    return UUID(str(found))


async def person(name: str = "示例人员") -> UUID:
    return (await rows.insert(accounts.Person(name=name, sort_key=name, created_at=clock.real_now()))).id


async def actor(role: Role | None, of: UUID | None = None, name: str = "", person_id: UUID | None = None) -> Actor:
    """A person with one membership, live since the beginning of 2026."""
    who = person_id or await person(name or (role.label if role else "示例人员"))
    held: tuple[Membership, ...] = ()
    if role is not None:
        row = await rows.insert(accounts.Membership(person=who, role=role, unit=of, starts_on=date(2026, 1, 1)))
        held = (Membership(row.id, role, of, ""),)
    return Actor(who, name or (role.label if role else "示例人员"), held)


async def call(
    state: CallState = CallState.PUBLISHED, pack: RulePack | None = None, drafted_by: UUID | None = None, **columns: Any
) -> projects.Call:
    """A call of the host department 市委社会工作部, open 2026-11-01 to 2026-11-30 unless told otherwise."""
    rules = pack or default_pack()
    published = state not in {CallState.DRAFT, CallState.IN_APPROVAL, CallState.DISCARDED}
    given: dict[str, Any] = {
        "code": f"C{rows.new_id().hex[-10:]}",
        "year": 2026,
        "title": "2026年第一批征集（示例）",
        "state": state,
        "host": await unit("society"),
        "areas": msgspec.json.encode(["new-employment"]).decode(),
        "pack": rules.to_json(),
        "pack_hash": rules.sha256,
        "opens_on": date(2026, 11, 1),
        "fill_until": date(2026, 11, 30),
        "endorse_until": date(2026, 12, 2),
        "drafted_by": drafted_by or await person("示例起草人"),
        "published_at": clock.now() if published else None,
        "created_at": clock.now(),
    }
    return await rows.insert(projects.Call(**{**given, **columns}))


DRAFTS = {State.DRAFT, State.ENDORSING}


async def project(
    state: State = State.DRAFT, of: projects.Call | None = None, author: UUID | None = None, **columns: Any
) -> projects.Project:
    """A project put straight into `state`, with its member and involvement rows. Code and agreed amount as the state demands."""
    round_ = of or await call()
    organisation = columns.pop("organisation", None) or await unit(f"5251{rows.new_id().hex[-14:]}", kind="organisation")
    who = author or await person("示例申报人")
    coded = state not in DRAFTS
    agreed = state in {State.RUNNING, State.CLOSING, State.CLOSED, State.SUSPENDED}
    given: dict[str, Any] = {
        "code": f"MY2026-{rows.new_id().hex[-6:]}" if coded else None,
        "call": round_.id,
        "state": state,
        "title": "社区食堂志愿服务（示例）",
        "area": "new-employment",
        "organisation": organisation,
        "lead": await unit("society"),
        "author": who,
        "answers": "{}",
        "requested": 5_000_000 if coded else None,
        "agreed": 5_000_000 if agreed else None,
        "submitted_at": clock.now() if coded else None,
        "created_at": clock.now(),
        "changed_at": clock.now(),
    }
    row = await rows.insert(projects.Project(**{**given, **columns}))
    await rows.insert(projects.ProjectMember(project=row.id, person=who, leader=True))
    concerned = [(organisation, "team")] + ([(row.lead, "lead"), (round_.host, "host")] if coded else [])
    for unit_id, why in concerned:
        await rows.insert(projects.Involvement(project=row.id, unit=unit_id, why=why))
    return row


def hidden(page: str, name: str) -> str:
    """The value of a hidden field on a page."""
    found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*value="([^"]*)"', page) or re.search(
        rf'<input[^>]*value="([^"]*)"[^>]*name="{re.escape(name)}"', page
    )
    assert found, f"no hidden field {name}"
    return found.group(1)


async def submit(browser: httpx.AsyncClient, page: str, url: str | None = None, **fields: Any) -> httpx.Response:
    """Open `page`, take its hidden fields, post `fields` to `url` (default: the same address)."""
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text[:500]
    base = {name: hidden(shown.text, name) for name in ("csrf", "once") if f'name="{name}"' in shown.text}
    if 'name="version"' in shown.text and "version" not in fields:
        base["version"] = hidden(shown.text, "version")
    return await browser.post(url or page, data={**base, **fields})
