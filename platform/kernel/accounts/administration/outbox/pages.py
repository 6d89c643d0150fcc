"""Jobs that wait, run or are dead."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import web
from kernel.access import Action
from kernel.accounts.administration import actions
from kernel.accounts.administration.outbox import queries

AnyRequest = Request[Any, Any, Any]
SIZE = 50


@get("/admin/jobs", name="admin.jobs", action=Action.VIEW_JOBS)
async def jobs(request: AnyRequest) -> Template:
    state = request.query_params.get("state", "")
    state = state if state in {"waiting", "running", "dead"} else ""
    page = web.page_number(request)
    counts = await queries.job_counts()
    return web.page(
        request,
        "kernel/accounts/administration/outbox/list.html",
        rows=await queries.unfinished_jobs(state, page, SIZE),
        counts=counts,
        total=getattr(counts, state) if state else counts.waiting + counts.running + counts.dead,
        state=state,
        number=page,
        size=SIZE,
    )


@post("/admin/jobs/{job:str}/retry", name="admin.retry-job", action=Action.RETRY_JOB)
async def retry_job(request: AnyRequest, job: FromPath[str]) -> Response[Any]:
    await actions.retry_job(request.user, web.uuid_or_missing(job))
    return web.go("/admin/jobs", Action.RETRY_JOB)


routes = [jobs, retry_job]
