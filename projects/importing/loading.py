"""Writing an import: its call, new organisations, numbers, rows by the thousand, the ledger. Called by the verb alone."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from departments import catalogue
from departments.funds import actions as ledger
from departments.funds.rules import Event
from departments.kinds import OrganisationKind
from departments.organisation import actions as organisations
from departments.organisation import queries as units
from kernel import audit, clock, rows
from kernel.access import Action, Actor
from kernel.money import Fen
from kernel.rows import Q
from kernel.tables import Todo
from projects.calls.rulepack import default_pack
from projects.importing import facts, queries, words
from projects.importing.looking import Looked
from projects.importing.rowsets import Context, Made, area_codes, shapes
from projects.states import CallState
from projects.tables import Call
from projects.tracking import words as tracking
from projects.tracking.schedule import ReportKind


async def open_call(actor: Actor, batch: UUID) -> Call:
    """The closed call that holds the batch. It was never published here, so no list of calls shows it."""
    pack, today = default_pack(), clock.today()
    number = await rows.value(Q(f"SELECT nextval('call_code_{today.year:d}')"))
    footer = catalogue.load().footer
    code = f"{today.year}-{number:02d}"
    return await rows.insert(
        Call(
            code=code,
            year=today.year,
            title=words.CALL_TITLE.format(code=code),
            state=CallState.CLOSED,
            host=(await units.find_unit("department", footer.host)).id,
            areas=area_codes(),
            pack=pack.to_json(),
            pack_hash=pack.sha256,
            opens_on=today,
            fill_until=today,
            endorse_until=today,
            drafted_by=actor.person,
            published_at=clock.now(),
            batch=batch,
            created_at=clock.now(),
        )
    )


async def open_units(actor: Actor, looked: Looked, call: str) -> dict[str, UUID]:
    """Organisations the platform does not have yet, unconfirmed until somebody has seen their papers. By the key of the row."""
    opened: dict[str, UUID] = {}
    for item in looked.rows:
        key, row = item.organisation, item.row
        if key not in looked.ids.organisations and key not in opened:
            code = key if row.uscc else words.UNIT_CODE.format(call=call, row=row.number)
            kind = row.kind or OrganisationKind.TEAM
            opened[key] = await organisations.create(actor, kind=kind, code=code, name=row.organisation or key)
    return opened


async def number(looked: Looked, organisations_by_key: dict[str, UUID]) -> list[Made]:
    """Every row with its ids and its code from the sequence of the year it was awarded in, in the order of the sheet."""
    admins = await facts.administrators(set(organisations_by_key.values()))
    years = [(item.row.awarded_on or clock.today()).year for item in looked.rows]
    prefix = catalogue.load().documents.project_code
    codes: dict[int, list[str]] = {}
    for year in set(years):
        numbers = await rows.column(
            Q(f"SELECT nextval('project_code_{year:d}') FROM generate_series(1, {{}})", years.count(year))  # noqa: S608 - a year
        )
        codes[year] = [f"{prefix}{year}-{number:04d}" for number in reversed(numbers)]
    made = []
    for item, year in zip(looked.rows, years, strict=True):
        unit = organisations_by_key[item.organisation]
        made.append(Made(item, rows.new_id(), rows.new_id(), codes[year].pop(), unit, admins.get(unit)))
    return made


async def write(actor: Actor, made: list[Made], context: Context, code: str) -> None:
    for table, columns, records in shapes(made, context):
        await rows.copy(table, columns, records)
    for fund, ones in groupby(
        sorted(made, key=lambda one: context.funds[one.item.source.code]), lambda one: one.item.source.code
    ):
        steps = [step for one in ones for step in _steps(one)]
        await ledger.post_all(actor, context.funds[fund], steps, words.MEMO.format(code=code))
    await audit.record_many(
        actor,
        Action.IMPORT_PROJECTS,
        [
            (("project", one.id), {"after": one.state, "batch": code, "row": one.item.row.number, "amount": one.amount})
            for one in made
        ],
    )
    await ask_reports([one.id for one in made if one.team])
    await rows.settle_constraints()


def _steps(one: Made) -> list[ledger.Step]:
    """From the budget to where the money of this project stands."""
    paid = one.item.row.paid or Fen(0)
    path = [(event, one.amount) for event in (Event.INTEND, Event.CLAIM, Event.DECIDE)]
    if one.signed:
        path.append((Event.SIGN, one.amount))
    if paid:
        path += [(Event.FALL_DUE, paid), (Event.PAY, paid)]
    about = ledger.About(one.id, one.code, one.item.row.title or "")
    return [ledger.Step(event, amount, f"import:{one.line}:{event}", one.line, about) for event, amount in path]


async def ask_reports(projects: list[UUID]) -> None:
    """Put the reports that are due on the home page of whoever leads these projects; nobody is asked where nobody leads."""
    now = clock.now()
    records = []
    for report in await queries.due_reports(projects):
        final = report.kind is ReportKind.FINAL
        action = Action.SUBMIT_FINAL if final else Action.REPORT_PROGRESS
        title = tracking.TODO["report"].format(kind=report.kind.label, title=report.title)[:200]
        url = f"/my/projects/{report.code}/" + ("closing" if final else f"reports/{report.id}")
        records.append((rows.new_id(), action, "report", report.id, title, url, report.person, report.due, now))
    await rows.copy(Todo, ("id", "action", "subject_kind", "subject", "title", "url", "person", "due", "asked_at"), records)
