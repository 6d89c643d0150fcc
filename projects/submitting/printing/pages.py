"""PDFs of a proposal as it stands now. They carry no number: issued papers are another thing."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Response

from kernel import clock
from kernel.access import Action
from kernel.documents import typesetting
from kernel.documents.papers import Paper, Stamp
from kernel.files import rules
from projects.queries import project_id
from projects.submitting import drafts, papers, queries, words
from projects.submitting.document import parts

AnyRequest = Request[Any, Any, Any]


async def _pdf(paper: Paper, title: str, issuer: str) -> Response[bytes]:
    body = await typesetting.render(paper, Stamp(title=title, issuer=issuer), clock.now())
    headers = {"content-disposition": rules.disposition(f"{title}.pdf", "pdf"), "cache-control": "private, no-store"}
    return Response(body, media_type="application/pdf", headers=headers)


@get("/my/proposals/{ref:str}/seal", name="proposal.seal-page", action=Action.LIST_OWN_PROJECTS)
async def seal(request: AnyRequest, ref: FromPath[str]) -> Response[bytes]:
    row = await queries.proposal(await project_id(request.user, Action.LIST_OWN_PROJECTS, ref))
    return await _pdf(papers.seal_page(row, await queries.pack_of(row)), words.PAPER["seal"], row.organisation_name)


@get("/my/proposals/{ref:str}/pdf", name="proposal.pdf", action=Action.LIST_OWN_PROJECTS)
async def application(request: AnyRequest, ref: FromPath[str]) -> Response[bytes]:
    row = await queries.proposal(await project_id(request.user, Action.LIST_OWN_PROJECTS, ref))
    facts = await drafts.facts(row, await drafts.saved(row.id))
    paper = papers.application(row, parts(facts.pack, facts.content, contacts=True))
    return await _pdf(paper, facts.pack.form.title, row.organisation_name)


routes = [seal, application]
