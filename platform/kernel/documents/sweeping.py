"""Bytes that no row speaks of: left behind when the verb that kept them was refused later on. They go after a day."""

from __future__ import annotations

import logging
from datetime import timedelta

import anyio
import anyio.to_thread

from kernel import clock, rows
from kernel.files import storage
from kernel.rows import Q

AGE = timedelta(days=1)
"""Longer than any transaction: a row that is being written now counts as there."""
KEYS = Q(
    "SELECT key FROM file UNION ALL SELECT pdf_key FROM document"
    " UNION ALL SELECT docx_key FROM document WHERE docx_key IS NOT NULL"
)
log = logging.getLogger(__name__)


async def sweep() -> None:
    """Discard what is old and nobody's. Safe to run twice and by several workers at once."""
    await anyio.to_thread.run_sync(_clear_drafts)
    old = set(await storage.current().old_keys(AGE))
    if not old:
        return
    kept = set(await rows.column(KEYS))
    if not kept:
        # A full folder beside an empty database is a wrong setting, not rubbish.
        log.warning("%s stored files and no row: nothing is swept", len(old))
        return
    for key in sorted(old - kept):
        await storage.current().discard(key)


def _clear_drafts() -> None:
    """Drafts outlive their request only when the process died."""
    before = (clock.real_now() - AGE).timestamp()
    for path in storage.incoming().glob("*"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


ROUTINES = ((3600.0, sweep),)
