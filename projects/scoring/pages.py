"""HTTP of the expert's day: my panels, the invitation, the promise, the split screen, signing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import clock, web
from kernel.access import Action
from kernel.errors import Missing, Refused, Stale
from projects.calls import queries as calls
from projects.calls.rulepack import Rubric
from projects.drawing.pages import SEAT_TONES
from projects.scoring import actions, queries, rules, sheet, words
from projects.scoring.sheet import DeclineForm, PromiseForm, RecuseForm, SheetForm
from projects.states import PanelState, SeatState
from projects.submitting.queries import document

AnyRequest = Request[Any, Any, Any]


@get("/r", name="reviews", action=Action.VIEW_SEATS)
async def mine(request: AnyRequest) -> Template:
    found = await queries.my_panels(request.user)
    return web.page(
        request,
        "projects/scoring/mine.html",
        panels=[panel for panel in found if panel.state is not PanelState.CLOSED],
        past=await queries.my_past(request.user),
        task=await queries.my_task(request.user, clock.today().year),
        tones=SEAT_TONES,
    )


@get("/r/{panel:str}", name="reviews.panel", action=Action.VIEW_SEATS)
async def panel_page(request: AnyRequest, panel: FromPath[str]) -> Template:
    return await _panel(request, web.uuid_or_missing(panel))


async def _panel(request: AnyRequest, panel: UUID, form: web.Form | None = None) -> Template:
    """One address for the whole day: the invitation, then the promise, then the list."""
    seat = await queries.my_seat(request.user, panel)
    common: dict[str, Any] = {"seat": seat, "tone": SEAT_TONES[seat.state]}
    if seat.state is SeatState.INVITED:
        decline = form if isinstance(form, DeclineForm) else DeclineForm()
        return web.page(request, "projects/scoring/invitation.html", **common, form=decline, refused=form)
    if seat.state is SeatState.ACCEPTED:
        promise = form if isinstance(form, PromiseForm) else PromiseForm()
        return web.page(request, "projects/scoring/promise.html", **common, form=promise)
    pack = await calls.pack(seat.pack_hash)
    items = await queries.items(request.user, panel, blind=pack.panel.blind)
    shut = seat.panel_state is PanelState.CLOSED
    return web.page(
        request,
        "projects/scoring/items.html",
        **common,
        items=items,
        done=sum(item.complete for item in items),
        show=rules.show_score,
        signed=await queries.my_signed(request.user, seat.seat) if shut else [],
        is_open=seat.panel_state is PanelState.OPEN,
        is_signed=seat.state is SeatState.SIGNED,
        order=pack.rubric,
    )


@post("/r/{panel:str}/accept", name="reviews.accept", action=Action.ACCEPT_SEAT)
async def accept(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(panel), await web.read(request, web.Form)
    return await web.act(
        request, form, verb=lambda: actions.accept_seat(request.user, ident), again=lambda: _panel(request, ident, form)
    )


@post("/r/{panel:str}/decline", name="reviews.decline", action=Action.DECLINE_SEAT)
async def decline(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(panel), await web.read(request, DeclineForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.decline_seat(request.user, ident, form.reason.data),
        again=lambda: _panel(request, ident, form),
    )


@post("/r/{panel:str}/promise", name="reviews.promise", action=Action.PROMISE)
async def promise(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(panel), await web.read(request, PromiseForm)
    return await web.act(
        request, form, verb=lambda: actions.promise(request.user, ident), again=lambda: _panel(request, ident, form)
    )


@get("/r/{panel:str}/sign", name="reviews.check", action=Action.SIGN_SCORES)
async def check(request: AnyRequest, panel: FromPath[str]) -> Template:
    return await _check(request, web.uuid_or_missing(panel), web.Form())


async def _check(request: AnyRequest, panel: UUID, form: web.Form) -> Template:
    seat = await queries.my_seat(request.user, panel)
    if seat.state not in {SeatState.PROMISED, SeatState.SIGNED}:
        raise Missing
    pack = await calls.pack(seat.pack_hash)
    items = await queries.items(request.user, panel, blind=pack.panel.blind)
    return web.page(
        request,
        "projects/scoring/sign.html",
        seat=seat,
        tone=SEAT_TONES[seat.state],
        items=items,
        problems={item.code: [str(no) for no in rules.score_problems(pack.rubric, item.points, item.comment)] for item in items},
        rubric=pack.rubric,
        heads=[*words.SIGN_HEADS[:1], *((criterion.name, "num") for criterion in pack.rubric.criteria), *words.SIGN_HEADS[1:]],
        show=rules.show_score,
        form=form,
        today=clock.today(),
        is_signed=seat.state is SeatState.SIGNED,
    )


@post("/r/{panel:str}/sign", name="reviews.sign", action=Action.SIGN_SCORES)
async def sign(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(panel), await web.read(request, web.Form)
    return await web.act(
        request, form, verb=lambda: actions.sign_scores(request.user, ident), again=lambda: _check(request, ident, form)
    )


@get("/r/{panel:str}/{code:str}", name="reviews.sheet", action=Action.SCORE_PROJECT)
async def show(request: AnyRequest, panel: FromPath[str], code: FromPath[str]) -> Template:
    return await _sheet(request, web.uuid_or_missing(panel), code)


async def _sheet(request: AnyRequest, panel: UUID, code: str, form: SheetForm | None = None) -> Template:
    """The split screen. Everything on it comes from my own list; a project that is not on it is not there."""
    seat = await queries.my_seat(request.user, panel)
    pack = await calls.pack(seat.pack_hash)
    items = await queries.items(request.user, panel, blind=pack.panel.blind)
    at = queries.place_of(items, code)
    item = items[at]
    shown = form or sheet.filled(pack.rubric, item.points, item.comment)
    points = [field.half_points for field in shown if isinstance(field, sheet.ScoreField) and field.half_points is not None]
    return web.page(
        request,
        "projects/scoring/sheet.html",
        seat=seat,
        item=item,
        number=at + 1,
        count=len(items),
        done=sum(line.complete for line in items),
        back=items[at - 1] if at else None,
        ahead=items[at + 1] if at + 1 < len(items) else None,
        document=await document(item.project, anonymous=pack.panel.blind),
        rubric=pack.rubric,
        lines=sheet.lines(pack.rubric, shown),
        form=shown,
        total=rules.show_score(sum(points)),
        is_signed=seat.state is SeatState.SIGNED,
        theirs=_theirs(pack.rubric, shown),
    )


def _theirs(rubric: Rubric, form: SheetForm) -> list[tuple[str, str, str]]:
    """(criterion, mine, theirs) of everything in which a stale form differs from what another window saved."""
    if form.stale is None:
        return []
    saved = msgspec.json.decode(str(form.stale["points"]), type=dict[str, int])
    scores = form.scores(rubric)
    pairs = [(criterion.name, _words(scores[criterion.code]), _words(saved.get(criterion.code))) for criterion in rubric.criteria]
    pairs.append(("", form.comment.data or "", str(form.stale["comment"])))
    return [pair for pair in pairs if pair[1] != pair[2]]


def _words(half_points: int | None) -> str:
    return "" if half_points is None else rules.show_score(half_points)


@post("/r/{panel:str}/{code:str}", name="reviews.save", action=Action.SCORE_PROJECT)
async def save(request: AnyRequest, panel: FromPath[str], code: FromPath[str]) -> Response[Any]:
    ident = web.uuid_or_missing(panel)
    form, rubric = await _read(request, ident)

    async def verb() -> str:
        scores = form.scores(rubric)
        await actions.save_sheet(request.user, ident, code, scores, form.comment.data, form.row_version)
        return f"/r/{ident}/{code}" if form.go.data == "stay" else await _onward(request, ident, code)

    return await web.act(request, form, verb=verb, again=lambda: _sheet(request, ident, code, form))


async def _read(request: AnyRequest, panel: UUID) -> tuple[SheetForm, Rubric]:
    seat = await queries.my_seat(request.user, panel)
    rubric = (await calls.pack(seat.pack_hash)).rubric
    return await web.read(request, sheet.sheet_class(rubric)), rubric


async def _onward(request: AnyRequest, panel: UUID, code: str) -> str:
    """The next sheet that is not complete, from here round to here again; when all are, the page to sign."""
    items = await queries.items(request.user, panel)
    at = queries.place_of(items, code)
    for item in [*items[at + 1 :], *items[: at + 1]]:
        if not item.complete:
            return f"/r/{panel}/{item.code}"
    return f"/r/{panel}/sign"


@post("/r/{panel:str}/{code:str}/save", name="reviews.autosave", action=Action.SCORE_PROJECT)
async def autosave(request: AnyRequest, panel: FromPath[str], code: FromPath[str]) -> Template:
    """While typing. Answers what stands beside the title: when it was saved, or why it was not."""
    ident = web.uuid_or_missing(panel)
    form, rubric = await _read(request, ident)
    if not form.validate():
        return _saved(request, "invalid", 422)
    try:
        scores = form.scores(rubric)
        version = await actions.save_sheet(request.user, ident, code, scores, form.comment.data, form.row_version, aloud=False)
    except Stale:
        return _saved(request, "stale", 409)
    except Refused as no:
        return _saved(request, "refused", 422, message=str(no))
    return _saved(request, "saved", 200, version=version)


def _saved(request: AnyRequest, outcome: str, status: int, *, version: int | None = None, message: str = "") -> Template:
    return web.page(
        request,
        "projects/scoring/_saved.html",
        status=status,
        outcome=outcome,
        version=version,
        message=message,
        at=f"{clock.now():%H:%M}",
    )


@get("/r/{panel:str}/{code:str}/recuse", name="reviews.recusal", action=Action.RECUSE)
async def recusal(request: AnyRequest, panel: FromPath[str], code: FromPath[str]) -> Template:
    return await _recusal(request, web.uuid_or_missing(panel), code, RecuseForm())


async def _recusal(request: AnyRequest, panel: UUID, code: str, form: RecuseForm) -> Template:
    seat = await queries.my_seat(request.user, panel)
    items = await queries.items(request.user, panel)
    item = items[queries.place_of(items, code)]
    return web.page(request, "projects/scoring/recuse.html", seat=seat, item=item, form=form)


@post("/r/{panel:str}/{code:str}/recuse", name="reviews.recuse", action=Action.RECUSE)
async def recuse(request: AnyRequest, panel: FromPath[str], code: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(panel), await web.read(request, RecuseForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.recuse(request.user, ident, code, form.reason.data),
        again=lambda: _recusal(request, ident, code, form),
    )


routes = [mine, panel_page, accept, decline, promise, check, sign, show, save, autosave, recusal, recuse]
