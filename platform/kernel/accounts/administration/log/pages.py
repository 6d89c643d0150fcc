"""The audit log: filters, pages, export."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, get
from litestar.response import Stream, Template

from kernel import audit, sheets, web
from kernel.access import Action
from kernel.accounts.administration.log import queries
from kernel.accounts.administration.log.queries import AuditFilter
from kernel.accounts.words import AUDIT_COLUMN, AUDIT_SHEET

AnyRequest = Request[Any, Any, Any]
SIZE = 50
_KINDS = {"at": sheets.Kind.MOMENT, "id": sheets.Kind.INTEGER}
COLUMNS = [sheets.Column(key, title, _KINDS.get(key, sheets.Kind.TEXT)) for key, title in AUDIT_COLUMN.items()]


def _filter(request: AnyRequest) -> AuditFilter:
    """What was asked for; what cannot be read is not a filter."""
    params = request.query_params
    action = params.get("action", "")
    return AuditFilter(
        _day(params.get("since", "")),
        _day(params.get("until", "")),
        params.get("name", "").strip()[:60],
        action if action in set(Action) else "",
        _uuid(params.get("subject", "").strip()),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@get("/admin/audit", name="admin.audit", action=Action.READ_AUDIT)
async def show(request: AnyRequest) -> Template:
    wanted, page = _filter(request), web.page_number(request)
    query = {name: value for name, value in _typed(wanted).items() if value}
    return web.page(
        request,
        "kernel/accounts/administration/log/show.html",
        wanted=wanted,
        typed=_typed(wanted),
        rows=await queries.audit_lines(wanted, page, SIZE),
        total=await queries.count_audit(wanted),
        number=page,
        size=SIZE,
        query=urlencode(query),
        actions=[(action.value, action.label) for action in Action],
    )


def _typed(wanted: AuditFilter) -> dict[str, str]:
    values = {"since": wanted.since, "until": wanted.until, "subject": wanted.subject}
    return {"name": wanted.name, "action": wanted.action, **{k: str(v) if v else "" for k, v in values.items()}}


@get("/admin/audit.xlsx", name="admin.export-audit", action=Action.READ_AUDIT)
async def export(request: AnyRequest) -> Stream:
    """All lines that match, newest first; the export itself is on record before the first byte leaves."""
    wanted = _filter(request)
    await audit.record_read(request.user, Action.READ_AUDIT, ("audit_line", None), export=_typed(wanted))
    return await sheets.download(AUDIT_SHEET, COLUMNS, queries.audit_lines(wanted, 1, sheets.ALL))


routes = [show, export]
