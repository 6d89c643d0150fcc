"""Opening a notice: its number, window, list and paper. Part of the verb that releases a decision."""

from __future__ import annotations

import msgspec

from departments import catalogue
from kernel import clock, rows
from kernel.access import Action, Actor
from kernel.documents import actions as documents
from kernel.money import Fen, total
from kernel.moves import move
from kernel.rows import Q
from projects.calls import queries as calls
from projects.deciding import queries as decisions
from projects.deciding.objections import notice_window
from projects.deciding.tables import Decision
from projects.publicising import facts, papers, queries, words
from projects.publicising.tables import Notice, NoticeItem
from projects.states import State


async def open_notice(actor: Actor, decision: Decision, call: calls.CallRow, approved: list[decisions.ItemRow]) -> str:
    """The notice with its window: the day of publication is not counted."""
    kind = "reserve" if all(item.state is State.RESERVED for item in approved) else "award"
    pack, city = await calls.pack(call.pack_hash), catalogue.load()
    starts, ends = notice_window(clock.today(), pack.calendar.notice_days, clock.calendar())
    code = await next_code("GS")
    notice = await rows.insert(
        Notice(
            code=code,
            kind=kind,
            call=call.id,
            decision=decision.id,
            title=words.TITLE[kind].format(call=call.title),
            body=papers.notice_body(
                call.title, len(approved), total(item.amount or Fen(0) for item in approved), starts, ends, pack
            ),
            issuer=call.host_name,
            experts=msgspec.json.encode(await facts.experts(call.id)).decode(),
            consult_phone=call.contact or city.footer.consult_phone,
            supervision_phone=call.supervision or city.footer.supervision_phone,
            starts_on=starts,
            ends_on=ends,
        )
    )
    await _list(notice, approved)
    await notice.update_self({Notice.published_at: clock.now()})
    await move(actor, notice, Action.PUBLISH_NOTICE, starts=starts, ends=ends)
    paper = await documents.issue(
        actor,
        notice,
        papers.notice_paper(await queries.notice(code), await queries.items(notice.id)),
        notice.title,
        issuer=notice.issuer,
        public=True,
    )
    await notice.update_self({Notice.number: paper.number, Notice.document: paper.id})
    return code


async def _list(notice: Notice, approved: list[decisions.ItemRow]) -> None:
    """Every project of the notice as the public will read it, whatever its rows say later."""
    public = await facts.public_facts([item.project for item in approved])
    names = {area.code: area.name for area in catalogue.load().areas}
    await NoticeItem.insert(
        *(
            NoticeItem(
                notice=notice.id,
                project=item.project,
                position=n,
                code=item.code,
                title=item.title,
                organisation=item.organisation,
                payee=public[item.project].payee,
                area=names.get(item.area, item.area),
                amount=item.amount,
                lottery=public[item.project].lottery,
            )
            for n, item in enumerate(approved, 1)
        )
    )


async def next_code(series: str) -> str:
    """GS2026-0001: what stands in addresses and as the index number."""
    year = clock.today().year
    last = await rows.value(
        Q(
            "INSERT INTO counter (id, kind, year, last) VALUES ({}, {}, {}, 1)"
            " ON CONFLICT (kind, year) DO UPDATE SET last = counter.last + 1 RETURNING last",
            rows.new_id(),
            f"publicising:{series}",
            year,
        )
    )
    return f"{series}{year}-{last:04d}"
