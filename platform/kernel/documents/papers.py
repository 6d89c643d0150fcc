"""What each kind of paper says: one struct per kind, filled by the verb that issues it, printed by its template."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from kernel.documents.words import KIND, REASON
from kernel.money import Fen


class Reason(StrEnum):
    NOT_TYPESET = "not-typeset"
    TOO_SLOW = "too-slow"
    REVOKED_ALREADY = "revoked-already"
    NEEDS_REASON = "needs-reason"
    NO_WORD_VERSION = "no-word-version"

    @property
    def label(self) -> str:
        return REASON[self]


class PaperKind(StrEnum):
    RECEIPT = "receipt"
    PROPOSAL = "proposal"
    NOTICE = "notice"
    AWARD_LETTER = "award_letter"
    AGREEMENT = "agreement"
    PAYMENT_REQUEST = "payment_request"
    RANKING = "ranking"
    SEAL_PAGE = "seal_page"
    SCORE_SHEET = "score_sheet"

    @property
    def label(self) -> str:
        return KIND[self]


class Named(Struct, frozen=True):
    """A label and what stands beside it."""

    name: str
    detail: str


class Grid(Struct, frozen=True):
    """A table of text. `widths` are shares; columns named in `right` hold numbers."""

    heads: list[str]
    rows: list[list[str]]
    title: str = ""
    widths: list[int] = []
    right: list[int] = []


class Section(Struct, frozen=True):
    title: str
    answers: list[Named] = []
    grids: list[Grid] = []


class FundLine(Struct, frozen=True):
    department: str
    fund: str
    amount: Fen


class Indicator(Struct, frozen=True):
    name: str
    target: str
    evidence: str


class BudgetLine(Struct, frozen=True):
    item: str
    basis: str
    amount: Fen


class Instalment(Struct, frozen=True):
    name: str
    gate: str
    share: str
    amount: Fen


class Signature(Struct, frozen=True):
    """Who signs for whom. Empty until signed on the platform; then the paper says so instead of leaving a line."""

    party: str
    person: str = ""
    signed_at: datetime | None = None


class Step(Struct, frozen=True):
    name: str
    person: str
    at: datetime | None
    opinion: str = ""


class Criterion(Struct, frozen=True):
    name: str
    most: str
    score: str
    comment: str = ""


class Receipt(Struct, frozen=True):
    call: str
    project: str
    code: str
    organisation: str
    leader: str
    amount: Fen
    submitted_at: datetime
    contents: list[Named] = []


class Proposal(Struct, frozen=True):
    call: str
    project: str
    code: str
    organisation: str
    leader: str
    department: str
    area: str
    amount: Fen
    submitted_at: datetime | None
    sections: list[Section] = []


class Notice(Struct, frozen=True):
    to: str
    paragraphs: list[str]
    grids: list[Grid] = []
    attachments: list[str] = []


class AwardLetter(Struct, frozen=True):
    organisation: str
    call: str
    project: str
    code: str
    host: str
    amount: Fen
    starts_on: date
    ends_on: date
    agreement_within: int
    lines: list[FundLine] = []
    conditions: list[str] = []


class Agreement(Struct, frozen=True):
    host: str
    organisation: str
    call: str
    project: str
    code: str
    amount: Fen
    starts_on: date
    ends_on: date
    account: str
    indicators: list[Indicator]
    budget: list[BudgetLine]
    lines: list[FundLine]
    instalments: list[Instalment]
    signatures: list[Signature]
    conditions: list[str] = []


class PaymentRequest(Struct, frozen=True):
    organisation: str
    project: str
    code: str
    instalment: str
    agreed: Fen
    paid_before: Fen
    amount: Fen
    purpose: str
    account_name: str
    account: str
    bank: str
    lines: list[FundLine] = []
    evidence: list[Named] = []
    steps: list[Step] = []


class Ranking(Struct, frozen=True):
    call: str
    panel: str
    formula: str
    grid: Grid
    notes: list[str] = []
    signatures: list[Signature] = []


class SealPage(Struct, frozen=True):
    call: str
    project: str
    code: str
    organisation: str
    leader: str
    amount: Fen
    digest: str
    promises: list[str] = []


class ScoreSheet(Struct, frozen=True):
    call: str
    panel: str
    project: str
    code: str
    expert: str
    criteria: list[Criterion]
    total: str
    opinion: str
    signed_at: datetime | None


class Stamp(Struct, frozen=True):
    """What makes a paper this one paper. A draft has none of it."""

    title: str
    issuer: str
    issued_on: date | None = None
    number: str = ""
    code: str = ""
    url: str = ""


Paper = (
    Receipt | Proposal | Notice | AwardLetter | Agreement | PaymentRequest | Ranking | SealPage | ScoreSheet
)  # one struct for each PaperKind
KINDS: Mapping[type[Struct], PaperKind] = {
    Receipt: PaperKind.RECEIPT,
    Proposal: PaperKind.PROPOSAL,
    Notice: PaperKind.NOTICE,
    AwardLetter: PaperKind.AWARD_LETTER,
    Agreement: PaperKind.AGREEMENT,
    PaymentRequest: PaperKind.PAYMENT_REQUEST,
    Ranking: PaperKind.RANKING,
    SealPage: PaperKind.SEAL_PAGE,
    ScoreSheet: PaperKind.SCORE_SHEET,
}
