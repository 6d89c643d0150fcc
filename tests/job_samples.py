"""For every registered job: how to make a fresh subject, and what the job must have left behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from msgspec import Struct

from kernel import clock, letters, rows, secrets_box
from kernel.accounts.tables import Person
from kernel.files import storage
from kernel.files.tables import File
from kernel.rows import Q
from projects.deciding.tables import Decision
from projects.life import State
from projects.publicising.tables import NOTICE_KINDS, Notice
from projects.tracking.schedule import ReportKind
from projects.tracking.tables import Report
from tests import builders


class Sample(Struct, frozen=True):
    """`cut_may_differ(expected, found)`: what a cut-off run may leave besides (see harness_jobs.hold)."""

    prepare: Callable[[], Awaitable[dict[str, Any]]]
    state: Callable[..., Awaitable[Any]]
    cut_may_differ: Callable[[Any, Any], bool] | None = None


async def a_letter_on_its_way() -> dict[str, Any]:
    person = await rows.insert(
        Person(name="示例人员", created_at=clock.real_now(), mobile=secrets_box.seal("mobile", "13812345678"))
    )
    await letters.tell("account_password_changed", to=[person.id])
    return {"delivery": str(await rows.value(Q("SELECT id FROM delivery WHERE person = {}", person.id)))}


async def state_of_delivery(delivery: str) -> str:
    return str(await rows.value(Q("SELECT state FROM delivery WHERE id = {}", UUID(delivery))))


async def nothing() -> dict[str, Any]:
    return {}


async def units_by_kind() -> list[Any]:
    return await rows.column(Q("SELECT kind || count(*) FROM unit GROUP BY kind ORDER BY kind"))


class Suspicious:
    """A scanner that finds something in every file."""

    async def is_clean(self, path: Path) -> bool:
        return False


async def a_file_that_waits() -> dict[str, Any]:
    key = storage.new_key()
    with storage.draft() as draft:
        draft.write_bytes(b"bytes")
        await storage.current().keep(draft, key)
    file = await rows.insert(
        File(
            key=key,
            name="a.pdf",
            kind="pdf",
            media_type="application/pdf",
            size=5,
            sha256=key,
            uploaded_by=await builders.person(),
            uploaded_at=clock.now(),
        )
    )
    return {"file": str(file.id)}


async def state_of_file(file: str) -> list[Any]:
    lines = Q("SELECT count(*) FROM audit_line WHERE subject = f.id")
    return await rows.column(Q("SELECT f.state || ({}) FROM file f WHERE f.id = {}", lines, UUID(file)))


async def a_published_call() -> dict[str, Any]:
    call = await builders.call()
    return {"call": str(call.id)}


async def letters_about_call(call: str) -> Any:
    return await rows.value(
        Q("SELECT count(*) FROM letter l JOIN call c ON l.url = '/calls/' || c.code WHERE c.id = {}", UUID(call))
    )


async def an_overdue_draft() -> dict[str, Any]:
    over = clock.today() - timedelta(days=10)
    call = await builders.call(opens_on=over - timedelta(days=9), fill_until=over, endorse_until=over)
    await builders.project(State.DRAFT, of=call)
    return {}


async def drafts_and_lapses() -> list[Any]:
    """How often each project lapsed, and how many letters each author got."""
    return await rows.column(
        Q(
            "SELECT DISTINCT p.state || ' ' || (SELECT count(*) FROM audit_line l WHERE l.subject = p.id) || ' '"
            " || (SELECT count(*) FROM letter l WHERE l.person = p.author) FROM project p"
        )
    )


async def a_notice_whose_window_is_over() -> dict[str, Any]:
    call = await builders.call()
    decision = await rows.insert(
        Decision(call=call.id, title="审定方案（示例）", prepared_by=await builders.person(), prepared_at=clock.now())
    )
    over = clock.today() - timedelta(days=1)
    await rows.insert(
        Notice(
            code=rows.new_id().hex[-12:],
            kind=NOTICE_KINDS[0],
            call=call.id,
            decision=decision.id,
            title="公示（示例）",
            body="示例",
            issuer="示例",
            experts="[]",
            consult_phone="0816-0000001",
            supervision_phone="0816-0000002",
            published_at=clock.now(),
            starts_on=over - timedelta(days=6),
            ends_on=over,
            state="published",
        )
    )
    return {}


async def notices_closed() -> list[Any]:
    """How often each notice was closed, and how many were asked to issue it."""
    return await rows.column(
        Q(
            "SELECT DISTINCT n.state || ' ' || (SELECT count(*) FROM audit_line l WHERE l.subject = n.id) || ' '"
            " || (SELECT count(*) FROM todo t WHERE t.subject = n.id) FROM notice n"
        )
    )


async def a_report_due_soon() -> dict[str, Any]:
    project = await builders.project(State.RUNNING)
    over = clock.today() - timedelta(days=1)
    await rows.insert(
        Report(
            project=project.id, kind=min(ReportKind), starts=over - timedelta(days=90), ends=over, due=over + timedelta(days=5)
        )
    )
    return {}


async def letters_about_reports() -> list[Any]:
    """How many letters each author of a reporting project got."""
    return await rows.column(
        Q(
            "SELECT DISTINCT (r.reminded_on IS NOT NULL) || ' ' || (SELECT count(*) FROM letter l WHERE l.person = p.author)"
            " FROM report r JOIN project p ON p.id = r.project"
        )
    )


async def a_formal_submission() -> dict[str, Any]:
    project = await builders.project(State.SUBMITTED)
    return {"project": str(project.id)}


async def receipts(*, project: str) -> list[Any]:
    return await rows.column(Q("SELECT kind || count(*) FROM document WHERE subject_id = {} GROUP BY kind", UUID(project)))


SAMPLES: dict[str, Sample] = {
    "kernel.letters.actions.deliver": Sample(
        a_letter_on_its_way, state_of_delivery, lambda expected, found: (expected, found) == ("sent", "sending")
    ),
    "kernel.files.actions.scan": Sample(a_file_that_waits, state_of_file),
    "departments.organisation.actions.build_city": Sample(nothing, units_by_kind),
    "projects.calls.actions.announce": Sample(a_published_call, letters_about_call),
    "projects.submitting.endorsing.actions.lapse_overdue": Sample(an_overdue_draft, drafts_and_lapses),
    "projects.submitting.endorsing.actions.print_receipt": Sample(a_formal_submission, receipts),
    "projects.publicising.actions.close_due_notices": Sample(a_notice_whose_window_is_over, notices_closed),
    "projects.tracking.actions.remind_due_reports": Sample(a_report_due_soon, letters_about_reports),
}
