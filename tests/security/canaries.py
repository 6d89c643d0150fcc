"""Canaries: a word that stands nowhere else, written into every text of the city, and the crawl that listens for them."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from kernel import secrets_box
from tests.asking import Answer

ALPHABET = "GHJKLMNPQRSTUVWX"
SONG = re.compile(r"ZQ[GHJKLMNPQRSTUVWX]{8}")
SEALED = {
    ("objection", "objector"): "objector",
    ("objection", "contact"): "objector",
    ("person", "mobile"): "mobile",
    ("person", "email"): "email",
    ("agreement", "account"): "bank-account",
}
COLUMNS = """SELECT c.table_name, c.column_name, c.data_type, c.character_maximum_length FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER' AND c.data_type IN ('character varying', 'text', 'jsonb')
    ORDER BY 1, 2"""


class Canary(Struct, frozen=True):
    """Where a canary lives: the field, the row as it was, and for JSON the path inside."""

    field: str
    row: dict[str, Any]
    path: str = ""


def word(number: int) -> str:
    letters = ""
    for _ in range(8):
        letters += ALPHABET[number % 16]
        number //= 16
    return f"ZQ{letters}"


class Painter:
    """Writes canaries, as the tables' owner and past the triggers that keep rows as they are."""

    def __init__(self, owner: Any, plain: dict[str, str], experts: set[str]) -> None:
        self.owner, self.plain = owner, {table: set(columns.split()) for table, columns in plain.items()}
        self.experts = experts
        """Of names, only those of experts are a secret."""
        self.canaries: dict[str, Canary] = {}
        self.fields: set[str] = set()

    async def paint(self) -> dict[str, Canary]:
        tables: dict[str, dict[str, tuple[str, int | None]]] = {}
        for table, column, kind, longest in await self.owner.fetch(COLUMNS):
            if column not in self.plain.get(table, set()) and "*" not in self.plain.get(table, set()):
                tables.setdefault(table, {})[column] = (kind, longest)
        self.fields = {f"{table}.{column}" for table, columns in tables.items() for column in columns}
        for table, columns in tables.items():
            await self._table(table, columns)
        await self._numbers()
        return self.canaries

    async def _numbers(self) -> None:
        """An amount or a total that stands nowhere else, where nothing is decided yet or only few may rank."""
        hidden = (
            "SELECT i.id FROM decision_item i JOIN decision d ON d.id = i.decision WHERE d.state <> 'released' AND i.amount > 0"
        )
        for n, (ident,) in enumerate(await self.owner.fetch(hidden)):
            await self._number(
                "decision_item.amount", "id", ident, f"amount = {3_333_317 + 1_013 * n}", f"{33_333.17 + 10.13 * n:.2f}"
            )
        for n, (ident,) in enumerate(await self.owner.fetch("SELECT project FROM standing")):
            await self._number("standing.totals", "project", ident, f"totals[1] = {1_501 + 2 * n}", f"{750.5 + n}")

    async def _number(self, field: str, key: str, ident: Any, change: str, shown: str) -> None:
        table = field.split(".")[0]
        row = await self.owner.fetchval(f"UPDATE {table} SET {change} WHERE {key} = $1 RETURNING to_jsonb({table})::text", ident)  # noqa: S608 - our own names
        self.canaries[shown] = Canary(field, msgspec.json.decode(row))

    async def _table(self, table: str, columns: dict[str, tuple[str, int | None]]) -> None:
        await self.owner.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        for ctid, text in await self.owner.fetch(f'SELECT ctid, to_jsonb(t)::text FROM "{table}" t'):  # noqa: S608 - our own names
            row = msgspec.json.decode(text)
            changed = {c: value for c in columns if (value := self._painted(table, c, columns[c], row)) is not None}
            if changed:
                sets = ", ".join(
                    f'"{c}" = ${n}' + ("::jsonb" if columns[c][0] == "jsonb" else "") for n, c in enumerate(changed, 2)
                )
                await self.owner.execute(f'UPDATE "{table}" SET {sets} WHERE ctid = $1', ctid, *changed.values())  # noqa: S608 - our own names
        await self.owner.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')

    def _painted(self, table: str, column: str, kind: tuple[str, int | None], row: dict[str, Any]) -> str | None:
        value = row[column]
        sealed = SEALED.get((table, column))
        if (not value and table != "person") or ((table, column) == ("person", "name") and row["id"] not in self.experts):
            return None
        if kind[0] == "jsonb":
            return msgspec.json.encode(self._leaves(f"{table}.{column}", row, value, "")).decode()
        if sealed == "mobile":
            return secrets_box.seal(sealed, self._phone(f"{table}.{column}", row, "mobile"))
        if sealed:
            return secrets_box.seal(sealed, self._new(f"{table}.{column}", row))
        longest = kind[1] or 10_000
        return str(value)[: longest - 10] + self._new(f"{table}.{column}", row)

    def _leaves(self, field: str, row: dict[str, Any], value: Any, path: str) -> Any:
        """Every text a person wrote inside a JSON value: what has a Chinese character in it."""
        match value:
            case dict():
                return {key: self._leaves(field, row, inner, f"{path}.{key}" if path else key) for key, inner in value.items()}
            case list():
                return [self._leaves(field, row, inner, path) for inner in value]
            case str() if re.search("[\u4e00-\u9fff]", value):
                return value + self._new(field, row, path)
            case str() if path.endswith("phone") and value.isdigit():
                return self._phone(field, row, path)
        return value

    def _new(self, field: str, row: dict[str, Any], path: str = "") -> str:
        name = word(len(self.canaries) * 2_654_435_761 % 16**8)
        self.canaries[name] = Canary(field, row, path)
        return name

    def _phone(self, field: str, row: dict[str, Any], path: str) -> str:
        number = f"139{len(self.canaries) * 7919 % 10**8:08d}"
        self.canaries[number] = Canary(field, row, path)
        return number


NUMBERS = re.compile(r"139\d{8}|\b\d\d,?\d{3}\.\d\d\b|\b7\d\d\.5\b")
"""Telephone numbers, amounts with their fen, totals in half points."""


def heard(answer: Answer | httpx.Response) -> set[str]:
    """Every canary in body, headers and the cells of a workbook."""
    text = " ".join(f"{name}: {value}" for name, value in answer.headers.items()) + "\n"
    # File names travel percent-encoded; canaries are plain letters and stay readable.
    body = answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            text += "\n".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
    else:
        text += body.decode(errors="replace")
    return set(SONG.findall(text)) | {number.replace(",", "") for number in NUMBERS.findall(text)}


def each(pools: dict[str, list[str]], path: str) -> Iterator[str]:
    """Every address of a route: its parameters filled from the pools in all combinations, mismatched parents too.

    The pool of a parameter is named by the longest end of the path that has one, down to the parameter's bare name.
    """
    parts = re.split(r"\{([^}:]+)[^}]*\}", path)
    values = []
    for place in range(1, len(parts), 2):
        before = "".join(f"{{{part}}}" if n % 2 else part for n, part in enumerate(parts[:place]))
        ends = [f"{before[i:]}{parts[place]}" for i, letter in enumerate(before) if letter == "/"]
        values.append(next(pools[key] for key in (*ends, parts[place]) if key in pools))
    for chosen in itertools.product(*values):
        yield "".join(part for pair in itertools.zip_longest(parts[::2], chosen, fillvalue="") for part in pair)
