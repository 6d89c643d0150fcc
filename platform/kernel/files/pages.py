"""GET /files/{id}: the one way out for an uploaded file, open only to whom its owner object shows itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Stream

from kernel import audit, web
from kernel.access import Action, Actor
from kernel.errors import Missing
from kernel.files import queries, serving
from kernel.files.life import FileState
from kernel.files.owners import check_owner


# PUBLIC, because a call's attachments are for visitors too: whether this file may be seen is asked of its owner.
@get("/files/{file_id:str}", name="files.show", action=Action.PUBLIC)
async def show(request: Request[Any, Any, Any], file_id: FromPath[str]) -> Stream:
    actor = web.actor_of(request)
    file = await queries.stored(web.uuid_or_missing(file_id))
    if file.state is not FileState.CLEAN:
        raise Missing
    await check_may_see(actor, file)
    if actor is not None:
        await audit.record_read(actor, Action.VIEW_FILE, ("file", file.id), of=f"{file.owner_kind}:{file.owner_id}")
    return await serving.answer(file.key, file.name, file.kind, file.media_type, file.size)


async def check_may_see(actor: Actor | None, file: queries.Stored) -> None:
    """A file that belongs to nothing yet is its sender's alone."""
    if file.owner_kind is not None and file.owner_id is not None:
        await check_owner(actor, file.owner_kind, file.owner_id)
    elif actor is None or UUID(str(file.uploaded_by)) != actor.person:
        raise Missing


routes = [show]
