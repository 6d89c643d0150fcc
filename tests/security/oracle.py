"""Who may see what: written by hand from the rules of the house, never from the code that applies them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from kernel.access import Role

CITY = {Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR}
STAFF = {Role.OFFICER, Role.HEAD, Role.FINANCE_OFFICER}
MONEY = {Role.HEAD, Role.FINANCE_OFFICER}
LEADS = {"science": "scitech", "elderly": "civil", "community": "society"}
TAKE_PART = {"science": {"society", "education", "youth"}, "elderly": {"health", "women"}, "community": {"civil", "health"}}
HOST = "society"


class Viewer(Struct, frozen=True):
    """Somebody who looks: the name of the account says most of it."""

    name: str
    person: str
    role: Role | None
    unit: str
    """The code of the department, organisation or county; empty without one."""


class Known(Struct, frozen=True):
    """What the story says of one project."""

    name: str
    area: str
    organisation: str
    author: str
    county: str
    coded: bool
    state: str
    payers: frozenset[str]
    judges: frozenset[str]
    signers: frozenset[str]
    awarded: bool


class Need(Struct, frozen=True):
    """What the story says of one consultation. Units by code; `asked` and `came` are persons."""

    project: str
    unit: str
    department: str
    asked: frozenset[str]
    came: frozenset[str]


class Profile(Struct, frozen=True):
    """An expert, on whatever step: `inviting` is the code of the department that asked; `agreed` what anybody may read."""

    state: str
    inviting: str
    agreed: frozenset[str]


class Facts(Struct):
    """The story as the oracle knows it. Keys are ids as text."""

    projects: dict[str, Known]
    seats: dict[str, str]
    panels_of: dict[str, set[str]]
    """Panel → the experts who sit or sat on it."""
    seat_open: dict[str, bool]
    decisions: dict[str, set[str]]
    """Decision → departments that have a line in it."""
    lines: dict[str, tuple[str, str]]
    """Line → its project and the department whose money it is."""
    payments: dict[str, tuple[str, str]]
    reports: dict[str, str]
    agreements: dict[str, str]
    expenses: dict[str, str]
    units: dict[str, str]
    funds: dict[str, str]
    published: set[str]
    experts: dict[str, str]
    """Expert → person."""
    needs: dict[str, Need]
    pool: dict[str, Profile]
    """Person → what they are in the expert pool."""
    documents: dict[str, str]
    """Paper of an expert → the person."""
    runs: dict[str, bool]
    """Matching → whether it is approved."""


Rule = Callable[[Viewer, dict[str, Any], Facts], bool]


def team(v: Viewer, p: Known) -> bool:
    """Its own people: who fills it in, and the administrator of its organisation."""
    return (v.role is Role.APPLICANT and v.person == p.author) or (v.role is Role.ORGANISATION_ADMIN and v.unit == p.organisation)


def desk(v: Viewer, p: Known) -> bool:
    """Officials it concerns, once it was formally submitted."""
    near = {LEADS[p.area], HOST, *TAKE_PART[p.area], *p.payers}
    county = v.role is Role.COUNTY_OFFICER and v.unit == p.county
    return p.coded and (v.role in CITY or (v.role in STAFF and v.unit in near) or county)


def judge(v: Viewer, p: Known) -> bool:
    return v.role is Role.EXPERT and v.person in p.judges


def panel_desk(v: Viewer) -> bool:
    """Who runs or watches the panels: the host's coordinator, the officer with the duty, director, auditor, supervisor."""
    return v.role in {*CITY, Role.SUPERVISOR} or v.name == "secretary"


def handler(v: Viewer) -> bool:
    return v.role in CITY or v.name == "secretary"


def of(*ways: Callable[[Viewer, Known], bool]) -> Rule:
    """A field of a row with a project."""
    return lambda v, r, f: any(way(v, f.projects[r["project"]]) for way in ways)


def anybody(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return True


def nobody(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return False


def _title(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    p = f.projects[r["id"]]
    return (
        team(v, p)
        or desk(v, p)
        or judge(v, p)
        or p.awarded
        or v.person in p.signers
        or (v.role is Role.SUPERVISOR and bool(p.judges or p.signers))
    )


def _own_project(*ways: Callable[[Viewer, Known], bool]) -> Rule:
    return lambda v, r, f: any(way(v, f.projects[r["id"]]) for way in ways)


def _indicator(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    p = f.projects[r["project"]]
    return team(v, p) or desk(v, p) or judge(v, p) or p.state in {"running", "closed", "closing"}


def _screening(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    p = f.projects[r["project"]]
    return desk(v, p) or (team(v, p) and r["outcome"] in {"refused", "returned"})


def _panel(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return panel_desk(v) or v.person in f.panels_of[r["id"]]


def _seat(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return panel_desk(v) or v.person == r["person"]


def _sheet(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """Sealed until the panel has closed; then those who rank. Its writer always."""
    seat = r["seat"]
    return v.person == f.seats[seat] or (not f.seat_open[seat] and handler(v))


def _recusal(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return panel_desk(v) or v.person == r["person"]


def _decision(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return v.role in CITY or (v.role in MONEY and v.unit in f.decisions[r["id"]])


def _item(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    owners = {owner for project, owner in f.lines.values() if project == r["project"]}
    return v.role in CITY or (v.role in MONEY and v.unit in owners)


def _amount(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """Before the release it is known where the decision is prepared, and to the departments asked to pay it."""
    owners = {owner for project, owner in f.lines.values() if project == r["project"]}
    return v.role in CITY or (v.role in STAFF and v.unit in owners)


def _line(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return v.role in CITY or (v.role in STAFF and v.unit == f.units[r["owner"]])


def _fund(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return v.role in CITY or (v.role in STAFF and v.unit == f.units[r["owner"]])


def _entry(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    owner = v.role in {Role.COORDINATOR, Role.AUDITOR} or (v.role in MONEY and v.unit == f.funds[r["fund"]])
    p = f.projects.get(r["project"] or "")
    return owner or (p is not None and (team(v, p) or desk(v, p)))


def _objection(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return handler(v)


def _payment(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    p = f.projects[r["project"]]
    return team(v, p) or v.role in CITY or (v.role in STAFF and v.unit == f.units[r["owner"]])


def _organisation(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """Its own people, the city's, and who reads one of its submitted proposals."""
    code = f.units[r["unit"]]
    own = v.role in {Role.APPLICANT, Role.ORGANISATION_ADMIN} and v.unit == code
    reads = any(desk(v, p) or judge(v, p) for p in f.projects.values() if p.organisation == code)
    return own or v.role in CITY or reads


def _invited(v: Viewer, person: str, f: Facts) -> bool:
    """A department follows whom it invited."""
    return v.role in {Role.OFFICER, Role.HEAD} and v.unit == f.pool[person].inviting


def _known(v: Viewer, person: str, f: Facts) -> bool:
    """Who the experts are: to the host and oneself, to whom panels are drawn before, and to the department that asked."""
    inside = f.pool[person].state in {"admitted", "paused", "left"}
    return v.role in CITY or (panel_desk(v) and inside) or v.person == person or _invited(v, person, f) or advises(v, person, f)


def _profile(part: str = "") -> Rule:
    """What stands in a profile: the host's and the expert's own, and anybody's where the expert agreed to show it."""
    return lambda v, r, f: v.role in CITY or v.person == r["person"] or part in f.pool[r["person"]].agreed


def _of_expert(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """What hangs on a profile: the host's, and the expert's own."""
    return v.role in CITY or v.person == f.experts[r["expert"]]


def _work(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return _of_expert(v, r, f) or "works" in f.pool[f.experts[r["expert"]]].agreed


def _name(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """Only experts' names are painted: known with the person, to the administrators, and where they agreed to be shown."""
    return (
        _known(v, r["id"], f)
        or v.role in {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
        or "name" in f.pool[r["id"]].agreed
    )


def _post(part: str) -> Rule:
    """Where an expert works is said with the name."""
    return lambda v, r, f: _known(v, r["person"], f) or part in f.pool[r["person"]].agreed


def _standing(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """Why somebody is not in the pool: the department that asked is told of a refusal."""
    return v.role in CITY or v.person == r["person"] or (r["state"] == "refused" and _invited(v, r["person"], f))


def _keeps(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """Records that become one, locks and exclusions: the coordinator's work."""
    return v.role is Role.COORDINATOR


def _settles(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """Who brings experts in and who admits them, who runs a matching and who approves it."""
    return v.role in {Role.COORDINATOR, Role.DIRECTOR}


def _matched(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """Who watches sees a matching once it is approved."""
    return _settles(v, r, f) or (v.role in {Role.AUDITOR, Role.SUPERVISOR} and f.runs[r["run"]])


def advises(v: Viewer, person: str, f: Facts) -> bool:
    """Who agreed to advise is known to whoever reads that need."""
    return any(person in c.came and consult_reads(v, c, f) for c in f.needs.values())


def _self(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return bool(v.person == r["id"])


def _mine(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return bool(v.person == r["person"])


def _todo(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    if r["person"] is not None:
        return bool(v.person == r["person"])
    return v.role == r["role"] and (r["unit"] is None or v.unit == f.units[r["unit"]])


def _file(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    owner = r["owner_id"]
    match r["owner_kind"]:
        case "project":
            return any(way(v, f.projects[owner]) for way in (team, desk, judge))
        case "expert-document":
            return v.role in CITY or v.person == f.documents[owner]
        case "consultation":
            return _need(v, {"id": owner}, f) if r["slot"] == "need" else _meeting(v, {"id": owner}, f)
        case "organisation":
            return _organisation(v, {"unit": owner}, f)
        case "call":
            return _officials(v)
        case "decision":
            return v.role in CITY
        case "payment_request":
            project, unit = f.payments[owner]
            return _payment(v, {"project": project, "owner": unit}, f)
        case "expense":
            p = f.projects[f.expenses[owner]]
            return team(v, p) or desk(v, p)
    raise AssertionError(r["owner_kind"])


def _document(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """A paper's title stands on the page that verifies it; the paper itself has a rule of its own."""
    return True


def _audit(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """The audit's own reader; of a project its desk, without who judged, and its team, without officers; of an expert the host."""
    p = f.projects.get(_subject(r, f))
    if v.role is Role.AUDIT_ADMIN or p is None:
        return v.role is Role.AUDIT_ADMIN or (r["subject_kind"] == "expert" and v.role in CITY)
    return (desk(v, p) and r["role"] != "expert") or (team(v, p) and r["role"] in {"applicant", "organisation_admin"})


def _reason(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """Why a proposal moved is told to its team, too, whoever moved it."""
    p = f.projects.get(_subject(r, f))
    return _audit(v, r, f) or (p is not None and r["subject_kind"] == "project" and team(v, p))


def _subject(r: dict[str, Any], f: Facts) -> str:
    subject = r["subject"] or ""
    match r["subject_kind"]:
        case "agreement":
            return f.agreements[subject]
        case "payment_request":
            return f.payments[subject][0]
        case "report":
            return f.reports[subject]
        case "expense":
            return f.expenses[subject]
    return str(subject)


def consult_asks(v: Viewer, c: Need, f: Facts) -> bool:
    """The asking side: an official's or station's own unit, or the team of the project and its organisation."""
    if c.project:
        p = f.projects[c.project]
        if team(v, p):
            return True
    return v.unit == c.unit and v.role in {Role.OFFICER, Role.HEAD, Role.STATION_WORKER}


def consult_reads(v: Viewer, c: Need, f: Facts) -> bool:
    """And the city, and the department that leads the area."""
    leads = v.role in {Role.OFFICER, Role.HEAD} and v.unit == c.department
    return v.role in CITY or leads or consult_asks(v, c, f)


def _need(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """What is asked: both sides, and every expert who was asked about it."""
    c = f.needs[r["id"]]
    return consult_reads(v, c, f) or v.person in c.asked


def _meeting(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """When and what was said: both sides, and the experts who came."""
    c = f.needs[r["id"]]
    return consult_reads(v, c, f) or v.person in c.came


def _need_side(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return consult_reads(v, f.needs[r["id"]], f)


def _advice(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return _meeting(v, {"id": r["consultation"]}, f)


def _invitation(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """What an expert wrote is the office's and their own."""
    return v.role in CITY or v.person == r["person"]


def _fee_note(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return v.role in CITY


def _officials(v: Viewer) -> bool:
    """Calls are prepared together: every department may follow one on its way to be published."""
    return v.role in {*CITY, *STAFF, Role.COUNTY_OFFICER, Role.AGENCY_WORKER, Role.SUPERVISOR}


def _call(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return r["id"] in f.published or _officials(v)


def _signoff(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    return _officials(v) if r["subject_kind"] == "call" else v.role in CITY


def _minutes(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    """Who pays quotes their number to the treasury; what they say names every project of the call."""
    pays = r["subject_kind"] == "decision" and v.role in STAFF and v.unit in f.decisions[r["subject"]]
    return pays or _signoff(v, r, f)


def _bank(v: Viewer, r: dict[str, Any], f: Facts) -> bool:
    p = f.projects[r["project"]]
    return team(v, p) or desk(v, p)


ALL: Rule = of(team, desk, judge)
OFFICIAL: Rule = of(team, desk)
ORACLE: dict[str, Rule] = {
    "account.password": nobody,
    "account.second_factor": nobody,
    "advice.reason": _advice,
    "advice.text": _advice,
    "agreement.account": nobody,
    "agreement.account_name": _bank,
    "agreement.bank": _bank,
    "amount.reason": OFFICIAL,
    "audit_line.actor_name": _audit,
    "audit_line.facts": _reason,
    "budget_line.basis": ALL,
    "budget_line.item": ALL,
    "call.contact": _call,
    "call.pack": _call,
    "call.summary": _call,
    "call.supervision": _call,
    "call.title": _call,
    "call_version.differences": anybody,
    "call_version.reason": anybody,
    "closing.remarks": OFFICIAL,
    "consultation.agenda": _meeting,
    "consultation.feedback": _need_side,
    "consultation.minutes": _meeting,
    "consultation.need": _need,
    "consultation.place": _meeting,
    "consultation.project_title": _need,
    "consultation.reason": _need_side,
    "consultation.topic": _need,
    "consultation_candidate.reasons": lambda v, r, f: v.role in CITY,
    "consultation_fee.note": _fee_note,
    "correction.before": OFFICIAL,
    "correction.explanation": OFFICIAL,
    "correction.head_reason": of(desk),
    "decision.title": _decision,
    "decision_item.amount": _amount,
    "decision_item.reason": _item,
    "document.title": _document,
    "entry.memo": _entry,
    "entry.title": _entry,
    "expense.note": OFFICIAL,
    "expense.voucher": OFFICIAL,
    "expert.employer_name": _post("employer"),
    "expert.keywords": _profile("fields"),
    "expert.reason": _standing,
    "expert.recommendation": lambda v, r, f: v.role in CITY,
    "expert.speciality": _profile(),
    "expert.title": _post("title"),
    "expert_absence.note": _of_expert,
    "expert_batch.filename": _settles,
    "expert_batch.reason": _settles,
    "expert_batch.warnings": _settles,
    "expert_batch_line.before": nobody,
    "expert_batch_line.name": _settles,
    "expert_document.title": _of_expert,
    "expert_index.agreed": nobody,
    "expert_index.initials": nobody,
    "expert_index.letters": nobody,
    "expert_index.name": nobody,
    "expert_index.sort_key": nobody,
    "expert_index.whole": nobody,
    "expert_merge.before": nobody,
    "expert_merge.reason": _keeps,
    "expert_merge.undone_reason": _keeps,
    "expert_tie.note": _of_expert,
    "expert_tie.other_name": _of_expert,
    "expert_tie.unit_name": _of_expert,
    "expert_work.text": _of_expert,
    "expert_work.title": _work,
    "expert_work.venue": _work,
    "file.name": _file,
    "fund.index_number": _fund,
    "fund.subject": _fund,
    "funding_line.reason": _line,
    "import_batch.filename": lambda v, r, f: v.role is Role.COORDINATOR,
    "import_batch.reason": lambda v, r, f: v.role is Role.COORDINATOR,
    "import_batch.warnings": lambda v, r, f: v.role is Role.COORDINATOR,
    "indicator.evidence": ALL,
    "indicator.name": _indicator,
    "invitation.draft": _invitation,
    "invitation.feedback": _invitation,
    "invitation.reason": _invitation,
    "letter.body": _mine,
    "letter.title": _mine,
    "match_hold.why": _keeps,
    "match_reason.reasons": _matched,
    "match_run.returned_reason": _settles,
    "match_run.shortages": _settles,
    "notice.body": anybody,
    "notice.experts": anybody,
    "notice.title": anybody,
    "notice_item.organisation": anybody,
    "notice_item.payee": anybody,
    "notice_item.title": anybody,
    "objection.answer": _objection,
    "objection.contact": _objection,
    "objection.extended_reason": _objection,
    "objection.objector": _objection,
    "objection.statement": _objection,
    "opinion.text": of(desk),
    "organisation.address": _organisation,
    "organisation.legal_person": _organisation,
    "organisation.profile": _organisation,
    "organisation.scope": _organisation,
    "organisation.supervisor": _organisation,
    "panel.close_reason": lambda v, r, f: panel_desk(v),
    "panel.draw_log": lambda v, r, f: panel_desk(v),
    "panel.early_reason": lambda v, r, f: panel_desk(v),
    "panel.name": _panel,
    "payment_request.purpose": _payment,
    "payment_request.voucher": OFFICIAL,
    "person.email": _self,
    "person.mobile": _self,
    "person.name": _name,
    "plan_step.result": ALL,
    "plan_step.work": ALL,
    "project.answers": _own_project(team, desk, judge),
    "project.title": _title,
    "recusal.reason": _recusal,
    "rediscussion.note": lambda v, r, f: handler(v),
    "refund.voucher": OFFICIAL,
    "report.done": OFFICIAL,
    "report.plans": OFFICIAL,
    "report.problems": OFFICIAL,
    "report.reason": OFFICIAL,
    "revocation.reason": anybody,
    "score.comment": _sheet,
    "score.points": _sheet,
    "screening.note": _screening,
    "seat.phone_note": lambda v, r, f: panel_desk(v),
    "seat.reason": _seat,
    "section_state.lines": of(team),
    "signed_sheet.comment": _sheet,
    "signed_sheet.points": _sheet,
    "signoff.number": _minutes,
    "signoff.summary": _signoff,
    "signoff.votes": _signoff,
    "standing.totals": lambda v, r, f: handler(v),
    "submission.content": OFFICIAL,
    "team_member.name": ALL,
    "team_member.part": ALL,
    "team_member.qualification": ALL,
    "text_waiting.text": nobody,
    "todo.title": _todo,
}
"""Field → who may see it. A text column that is neither here nor in PLAIN fails the test: somebody has to decide."""

PLAIN = {
    "access_log": "*",
    "account": "username",
    "account_link": "*",
    "agreement": "account_tail state",
    "amount": "kind",
    "audit_line": "action role subject_kind",
    "award": "number",
    "budget_line": "category unit",
    "call": "areas code number pack_hash state",
    "call_duty": "duty",
    "consultation": "area code county fields helped mode parties project_code state urgency",
    "consultation_candidate": "masked",
    "consultation_fee": "fee_class state unpaid",
    "call_version": "pack pack_hash",
    "charge": "kind",
    "closing": "best finance grade performance",
    "correction": "named",
    "counter": "*",
    "decision": "state",
    "decision_item": "outcome",
    "delivery": "*",
    "document": "code docx_key issuer kind number pdf_key sha256 subject_kind",
    "entry": "code event source",
    "expense": "invoice",
    "expert": "areas category counties county fee_class fields initials methods shown source state",
    "expert_batch": "sha256",
    "expert_batch_line": "ties works",
    "expert_document": "kind",
    "expert_link": "kind",
    "expert_merge": "followed loser_before made moved",
    "expert_tie": "kind",
    "expert_work": "kind",
    "file": "key kind media_type owner_kind sha256 slot state",
    "fund": "budget_type code forbidden modes name purposes",
    "funding_line": "receipt state support_mode",
    "import_batch": "code sha256 units",
    "indicator": "kind unit",
    "instalment": "gate",
    "invitation": "helped state",
    "involvement": "why",
    "letter": "kind url",
    "limit_window": "*",
    "membership": "role",
    "match_hold": "kind",
    "match_pair": "kind",
    "match_record": "floors groups kinds loads masked",
    "match_run": "algorithm code_version doing failure figures input_hash objective pack_hash parameters result_hash seed state",
    "notice": "code consult_phone issuer kind number state supervision_phone",
    "notice_item": "area code",
    "objection": "code outcome state",
    "once": "*",
    "opinion": "view",
    "organisation": "county grade inspection kind",
    "organisation_document": "code",
    "outbox": "*",
    "panel": "pack_hash seed state way",
    "payment_request": "state",
    "person": "mobile_key sort_key",
    "place": "township",
    "plan_step": "month",
    "posting": "account",
    "project": "area code county grade state support_mode template",
    "report": "actuals kind state",
    "reused_paper": "code",
    "screening": "items outcome",
    "seal": "*",
    "seal_page": "digest",
    "seat": "kind phone state",
    "section_state": "section",
    "session": "*",
    "signoff": "body kind purpose subject_kind",
    "standing": "decided_by",
    "submission": "digest",
    "text_vector": "digest model version",
    "text_waiting": "digest",
    "todo": "action role subject_kind url",
    "unit": "code kind name sort_key",
}
"""Codes, states, keys, and names that stand in every public list."""


UNSHOWN = {
    *("account.password", "agreement.account", "person.email", "person.mobile"),
    *("expert_batch_line.before", "expert_merge.before", "text_waiting.text", "expert_index.agreed", "expert_index.initials"),
    *("expert_index.letters", "expert_index.name", "expert_index.sort_key", "expert_index.whole"),
    *("correction.before", "signoff.summary", "signed_sheet.comment", "submission.content", "recusal.reason"),
}
"""Kept, and shown on no page to anybody. A page that begins to show one has to be thought about first."""


def may(viewer: Viewer, field: str, row: dict[str, Any], facts: Facts, path: str = "") -> bool:
    """A telephone number of a proposal is its team's alone; everybody else reads it masked."""
    if field == "project.answers" and path.endswith("phone"):
        return team(viewer, facts.projects[row["id"]])
    return ORACLE[field](viewer, row, facts)
