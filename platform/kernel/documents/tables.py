"""Issued papers and their revocations. Both are only ever added: what was issued stays what it was."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Boolean, ForeignKey, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Person
from kernel.documents.papers import PaperKind
from kernel.sql import one_of


class Document(Table):
    """One issued paper. `code` is what the QR carries; `sha256` is of the PDF."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    kind = Varchar(length=20)
    number = Varchar(length=60)
    title = Varchar(length=200)
    issuer = Varchar(length=100)
    subject_kind = Varchar(length=40)
    subject_id = UUID(index=True)
    code = Varchar(length=16, unique=True)
    public = Boolean(default=False)
    sha256 = Varchar(length=64)
    pdf_key = Varchar(length=64)
    pdf_size = BigInt()
    docx_key = Varchar(length=64, null=True, default=None)
    docx_size = BigInt(null=True, default=None)
    issued_by = ForeignKey(Person, null=True, default=None, index=True, on_delete=OnDelete.restrict)
    issued_at = Timestamptz()

    known_kind = Check(one_of("kind", PaperKind), name="document_known_kind")
    one_number = Unique(["kind", "number"], name="document_one_number")
    whole_docx = Check("(docx_key IS NULL) = (docx_size IS NULL)", name="document_whole_docx")


class Revocation(Table):
    """A paper that no longer holds, why, and who said so."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    document = ForeignKey(Document, null=False, unique=True, on_delete=OnDelete.restrict)
    reason = Text()
    revoked_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    revoked_at = Timestamptz()
