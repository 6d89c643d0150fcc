"""The page of one consultation, for officials and for the asking team: the same facts, what each may see and do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.response import Template
from msgspec import Struct

from kernel import clock, rows, web
from kernel.access import Action, Reach
from kernel.files import queries as files
from kernel.rows import Q
from talent_pool.consultations import candidates, queries, rules, words
from talent_pool.consultations.forms import (
    AREA_NAMES,
    COUNTY_NAMES,
    FeedbackForm,
    InviteForm,
    MeetingForm,
    MinutesForm,
    ReasonForm,
    answered,
    apart,
)
from talent_pool.consultations.kinds import duration_label
from talent_pool.consultations.queries import Consulted
from talent_pool.consultations.ranking import Because, Why
from talent_pool.consultations.reach import visible_consultation
from talent_pool.life import CONSULTATION, ConsultationState, InvitationState
from talent_pool.profiles import fields

AnyRequest = Request[Any, Any, Any]
TONES = {
    ConsultationState.ASKED: "warn",
    ConsultationState.RETURNED: "warn",
    ConsultationState.DECLINED: "plain",
    ConsultationState.CANCELLED: "plain",
    ConsultationState.INVITING: "info",
    ConsultationState.UNMET: "bad",
    ConsultationState.AGREED: "good",
    ConsultationState.HELD: "note",
    ConsultationState.FINISHED: "plain",
}
INVITATION_TONES = {
    InvitationState.INVITED: "warn",
    InvitationState.ACCEPTED: "good",
    InvitationState.DECLINED: "plain",
    InvitationState.LAPSED: "plain",
    InvitationState.WITHDRAWN: "plain",
}
TO_ARRANGE = {ConsultationState.ASKED, ConsultationState.INVITING, ConsultationState.UNMET}


class Side(Struct, frozen=True):
    """Officials at work, teams on their own pages: another shell, another list, the same consultation."""

    name: str
    shell: str
    action: Action

    @property
    def list_url(self) -> str:
        return f"/{self.name}/consultations"

    def url(self, code: str) -> str:
        return f"{self.list_url}/{code}"


WORK = Side("w", "_shell_work.html", Action.LIST_CONSULTATIONS)
MY = Side("my", "_shell_my.html", Action.LIST_OWN_CONSULTATIONS)


def side_of(request: AnyRequest) -> Side:
    return MY if request.url.path.startswith("/my/") else WORK


def both(tail: str) -> list[str]:
    """A form that either side may send, each from its own page."""
    return [f"{side.list_url}/{{code:str}}{tail}" for side in (WORK, MY)]


def because(reason: Because) -> str:
    """A reason as a sentence: codes become the words of their lists."""
    terms = list(reason.terms)
    match reason.why:
        case Why.FIELDS:
            terms = fields.words_of(terms)
        case Why.AREA:
            terms = [AREA_NAMES.get(term, term) for term in terms]
        case Why.COUNTY:
            terms = [COUNTY_NAMES.get(term, term) for term in terms]
    return reason.why.label.format(terms=words.SEPARATOR.join(terms))


async def papers(consultation: UUID, slot: str) -> list[tuple[str, str, str, str, str]]:
    """Files as the page lists them; one that is still being checked has no address yet."""
    return [
        (file.name, f"{max(file.size // 1024, 1)} KB", file.url if file.state == "clean" else "", file.state.label, "")
        for file in await files.of("consultation", consultation, slot)
    ]


async def show(request: AnyRequest, code: str, sent: Any = None, posted: str = "") -> Template:
    """`sent` and `posted`: the form that was refused, under the name it has on the page."""
    actor, side = request.user, side_of(request)
    row = await queries.show(actor, side.action, code)
    invited = await queries.invited(row.id)
    recorded = row.recorded_at is not None
    advice = await queries.advice(row.id) if recorded else []
    office = actor.reach(Action.LIST_CONSULTATIONS) is Reach.CITY
    asks = bool(await rows.value(_asks(request, row)))
    arranging = office and row.state in TO_ARRANGE and actor.may(Action.VIEW_EXPERTS)
    forms = {**_forms(row, invited, advice), "advice": answered(advice), **({posted: sent} if posted else {})}
    return web.page(
        request,
        "talent_pool/consultations/show.html",
        side=side,
        row=row,
        tone=TONES[row.state],
        invited=invited if office else [one for one in invited if one.state is InvitationState.ACCEPTED],
        waiting=sum(one.state is InvitationState.INVITED for one in invited),
        invitation_tones=INVITATION_TONES,
        advice=advice,
        listed=await candidates.listed(row) if arranging else None,
        because=because,
        office=office,
        asks=asks,
        moves={move for move in CONSULTATION.moves_from(row.state) if actor.may(move)} if office or asks else set(),
        forms=apart(forms),
        form=sent,
        posted=posted,
        need_papers=await papers(row.id, "need"),
        minutes_papers=await papers(row.id, "minutes") if recorded else [],
        area_name=AREA_NAMES.get(row.area, row.area),
        county_name=COUNTY_NAMES.get(row.county, ""),
        field_names=fields.words_of(row.fields),
        duration=duration_label(row.duration),
        feedback_due=rules.feedback_due(row.recorded_at.astimezone(clock.SHANGHAI).date(), clock.calendar())
        if row.recorded_at
        else None,
        today=clock.today(),
    )


def _asks(request: AnyRequest, row: Consulted) -> Q:
    """Whether this person speaks for the asking side."""
    return Q(
        "SELECT true FROM consultation c WHERE c.id = {} AND {}", row.id, visible_consultation(request.user, Action.DECIDE_ADVICE)
    )


def _forms(row: Consulted, invited: list[queries.Invited], advice: list[queries.AdviceRow]) -> dict[str, web.Form]:
    """Each with what is known already; the minutes begin with what the experts wrote, the advice with what waits for an answer."""
    local = row.meets_at.astimezone(clock.SHANGHAI) if row.meets_at else None
    meeting = MeetingForm(
        day=local.date() if local else row.wished_on,
        at=f"{local:%H:%M}" if local else "09:30",
        place=row.place,
        agenda=row.agenda,
    )
    drafts = "\n\n".join(one.draft for one in invited if one.draft)
    minutes = MinutesForm(
        held_on=row.held_on or (local.date() if local else None),
        duration=str(row.duration or 120),
        minutes=row.minutes or drafts,
        advice="\n".join(line.text for line in advice if line.adopted is None),
    )
    names = ("return", "decline", "unmet", "cancel", "withdraw")
    return {
        "meeting": meeting,
        "minutes": minutes,
        "invite": InviteForm(),
        "feedback": FeedbackForm(helped=row.helped, text=row.feedback),
        **{name: ReasonForm() for name in names},
    }
