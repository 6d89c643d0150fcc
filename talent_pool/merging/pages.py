"""HTTP of merging: pairs that look alike, two records side by side, what was merged and taken back."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Stream, Template

from kernel import sheets, web
from kernel.access import Action
from talent_pool.directory import queries as directory
from talent_pool.directory.rules import Sought
from talent_pool.merging import actions, queries, rules, words
from talent_pool.merging.rules import LISTS, Pick, Record
from talent_pool.profiles import fields
from talent_pool.profiles.forms import AREA_NAMES, COUNTIES

AnyRequest = Request[Any, Any, Any]
LABELS = {
    "areas": AREA_NAMES,
    "fields": fields.names(),
    "methods": fields.method_names(),
    "counties": dict(COUNTIES),
    "county": dict(COUNTIES),
}


class MergeForm(web.Form):
    """One choice a field; what is not chosen takes the default."""

    reason = web.Text(max=300)
    keep_version = web.Whole(required=False)
    drop_version = web.Whole(required=False)
    for _name in rules.FIELDS:
        _picks = Pick if _name in LISTS else (Pick.KEEP, Pick.DROP)
        locals()[_name] = web.Choice([(pick.value, pick.label) for pick in _picks], required=False)
    del _name, _picks

    def picks(self) -> dict[str, Pick]:
        return {name: Pick(self[name].data) for name in rules.FIELDS if self[name].data}


class ApartForm(web.Form):
    one = web.Text(max=40)
    other = web.Text(max=40)


class UndoForm(web.Form):
    reason = web.Text(max=300)


@get("/w/experts/duplicates", name="experts.duplicates", action=Action.MERGE_EXPERTS)
async def duplicates(request: AnyRequest, namesakes: FromQuery[str] = "") -> Template:
    page, wide = web.page_number(request), namesakes == "1"
    found = await queries.pairs(request.user, wide, page)
    return web.page(
        request,
        "talent_pool/merging/duplicates.html",
        rows=found[: queries.PAGE],
        more=len(found) > queries.PAGE,
        page=page,
        size=queries.PAGE,
        namesakes=wide,
        merges=await queries.merges(request.user),
    )


@get("/w/experts/duplicates.xlsx", name="experts.duplicates-export", action=Action.MERGE_EXPERTS)
async def export(request: AnyRequest, namesakes: FromQuery[str] = "") -> Stream:
    return await sheets.listing(
        request, words.LIST, words.COLUMNS, queries.pairs(request.user, namesakes == "1", size=sheets.ALL)
    )


@post("/w/experts/duplicates/apart", name="experts.apart", action=Action.MERGE_EXPERTS)
async def apart(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, ApartForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.tell_apart(
            request.user, web.uuid_or_missing(form.one.data or ""), web.uuid_or_missing(form.other.data or "")
        ),
        done="/w/experts/duplicates",
        again=lambda: duplicates.fn(request),
    )


@get("/w/experts/merge", name="experts.merge-choose", action=Action.MERGE_EXPERTS)
async def choose(request: AnyRequest, q: FromQuery[str] = "", keep: FromQuery[str] = "") -> Template:
    """Two records that no sign connects are found by hand: first the one that stays, then the other."""
    text = q.strip()[:60].replace("\x00", "")
    kept = await queries.record(request.user, web.uuid_or_missing(keep)) if keep else None
    found = await directory.experts(request.user, Sought(text)) if text else []
    found += await directory.experts(request.user, Sought(text, state="left")) if text and kept else []
    return web.page(
        request,
        "talent_pool/merging/choose.html",
        q=text,
        kept=kept,
        rows=[row for row in found if row.state in rules.MERGEABLE and (kept is None or row.id != kept.id)],
    )


@get("/w/experts/merge/{keep:str}/{drop:str}", name="experts.merge-show", action=Action.MERGE_EXPERTS)
async def compare(request: AnyRequest, keep: FromPath[str], drop: FromPath[str]) -> Template:
    return await _compare(request, keep, drop)


async def _compare(request: AnyRequest, keep: str, drop: str, form: MergeForm | None = None) -> Template:
    kept = await queries.record(request.user, web.uuid_or_missing(keep))
    dropped = await queries.record(request.user, web.uuid_or_missing(drop))
    defaults = {name: rules.default_pick(kept, dropped, name).value for name in rules.FIELDS}
    return web.page(
        request,
        "talent_pool/merging/compare.html",
        keep=kept,
        drop=dropped,
        same_mobile=kept.mobile_key is not None and kept.mobile_key == dropped.mobile_key,
        lines=sorted((_line(name, kept, dropped) for name in rules.FIELDS), key=lambda line: line[2] == line[3]),
        form=form or MergeForm(data=defaults),
        posted=form,
    )


def _line(name: str, keep: Record, drop: Record) -> tuple[str, str, str, str]:
    return name, words.FIELD[name], rules.told(keep, name, LABELS), rules.told(drop, name, LABELS)


@post("/w/experts/merge/{keep:str}/{drop:str}", name="experts.merge", action=Action.MERGE_EXPERTS)
async def merge(request: AnyRequest, keep: FromPath[str], drop: FromPath[str]) -> Response[Any]:
    form = await web.read(request, MergeForm)
    winner, loser = web.uuid_or_missing(keep), web.uuid_or_missing(drop)

    async def verb() -> str:
        versions = (form.keep_version.data or 0, form.drop_version.data or 0)
        ident = await actions.merge(request.user, winner, loser, form.picks(), reason=form.reason.data or "", versions=versions)
        return f"/w/experts/merges/{ident}"

    return await web.act(request, form, verb=verb, again=lambda: _compare(request, keep, drop, form))


@get("/w/experts/merges/{ident:str}", name="experts.merged", action=Action.MERGE_EXPERTS)
async def show(request: AnyRequest, ident: FromPath[str]) -> Template:
    return await _show(request, ident)


async def _show(request: AnyRequest, ident: str, form: UndoForm | None = None) -> Template:
    found = await queries.merge(request.user, web.uuid_or_missing(ident))
    touched = found.undone_at is None and await queries.touched(found.id)
    return web.page(request, "talent_pool/merging/show.html", merge=found, touched=touched, form=form or UndoForm(), posted=form)


@post("/w/experts/merges/{ident:str}/undo", name="experts.unmerge", action=Action.UNMERGE_EXPERTS)
async def undo(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, UndoForm)
    merged = web.uuid_or_missing(ident)
    return await web.act(
        request,
        form,
        verb=lambda: actions.undo(request.user, merged, reason=form.reason.data or "", version=form.row_version),
        done=f"/w/experts/merges/{merged}",
        again=lambda: _show(request, ident, form),
    )


routes = [duplicates, export, apart, choose, compare, merge, show, undo]
