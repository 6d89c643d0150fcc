"""The fingerprint of a city: what it says, without what is random or depends on when it was built."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

from kernel import rows
from kernel.rows import DB, Q

LEFT_OUT_TABLES = {
    "seal", "access_log", "outbox", "once", "limit_window", "session", "one_time_code", "account_link", "demo_clock", "delivery",
    "migration",
}  # fmt: skip
"""Traces of running: chains over audit lines, sessions, jobs on their way. Piccolo's own table is no part of the city."""
LEFT_OUT_TYPES = {"uuid", "timestamptz", "date", "xid8", "bytea"}
"""Ids of rows that verbs made are random, and moments and days follow the day of building."""
LEFT_OUT_COLUMNS = {
    "account.password", "document.sha256", "document.code", "document.pdf_key", "document.pdf_size", "document.docx_key",
    "document.docx_size", "file.key", "file.sha256", "panel.seed", "panel.draw_log", "submission.digest", "objection.objector",
    "objection.contact", "agreement.account", "audit_line.actor_name", "audit_line.id", "notice.experts", "entry.source", "match_run.figures",
    "match_pair.load_before", "match_pair.load_after", "match_record.loads", "person.mobile", "person.email",
}  # fmt: skip
"""Hashes, keys, sealed texts, seeds, serial numbers; how long a matching took, and what panels drawn by lot left to whom."""
# In texts and JSON the same things again: sealed numbers, ids, ISO and Chinese dates, moments, long hex digests.
CHANGING = re.compile(
    r"(?<=\"sealed\": \")[^\"]+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{16,}|20\d\d-\d\d(?:-\d\d(?:[T ][\d:.+Z-]+)?)?"
    r"|20\d\d\u5e74\d{1,2}\u6708(?:\d{1,2}\u65e5)?|\d{1,2}\u6708\d{1,2}\u65e5"
)


async def fingerprint() -> str:
    """SHA-256 over the sorted lines of every table, table by table."""
    whole = sha256()
    async with rows.transaction() as tx:
        await tx.connection.execute("SET LOCAL statement_timeout = 0")
        for table, columns in (await _columns()).items():
            total = 0
            async for line in _lines(tx.connection, table, columns):
                total = (total + int.from_bytes(sha256(line.encode()).digest())) % 2**256
            whole.update(f"{table}:{','.join(columns)}:{total:064x}\n".encode())
    return whole.hexdigest()


async def _columns() -> dict[str, list[str]]:
    """What counts of each table, in alphabetical order."""
    found: dict[str, list[str]] = {}
    query = Q(
        "SELECT c.table_name, c.column_name, c.udt_name FROM information_schema.columns c JOIN information_schema.tables t"
        " USING (table_schema, table_name) WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        " ORDER BY c.table_name, c.column_name"
    )
    for table, column, kind in await DB.run_querystring(query):
        if table in LEFT_OUT_TABLES or kind in LEFT_OUT_TYPES or f"{table}.{column}" in LEFT_OUT_COLUMNS:
            continue
        found.setdefault(table, []).append(column)
    return found


async def _lines(connection: Any, table: str, columns: list[str]) -> AsyncIterator[str]:
    """One line a row, in any order: the sum of their hashes does not depend on it, and memory stays flat."""
    picked = ", ".join(f'"{column}"' for column in columns)
    async for record in connection.cursor(f'SELECT {picked} FROM "{table}"', prefetch=1000):  # noqa: S608 - our own names
        yield CHANGING.sub("#", "\x1f".join(str(value) for value in record))
