"""Who may apply, until when, and which code a seal page carries. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from departments.kinds import NO_CODE, WHO_MAY_APPLY, OrganisationKind, SupportMode
from kernel.clock import end_of
from kernel.errors import Refused
from kernel.money import Fen, show
from projects.calls.rulepack import RulePack
from projects.submitting import words


class Reason(StrEnum):
    REQUIRED = "required"
    NO_CHOICE = "no-choice"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    TOO_SMALL = "too-small"
    TOO_LARGE = "too-large"
    TOO_FEW_CHOICES = "too-few-choices"
    NOT_A_CHOICE = "not-a-choice"
    NOT_A_NUMBER = "not-a-number"
    NOT_A_MONTH = "not-a-month"
    NOT_A_PHONE = "not-a-phone"
    NOT_AN_EMAIL = "not-an-email"
    PERIOD = "period"
    TOO_FEW_ROWS = "too-few-rows"
    TOO_MANY_ROWS = "too-many-rows"
    NO_FILE = "no-file"
    LINE_SUM = "line-sum"
    LINE_EMPTY = "line-empty"
    LINE_NEGATIVE = "line-negative"
    LINE_CATEGORY = "line-category"
    LINE_BASIS = "line-basis"
    FORBIDDEN_CATEGORY = "forbidden-category"
    CATEGORY_CAP = "category-cap"
    SHARE_OVER = "share-over"
    SHARE_UNDER = "share-under"
    OVER_CAP = "over-cap"
    UNDER_MINIMUM = "under-minimum"
    LOOKS_LIKE_WAN = "looks-like-wan"
    LOOKS_TOO_LARGE = "looks-too-large"
    OVER_COMMITTED = "over-committed"
    KIND = "kind"
    MODE = "mode"
    NO_PAYEE = "no-payee"
    NOT_CONFIRMED = "not-confirmed"
    ABNORMAL = "abnormal"
    DISHONEST = "dishonest"
    VIOLATION = "violation"
    OVERDUE = "overdue"
    BANNED = "banned"
    ENOUGH = "enough"
    NOT_OPEN = "not-open"
    FILL_CLOSED = "fill-closed"
    ENDORSE_CLOSED = "endorse-closed"
    OWN_WORK = "own-work"
    NOT_PROMISED = "not-promised"
    NOT_COMPLETE = "not-complete"
    NOT_EDITABLE = "not-editable"
    TOTAL_KEPT = "total-kept"
    NO_UNIT = "no-unit"
    UNKNOWN_PAYEE = "unknown-payee"
    SEAL_STALE = "seal-stale"
    CODE_LENGTH = "code-length"
    CODE_CHECK = "code-check"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Standing(Struct, frozen=True):
    """What is known of the applying unit on the day it submits."""

    kind: OrganisationKind
    confirmed: bool = True
    has_payee: bool = False
    abnormal_on: date | None = None
    dishonest_on: date | None = None
    violation_on: date | None = None
    overdue_projects: int = 0
    banned_until: date | None = None
    in_this_call: int = 0  # other proposals of the unit (of the faculty, at a university) that count


def eligibility_problems(standing: Standing, pack: RulePack, modes: Iterable[SupportMode], today: date) -> list[Refused]:
    """Every reason at once, as early as the unit opens the form."""
    rules = pack.eligibility
    found: list[Refused] = []
    if not standing.confirmed:
        found.append(Refused(Reason.NOT_CONFIRMED))
    if standing.kind not in rules.kinds:
        found.append(Refused(Reason.KIND, kind=standing.kind.label))
    if standing.kind in NO_CODE and not standing.has_payee:
        found.append(Refused(Reason.NO_PAYEE))
    offered = list(modes)
    if offered and standing.kind not in NO_CODE and not any(standing.kind in WHO_MAY_APPLY[mode] for mode in offered):
        found.append(Refused(Reason.MODE, kind=standing.kind.label, mode=words.SEPARATOR.join(mode.label for mode in offered)))
    windows = (
        (Reason.ABNORMAL, standing.abnormal_on, rules.clean_years_abnormal),
        (Reason.DISHONEST, standing.dishonest_on, rules.clean_years_dishonest),
        (Reason.VIOLATION, standing.violation_on, rules.clean_years_violation),
    )
    for reason, on, years in windows:
        if on is not None and on > years_before(today, years):
            found.append(Refused(reason, on=on, years=years, until=today))
    if rules.refuse_overdue and standing.overdue_projects:
        found.append(Refused(Reason.OVERDUE, count=standing.overdue_projects))
    if standing.banned_until is not None and today <= standing.banned_until:
        found.append(Refused(Reason.BANNED, until=standing.banned_until))
    limit = rules.per_faculty if standing.kind is OrganisationKind.UNIVERSITY else rules.per_unit
    if standing.in_this_call >= limit:
        found.append(Refused(Reason.ENOUGH, limit=limit, count=standing.in_this_call))
    return found


def years_before(day: date, years: int) -> date:
    """29 February looks back to 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def check_open_for_filling(now: datetime, opens: date, fill_by: date) -> None:
    """For drafting and submitting to the unit. The server's clock, no silent grace."""
    if now.date() < opens:
        raise Refused(Reason.NOT_OPEN, opens=opens)
    if now >= end_of(fill_by):
        raise Refused(Reason.FILL_CLOSED, deadline=fill_by)


def check_total_kept(before: Fen, after: Fen) -> None:
    """A correction never changes what was asked for."""
    if before != after:
        raise Refused(Reason.TOTAL_KEPT, before=show(before), after=show(after))


def check_open_for_endorsing(now: datetime, endorse_by: date) -> None:
    if now >= end_of(endorse_by):
        raise Refused(Reason.ENDORSE_CLOSED, deadline=endorse_by)


def check_endorser(endorser: UUID, drafters: Iterable[UUID]) -> None:
    if endorser in set(drafters):
        raise Refused(Reason.OWN_WORK)


def seal_code(content: Any) -> str:
    """Eight characters that change when anything in the proposal changes; printed on the seal page."""
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:8].upper()


def check_promised(promised: bool) -> None:
    if not promised:
        raise Refused(Reason.NOT_PROMISED)


def code_warning(code: str) -> Reason | None:
    """What looks wrong with a unified social credit code. A warning: real old codes fail the checksum."""
    try:
        uscc.validate(code)
    except InvalidChecksum:
        return Reason.CODE_CHECK
    except ValidationError:
        return Reason.CODE_CHECK if len(uscc.compact(code)) == 18 else Reason.CODE_LENGTH
    return None
