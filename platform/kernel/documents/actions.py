"""Issuing a paper and taking it back."""

from __future__ import annotations

import hashlib
from uuid import UUID

import anyio.to_thread

from kernel import audit, clock, rows
from kernel.access import Action, Actor
from kernel.audit import Subject, subject_of
from kernel.documents import numbering, typesetting, word
from kernel.documents.papers import KINDS, Agreement, AwardLetter, Notice, Paper, Reason, Stamp
from kernel.documents.tables import Document
from kernel.errors import Refused
from kernel.files import storage
from kernel.rows import Q


@rows.verb
async def issue(
    actor: Actor | None, subject: Subject, paper: Paper, title: str, *, issuer: str = "", public: bool = False
) -> Document:
    """Give the paper its number and code, set it, keep it. PDF always; Word too where offices go on working with it.

    The caller has already asked whether the actor may. `public` papers are shown to anybody who has the address.
    """
    kind, now = KINDS[type(paper)], clock.now()
    subject_kind, subject_id = subject_of(subject)
    code = numbering.new_code()
    stamp = Stamp(
        title=title,
        issuer=issuer or numbering.issuer(),
        issued_on=now.date(),
        number=await numbering.number(kind, now.year),
        code=numbering.show_code(code),
        url=numbering.url(code),
    )
    pdf = await typesetting.render(paper, stamp, now)
    docx = (
        await anyio.to_thread.run_sync(word.write, paper, stamp) if isinstance(paper, Notice | AwardLetter | Agreement) else None
    )
    document = await rows.insert(
        Document(
            kind=kind,
            number=stamp.number,
            title=title,
            issuer=stamp.issuer,
            subject_kind=subject_kind,
            subject_id=subject_id,
            code=code,
            public=public,
            sha256=hashlib.sha256(pdf).hexdigest(),
            pdf_key=await _keep(pdf),
            pdf_size=len(pdf),
            docx_key=await _keep(docx) if docx else None,
            docx_size=len(docx) if docx else None,
            issued_by=actor.person if actor else None,
            issued_at=now,
        )
    )
    facts = {"number": stamp.number, "sha256": document.sha256, "of": f"{subject_kind}:{subject_id}"}
    await audit.record(actor, Action.ISSUE_DOCUMENT, document, **facts)
    return document


@rows.verb
async def revoke(actor: Actor, document: UUID, reason: str) -> None:
    """The paper no longer holds; /verify says so from now on. It is not deleted, and its number is not used again."""
    if not reason.strip():
        raise Refused(Reason.NEEDS_REASON)
    found = await rows.find(Document, Document.id == document, lock=False)
    taken_back = await rows.value(
        Q(
            "INSERT INTO revocation (id, document, reason, revoked_by, revoked_at) VALUES ({}, {}, {}, {}, {})"
            " ON CONFLICT (document) DO NOTHING RETURNING id",
            rows.new_id(),
            found.id,
            reason.strip(),
            actor.person,
            clock.now(),
        )
    )
    if taken_back is None:
        raise Refused(Reason.REVOKED_ALREADY)
    await audit.record(actor, Action.REVOKE_DOCUMENT, found, number=found.number, reason=reason.strip())


async def _keep(data: bytes) -> str:
    key = storage.new_key()
    with storage.draft() as draft:
        await anyio.Path(draft).write_bytes(data)
        await storage.current().keep(draft, key)
    return key
