"""HTTP of the agreement: the team's page (revise, present, sign) and the host's (sign, return, paper)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import web
from kernel.access import Action
from kernel.documents import queries as documents
from kernel.forms.fields import Form
from kernel.forms.papers import PaperForm
from kernel.money import Fen
from projects.life import AGREEMENT
from projects.queries import pack_of_call
from projects.signing import actions, queries
from projects.signing.queries import BudgetRow, Head, IndicatorRow
from projects.states import AgreementState, State

AnyRequest = Request[Any, Any, Any]
PAPER_LIMIT = 24 * 1024 * 1024


class RevisionForm(web.Form):
    """The period; one field a budget line and indicator is added by `revision`."""

    starts_on = web.Day()
    ends_on = web.Day()

    def budget(self) -> dict[UUID, Fen]:
        return {UUID(name[5:]): field.data for name, field in self._fields.items() if name.startswith("line_")}

    def goals(self) -> dict[UUID, int]:
        return {UUID(name[5:]): field.data for name, field in self._fields.items() if name.startswith("goal_")}


class SignForm(web.Form):
    account_name = web.Text(max=120)
    bank = web.Text(max=120)
    account = web.Pattern(r"[0-9 ]{8,34}", "not-account", max=34)


class ReasonForm(web.Form):
    reason = web.Text(max=500)


class GoForm(web.Form):
    """A button and nothing else."""


def revision(budget: list[BudgetRow], indicators: list[IndicatorRow]) -> type[RevisionForm]:
    """Fields are named by the row's id, never by its place: a changed order cannot shift amounts."""
    fields: dict[str, Any] = {f"line_{line.id.hex}": web.Money(min=0) for line in budget}
    fields |= {f"goal_{row.id.hex}": web.Whole(min=1, max=10_000_000) for row in indicators}
    return type("Revision", (RevisionForm,), fields)


def _typed(shown: Head, budget: list[BudgetRow], indicators: list[IndicatorRow]) -> dict[str, Any]:
    parts = queries.suggested(budget, shown.amount)
    typed: dict[str, Any] = {f"line_{line.id.hex}": parts[line.id] for line in budget}
    typed |= {f"goal_{row.id.hex}": row.agreed or row.target for row in indicators}
    return typed | {"starts_on": shown.starts_on, "ends_on": shown.ends_on}


@get("/my/projects/{ref:str}/agreement", name="agreement", action=Action.LIST_OWN_PROJECTS)
async def mine(request: AnyRequest, ref: FromPath[str]) -> Template:
    return await _mine(request, ref)


async def _mine(request: AnyRequest, ref: str, posted: tuple[Action, Form] | None = None) -> Template:
    shown = await queries.head(request.user, Action.LIST_OWN_PROJECTS, ref)
    budget, indicators = await queries.budget(shown.id), await queries.indicators(shown.id)
    forms: dict[Action, Form] = {
        Action.REVISE_BUDGET: revision(budget, indicators)(**_typed(shown, budget, indicators)),
        Action.SIGN_AGREEMENT_TEAM: SignForm(account_name=shown.payee or shown.organisation),
        Action.ABANDON_PROJECT: ReasonForm(),
    }
    return await _page(request, "mine", shown, forms, posted, budget, indicators)


@get("/w/projects/{ref:str}/agreement", name="agreement.work", action=Action.LIST_PROJECTS)
async def work(request: AnyRequest, ref: FromPath[str]) -> Template:
    return await _work(request, ref)


async def _work(request: AnyRequest, ref: str, posted: tuple[Action, Form] | None = None) -> Template:
    shown = await queries.head(request.user, Action.LIST_PROJECTS, ref)
    forms: dict[Action, Form] = {Action.RETURN_AGREEMENT: ReasonForm(), Action.REGISTER_SIGNOFF: PaperForm()}
    budget, indicators = await queries.budget(shown.id), await queries.indicators(shown.id)
    return await _page(request, "work", shown, forms, posted, budget, indicators)


async def _page(
    request: AnyRequest,
    side: str,
    shown: Head,
    forms: dict[Action, Form],
    posted: tuple[Action, Form] | None,
    budget: list[BudgetRow],
    indicators: list[IndicatorRow],
) -> Template:
    if posted:
        forms[posted[0]] = posted[1]
    row, lines = await queries.agreement(shown.id), await queries.lines(shown.id)
    state = row.state if row else AgreementState.DRAFTING
    pack = await pack_of_call(shown.call_code)
    actor = request.user
    return web.page(
        request,
        f"projects/signing/{side}.html",
        head=shown,
        row=row,
        state=state,
        version=row.version if row else 1,
        lines=lines,
        budget=budget,
        indicators=indicators,
        instalments=await queries.instalments(shown.id),
        categories={category.code: category.name for category in pack.budget.categories},
        obstacle=queries.obstacle(shown, row, budget, indicators, lines),
        offers={a for a in AGREEMENT.law if shown.state is State.APPROVED and actor.may(a) and AGREEMENT.allows(state, a)},
        documents=await documents.of("agreement", row.id) if row else [],
        papers=await queries.papers(row.id) if row and side == "work" else [],
        forms=forms,
        posted=posted[0] if posted else None,
        tab="agreement",
    )


@post("/my/projects/{ref:str}/agreement/revise", name="agreement.revise", action=Action.REVISE_BUDGET)
async def revise(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    shown = await queries.head(request.user, Action.REVISE_BUDGET, ref)
    form = await web.read(request, revision(await queries.budget(shown.id), await queries.indicators(shown.id)))

    def verb() -> Any:
        return actions.revise(
            request.user,
            ref,
            budget=form.budget(),
            goals=form.goals(),
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            version=form.row_version,
        )

    return await web.act(request, form, verb=verb, again=lambda: _mine(request, ref, (Action.REVISE_BUDGET, form)))


@post("/my/projects/{ref:str}/agreement/present", name="agreement.present", action=Action.PRESENT_AGREEMENT)
async def present(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, GoForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.present(request.user, ref, version=form.row_version),
        again=lambda: _mine(request, ref, (Action.PRESENT_AGREEMENT, form)),
    )


@post("/my/projects/{ref:str}/agreement/sign", name="agreement.sign-team", action=Action.SIGN_AGREEMENT_TEAM)
async def sign_team(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, SignForm)

    def verb() -> Any:
        return actions.sign_team(
            request.user,
            ref,
            account_name=form.account_name.data,
            bank=form.bank.data,
            account=form.account.data.replace(" ", ""),
            version=form.row_version,
        )

    return await web.act(request, form, verb=verb, again=lambda: _mine(request, ref, (Action.SIGN_AGREEMENT_TEAM, form)))


@post("/my/projects/{ref:str}/abandon", name="agreement.abandon", action=Action.ABANDON_PROJECT)
async def abandon(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ReasonForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.abandon(request.user, ref, reason=form.reason.data, version=form.row_version),
        again=lambda: _mine(request, ref, (Action.ABANDON_PROJECT, form)),
    )


@post("/w/projects/{ref:str}/agreement/return", name="agreement.return", action=Action.RETURN_AGREEMENT)
async def return_to_team(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ReasonForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.return_to_team(request.user, ref, reason=form.reason.data, version=form.row_version),
        again=lambda: _work(request, ref, (Action.RETURN_AGREEMENT, form)),
    )


@post("/w/projects/{ref:str}/agreement/sign", name="agreement.sign-host", action=Action.SIGN_AGREEMENT_HOST)
async def sign_host(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, GoForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.sign_host(request.user, ref, version=form.row_version),
        again=lambda: _work(request, ref, (Action.SIGN_AGREEMENT_HOST, form)),
    )


@post(
    "/w/projects/{ref:str}/agreement/paper",
    name="agreement.register-paper",
    action=Action.REGISTER_SIGNOFF,
    request_max_body_size=PAPER_LIMIT,
)
async def register_paper(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, PaperForm)

    return await web.act(
        request,
        form,
        verb=lambda: actions.register_paper(request.user, ref, form.paper(), form.scan.data),
        again=lambda: _work(request, ref, (Action.REGISTER_SIGNOFF, form)),
    )


@post("/w/projects/{ref:str}/agreement/paper/{paper:str}", name="agreement.confirm-paper", action=Action.CONFIRM_SIGNOFF)
async def confirm_paper(request: AnyRequest, ref: FromPath[str], paper: FromPath[str]) -> Response[Any]:
    form = await web.read(request, GoForm)
    ident = web.uuid_or_missing(paper)
    return await web.act(
        request,
        form,
        verb=lambda: actions.confirm_paper(request.user, ref, ident),
        again=lambda: _work(request, ref, (Action.CONFIRM_SIGNOFF, form)),
    )


routes = [mine, work, revise, present, sign_team, abandon, return_to_team, sign_host, register_paper, confirm_paper]
