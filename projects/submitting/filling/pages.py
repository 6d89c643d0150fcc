"""One page a section: what is stored in a form, saving as far as it goes, autosave, attachments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Template

from departments import catalogue
from kernel import clock, web
from kernel.access import Action
from kernel.errors import Missing, Refused, Stale
from kernel.web import Form, Upload
from projects.calls.form import FieldKind, Section, SectionKind
from projects.calls.rulepack import RulePack
from projects.submitting import actions, drafts, form_fields, lines, queries, report, words
from projects.submitting.document import parts, text_of
from projects.submitting.pages import of
from projects.submitting.queries import Proposal

AnyRequest = Request[Any, Any, Any]
UPLOAD_LIMIT = 25 * 1024 * 1024
MOST_EMPTY = 10


class Nothing(Form):
    pass


class FileForm(Form):
    file = Upload()


@get("/my/proposals/{ref:str}/s/{code:str}", name="proposal.section", action=Action.EDIT_PROJECT)
async def section(
    request: AnyRequest, ref: FromPath[str], code: FromPath[str], check: FromQuery[bool] = False, rows: FromQuery[int] = 1
) -> Template:
    return await _section(request, ref, code, check=check, empty=min(max(rows, 1), MOST_EMPTY))


async def _section(
    request: AnyRequest,
    ref: str,
    code: str,
    *,
    form: Any = None,
    posted: tuple[str, Any] = ("", None),
    check: bool = False,
    empty: int = 1,
) -> Template:
    row = await of(request, Action.EDIT_PROJECT, ref)
    pack = await queries.pack_of(row)
    found = _found(pack, code)
    states, correction = await drafts.saved(row.id), await drafts.correcting(row.id)
    facts = await drafts.facts(row, states)
    problems = report.all_problems(facts)
    state = states.get(code)
    here = [problem for problem in problems if problem.section == code]
    stored = await _form(row, found, pack, state, empty)
    if form is None and (check or (state is not None and state.lines)):
        _mark(stored, found, here)
    stale = form is not None and form.stale is not None
    fields, lines_too = report.may_change(found, correction.named if correction else None)
    return web.page(
        request,
        "projects/submitting/files.html" if found.kind is SectionKind.FILES else "projects/submitting/section.html",
        form=form if form is not None else stored,
        tried=form,
        stale=stale,
        conflict=_compared(found, form, stored) if stale else [],
        state=state,
        busy=state if state and state.is_busy_for(request.user) else None,
        version=state.version if state else 0,
        problems=here if check else [],
        tasks=report.tasks(pack, problems, set(states), correction.named if correction else None),
        editable=row.state in actions.EDITABLE,
        fields=fields,
        lines_too=lines_too,
        correction=correction,
        seal_stale=next((p.sentence for p in here if p.field == "seal"), ""),
        **_given(row, pack, found),
        **_attached(facts, code, posted),
    )


def _given(row: Proposal, pack: RulePack, found: Section) -> dict[str, Any]:
    """What the page of a section shows whatever is typed in it."""
    return {
        "row": row,
        "title": row.title or words.UNTITLED,
        "section": found,
        "pack": pack,
        "columns": words.COLUMNS.get(found.kind, {}),
        "counties": [(county.code, county.name) for county in catalogue.counties()],
        "record": row.record_items if found.code == words.UNIT_SECTION else [],
        "total": row.total,
        "cap": report.cap_of(row.kind, pack),
    }


def _found(pack: RulePack, code: str) -> Section:
    """The section of the form, or Missing."""
    found = next((s for s in pack.form.sections if s.code == code), None)
    if found is None:
        raise Missing
    return found


async def _form(row: Proposal, found: Section, pack: Any, state: drafts.Saved | None, empty: int) -> Any:
    """The section as stored, in a form; lines that could not be stored come back as they were typed."""
    typed: list[dict[str, str]] = []
    if found.kind in words.COLUMNS:
        typed = state.lines if state and state.lines else lines.typed(found.kind, getattr(row.rows, found.kind))
    made = form_fields.form_class(found, pack, row.pack_hash, row.areas)
    blank = max(empty, found.min_rows - len(typed), 1)
    return made(form_fields.sent_from(found, row.answers.get(found.code, {}), typed, blank))


def _mark(form: Any, found: Section, problems: Sequence[Any]) -> None:
    """Put each problem beside its field, so that the summary's links lead there."""
    places = {
        f.code: form_fields.county_field(f, catalogue.counties()[0].code) for f in found.fields if f.kind is FieldKind.PLACES
    }
    for problem in problems:
        name = places.get(problem.field, problem.field or "lines")
        if name.startswith("lines-"):
            _, line, column = name.split("-", 2)
            if int(line) < len(form.lines.entries):
                form.lines.entries[int(line)].form[column].errors = [problem.sentence]
            name = "lines"
        if name in form:
            form[name].errors = [*form[name].errors, problem.sentence]


def _compared(found: Section, mine: Any, theirs: Any) -> list[tuple[str, str, str]]:
    """What was typed beside what somebody else saved in the meantime."""
    typed, stored = form_fields.values_of(found, mine), form_fields.values_of(found, theirs)
    pairs = [(f.label, text_of(f, typed[f.code]), text_of(f, stored[f.code])) for f in found.fields]
    if found.kind in words.COLUMNS:
        texts = ["\n".join(" | ".join(line.values()) for line in form_fields.lines_of(found, form)) for form in (mine, theirs)]
        pairs.append((found.title, texts[0], texts[1]))
    return pairs


@post("/my/proposals/{ref:str}/s/{code:str}", name="proposal.save", action=Action.EDIT_PROJECT)
async def save(request: AnyRequest, ref: FromPath[str], code: FromPath[str]) -> Response[Any]:
    row = await of(request, Action.EDIT_PROJECT, ref)
    pack = await queries.pack_of(row)
    found = _found(pack, code)
    if found.kind is SectionKind.FILES:
        raise Missing
    form: Any = await web.read(request, form_fields.form_class(found, pack, row.pack_hash, row.areas))
    typed = form_fields.lines_of(found, form)
    if form.paste.data and not form.paste.errors:
        typed += lines.pasted(found.kind, form.paste.data, pack)

    async def verb() -> str:
        await actions.save(
            request.user, ref, code, form.row_version, form_fields.values_of(found, form), typed[: lines.MOST_LINES]
        )
        return await _onward(request, ref, found, form)

    if request.headers.get("hx-request"):
        return await _autosave(request, form, verb)
    return await web.act(request, form, verb=verb, again=lambda: _section(request, ref, code, form=form))


async def _onward(request: AnyRequest, ref: str, found: Section, form: Any) -> str:
    """Stay when asked to, or when this section still has something to mend; else on to the next one that may be changed."""
    base = f"/my/proposals/{ref}"
    if form.add.data or form.paste.data or form.go.data == "stay":
        return f"{base}/s/{found.code}" + ("?rows=3#lines" if form.add.data else "")
    row = await of(request, Action.EDIT_PROJECT, ref)
    facts = await drafts.facts(row, await drafts.saved(row.id))
    if any(problem.section == found.code for problem in report.all_problems(facts)):
        return f"{base}/s/{found.code}?check=true"
    correction = await drafts.correcting(row.id)
    sections = facts.pack.form.sections
    later = [section.code for section in sections[sections.index(found) + 1 :]]
    if correction:
        later = [code for code in later if report.names_section(code, correction.named)]
    return f"{base}/s/{later[0]}" if later else f"{base}/check"


async def _autosave(request: AnyRequest, form: Any, verb: Any) -> Template:
    """Only a word and the new version go back. What cannot be saved waits for the button, with everything still typed."""
    if not form.validate():
        return web.page(
            request, "projects/submitting/_saved.html", status=422, text=words.AUTOSAVE["invalid"], version=None, tone="warn"
        )
    try:
        await verb()
    except Stale:
        return web.page(
            request, "projects/submitting/_saved.html", status=409, text=words.AUTOSAVE["stale"], version=None, tone="warn"
        )
    except Refused as no:
        return web.page(request, "projects/submitting/_saved.html", status=422, text=str(no), version=None, tone="warn")
    text = words.AUTOSAVE["saved"].format(at=f"{clock.now():%H:%M}")
    return web.page(request, "projects/submitting/_saved.html", text=text, version=form.row_version + 1, tone="good")


# ── attachments ──


@post(
    "/my/proposals/{ref:str}/papers/{code:str}",
    name="proposal.add-paper",
    action=Action.EDIT_PROJECT,
    request_max_body_size=UPLOAD_LIMIT,
)
async def add_paper(request: AnyRequest, ref: FromPath[str], code: FromPath[str]) -> Response[Any]:
    form = await web.read(request, FileForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.add_paper(request.user, ref, code, form.file.data),
        again=lambda: _section(request, ref, "files", posted=(code, form)),
    )


@post("/my/proposals/{ref:str}/files/{file:str}/remove", name="proposal.remove-paper", action=Action.EDIT_PROJECT)
async def remove_paper(request: AnyRequest, ref: FromPath[str], file: FromPath[str]) -> Response[Any]:
    form = await web.read(request, Nothing)
    ident: UUID = web.uuid_or_missing(file)
    return await web.act(
        request,
        form,
        verb=lambda: actions.remove_paper(request.user, ref, ident),
        again=lambda: _section(request, ref, "files", posted=("", form)),
    )


def _attached(facts: report.Facts, section: str, posted: tuple[str, Any]) -> dict[str, Any]:
    """The documents of a section, one small form each; each file field needs an id of its own on the page."""
    papers = next((p.papers for p in parts(facts.pack, facts.content, contacts=True) if p.code == section), [])
    forms = {paper.code: posted[1] if paper.code == posted[0] else FileForm() for paper in papers}
    for code, form in forms.items():
        form.file.id = f"file-{code}"
        if form.refused:  # what is wrong is the file, so that is where it is said
            form.file.errors, form.refused = [form.refused], None
    return {"papers": papers, "version_code": facts.current, "file_forms": forms, "posted": posted}


routes = [section, save, add_paper, remove_paper]
