"""From a paper to a PDF: the template of its kind, the data as text, a process with a time limit."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import anyio
import pylopdf_fonts_zh_cn

from kernel import settings
from kernel.documents import bodies, qr
from kernel.documents.papers import KINDS, Paper, PaperKind, Reason, Stamp
from kernel.documents.printing import printed
from kernel.documents.words import CODE_LABEL, DRAFT, QR_LABEL, VERIFY_HINT
from kernel.errors import Refused
from kernel.templating import TEMPLATES

ROOT = TEMPLATES / "documents"
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
TYPESETTER = Path(__file__).with_name("typesetter.py")
SECONDS = 30.0
AT_ONCE = 2
"""Papers set at the same time: each takes a core and some 100 MB for half a second."""

log = logging.getLogger(__name__)
_limit: tuple[Any, anyio.CapacityLimiter] | None = None


def contents(paper: Paper, stamp: Stamp) -> dict[str, Any]:
    """Everything the template prints, as text. Templates print it as strings, never as markup."""
    return {
        "stamp": {
            **printed(stamp),
            "qr": qr.svg(stamp.url) if stamp.url else "",
            "qr_label": QR_LABEL,
            "code_label": CODE_LABEL,
            "hint": VERIFY_HINT.format(url=stamp.url),
            "draft": "" if stamp.number else DRAFT,
        },
        "paper": printed(paper),
        "body": bodies.paragraphs(paper),
    }


async def render(paper: Paper, stamp: Stamp, at: datetime) -> bytes:
    """The PDF. The same paper, stamp and moment give the same bytes. Refused when it cannot be set in time."""
    return await typeset(KINDS[type(paper)], contents(paper, stamp), at)


async def typeset(kind: PaperKind, data: dict[str, Any], at: datetime) -> bytes:
    job = {
        "root": str(ROOT),
        "template": str(ROOT / f"{kind}.typ"),
        "fonts": [str(folder) for folder in font_folders()],
        "data": json.dumps(data, ensure_ascii=False),
        "timestamp": int(at.timestamp()),
    }
    async with _limiter():
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(TYPESETTER),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={},  # nothing of ours leaks into it, and it can find no secret
        )
        try:
            async with asyncio.timeout(SECONDS):
                pdf, said = await process.communicate(json.dumps(job).encode())
        except TimeoutError as error:
            raise Refused(Reason.TOO_SLOW, seconds=SECONDS) from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode != 0 or not pdf.startswith(b"%PDF"):
        # The diagnostic may quote the paper, so it goes to the log without the data: only its first line.
        log.error("typesetting %s failed: %s", kind, said.decode(errors="replace").split("\n", 1)[0])
        raise Refused(Reason.NOT_TYPESET, why=kind.label)
    return pdf


def font_folders() -> list[Path]:
    """Fonts the city has a licence for come first; the free ones always cover what those lack."""
    own = settings.get().data_dir / "fonts"
    return [own, FONTS] if own.is_dir() else [FONTS]


def _limiter() -> anyio.CapacityLimiter:
    """One per event loop: a limiter belongs to the loop that made it."""
    global _limit
    loop = asyncio.get_running_loop()
    if _limit is None or _limit[0] is not loop:
        _limit = loop, anyio.CapacityLimiter(AT_ONCE)
    return _limit[1]
