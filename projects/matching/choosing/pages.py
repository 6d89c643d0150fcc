"""HTTP of choosing a panel's experts by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import clock, web
from kernel.access import Action
from projects.calls import queries as calls
from projects.drawing import queries as drawing
from projects.drawing import rules
from projects.matching.choosing import actions
from projects.panels import queries as panels

AnyRequest = Request[Any, Any, Any]


class ChooseForm(web.Form):
    names = web.Text(max=2_000)
    reason = web.Text(max=300)
    supervisor = web.Choice()
    early_reason = web.Text(max=300, required=False)
    consent_reason = web.Text(max=300, required=False)


@get("/w/panels/{panel:str}/choose", name="panels.choosing", action=Action.CHOOSE_EXPERTS)
async def choosing(request: AnyRequest, panel: FromPath[str]) -> Template:
    return await _choosing(request, web.uuid_or_missing(panel), ChooseForm())


async def _choosing(request: AnyRequest, panel: UUID, form: ChooseForm) -> Template:
    row = await panels.shown(request.user, panel, Action.CHOOSE_EXPERTS)
    pack = (await calls.pack(row.pack_hash)).panel
    form.supervisor.choices = await drawing.supervisors(clock.today())
    earliest = rules.earliest_draw(clock.today(), row.review_on, pack, clock.calendar())
    return web.page(
        request,
        "projects/matching/choose.html",
        panel=row,
        rules=pack,
        early=earliest if earliest > clock.today() else None,
        form=form,
    )


@post("/w/panels/{panel:str}/choose", name="panels.choose", action=Action.CHOOSE_EXPERTS)
async def choose(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(panel), await web.read(request, ChooseForm)
    form.supervisor.choices = await drawing.supervisors(clock.today())
    return await web.act(
        request,
        form,
        verb=lambda: actions.choose_experts(
            request.user,
            ident,
            names=(form.names.data or "").splitlines(),
            reason=form.reason.data,
            supervisor=UUID(form.supervisor.data),
            early_reason=form.early_reason.data or "",
            consent_reason=form.consent_reason.data or "",
            version=form.row_version,
        ),
        again=lambda: _choosing(request, ident, form),
    )


routes = [choosing, choose]
