"""`mianshe check`: every invariant that a database can be asked about, each as one question for what breaks it."""

from __future__ import annotations

import re
from pathlib import Path

from kernel import rows, schema
from kernel.life import Life
from kernel.rows import DB, Q
from projects.calls.rulepack import from_json
from projects.ranking.queries import signed_sheets
from projects.scoring.ranking import rank
from projects.scoring.rules import hundredths
from server.words import BROKEN, BROKEN_LINE, SEPARATOR

SHOWN = 3
SAMPLE = 12
"""Calls whose places are reckoned again by the formula itself; averages are reckoned for all of them in SQL."""
QUESTIONS = Path(__file__).with_name("invariants.sql")


async def run() -> list[str]:
    """A sentence for every broken invariant: how many, and a few of them. Empty when all is well."""
    async with rows.transaction() as tx:
        await tx.connection.execute("SET LOCAL statement_timeout = 0")
        found: dict[str, list[str]] = {}
        for key, question in questions().items():
            found[key] = [str(record[0]) for record in await tx.connection.fetch(question, timeout=3600)]
        found["place"] = await _places()
        found["todo"] = await _todos()
    return [_sentence(key, wrong) for key, wrong in found.items() if wrong]


def questions() -> dict[str, str]:
    """By name, as invariants.sql has them."""
    parts = re.split(r"^-- name: (\S+)$", QUESTIONS.read_text(encoding="utf8"), flags=re.MULTILINE)[1:]
    return {name: text.split(";")[0] for name, text in zip(parts[::2], parts[1::2], strict=True)}


def _sentence(key: str, wrong: list[str]) -> str:
    return BROKEN_LINE.format(what=BROKEN[key], count=len(wrong), examples=SEPARATOR.join(wrong[:SHOWN]))


async def _places() -> list[str]:
    """Places by the published formula, for the largest calls."""
    wrong: list[str] = []
    calls = (
        "SELECT c.id, c.pack::text FROM call c JOIN standing s ON s.call = c.id"
        " GROUP BY c.id ORDER BY count(*) DESC, c.code LIMIT $1"
    )
    held_by = "SELECT p.id, s.place, p.average FROM standing s JOIN project p ON p.id = s.project WHERE s.call = $1"
    for call, pack in await DB.run(calls, [SAMPLE]):
        rules = from_json(pack)
        sheets = await signed_sheets(Q("p.call = {} AND EXISTS (SELECT 1 FROM standing s WHERE s.project = p.id)", call))
        held = {str(project): (place, average) for project, place, average in await DB.run(held_by, [call])}
        code = {str(line.project): line.code for line in sheets}
        for line in rank({str(line.project): line.points for line in sheets}, rules.rubric, rules.ranking):
            if held.pop(line.project, None) != (line.place, hundredths(line.mean)):
                wrong.append(code[line.project])
        wrong += list(held)
    return wrong


async def _todos() -> list[str]:
    """Open to-dos about what is not there, or whose action the thing's life does not allow any more."""
    wrong: list[str] = []
    tables = {table._meta.tablename: table for table in schema.tables()}
    for (kind,) in await DB.run("SELECT DISTINCT subject_kind FROM todo WHERE done_at IS NULL"):
        table = tables.get(kind)
        if table is None:
            wrong.append(kind)
            continue
        key = table._meta.primary_key._meta.db_column_name
        life: Life | None = getattr(table, "LIFE", None)
        moves = {str(move): {str(state) for state in step.sources} for move, step in life.law.items()} if life else {}
        open_ones = await DB.run(
            f"SELECT t.title, t.action, x.{key} IS NOT NULL, {'x.state' if life else 'NULL'} FROM todo t"  # noqa: S608 - our names
            f' LEFT JOIN "{kind}" x ON x.{key} = t.subject WHERE t.done_at IS NULL AND t.subject_kind = $1',
            [kind],
        )
        for title, action, there, state in open_ones:
            if not there or (action in moves and state not in moves[action]):
                wrong.append(f"{title} {action}")
    return wrong
