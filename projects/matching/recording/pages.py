"""HTTP of a run's record: hashes, parameters, versions, and the file that is checked elsewhere."""

from __future__ import annotations

import zlib
from typing import Any

import msgspec
from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import audit, web
from kernel.access import Action
from kernel.errors import Missing
from projects.drawing import rules as drawing_rules
from projects.matching import details, queries, words
from projects.matching.masking import EXCLUDED
from projects.matching.pages import TONES
from projects.matching.why import share

AnyRequest = Request[Any, Any, Any]


@get("/w/matching/{run:str}/record", name="matching.record", action=Action.VIEW_MATCHING)
async def record(request: AnyRequest, run: FromPath[str]) -> Template:
    row = await queries.shown(request.user, web.uuid_or_missing(run))
    found = await details.counts(row.id)
    return web.page(
        request,
        "projects/matching/record.html",
        run=row,
        tone=TONES[row.state],
        counts=found,
        masked=sorted(((_label(why), count) for why, count in found.masked.items()), key=lambda line: -line[1]),
        objectives=words.OBJECTIVE,
        share=share,
    )


def _label(why: str) -> str:
    return words.HELD if why == EXCLUDED else drawing_rules.excluded_label(why)


@get("/w/matching/{run:str}/record.json", name="matching.record.download", action=Action.VIEW_MATCHING)
async def record_file(request: AnyRequest, run: FromPath[str]) -> Response[bytes]:
    """A lottery's log as `verify_draw.py` reads it, or the result of another objective; ids, no names."""
    row = await queries.shown(request.user, web.uuid_or_missing(run))
    await audit.record_read(request.user, Action.VIEW_MATCHING, ("match_run", row.id), what="record")
    if not row.input_hash:
        raise Missing
    about = {
        "run": str(row.id),
        "call": row.call_code,
        "objective": row.objective,
        "parameters": msgspec.to_builtins(row.parameters),
        "rules_sha256": row.pack_hash,
        "input_sha256": row.input_hash,
        "result_sha256": row.result_hash,
        "code_sha256": row.code_version,
        "figures": row.figures,
        "asked_by": row.asked_by,
        "asked_at": str(row.asked_at),
        "approved_by": row.approved_by,
        "approved_at": str(row.approved_at) if row.approved_at else None,
    }
    head = msgspec.json.encode({"about": about, "result": await details.sat(request.user, row.id)})
    log = await details.log(row.id)
    # The log of a large round is some megabytes: put beside the head as it is, never read.
    rest = zlib.decompress(log) if log else msgspec.json.encode({"algorithm": row.algorithm})
    return Response(
        head[:-1] + b"," + rest[1:],
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="match-{row.id}.json"', "cache-control": "no-store"},
    )


routes = [record, record_file]
