"""Anybody verifies a paper by its code; those whom its subject shows itself to open the paper."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from kernel import audit, web
from kernel.access import Action
from kernel.documents import numbering, qr, queries
from kernel.documents.word import WORD_TYPE
from kernel.errors import Missing
from kernel.files import check_owner, rules, serving

AnyRequest = Request[Any, Any, Any]


@get("/verify", name="documents.look-up", action=Action.PUBLIC)
async def look_up(request: AnyRequest) -> Template | Redirect:
    code = numbering.read_code(request.query_params.get("code", ""))
    if code.isascii() and code.isalnum():
        return web.go(f"/verify/{code[:40]}")
    return web.page(request, "documents/look_up.html", typed="", wrong=False)


@get("/verify/{code:str}", name="documents.verify", action=Action.PUBLIC)
async def verify(request: AnyRequest, code: FromPath[str]) -> Template:
    found = await queries.verified(numbering.read_code(code))
    if found is None:
        return web.page(request, "documents/look_up.html", status=404, typed=code[:40], wrong=True)
    path, size = qr.path(numbering.url(found.code))
    return web.page(request, "documents/verify.html", paper=found, qr_path=path, qr_size=size)


# PUBLIC, because public papers are for visitors too: the paper itself, or else its subject, is asked.
@get("/documents/{name:str}", name="documents.show", action=Action.PUBLIC)
async def show(request: AnyRequest, name: FromPath[str]) -> Stream:
    actor = web.actor_of(request)
    ident, _, form = name.rpartition(".")
    paper = await queries.stored(web.uuid_or_missing(ident))
    if not paper.public:
        await check_owner(actor, paper.subject_kind, paper.subject_id)
    if form not in {"pdf", "docx"} or (form == "docx" and (paper.docx_key is None or paper.docx_size is None)):
        raise Missing
    if actor is not None and not paper.public:
        await audit.record_read(actor, Action.VIEW_DOCUMENT, ("document", paper.id), number=paper.number)
    called = rules.clean_name(f"{paper.number} {paper.title}.{form}")
    if form == "docx":
        return await serving.answer(paper.docx_key or "", called, form, WORD_TYPE, paper.docx_size or 0)
    return await serving.answer(paper.pdf_key, called, form, "application/pdf", paper.pdf_size)


routes = [look_up, verify, show]
