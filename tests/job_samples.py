"""For every registered job: how to make a fresh subject, and what the job must have left behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from msgspec import Struct

from kernel import clock, letters, rows, secrets_box
from kernel.access import Role
from kernel.accounts.tables import Person
from kernel.files import storage
from kernel.files.tables import File
from kernel.rows import Q
from projects.deciding.tables import Decision
from projects.matching import actions as matching
from projects.matching import running
from projects.publicising.tables import NOTICE_KINDS, Notice
from projects.states import State
from projects.tracking.schedule import ReportKind
from projects.tracking.tables import Report
from talent_pool.meaning import actions as meaning
from talent_pool.profiles.tables import Expert
from tests import builders
from tests.talent_pool.consultations import scene as consultations


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


async def a_text_that_waits() -> dict[str, Any]:
    await meaning.later([f"为社区老人提供第{rows.new_id().int % 1_000_000}次探访"])
    return {}


async def texts_understood() -> list[Any]:
    """How many vectors the texts have, and how many texts still wait."""
    return await rows.column(
        Q("SELECT DISTINCT count(*) || ' ' || (SELECT count(*) FROM text_waiting) FROM text_vector GROUP BY digest")
    )


async def a_need_with_an_expert_who_says_nothing() -> dict[str, Any]:
    _, code = await consultations.asked()
    expert, _ = await consultations.expert()
    (ident,) = await consultations.invite(await consultations.coordinator(), code, expert)
    await rows.execute(Q("UPDATE invitation SET due = {} WHERE id = {}", clock.today() - timedelta(days=1), ident))
    return {}


async def lapsed_invitations() -> list[Any]:
    """How often each lapsed, how many to-dos ask for the next, and whether everybody got one letter about it."""
    return await rows.column(
        Q(
            "SELECT DISTINCT v.state || ' ' || (SELECT count(*) FROM audit_line l WHERE l.subject = v.id AND l.action = 'invitation.lapse')"
            " || ' ' || (SELECT count(*) FROM todo t WHERE t.subject = v.consultation AND t.done_at IS NULL) || ' '"
            " || (SELECT count(*) = count(DISTINCT l.person) AND count(*) > 0 FROM letter l"
            "  JOIN consultation c ON l.url = '/w/consultations/' || c.code"
            "  WHERE c.id = v.consultation AND l.kind = 'consultation_next') FROM invitation v"
        )
    )


async def a_need_with_candidates() -> dict[str, Any]:
    await consultations.expert(speciality="骑手驿站的冲突调解")
    _, code = await consultations.asked()
    return {"consultation": str((await consultations.row(code)).id)}


async def stored_candidates(consultation: str) -> list[Any]:
    """How many places each stored list has that are not the expert's only one."""
    ident = UUID(consultation)
    return await rows.column(
        Q(
            "SELECT (c.ranked_at IS NOT NULL) || ' ' || (SELECT count(*) - count(DISTINCT k.expert) FROM consultation_candidate k"
            " WHERE k.consultation = c.id) || ' ' || (SELECT count(*) > 0 FROM consultation_candidate k WHERE k.consultation = c.id)"
            " FROM consultation c WHERE c.id = {}",
            ident,
        )
    )


async def a_matching_asked_for() -> dict[str, Any]:
    """One project and five experts more; answered in this process, because starting another one is not what is looked at."""
    running.use(running.Here())
    call = await builders.call()
    await builders.project(State.ACCEPTED, of=call)
    for n in range(5):
        await rows.insert(
            Expert(
                person=await builders.person(f"示例专家{n}"),
                employer_name=f"示例单位{rows.new_id()}",
                category="academia",
                areas='["new-employment"]',
                finance=n == 0,
                community=n == 1,
                added_at=clock.now(),
            )
        )
    coordinator = await builders.actor(Role.COORDINATOR, await builders.unit("society"))
    url = await matching.ask_run(coordinator, call.code, objective="total", review_on=clock.today() + timedelta(days=1))
    return {"run": url.rsplit("/", 1)[1]}


async def what_was_matched(run: str) -> list[Any]:
    """State, who is seated, what is explained, lines of the log, letters."""
    return await rows.column(
        Q(
            "SELECT concat_ws(' ', r.state, (SELECT count(*) FROM match_pair m WHERE m.run = r.id AND m.standby = 0),"
            " (SELECT count(*) FROM match_reason m WHERE m.run = r.id), (SELECT count(*) FROM match_extra x WHERE x.run = r.id),"
            " (SELECT count(*) FROM audit_line l WHERE l.subject = r.id), (SELECT count(*) FROM letter l WHERE l.person = r.asked_by))"
            " FROM match_run r WHERE r.id = {}",
            UUID(run),
        )
    )


SAMPLES: dict[str, Sample] = {
    "talent_pool.meaning.actions.embed": Sample(a_text_that_waits, texts_understood),
    "kernel.letters.actions.deliver": Sample(
        a_letter_on_its_way, state_of_delivery, lambda expected, found: (expected, found) == ("sent", "sending")
    ),
    "kernel.files.actions.scan": Sample(a_file_that_waits, state_of_file),
    "projects.calls.actions.announce": Sample(a_published_call, letters_about_call),
    "projects.submitting.endorsing.actions.lapse_overdue": Sample(an_overdue_draft, drafts_and_lapses),
    "projects.submitting.endorsing.actions.print_receipt": Sample(a_formal_submission, receipts),
    "projects.publicising.actions.close_due_notices": Sample(a_notice_whose_window_is_over, notices_closed),
    "talent_pool.consultations.inviting.actions.lapse_silent": Sample(a_need_with_an_expert_who_says_nothing, lapsed_invitations),
    "talent_pool.consultations.reckoning.reckon": Sample(a_need_with_candidates, stored_candidates),
    "projects.matching.actions.match": Sample(a_matching_asked_for, what_was_matched),
    "projects.tracking.actions.remind_due_reports": Sample(a_report_due_soon, letters_about_reports),
}
