"""The sections of a profile on screen, the same for the host and for the expert: only shell, address and action differ."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request
from litestar.response import Response, Template
from msgspec import Struct

from kernel import clock, web
from kernel.access import Action
from talent_pool.profiles import actions, fields, keeping, load, parts, queries, record, rules
from talent_pool.profiles.forms import AREA_NAMES, COUNTIES, AbsenceForm, DocumentForm, ReasonForm, TieForm, WorkForm
from talent_pool.profiles.kinds import DocumentKind, TieKind
from talent_pool.profiles.queries import Profile

AnyRequest = Request[Any, Any, Any]
Again = Callable[[], Awaitable[Template]]


class Side(Struct, frozen=True):
    """Who looks at whose profile: the host at anybody's (action MANAGE_EXPERTS), experts at their own."""

    profile: Profile
    base: str
    shell: str
    action: Action
    may_edit: bool

    @property
    def is_own(self) -> bool:
        return self.action is Action.EDIT_OWN_EXPERT


async def host(request: AnyRequest, expert: str) -> Side:
    found = await queries.profile(request.user, web.uuid_or_missing(expert))
    may = request.user.may(Action.MANAGE_EXPERTS) and found.merged_into is None
    return Side(found, f"/w/experts/{found.id}", "_shell_work.html", Action.MANAGE_EXPERTS, may)


async def own(request: AnyRequest) -> Side:
    return Side(await queries.own(request.user), "/r/profile", "_shell_my.html", Action.EDIT_OWN_EXPERT, True)


def page(request: AnyRequest, side: Side, template: str, tab: str, **context: Any) -> Template:
    given: dict[str, Any] = {"refused": "", **context}
    return web.page(
        request,
        f"talent_pool/profiles/{template}.html",
        side=side,
        expert=side.profile,
        tab=tab,
        area_names=AREA_NAMES,
        counties=dict(COUNTIES),
        field_words=fields.words_of,
        today=clock.today(),
        **given,
    )


async def facts(request: AnyRequest, side: Side, **context: Any) -> Template:
    given = {"posted": "", "form": None, "leaving": None, "leaving_posted": None, "reason_form": ReasonForm(), **context}
    return page(request, side, "show", "facts", **given)


# ── works ──


async def works(request: AnyRequest, side: Side, form: WorkForm | None = None) -> Template:
    listed = await parts.works(side.profile.id)
    return page(request, side, "works", "works", works=listed, form=form or WorkForm(), posted=form)


async def work(request: AnyRequest, side: Side, ident: str, form: WorkForm | None = None) -> Template:
    found = await parts.work(side.profile.id, web.uuid_or_missing(ident))
    data = {name: getattr(found, name) for name in ("kind", "title", "year", "venue", "text")}
    return page(request, side, "work", "works", work=found, form=form or WorkForm(data=data), posted=form)


async def save_work(request: AnyRequest, side: Side, ident: str = "") -> Response[Any]:
    form = await web.read(request, WorkForm)
    known = web.uuid_or_missing(ident) if ident else None
    return await web.act(
        request,
        form,
        verb=lambda: keeping.save_work(request.user, side.action, side.profile.id, form.work(), known),
        done=f"{side.base}/works",
        again=lambda: work(request, side, ident, form) if ident else works(request, side, form),
    )


async def remove_work(request: AnyRequest, side: Side, ident: str) -> Response[Any]:
    known = web.uuid_or_missing(ident)
    return await _button(
        request,
        lambda: keeping.remove_work(request.user, side.action, side.profile.id, known),
        f"{side.base}/works",
        lambda: works(request, side),
    )


# ── documents ──


async def documents(request: AnyRequest, side: Side, form: DocumentForm | None = None) -> Template:
    listed = await parts.documents(side.profile.id)
    ends = [paper.expires_on for paper in listed if paper.kind is DocumentKind.CONSENT]
    return page(
        request,
        side,
        "documents",
        "documents",
        documents=listed,
        consent_over=rules.consent_over(ends, clock.today()),
        form=form or DocumentForm(),
        posted=form,
    )


async def add_document(request: AnyRequest, side: Side) -> Response[Any]:
    form = await web.read(request, DocumentForm)
    return await web.act(
        request,
        form,
        verb=lambda: keeping.add_document(
            request.user,
            side.action,
            side.profile.id,
            DocumentKind(form.kind.data),
            form.file.data,
            title=form.title.data,
            issued_on=form.issued_on.data,
            expires_on=form.expires_on.data,
        ),
        done=f"{side.base}/documents",
        again=lambda: documents(request, side, form),
    )


async def withdraw_document(request: AnyRequest, side: Side, ident: str) -> Response[Any]:
    known = web.uuid_or_missing(ident)
    return await _button(
        request,
        lambda: keeping.withdraw_document(request.user, side.action, side.profile.id, known),
        f"{side.base}/documents",
        lambda: documents(request, side),
    )


# ── time ──


async def time(request: AnyRequest, side: Side, form: AbsenceForm | None = None) -> Template:
    found = side.profile
    in_hand = await load.of([found.person], clock.today().year)
    return page(
        request,
        side,
        "time",
        "time",
        absences=await parts.absences(found.id),
        load=in_hand[found.person],
        done=await record.of(found.id),
        form=form or AbsenceForm(),
        posted=form,
    )


async def add_absence(request: AnyRequest, side: Side) -> Response[Any]:
    form = await web.read(request, AbsenceForm)
    return await web.act(
        request,
        form,
        verb=lambda: keeping.add_absence(
            request.user, side.action, side.profile.id, form.since.data, form.until.data, form.note.data
        ),
        done=f"{side.base}/time",
        again=lambda: time(request, side, form),
    )


async def remove_absence(request: AnyRequest, side: Side, ident: str) -> Response[Any]:
    known = web.uuid_or_missing(ident)
    return await _button(
        request,
        lambda: keeping.remove_absence(request.user, side.action, side.profile.id, known),
        f"{side.base}/time",
        lambda: time(request, side),
    )


# ── ties ──


async def ties(request: AnyRequest, side: Side, form: TieForm | None = None) -> Template:
    listed = await parts.ties(side.profile.id)
    return page(request, side, "ties", "ties", ties=listed, form=form or TieForm(), posted=form)


async def add_tie(request: AnyRequest, side: Side) -> Response[Any]:
    form = await web.read(request, TieForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.add_tie(
            request.user,
            side.profile.id,
            TieKind(form.kind.data),
            unit_name=form.unit_name.data,
            other_name=form.other_name.data,
            since=form.since.data,
            until=form.until.data,
            note=form.note.data,
            action=side.action,
        ),
        done=f"{side.base}/ties",
        again=lambda: ties(request, side, form),
    )


async def _button(request: AnyRequest, verb: Callable[[], Awaitable[Any]], done: str, again: Again) -> Response[Any]:
    """A button beside a line. A refusal shows on top of the section it stands in."""
    form = await web.read(request, web.Form)

    async def refused() -> Template:
        template = await again()
        template.context["refused"] = form.refused
        return template

    return await web.act(request, form, verb=verb, done=done, again=refused)
