"""Taking files in: stream, check, clean, keep; attach to a thing; take away again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol
from uuid import UUID

import anyio.to_thread

from kernel import audit, clock, jobs, rows
from kernel.access import Action, Actor
from kernel.errors import Missing, Refused
from kernel.files import containers, queries, rules, scanning, storage
from kernel.files.life import FileState
from kernel.files.rules import Reason
from kernel.files.tables import File
from kernel.moves import move
from kernel.rows import Q

CHUNK = 256 * 1024


class Upload(Protocol):
    """What a form hands over: Litestar's UploadFile, or anything like it."""

    filename: str

    async def read(self, size: int = -1) -> bytes: ...

    async def seek(self, offset: int) -> object: ...


@rows.verb
async def receive(actor: Actor, upload: Upload | None, owner_kind: str | None, owner_id: UUID | None, slot: str = "") -> File:
    """Take a file in for a thing (or for nothing yet, to be attached later). Clean at once when every check passes.

    The caller has already asked whether the actor may change the thing. Refused with a files Reason.
    """
    if upload is None or not upload.filename:
        raise Refused(Reason.NO_FILE)
    name = rules.clean_name(upload.filename)
    kind = rules.check_name(name)
    if owner_kind is not None and owner_id is not None:
        await _check_room(owner_kind, owner_id, slot)
    with storage.draft() as draft:
        await _spool(upload, draft, name)
        size, sha256 = await anyio.to_thread.run_sync(_inspect, draft, name, kind)
        verdict = await _scan(draft)
        if verdict is False:
            raise Refused(Reason.INFECTED, name=name)
        key = storage.new_key()
        await storage.current().keep(draft, key)
    file = await rows.insert(
        File(
            key=key,
            name=name,
            kind=kind.extension,
            media_type=kind.media_type,
            size=size,
            sha256=sha256,
            state=FileState.PENDING,
            owner_kind=owner_kind,
            owner_id=owner_id,
            slot=slot,
            uploaded_by=actor.person,
            uploaded_at=clock.now(),
        )
    )
    await audit.record(actor, Action.UPLOAD_FILE, file, sha256=sha256, size=size, of=f"{owner_kind}:{owner_id}")
    if verdict:
        await move(actor, file, Action.CLEAR_FILE)
    else:
        await jobs.later(scan, file=str(file.id))
    return file


@rows.verb
async def attach(actor: Actor, file: UUID, owner_kind: str, owner_id: UUID, slot: str = "") -> File:
    """Give one's own, still unattached file to a thing. Refused: not one's own, or attached already."""
    found = await rows.find(File, File.id == file)
    if found.uploaded_by != actor.person or found.owner_kind is not None or found.state == FileState.REMOVED:
        raise Refused(Reason.NOT_YOURS)
    await _check_room(owner_kind, owner_id, slot)
    await found.update_self(
        {File.owner_kind: owner_kind, File.owner_id: owner_id, File.slot: slot, File.version: found.version + 1}
    )
    await audit.record(actor, Action.UPLOAD_FILE, found, of=f"{owner_kind}:{owner_id}")
    return found


@rows.verb
async def remove(actor: Actor, file: UUID, owner_kind: str, owner_id: UUID) -> None:
    """No longer listed nor served. The bytes stay: a frozen version of the thing may rest on them."""
    found = await rows.find(File, File.id == file)
    if (found.owner_kind, found.owner_id) != (owner_kind, owner_id):
        raise Missing
    await move(actor, found, Action.REMOVE_FILE)


@rows.verb
async def settle(file: UUID, clean: bool) -> None:
    """Write down the scanner's verdict on a file that waited for it. A second verdict changes nothing."""
    found = await rows.find(File, File.id == file)
    if found.state == FileState.PENDING:
        await move(None, found, Action.CLEAR_FILE if clean else Action.REFUSE_FILE)


@jobs.job
async def scan(*, file: str) -> None:
    """Ask the scanner again about a pending file; it raises while the scanner is away, so the job comes back."""
    found = await queries.stored(UUID(file))
    if found.state is not FileState.PENDING:
        return
    try:
        verdict = await _verdict(found.key)
    except Missing:
        # Another run may have refused it meanwhile and thrown the bytes away; only then is there nothing left to do.
        if (await queries.stored(found.id)).state is FileState.PENDING:
            raise
        return
    if verdict is None:
        raise scanning.ScannerAwayError
    await settle(found.id, verdict)
    if not verdict:
        await storage.current().discard(found.key)


async def _verdict(key: str) -> bool | None:
    with storage.draft() as draft:
        async with await anyio.open_file(draft, "wb") as copy:
            async for chunk in storage.current().read(key):
                await copy.write(chunk)
        return await _scan(draft)


async def _check_room(owner_kind: str, owner_id: UUID, slot: str) -> None:
    count = await rows.value(
        Q(
            "SELECT count(*) FROM file WHERE owner_kind = {} AND owner_id = {} AND slot = {} AND state <> 'removed'",
            owner_kind,
            owner_id,
            slot,
        )
    )
    if count >= rules.MAX_FILES:
        raise Refused(Reason.TOO_MANY_FILES, limit=rules.MAX_FILES)


async def _spool(upload: Upload, draft: Path, name: str) -> None:
    """Write the body to disk, never holding more than a chunk of it and never more than the limit."""
    size = 0
    await upload.seek(0)  # a verb may run a second time
    async with await anyio.open_file(draft, "wb") as file:
        while chunk := await upload.read(CHUNK):
            size += len(chunk)
            if size > rules.MAX_BYTES:
                break
            await file.write(chunk)
    rules.check_size(name, size)


def _inspect(draft: Path, name: str, kind: rules.FileKind) -> tuple[int, str]:
    """All checks that need the bytes, then size and SHA-256 of what is kept."""
    containers.check(draft, name, kind)
    if kind in rules.IMAGES:
        containers.redraw(draft, name, kind)
    with draft.open("rb") as file:
        return draft.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


async def _scan(path: Path) -> bool | None:
    """True clean, False infected, None when the scanner is away. Without a scanner our own checks decide."""
    scanner = scanning.current()
    if scanner is None:
        return True
    try:
        return await scanner.is_clean(path)
    except scanning.ScannerAwayError:
        return None
