"""What a sheet consists of: columns with a key, a title, a kind and a width; and why a sheet is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from kernel.sheets.words import REASON

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_UNPACKED = 200 * 1024 * 1024


class Reason(StrEnum):
    NOT_XLSX = "not-xlsx"
    TOO_BIG = "too-big"
    TOO_MANY_ROWS = "too-many-rows"
    TOO_MANY_COLUMNS = "too-many-columns"
    NO_ROWS = "no-rows"
    HEADER_MISSING = "header-missing"
    HEADER_TWICE = "header-twice"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    NOT_INTEGER = "not-integer"
    NOT_NUMBER = "not-number"
    NOT_MONEY = "not-money"
    NOT_DATE = "not-date"
    ID_AS_NUMBER = "id-as-number"
    NOT_A_CHOICE = "not-a-choice"
    BAD_CHARACTER = "bad-character"
    FORMULA_ERROR = "formula-error"
    CELLS = "cells"
    UNDONE = "undone"
    NO_REASON = "no-reason"

    @property
    def label(self) -> str:
        return REASON[self]


class Kind(StrEnum):
    TEXT = "text"
    ID = "id"  # 18 digits stay 18 digits: a spreadsheet keeps only 15 of a number
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"  # fen in the program, yuan on the sheet
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes-no"


class Column(Struct, frozen=True):
    """One column. `choices` maps what people write to what the program keeps; `required` and `limit` matter for reading."""

    key: str
    title: str
    kind: Kind = Kind.TEXT
    width: int = 16
    required: bool = False
    limit: int = 2_000
    choices: Mapping[str, str] | None = None


def letters(index: int) -> str:
    """A for 0, Z for 25, AA for 26: how a spreadsheet names its columns."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
