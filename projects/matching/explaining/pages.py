"""HTTP of one project of a run: who was found, what speaks for each, why another was not and what choosing him would cost."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from departments import catalogue
from kernel import web
from kernel.access import Action, Actor
from projects.drawing import rules as drawing_rules
from projects.matching import details, forcing, queries, words
from projects.matching.puzzle import Question
from projects.matching.why import COSTED, Record, Sitting, Why, cost, share, why_not
from projects.states import RunState
from talent_pool.profiles import fields

AnyRequest = Request[Any, Any, Any]


@get("/w/matching/{run:str}/projects/{code:str}", name="matching.project", action=Action.VIEW_MATCHING)
async def detail(request: AnyRequest, run: FromPath[str], code: FromPath[str], q: FromQuery[str] = "") -> Template:
    """One project: who was found, what speaks for each, and why another expert was not."""
    row = await queries.shown(request.user, web.uuid_or_missing(run))
    head = await details.project(request.user, row.id, code)
    found = await details.pairs(row.id, head.id)
    text = q.strip()[:30]
    return web.page(
        request,
        "projects/matching/project.html",
        run=row,
        project=head,
        seated=[pair for pair in found if not pair.standby],
        waiting=[pair for pair in found if pair.standby],
        kinds=words.KIND,
        share=share,
        terms=_terms,
        fields=_fields,
        text=text,
        sees_pool=request.user.may(Action.VIEW_EXPERTS),
        answers=await _why(request.user, row, head, found, text) if text else [],
        may_run=request.user.may(Action.RUN_MATCHING) and row.state is not RunState.APPROVED,
    )


def _terms(terms: list[details.Term]) -> str:
    return words.AND.join(words.TERM.format(term=term.term, share=term.share) for term in terms)


def _fields(codes: list[str]) -> str:
    names = {**{area.code: area.name for area in catalogue.load().areas}, **fields.names()}
    return words.AND.join(names.get(code, code) for code in codes)


async def _why(
    actor: Actor, row: queries.Shown, head: details.Head, found: list[details.PairLine], text: str
) -> list[tuple[str, str, str, str]]:
    """(name, employer, sentence, standing) of every expert the text may mean.

    Who watches a matching may ask about everybody who was in it, as the log of a draw names them, and about nobody else.
    """
    record = await details.record(row.id, head.id)
    if record is None:
        return []
    panel = [Sitting(p.expert, p.name, p.employer, p.place, p.kind, p.standby, p.affinity, p.locked) for p in found]
    named = await details.experts_named(text, None if actor.may(Action.VIEW_EXPERTS) else record.experts)
    whys = [(asked, why_not(record, asked, panel, row.parameters, row.seed, head.id)) for asked in named]
    costs = await _costs(row, record, [why.column for _, why in whys if why.code in COSTED])
    said = []
    for asked, why in whys:
        rank = words.BRIEF_RANK.format(eligible=why.eligible, rank=why.rank) if why.rank else ""
        said.append((asked.name, asked.employer, _sentence(why, costs.get(why.column)), rank))
    return said


async def _costs(row: queries.Shown, record: Record, columns: list[int]) -> dict[int, Why]:
    """What choosing these experts would cost the whole, where the whole was what the run looked for and found."""
    if row.objective != "total" or "total" not in row.figures or not columns or not record.groups:
        return {}
    frame = await details.frame(row.id, record, row.parameters)
    question = Question(frame, row.input_hash, record.place, tuple(columns), forcing.SECONDS)
    total, bound = int(row.figures["total"]), int(row.figures["bound"])
    return {place: cost(one, total, bound) for place, one in (await forcing.force(question, record.affinity)).items()}


def _sentence(why: Why, costs: Why | None) -> str:
    facts = dict(why.facts)
    if why.code in {"conflict", "out"}:
        label = drawing_rules.conflict_label if why.code == "conflict" else drawing_rules.excluded_label
        facts["why"] = label(str(facts["why"]))
    said = words.WHY_NOT[why.code].format(**facts)
    if costs is None:
        return said
    first = words.CAN if why.code == "cost" else said
    return words.ALSO.join((first, words.WHY_NOT[costs.code].format(**costs.facts)))


routes = [detail]
