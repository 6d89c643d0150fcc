"""The only writers of funds and of the ledger. Other packages post inside their own verbs, so that both happen or neither."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from departments import catalogue
from departments.city import FundSource
from departments.funds import queries, rules
from departments.funds.rules import Account, Event
from departments.funds.tables import Entry, Fund, Posting
from kernel import audit, clock, rows
from kernel.access import Action, Actor
from kernel.errors import Missing
from kernel.money import ZERO, Fen
from kernel.rows import Q


class About(Struct, frozen=True):
    """Which project money is meant for, in words that stay readable in the ledger."""

    project: UUID
    code: str
    title: str


class PostedDifferently(Exception):  # noqa: N818 - a mistake of the calling verb, not a refusal
    """The same cause was posted before with another event or amount."""


@rows.verb
async def ensure_funds() -> int:
    """Open every fund of the catalogue that is not open yet, with its budget. Returns how many were opened."""
    opened = 0
    for source in catalogue.load().funds:
        owner = await rows.value(Q("SELECT id FROM unit WHERE kind = 'department' AND code = {}", source.owner))
        if owner is None:
            raise Missing
        if await rows.value(Q("SELECT 1 FROM fund WHERE code = {}", source.code)) is None:
            await _open(source, owner)
            opened += 1
    return opened


async def _open(source: FundSource, owner: UUID) -> None:
    fund = await rows.insert(
        Fund(
            code=source.code,
            owner=owner,
            year=source.year,
            name=source.name,
            budget_type=source.budget_type,
            index_number=source.quota_number,
            subject=source.subject,
            total=source.total,
            work_expense=source.work_expense,
            modes=_json(source.modes),
            purposes=_json(source.purposes),
            forbidden=_json(source.forbidden),
            management_cap=source.management_cap,
            labour_floor=source.labour_floor,
            project_cap=source.project_cap,
            lottery=source.lottery,
            confirmed=source.confirmed,
        )
    )
    await audit.record(None, Action.MANAGE_FUND, fund, code=source.code, total=source.total)
    if source.total:
        await post(None, Event.BUDGET, source.total, fund=fund.id, source=f"fund:{fund.id}:opening", memo=source.quota_number)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def lock(funds: Iterable[UUID]) -> None:
    """Lock several funds before posting to them, always in id order: two verbs can then wait, never deadlock."""
    for ident in sorted(set(funds)):
        await rows.find(Fund, Fund.id == ident)


@rows.verb
async def post(
    actor: Actor | None,
    event: Event,
    amount: Fen,
    *,
    fund: UUID,
    source: str,
    leg: int = 0,
    about: About | None = None,
    line: UUID | None = None,
    instalment: UUID | None = None,
    memo: str = "",
) -> bool:
    """Post one event. False when `source` and `leg` were posted before: the same cause never counts twice.

    Refused with a funds Reason when the account it takes from does not hold the amount; the fund is locked while that is read.
    """
    await lock([fund])
    if await _is_posted(source, leg, event, amount):
        return False
    sides = rules.postings(event, amount)
    rules.check_covered(event, amount, await queries.held(fund, line))
    entry = await rows.insert(
        Entry(
            event=event,
            source=source,
            leg=leg,
            fund=fund,
            project=about.project if about else None,
            code=about.code if about else "",
            title=about.title if about else "",
            line=line,
            instalment=instalment,
            memo=memo[:300],
            at=clock.now(),
            by=actor.person if actor else None,
        )
    )
    await Posting.insert(
        *(Posting(entry=entry.id, fund=fund, line=line, account=side.account, amount=side.amount) for side in sides)
    )
    return True


class _Earlier(Struct, frozen=True):
    event: Event
    amount: Fen


async def _is_posted(source: str, leg: int, event: Event, amount: Fen) -> bool:
    """Whether the same cause was posted before, and as the same."""
    earlier = await rows.one(
        _Earlier,
        Q(
            "SELECT event, (SELECT max(amount) FROM posting WHERE entry = e.id) AS amount FROM entry e WHERE source = {} AND leg = {}",
            source,
            leg,
        ),
    )
    if earlier is not None and (earlier.event, earlier.amount) != (event, amount):
        raise PostedDifferently(source)
    return earlier is not None


class Step(Struct, frozen=True):
    """One event of many: what `post` takes for a single one."""

    event: Event
    amount: Fen
    source: str
    line: UUID
    about: About


@rows.verb
async def post_all(actor: Actor | None, fund: UUID, steps: Sequence[Step], memo: str = "") -> None:
    """Post many events of one fund in their order: checked like single ones, read and written at once.

    For a verb that moves the money of thousands of projects. A source that was posted before is a mistake of the caller.
    """
    await lock([fund])
    free = (await queries.held(fund, None))[Account.AVAILABLE]
    held = await queries.balances_of({step.line for step in steps})
    entries: list[tuple[Any, ...]] = []
    sides: list[tuple[Any, ...]] = []
    now, by = clock.now(), actor.person if actor else None
    for step in steps:
        own = held[step.line]
        rules.check_covered(step.event, step.amount, {**own, Account.AVAILABLE: free})
        entry = rows.new_id()
        about = step.about
        entries.append(
            (entry, step.event, step.source, 0, fund, about.project, step.line, about.code, about.title, memo[:300], now, by)
        )
        for side in rules.postings(step.event, step.amount):
            sides.append((rows.new_id(), entry, fund, step.line, side.account, side.amount))
            if side.account is Account.AVAILABLE:
                free = Fen(free + side.amount)
            else:
                own[side.account] = Fen(own[side.account] + side.amount)
    await rows.copy(Entry, _ENTRY, entries)
    await rows.copy(Posting, ("id", "entry", "fund", "line", "account", "amount"), sides)


_ENTRY = ("id", "event", "source", "leg", "fund", "project", "line", "code", "title", "memo", "at", "by")


@rows.verb
async def change_budget(actor: Actor, code: str, *, total: Fen, index_number: str, reason: str, version: int) -> None:
    """The owner's finance officer enters what the budget document says now. Refused: below what is already committed."""
    seen = await queries.fund(actor, Action.MANAGE_FUND, code)
    fund = await rows.find(Fund, Fund.id == seen.id)
    rows.check_version(fund, version, total=fund.total, index_number=fund.index_number)
    before = Fen(fund.total)
    rules.check_budget_cut(total, await _committed(fund.id))
    await fund.update_self({Fund.total: total, Fund.index_number: index_number, Fund.version: fund.version + 1})
    await audit.record(actor, Action.MANAGE_FUND, fund, before=before, after=total, index_number=index_number, reason=reason)
    if total != before:
        event = Event.BUDGET if total > before else Event.CUT_BUDGET
        await post(actor, event, Fen(abs(total - before)), fund=fund.id, source=f"fund:{fund.id}:v{fund.version}", memo=reason)


async def _committed(fund: UUID) -> dict[rules.Account, Fen]:
    found = await queries.by_id(fund)
    return {account: getattr(found, account, ZERO) for account in rules.Account}
