"""Reads of issued papers: for the page of their subject, for serving, and for anybody who verifies one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.documents.numbering import CODE_LENGTH, show_code
from kernel.documents.papers import PaperKind
from kernel.rows import Q


class DocumentRow(Struct, frozen=True):
    id: UUID
    kind: PaperKind
    number: str
    title: str
    code: str
    public: bool
    issued_at: datetime
    revoked_at: datetime | None
    has_word: bool

    @property
    def url(self) -> str:
        return f"/documents/{self.id}.pdf"

    @property
    def word_url(self) -> str:
        return f"/documents/{self.id}.docx" if self.has_word else ""

    @property
    def verify_url(self) -> str:
        return f"/verify/{self.code}"


class Stored(Struct, frozen=True):
    id: UUID
    number: str
    title: str
    subject_kind: str
    subject_id: UUID
    public: bool
    pdf_key: str
    pdf_size: int
    docx_key: str | None
    docx_size: int | None


class Verified(Struct, frozen=True):
    """What anybody with the code may know: no names of people, no content."""

    kind: PaperKind
    number: str
    title: str
    issuer: str
    code: str
    issued_at: datetime
    sha256: str
    revoked_at: datetime | None
    public_id: UUID | None

    @property
    def shown_code(self) -> str:
        return show_code(self.code)


async def of(subject_kind: str, subject_id: UUID) -> list[DocumentRow]:
    """The papers issued about a thing, latest first."""
    return await rows.fetch(
        DocumentRow,
        Q(
            "SELECT d.id, d.kind, d.number, d.title, d.code, d.public, d.issued_at, r.revoked_at, d.docx_key IS NOT NULL AS has_word"
            " FROM document d LEFT JOIN revocation r ON r.document = d.id"
            " WHERE d.subject_kind = {} AND d.subject_id = {} ORDER BY d.issued_at DESC, d.id DESC",
            subject_kind,
            subject_id,
        ),
    )


async def stored(ident: UUID) -> Stored:
    return await rows.the(
        Stored,
        Q(
            "SELECT id, number, title, subject_kind, subject_id, public, pdf_key, pdf_size, docx_key, docx_size"
            " FROM document WHERE id = {}",
            ident,
        ),
    )


async def verified(code: str) -> Verified | None:
    """The paper with this code, or None."""
    if len(code) != CODE_LENGTH or not code.isascii() or not code.isalnum():
        return None
    return await rows.one(
        Verified,
        Q(
            "SELECT d.kind, d.number, d.title, d.issuer, d.code, d.issued_at, d.sha256, r.revoked_at,"
            " CASE WHEN d.public THEN d.id END AS public_id"
            " FROM document d LEFT JOIN revocation r ON r.document = d.id WHERE d.code = {}",
            code,
        ),
    )
